"""Subresource integrity: are scripts from elsewhere loaded safely?"""

from __future__ import annotations

from functools import cache
from typing import Final
from urllib.parse import urlsplit

from publicsuffixlist import PublicSuffixList

from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.script_url import resolve
from lfassess.checks.security.observatory.site import Script, Site

# Worst last; the worst of all scripts is the result.
_WORSE: Final = (
    Result.SRI_INSECURE,
    Result.SRI_MISSING,
    Result.SRI_MISSING_INSECURE,
)


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
