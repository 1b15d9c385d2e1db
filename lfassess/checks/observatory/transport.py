"""Redirection to https, and where scripts come from."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from lfassess.checks.domains import registrable_domain
from lfassess.checks.observatory.site import Script, Site

_HTML = frozenset({"text/html", "application/xhtml+xml"})
# Worst last; the worst of all scripts is the result.
_WORSE = (
    "sri-implemented-and-all-scripts-loaded-securely",
    "sri-implemented-and-external-scripts-loaded-securely",
    "sri-implemented-but-external-scripts-not-loaded-securely",
    "sri-not-implemented-but-external-scripts-loaded-securely",
    "sri-not-implemented-and-external-scripts-not-loaded-securely",
)


def redirection(site: Site) -> str:
    """Return the result of the redirection test; no host counts as preloaded."""
    if site.http is None:
        return "redirection-not-needed-no-http"
    if not site.http.verified:
        return "redirection-invalid-cert"
    return _judge_route([urlsplit(url) for url in site.http.route])


def _judge_route(route: list[SplitResult]) -> str:
    if len(route) <= 1:
        return "redirection-missing"
    if route[-1].scheme != "https":
        return "redirection-not-to-https"
    if route[1].scheme == "http":
        return "redirection-not-to-https-on-initial-redirection"
    if route[0].scheme == "http" and route[0].hostname != route[1].hostname:
        return "redirection-off-host-from-http"
    return "redirection-to-https"


def integrity(site: Site) -> str:
    """Return the result of the subresource-integrity test (script tags only)."""
    if site.auto is None:
        return "sri-not-implemented-but-no-scripts-loaded"
    mime = (site.auto.header("content-type") or "").partition(";")[0]
    if mime not in _HTML:
        return "sri-not-implemented-response-not-html"
    if site.script_tags == 0:
        return "sri-not-implemented-but-no-scripts-loaded"
    return _judge_scripts(site)


def _judge_scripts(site: Site) -> str:
    foreign = [s for s in site.scripts if _is_foreign(s, site)]
    results = [r for r in (_foreign_result(s) for s in foreign) if r]
    own = [s for s in site.scripts if not _is_foreign(s, site)]
    if results:
        return max(results, key=_WORSE.index)
    if any(s.integrity and _secure(s, site) for s in own):
        return "sri-implemented-and-all-scripts-loaded-securely"
    if foreign:
        return "sri-implemented-and-external-scripts-loaded-securely"
    return "sri-not-implemented-but-all-scripts-loaded-from-secure-origin"


def _absolute(script: Script) -> bool:
    return script.src.startswith(("http://", "https://"))


def _is_foreign(script: Script, site: Site) -> bool:
    """Whether a script comes from another registrable domain, or names no scheme."""
    if script.src.startswith("//"):
        return True
    return _absolute(script) and registrable_domain(script.src) != registrable_domain(site.host)


def _secure(script: Script, site: Site) -> bool:
    if script.src.startswith("https://"):
        return True
    return not _absolute(script) and site.auto is not None and site.auto.secure


def _foreign_result(script: Script) -> str | None:
    secure = script.src.startswith("https://")
    if script.integrity:
        return None if secure else "sri-implemented-but-external-scripts-not-loaded-securely"
    if secure:
        return "sri-not-implemented-but-external-scripts-loaded-securely"
    return "sri-not-implemented-and-external-scripts-not-loaded-securely"
