"""Fetches the home page and its icon; the only module that may use lfassess.clients."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urljoin

from selectolax.lexbor import LexborHTMLParser

from lfassess.checks.base import CheckContext, Fetched, Target
from lfassess.clients import website
from lfassess.errors import CheckError, InvalidTargetError
from lfassess_favicon.evidence import Evidence

_MAX_ICON = 200_000  # bytes


def fetch_icon(target: Target, ctx: CheckContext) -> Fetched:
    """Fetch the page, then the icon it declares, or /favicon.ico.

    Raises:
        InvalidTargetError: the lead has no website.
        CheckError: the page could not be fetched; an icon that can't be is evidence.
    """
    if target.url is None:
        raise InvalidTargetError("The lead has no website.")
    page = website.fetch(target.url, settings=ctx.settings, deadline=ctx.deadline)
    declared = _declared(page.text)
    evidence = Evidence(
        page_status=page.status,
        url=urljoin(page.url, declared or "/favicon.ico"),
        declared=declared is not None,
    )
    return Fetched(_with_icon(evidence, ctx).to_json())


def _declared(html: str) -> str | None:
    node = LexborHTMLParser(html).css_first("link[rel~='icon' i][href]")
    return (node.attributes.get("href") or "").strip() or None if node else None


def _with_icon(evidence: Evidence, ctx: CheckContext) -> Evidence:
    assert evidence.url
    if evidence.url.startswith("data:"):
        return replace(evidence, url="data:", status=200, type="image", size=len(evidence.url))
    try:
        icon = website.fetch(
            evidence.url, settings=ctx.settings, deadline=ctx.deadline, max_bytes=_MAX_ICON
        )
    except CheckError:
        return evidence
    return replace(
        evidence, status=icon.status, type=icon.header("content-type"), size=len(icon.body)
    )
