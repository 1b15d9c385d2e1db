"""Brings a website's address into one form, and refuses what can't be assessed."""

from __future__ import annotations

import ipaddress
import re
from typing import Final
from urllib.parse import SplitResult, quote, urlsplit

import idna

from lfassess.netguard import Guard
from lfassess.settings import Settings

MAX_WEBSITE: Final = 2_048

# What people type where there is nothing, dashes and dots aside.
_BLANK: Final = frozenset(
    {
        "n/a", "#n/a", "na", "n.a", "none", "null", "nil", "no", "unknown", "tbc", "tbd",
        "no website", "not available", "not applicable", "http://", "https://",
    }
)  # fmt: skip
_LONGEST_BLANK: Final = max(map(len, _BLANK))
_DASHES: Final = re.compile(r"[-.?_\u2013\u2014]*")
_EDGES: Final = " \t\r\n\xa0\ufeff\u200b"
_UNSAFE: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_SCHEME: Final = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)
_PORT: Final = re.compile(r"(\d{1,5})(?:[/?#]|$)")
_LABEL: Final = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NUMERIC_LABEL: Final = re.compile(r"\d+|0x[0-9a-f]*")
_PLAIN_HOST: Final = re.compile(r"https?://([a-z0-9.-]+)(?=[:/]|\Z)")
_LONE_PERCENT: Final = re.compile(r"%(?![0-9A-Fa-f]{2})")
# Parameters by which advertisers and networks recognise a click; the page is the same without.
_TRACKING: Final = re.compile(
    r"(?:utm_.*|hsa_.*|mc_[ce]id|_hs(?:enc|mi)|_g[al]|[gdfy]clid|fbclid|msclkid|ttclid|twclid|[gw]braid"
    r"|gad_(?:source|campaignid)|srsltid|y_source|igshid?|igsh|li_fat_id|epik|rwg_token)",
    re.IGNORECASE,
)
_DEFAULT_PORT: Final = {"http": 80, "https": 443}
_MAX_HOST: Final = 253  # RFC 1035, without the final dot


class InvalidValueError(ValueError):
    """A value can't be used; the message says why, for people."""


def is_blank(text: str) -> bool:
    """Tell whether the text only says that there is nothing: "", "n/a", "-", "none"."""
    text = text.strip(_EDGES)
    if len(text) > _LONGEST_BLANK:
        return False
    return text.casefold().rstrip(".") in _BLANK or bool(_DASHES.fullmatch(text))


def normalise_website(text: str, *, allow_private: bool = False) -> str | None:
    """Return the address in its one form, or None where the text says there is no website.

    https is assumed; the host is lower-cased and in Punycode (UTS 46); default ports, fragments
    and advertising parameters are dropped. Normalising twice changes nothing.

    Args:
        text: the address as someone typed it.
        allow_private: also take private addresses and host names without a dot.

    Raises:
        InvalidValueError: the address can't be assessed; the message says why.
    """
    text = text.strip(_EDGES)
    if is_blank(text):
        return None
    _check_length(text)
    if _UNSAFE.search(text):
        raise InvalidValueError("the website has control characters in it")
    address = _with_scheme(text)
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as e:
        raise InvalidValueError(f"the website is malformed: {e}") from e
    if parts.username is not None:
        raise InvalidValueError("the website has a user name in it, or is an e-mail address")
    authority = _host(parts.hostname or "", allow_private=allow_private)
    if port is not None and port != _DEFAULT_PORT[parts.scheme]:
        authority += f":{port}"
    website = f"{parts.scheme}://{authority}{_path_and_query(parts)}"
    _check_length(website)
    return website


def given_website(text: str, settings: Settings) -> str | None:
    """Return the address that somebody typed in its one form, or None for none.

    Raises:
        InvalidValueError: by these settings it can't be assessed; the message says why.
    """
    website = normalise_website(text, allow_private=settings.allow_private_targets)
    refused = Guard.from_settings(settings).refused_port(website or "")
    if refused is not None:
        raise InvalidValueError(f"{refused} (LFASSESS_TARGET_PORTS)")
    return website


def names_scheme(text: str) -> bool:
    """Return whether an address, as someone typed it, says http or https itself."""
    return re.match(r"\W*https?:", text, re.IGNORECASE) is not None


def site_of(website: str) -> str:
    """Return a normalised website without scheme, ``www.`` and a final slash."""
    return re.sub(r"^https?://(?:www\.)?", "", website).rstrip("/")


def host_of(website: str) -> str:
    """Return a normalised website's host, without ``www.`` and port."""
    plain = _PLAIN_HOST.match(website)
    host = plain[1] if plain else urlsplit(website).hostname or ""
    return host.removeprefix("www.")


def _check_length(website: str) -> None:
    if len(website) > MAX_WEBSITE:
        raise InvalidValueError(f"the website has more than {MAX_WEBSITE:,} characters")


def _with_scheme(text: str) -> str:
    head, mark, tail = _cut(text)
    text = head.replace("\\", "/") + mark + tail  # as browsers read it
    match = _SCHEME.match(text)
    if match is None:
        return "https://" + text.lstrip("/")
    scheme, rest = match[1].lower(), text[match.end() :]
    if scheme in _DEFAULT_PORT:
        return f"{scheme}://{rest.lstrip('/')}"
    port = _PORT.match(rest)
    if port is None:
        raise InvalidValueError(f"{scheme}: addresses can't be assessed, only http and https")
    return ("http://" if int(port[1]) == _DEFAULT_PORT["http"] else "https://") + text


def _cut(text: str) -> tuple[str, str, str]:
    end = re.search(r"[?#]", text)
    return (text, "", "") if end is None else (text[: end.start()], end[0], text[end.end() :])


def _host(host: str, *, allow_private: bool) -> str:
    host = _ascii(host).rstrip(".")
    if not host:
        raise InvalidValueError("the website has no host name")
    address = _ip(host)
    if address is not None:
        if not allow_private and not _is_public(address):
            raise InvalidValueError(f"{address} is a private address")
        return f"[{address}]" if address.version == 6 else str(address)  # noqa: PLR2004 - IPv6
    labels = host.split(".")
    if len(host) > _MAX_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidValueError(f"{host[:80]!r} is not a host name")
    if _NUMERIC_LABEL.fullmatch(labels[-1]):  # browsers would read it as an address: 127.1, 0x7f.1
        raise InvalidValueError(f"{host!r} is not an IP address")
    if len(labels) == 1 and not allow_private:
        raise InvalidValueError(f"{host!r} is not a public host name")
    return host


def _ascii(host: str) -> str:
    if host.isascii():
        return host
    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as e:
        raise InvalidValueError(f"{host[:80]!r} is not a host name") from e


def _ip(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    if ":" not in host and not host[-1].isdigit():  # asking the module is slow
        return None
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def _is_public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address) and address.ipv4_mapped is not None:
        address = address.ipv4_mapped
    return address.is_global and not address.is_multicast


def _path_and_query(parts: SplitResult) -> str:
    path = _quoted(parts.path) or "/"
    query = without_tracking(parts.query)
    return path + ("?" + _quoted(query) if query else "")


def without_tracking(query: str) -> str:
    """Return a query without the parameters by which clicks are recognised."""
    return "&".join(
        pair
        for pair in query.split("&")
        if pair and not _TRACKING.fullmatch(pair.partition("=")[0])
    )


def _quoted(text: str) -> str:
    return quote(_LONE_PERCENT.sub("%25", text), safe="/%:@!$&'()*+,;=~?[]|")
