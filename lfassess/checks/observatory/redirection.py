"""Redirection: does the unencrypted address lead to the encrypted one?"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from lfassess.checks.observatory.site import Site


def redirection(site: Site) -> str:
    """Return the result of the redirection test; no host counts as preloaded."""
    if site.http is None:
        return "redirection-not-needed-no-http"
    if not site.http.verified:
        return "redirection-invalid-cert"
    return _judge_route([_split(url) for url in site.http.route])


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


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
