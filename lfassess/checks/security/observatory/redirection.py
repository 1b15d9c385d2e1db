"""Redirection: does the unencrypted address lead to the encrypted one?"""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

from lfassess.checks.security.observatory.results import Result
from lfassess.checks.security.observatory.site import Site


def redirection(site: Site) -> Result:
    """Return the result of the redirection test; no host counts as preloaded."""
    if site.http is None:
        return Result.REDIRECTION_NO_HTTP
    if not site.http.verified:
        return Result.REDIRECTION_BAD_CERT
    return _judge_route([_split(url) for url in site.http.route])


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        return urlsplit("")


def _judge_route(route: list[SplitResult]) -> Result:
    if len(route) <= 1:
        return Result.REDIRECTION_MISSING
    if route[-1].scheme != "https":
        return Result.REDIRECTION_NOT_HTTPS
    if route[1].scheme == "http":
        return Result.REDIRECTION_LATE
    if route[0].scheme == "http" and route[0].hostname != route[1].hostname:
        return Result.REDIRECTION_OFF_HOST
    return Result.REDIRECTION_HTTPS
