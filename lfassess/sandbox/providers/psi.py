"""PageSpeed Insights v5, emulated: measures the demo sites by their own HTML and files."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

from fastapi import APIRouter, Request
from fastapi.responses import JSONResponse

from lfassess.sandbox.page_facts import PageFacts, facts_of, invented_facts
from lfassess.sandbox.providers import psi_errors as errors
from lfassess.sandbox.providers.psi_field import scope_for
from lfassess.sandbox.providers.psi_result import CATEGORIES, answer
from lfassess.sandbox.sites import DOMAIN, Certificate, Site, site_named
from lfassess.settings import SANDBOX_KEY

Json = dict[str, Any]

router = APIRouter()

_URL: Final = re.compile(r"(?i)(url:|origin:)?http(s)?://.*")
_STRATEGIES: Final = ("MOBILE", "DESKTOP", "STRATEGY_UNSPECIFIED")
_GONE: Final = ("PWA", "CATEGORY_UNSPECIFIED")  # accepted, and without a result
_AGENTS: Final = "AGENTIC_BROWSING"
FAULTS: Final[Mapping[str, Callable[[], errors.RefusedError]]] = {
    "failed-document": lambda: errors.failed_document("ERR_FAILED"),
    "errored-document": lambda: errors.errored_document(503),
    "no-fcp": errors.no_paint,
    "went-wrong": errors.went_wrong,
    "throttled": errors.throttled,
    "day-quota": lambda: errors.over_quota(per="day"),
}
Tree = dict[str, "Tree"]  # empty = the whole of it

_WILDCARD: Final = "*"


@router.get("/pagespeedonline/v5/runPagespeed")
def run_pagespeed(request: Request) -> JSONResponse:
    """Audit one page on one device."""
    try:
        if fault := FAULTS.get(getattr(request.state, "fault", "")):
            raise fault()
        return _audit(request)
    except errors.RefusedError as e:
        return e.response


def _audit(request: Request) -> JSONResponse:
    query = request.query_params
    _check_key(request)
    url = query.get("url", "")
    if not _URL.fullmatch(url):
        raise errors.bad_value(
            "url", f"Invalid value '{url[:80]}'. Values must match the following regular "
            f"expression: '{_URL.pattern}'"
        )  # fmt: skip
    strategy = _strategy(query.get("strategy"))
    categories = _categories(query.getlist("category"))
    try:
        fields = parse_fields(query["fields"]) if query.get("fields") else {}
    except BadSelectionError as e:
        raise errors.bad_fields(str(e)) from e
    seed = int(getattr(request.app.state, "seed", 1))
    parts = urlsplit(re.sub(r"(?i)^(url|origin):", "", url))
    host = (parts.hostname or "").lower()
    site = site_named(host.removeprefix("www.").removesuffix(DOMAIN)) if _demo(host) else None
    facts, status = _look(site, parts, host, seed)
    whole = answer(
        parts,
        facts,
        status=status,
        site=site,
        strategy=strategy,
        categories=categories,
        scope=site.field_data if site else scope_for(host, seed),
        at=datetime.now(UTC),
    )
    return JSONResponse(select(whole, fields))


def _demo(host: str) -> bool:
    return host.endswith(DOMAIN)


def _look(site: Site | None, parts: SplitResult, host: str, seed: int) -> tuple[PageFacts, int]:
    """Return the page's facts and HTTP status.

    Raises:
        RefusedError: a browser of Google's could not load it.
    """
    if site is None:
        if _demo(host):
            raise errors.errored_document(404)
        if host.endswith(".invalid") or "." not in host:
            raise errors.failed_document("ERR_CONNECTION_FAILED")
        return invented_facts(host, seed), 200
    if parts.scheme.lower() == "https":
        _check_certificate(site)
    if site.status >= HTTPStatus.BAD_REQUEST:
        raise errors.errored_document(site.status)
    facts = facts_of(site, parts.path.lstrip("/"))
    if facts is not None:
        return facts, 200
    lost = facts_of(site, "404.html")
    if lost is None:
        raise errors.errored_document(404)
    return lost, 404


def _check_certificate(site: Site) -> None:
    if site.http_only:
        raise errors.failed_document("ERR_CONNECTION_FAILED")
    if site.certificate is Certificate.EXPIRED:
        raise errors.insecure_document("ERR_CERT_DATE_INVALID")
    if site.certificate is Certificate.WRONG_HOST:
        raise errors.insecure_document("ERR_CERT_COMMON_NAME_INVALID")
    if site.certificate is not Certificate.VALID:
        raise errors.insecure_document("ERR_CERT_AUTHORITY_INVALID")


def _check_key(request: Request) -> None:
    key = request.headers.get("X-Goog-Api-Key") or request.query_params.get("key")
    if not key:
        raise errors.over_quota(per="day", keyless=True)
    if key != SANDBOX_KEY:
        raise errors.bad_key()


def _strategy(value: str | None) -> str:
    word = (value or "DESKTOP").upper()
    if word not in _STRATEGIES:
        raise errors.bad_enum("strategy", value or "")
    return "mobile" if word == "MOBILE" else "desktop"


def _categories(values: list[str]) -> list[str]:
    """Return the requested ones as the answer names them; performance alone where none is."""
    requested = []
    for value in values:
        word = value.upper().replace("-", "_")
        name = word.lower().replace("_", "-")
        if name in CATEGORIES:
            requested.append(name)
        elif word not in {*_GONE, _AGENTS}:
            raise errors.bad_enum("category", value)
    return requested or [CATEGORIES[0]]


class BadSelectionError(ValueError):
    """The selection can't be read."""


def parse_fields(text: str) -> Tree:
    """Return the tree of "a,b/c,d(e,f/*)".

    Raises:
        BadSelectionError: brackets don't match, or a name is missing.
    """
    tree, end = _list(text, 0)
    if end != len(text):
        raise BadSelectionError(text[end:])
    return tree


def _list(text: str, at: int) -> tuple[Tree, int]:
    tree: Tree = {}
    while True:
        at = _item(text, at, tree)
        if at >= len(text) or text[at] != ",":
            return tree, at
        at += 1


def _item(text: str, at: int, into: Tree) -> int:
    """Read one path, and what its brackets hold, into the tree; returns where it ends."""
    while True:
        start = at
        while at < len(text) and text[at] not in ",/()":
            at += 1
        name = text[start:at].strip()
        if not name:
            raise BadSelectionError(text[start : start + 40])
        into = into.setdefault(name, {})
        if at < len(text) and text[at] == "/":
            at += 1
            continue
        break
    if at < len(text) and text[at] == "(":
        inside, at = _list(text, at + 1)
        if at >= len(text) or text[at] != ")":
            raise BadSelectionError(text[start:])
        into.update(inside)
        at += 1
    return at


def select(value: Any, tree: Tree) -> Any:
    """Return what the tree names of the value; lists are looked through."""
    if not tree:
        return value
    if isinstance(value, list):
        return [select(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    selected = {}
    for name, item in value.items():
        below = tree.get(name, tree.get(_WILDCARD))
        if below is not None:
            selected[name] = select(item, below)
    return selected
