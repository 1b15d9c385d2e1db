"""Web addresses as pages write them, and postal addresses as texts do."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from lfassess.checks.shared.domains import host_of, registrable_domain
from lfassess.checks.shared.templates import template_address
from lfassess.plain_text import cut

_LONGEST: Final = 1_000
_DIGIT: Final = re.compile(r"\d")  # every postal address has one
_POSTAL: Final = re.compile(
    r"\b[A-Z][a-zA-Z .'-]{1,40},? (?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA"
    r"|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]|W[AIVY]),? \d{5}(?:-\d{4})?\b"
    r"|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b"  # British
    r"|\b[A-Z]\d[A-Z] ?\d[A-Z]\d\b"  # Canadian
    r"|\b\d{1,5}[a-z]? (?:[NSEW]\.? )?(?:[A-Z0-9][\w.'-]* ){1,4}"
    r"(?:St|Street|Ave|Avenue|Rd|Road|Blvd|Boulevard|Dr|Drive|Ln|Lane|Way|Ct|Court|Pl|Place|Sq|Square"
    r"|Hwy|Highway|Pkwy|Parkway|Ter|Terrace|Row|Quay|Close|Crescent|Parade|Wharf|Hill|Mews)\b\.?"
    r"|\b[A-ZÄÖÜ][a-zäöüß-]+(?:straße|strasse|str\.|weg|platz|allee|gasse|damm|ufer)\s?\d{1,4}\b"
    r"|\b\d{1,4},? (?:bis |ter )?(?:rue|avenue|boulevard|place|chemin|impasse|quai) [\w' -]{3,40}"
    r"|\b(?:calle|avenida|plaza|via|viale|piazza|corso|rua) [\w' -]{2,40},? \d{1,4}\b"
    r"|\bP\.? ?O\.? Box \d+",
)  # fmt: skip
_TOWN: Final = r"[A-ZÄÖÜÉ][a-zäöüßéèçñ]{2,}"
# A number and a town. Elsewhere that would be "2026 Blue Pine" or "80000 Customers"; and what looks
# like a year is a code only at the beginning of a line, or after a comma.
_CONTINENTAL: Final = re.compile(
    rf"\b(?:D|A|B|CH|DK|F|I|L)-\d{{4,5}} {_TOWN}"
    rf"|\b(?!(?:19|20)\d\d )\d{{4,5}} {_TOWN}"
    rf"|(?:(?<=, )|^)(?:19|20)\d\d {_TOWN}"
    r"|\b\d{4} ?[A-Z]{2} [A-Z][a-z]{2,}",  # Dutch
    re.MULTILINE,
)
_PARAMETERS: Final = 2
_FILE: Final = re.compile(
    r"\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|gz|tgz|jpe?g|png|gif|webp|avif|svg|ico|bmp|mp[34]|m4a|mov|avi|webm|wav"
    r"|css|js|json|xml|rss|txt|csv|ics|vcf|exe|dmg|apk|woff2?|ttf|eot)$"
)
_NO_PAGE: Final = re.compile(
    r"/(?:wp-admin|wp-json|wp-login|cdn-cgi|feed|cart|basket|checkout|login|log-?out|sign-?(?:in|up|out)"
    r"|my-?account|admin|xmlrpc\.php)(?:/|\.|$)|[?&](?:add-to-cart|replytocom|share|print)="
)


def absolute(base: str, address: str) -> str | None:
    """Return a web address without its fragment, or None where it is none."""
    text = address.strip()
    if not text or len(text) > _LONGEST:
        return None
    # Pages of one folder share what their menus' addresses mean.
    return _absolute(base if text[0] in "?#;" else _folder(base), text)


@lru_cache(maxsize=256)
def _folder(base: str) -> str:
    try:
        return urljoin(base, ".")
    except ValueError:
        return base


@lru_cache(maxsize=8_192)
def _absolute(base: str, text: str) -> str | None:
    try:
        whole = urldefrag(urljoin(base, text)).url
        parts = urlsplit(whole)
        _ = parts.port
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return None
    return (
        whole
        if parts.path
        else f"{parts.scheme}://{parts.netloc}/" + (f"?{parts.query}" if parts.query else "")
    )


def same_site(one: str, other: str) -> bool:
    """Return whether two addresses are of one registrable domain; hosts without one are equal."""
    a, b = registrable_domain(one), registrable_domain(other)
    return a == b if a and b else host_of(one) == host_of(other)


@lru_cache(maxsize=4_096)
def plain(url: str) -> str:
    """Return what tells addresses of different pages apart: no scheme, www, or final slash."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    host = (parts.netloc or "").lower().removeprefix("www.")
    path = re.sub(r"/(?:index\.(?:html?|php)|default\.aspx?)$", "/", parts.path)
    return f"{host}{path.rstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def postal_addresses(text: str, *, continental: bool) -> list[str]:
    """Return what looks like a postal address, as written; a template's are left out.

    Args:
        text: a line for each block.
        continental: whether a number and a town are one, as on the continent of Europe.
    """
    numbered = "\n".join(line for line in text.split("\n") if _DIGIT.search(line))
    forms = (_POSTAL, _CONTINENTAL) if continental else (_POSTAL,)
    found = (" ".join(match[0].split()) for form in forms for match in form.finditer(numbered))
    return [address for address in dict.fromkeys(found) if not template_address(address)]


def path_of(url: str) -> str:
    """Return what tells a page from others of its site, for evidence: "/contact"."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url[:80]
    return cut((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), 60)


def is_page(url: str) -> bool:
    """Return whether an address may be a page: no file, no log-in, no basket."""
    lower = url.lower()
    path, _, query = lower.partition("?")
    few = query.count("&") < _PARAMETERS
    return few and not _FILE.search(path) and not _NO_PAGE.search(lower)
