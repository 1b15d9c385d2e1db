"""Subresource integrity: are scripts from elsewhere loaded safely?"""

from __future__ import annotations

import re
from functools import cache
from typing import Final
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.site import Script, Site

# Worst last; the worst of all scripts is the result.
_WORSE: Final = (
    Result.SRI_INSECURE,
    Result.SRI_MISSING,
    Result.SRI_MISSING_INSECURE,
)
_SCHEME: Final = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):(.*)", re.DOTALL)
_SPECIAL: Final = frozenset({"http", "https", "ws", "wss", "ftp"})
_ENDS: Final = "".join(map(chr, range(0x21)))  # C0 controls and space
_AUTHORITY: Final = re.compile(r"[^/?#]*")


def integrity(site: Site) -> Result:
    """Return the result of the subresource-integrity test (script tags only)."""
    if site.auto is None:
        return Result.SRI_NO_SCRIPTS
    if not site.auto.is_html:
        return Result.SRI_NO_HTML
    if site.script_tags == 0:
        return Result.SRI_NO_SCRIPTS
    return _judge(site)


def _judge(site: Site) -> Result:
    scripts = [Script(resolve(s.src, site.base), s.integrity) for s in site.scripts]
    own = _registrable(site.host)
    foreign = [s for s in scripts if _is_foreign(s.src, own)]
    if faults := [fault for s in foreign if (fault := _fault(s))]:
        return max(faults, key=_WORSE.index)
    if any(s.integrity and _secure(s.src, site) for s in scripts if not _is_foreign(s.src, own)):
        return Result.SRI_ALL
    if foreign:
        return Result.SRI_EXTERNAL
    return Result.SRI_OWN_SCRIPTS


def _is_foreign(src: str, own: str | None) -> bool:
    """Whether a script comes from another registrable domain, or names no scheme."""
    if _without_scheme(src):
        return True
    return _absolute(src) and _registrable(_host(src)) != own


def _without_scheme(src: str) -> bool:
    return src.startswith("//") and src[2:3] not in {"", "/"}


def _absolute(src: str) -> bool:
    return src.startswith(("http://", "https://"))


def _secure(src: str, site: Site) -> bool:
    return src.startswith("https://") or (not _absolute(src) and site.secure)


def _fault(script: Script) -> Result | None:
    secure = script.src.startswith("https://")
    if script.integrity:
        return None if secure else Result.SRI_INSECURE
    if secure:
        return Result.SRI_MISSING
    return Result.SRI_MISSING_INSECURE


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(only_icann=True)  # customers of one hosting platform count as one


def _registrable(host: str) -> str | None:
    """Return the domain below the public suffix; None for addresses and single labels."""
    name = host.rstrip(".").lower()
    if ":" in name or name.replace(".", "").isdigit():
        return None
    found = _suffixes().privatesuffix(name)
    return str(found) if found else None


def resolve(src: str, base: str | None = None) -> str:
    """Return the src as a script's ``src`` property gives it (WHATWG URL).

    Args:
        src: the attribute.
        base: href of the page's first base tag. A relative src stays as it is without one that is
            absolute.
    """
    if (found := _absolute_url(src)) is not None:
        return found
    origin = _absolute_url(base) if base else None
    if origin is None or not origin.startswith(("http://", "https://")):
        return src
    scheme, _, rest = origin.partition("//")
    text = _cleaned(src).replace("\\", "/")
    if text.startswith("//"):
        return _absolute_url(scheme + text) or src
    authority = _AUTHORITY.match(rest)
    return f"{scheme}//{authority[0] if authority else ''}/{text.lstrip('/')}"


def _cleaned(text: str) -> str:
    return re.sub(r"[\t\n\r]", "", text.strip(_ENDS))


def _absolute_url(text: str) -> str | None:
    """Return an absolute URL in its usual spelling, or None where the text is none."""
    match = _SCHEME.fullmatch(_cleaned(text))
    if match is None:
        return None
    scheme, rest = match[1].lower(), match[2]
    if scheme not in _SPECIAL:
        return f"{scheme}:{rest}"
    rest = rest.replace("\\", "/").lstrip("/")
    authority = _AUTHORITY.match(rest)
    host = authority[0] if authority else ""
    if not host.rpartition("@")[2].partition(":")[0]:
        return None
    return f"{scheme}://{host.lower()}{rest[len(host) :] or '/'}"
