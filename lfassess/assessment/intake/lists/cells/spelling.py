"""Addresses as people type them: several in a cell, wrapped by a service, mistyped."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import parse_qs, unquote, urlsplit

_EDGES: Final = " \t\r\n\xa0\ufeff\u200b\"'`<>()[]{}\u201c\u201d\u2018\u2019\u00ab\u00bb,;|*"
_SCHEMES: Final = re.compile(
    r"(?:h+t+p*s?|htp|ttps?|hhtps?)\s*(?::\s*;?|;|\.)?\s*[/\\]{1,4}:?\s*(?=\S)", re.IGNORECASE
)
# An address within markup, as copied from a page; and one in the path of an archive or a filter.
_MARKED_UP: Final = re.compile(
    r"<a\s[^>]*?href\s*=\s*[\"']?([^\"'\s>]+)|^\[[^\]]*\]\(([^)\s]+)\)$", re.IGNORECASE
)
_IN_PATH: Final = re.compile(
    r"//web\.archive\.org/web/\w+/(https?:.+)|//urldefense\.com/v3/__(https?:.+?)__"
    r"|//r\.search\.yahoo\.com/.*/RU=([^/]+)/",
    re.IGNORECASE,
)
_WWW_SCHEME: Final = re.compile(r"^(?:www\.)?(?=https?:)", re.IGNORECASE)
_MISTYPED: Final = (
    (re.compile(r"^(https?://)?(?:w{2}|w{4,5})\.", re.IGNORECASE), r"\1www."),
    (re.compile(r"^(https?://)?www[,;:]\s*", re.IGNORECASE), r"\1www."),
    (re.compile(r"^(https?://)?(?:www\.){2,}", re.IGNORECASE), r"\1www."),
    (re.compile(r"^(https?://)\.+", re.IGNORECASE), r"\1"),
    (re.compile(r"[\u3002\uff0e\uff61]"), "."),
    (re.compile(r"\s*[\[({]\s*(?:dot|punkt|point|punto|ponto)\s*[\])}]\s*", re.IGNORECASE), "."),
    (re.compile(r"^(https?://)?www\s+(?=[a-z0-9-]+\.)", re.IGNORECASE), r"\1www."),
    (  # a space beside the only dot: "joes. com"
        re.compile(
            r"^((?:https?://)?(?:www\.)?[a-z0-9-]+)(?:\s+\.\s*|\.\s+)([a-z]{2,4})$", re.IGNORECASE
        ),
        r"\1.\2",
    ),
    (
        re.compile(
            r"^((?:https?://)?(?:www\.)?[a-z0-9-]+),"
            r"(com|net|org|info|biz|de|at|ch|fr|es|it|nl|be|pt|co\.uk|com\.br)$",
            re.IGNORECASE,
        ),
        r"\1.\2",
    ),
    (re.compile(r"\.(?:c om|co m)$", re.IGNORECASE), ".com"),
)
_SPLIT: Final = re.compile(
    r"\s*[;|\n]\s*|,\s+|,(?=https?:|www\.)|\s+/\s+|\s+(?:and|or|und|oder|et|ou|y|o|e|en|of|&)\s+|\s+",
    re.IGNORECASE,
)
_SPACE_INSIDE: Final = re.compile(
    r"^(?:https?://)?[a-z0-9-]+\s+[a-z0-9-]+\.[a-z]{2,}$", re.IGNORECASE
)
_WORDS_BEFORE: Final = re.compile(
    r"^(?:please\s+)?(?:visit|see|go to|at|our|website|web|site)(?:\s+us)?(?:\s+at)?[:\s]+",
    re.IGNORECASE,
)
_USER: Final = re.compile(r"^(https?://)[^/@\s]+:[^/@\s]*@", re.IGNORECASE)
_BING_CLICK: Final = re.compile(r"//(?:www\.)?bing\.com/ck/a\?.*[?&]u=a1([\w-]+)", re.IGNORECASE)
_TRANSLATED: Final = re.compile(r"^(https?://)?([\w-]+)\.translate\.goog(.*)$", re.IGNORECASE)
_WRAPPED: Final = (
    (re.compile(r"(?:^|//)(?:www\.)?google\.[a-z.]+/url\b|^/url\?", re.IGNORECASE), ("q", "url")),
    (
        re.compile(r"//(?:l|lm|www)\.(?:facebook|instagram)\.com/(?:l\.php)?\?", re.IGNORECASE),
        ("u",),
    ),
    (re.compile(r"//www\.googleadservices\.com/", re.IGNORECASE), ("adurl",)),
    (re.compile(r"//(?:www\.)?google\.[a-z.]+/aclk\b", re.IGNORECASE), ("adurl",)),
    (re.compile(r"safelinks\.protection\.outlook\.com/", re.IGNORECASE), ("url",)),
    (re.compile(r"//(?:www\.)?linkedin\.com/redir/", re.IGNORECASE), ("url",)),
    (re.compile(r"//(?:out|r)\.search\.yahoo\.com/", re.IGNORECASE), ("RU", "ru")),
    (re.compile(r"//(?:www\.)?yelp\.[a-z.]+/biz_redir", re.IGNORECASE), ("url",)),
    (re.compile(r"//(?:www\.)?bing\.com/", re.IGNORECASE), ("url", "u")),
    (
        re.compile(
            r"//(?:[\w-]+\.)*(?:duckduckgo|youtube|reddit|twitter|x|facebook|linkedin|pinterest"
            r"|tripadvisor|vk|doubleclick|slack-redir|translate\.google)\.(?:com|net)/.*[?&]\w+=https?(?::|%3a)",
            re.IGNORECASE,
        ),
        ("adurl", "uddg", "url", "u", "q", "to"),
    ),
)


def candidates(text: str) -> Iterator[str]:
    """Yield what may be addresses in a cell, unwrapped and repaired, in their order."""
    text = text.strip(" \t\r\n")
    text = (link[1] or link[2] if (link := _MARKED_UP.search(text)) else text).strip(_EDGES)
    if found := _IN_PATH.search(text):
        text = unquote(next(filter(None, found.groups())))
    for pattern, keys in _WRAPPED:
        if pattern.search(text) and (inner := _inner(text, keys)):
            text = inner
    text = _untranslated(_bing_target(text) or text)
    text = _WORDS_BEFORE.sub("", _USER.sub(r"\1", repaired(text)))
    if _SPACE_INSIDE.match(text):
        return
    for piece in _SPLIT.split(text):
        part = piece.strip(_EDGES + ":")
        if "." in part or "://" in part or "@" in part or part.count(":") == 1:
            yield part


def _bing_target(text: str) -> str | None:
    """Return where a Bing click link leads: ``u=a1`` and the address in URL-safe base64."""
    if (found := _BING_CLICK.search(text)) is None:
        return None
    try:
        return base64.urlsafe_b64decode(found[1] + "=" * (-len(found[1]) % 4)).decode()
    except (binascii.Error, ValueError):
        return None


def _untranslated(text: str) -> str:
    """Return the address that Google Translate shows; its host has "-" for dots, "--" for "-"."""
    if (found := _TRANSLATED.match(text)) is None:
        return text
    host = found[2].replace("--", "\0").replace("-", ".").replace("\0", "-")
    return f"{found[1] or ''}{host}{found[3].split('?_x_tr_')[0]}"


def _inner(wrapped: str, keys: tuple[str, ...]) -> str | None:
    try:
        query = parse_qs(urlsplit(wrapped if "//" in wrapped else f"//x{wrapped}").query)
    except ValueError:
        return None
    values = [query[key][0] for key in keys if query.get(key)]
    return next((v for v in values if "." in v), None)


def repaired(text: str) -> str:
    """Fix the usual typing mistakes around a scheme and "www"."""
    text = _WWW_SCHEME.sub("", text.strip())
    while (match := _SCHEMES.match(text)) and (rest := text[match.end() :]):
        secure = "s" in match[0].casefold().split("/")[0].split("\\")[0]
        if _SCHEMES.match(rest) is None:
            text = f"http{'s' * secure}://{rest}"
            break
        text = rest
    for pattern, right in _MISTYPED:
        text = pattern.sub(right, text)
    return text.rstrip(",;")
