"""Answers requests to the demo sites: redirects, templates, files, and each site's own faults."""

from __future__ import annotations

import asyncio
import gzip
import math
import mimetypes
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Final

import phonenumbers
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from lfassess.sandbox.pictures import PICTURES
from lfassess.sandbox.sites import DOMAIN, Site, site_named

_PAGES: Final = Path(__file__).with_name("pages")
_LONGEST_DELAY_S: Final = 120.0
_WORTH_COMPRESSING: Final = 512  # bytes
_SHARED: Final = "shared"
_DAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


async def answer_host(request: Request) -> Response:
    """Answer a request whose Host is NAME.demo.test."""
    name: str = request.path_params["name"].lower()
    site = site_named(name.removeprefix("www."))
    if site is None:
        return Response(f"There is no site {name}{DOMAIN}.\n", 404, media_type="text/plain")
    path: str = request.path_params["path"]
    canonical = f"{site.url}{path}" + (f"?{request.url.query}" if request.url.query else "")
    if name.startswith("www.") or (site.redirect and request.url.scheme == "http"):
        return _with(RedirectResponse(canonical, 301), dict(site.headers))
    return await _answer(site, path, request)


async def answer_path(request: Request) -> Response:
    """Answer a request for /site/NAME/..., for clients that can't be given a name's address."""
    site = site_named(request.path_params["name"])
    if site is None:
        return Response("There is no such site.\n", 404, media_type="text/plain")
    return await _answer(site, request.path_params["path"], request)


async def _answer(site: Site, path: str, request: Request) -> Response:
    await asyncio.sleep(_delay(site, request))
    if path in {"", "index.html"}:
        response = _page(site, "index.html", site.status)
    elif path.endswith(".html"):
        response = _page(site, path, site.status)
    else:
        response = _file(site, path)
    return _compressed(response, request) if site.compress else response


def _delay(site: Site, request: Request) -> float:
    """The site's own delay, or the seconds asked for with ?delay=."""
    try:
        requested = float(request.query_params.get("delay", site.delay_s))
    except ValueError:
        requested = site.delay_s
    return min(max(requested, 0.0), _LONGEST_DELAY_S) if math.isfinite(requested) else site.delay_s


def page_text(site: Site, path: str) -> str | None:
    """Return a page of the site as HTML, or None where there is none."""
    template = _find(site, path + ".j2")
    if template is None:
        return None
    return _environment().get_template(template).render(_context(site))


def file_bytes(site: Site, path: str) -> bytes | None:
    """Return a file of the site (a picture, a style sheet), or None where there is none."""
    if path in PICTURES.get(site.pages, {}):
        return PICTURES[site.pages][path]()
    if template := _find(site, path + ".j2"):
        return _environment().get_template(template).render(_context(site)).encode()
    name = _find(site, path)
    return (_PAGES / name).read_bytes() if name else None


def _page(site: Site, path: str, status: int) -> Response:
    html = page_text(site, path)
    if html is None:
        return _missing(site)
    response = Response(html, status, media_type="text/html; charset=utf-8")
    for cookie in site.cookies:
        response.headers.append("set-cookie", cookie)
    return _with(response, {**site.headers, **site.page_headers})


def _file(site: Site, path: str) -> Response:
    data = file_bytes(site, path)
    if data is None:
        return _missing(site)
    kind = mimetypes.guess_type(path)[0] or "application/octet-stream"
    # What is made from a template may say something else tomorrow: it is not to be cached.
    lasting = {} if _find(site, path + ".j2") else site.asset_headers
    return _with(Response(data, media_type=kind), {**site.headers, **lasting})


def _missing(site: Site) -> Response:
    html = _environment().get_template(f"{_SHARED}/404.html.j2").render(_context(site))
    response = Response(html, site.missing_status, media_type="text/html; charset=utf-8")
    return _with(response, {**site.headers, **site.page_headers})


def _find(site: Site, path: str) -> str | None:
    """Return the file's name below pages/: the site's own first, then the shared one."""
    for folder in (site.pages, _SHARED):
        if f"{folder}/{path}" in _file_names():
            return f"{folder}/{path}"
    return None


@cache
def _file_names() -> frozenset[str]:
    files = (p for p in _PAGES.rglob("*") if p.is_file())
    return frozenset(p.relative_to(_PAGES).as_posix() for p in files)


@cache
def _environment() -> Environment:
    loader = FileSystemLoader(_PAGES)
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)


def _context(site: Site) -> dict[str, object]:
    number = phonenumbers.parse(site.business.phone)
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    days = list(zip(_DAYS, site.business.hours, strict=False))
    return {
        "site": site,
        "b": site.business,
        "phone": shown,
        "year": datetime.now(UTC).year,
        "hours": days,
        "opening": [f"{day[:2]} {h.opens}-{h.closes}" for day, h in days if h],
        "hue": sum(map(ord, site.name)) % 360,
    }


def _with(response: Response, headers: dict[str, str]) -> Response:
    response.headers.update(headers)
    return response


def _compressed(response: Response, request: Request) -> Response:
    """Compress text as a well-configured server does."""
    kind = response.headers.get("content-type", "")
    is_text = kind.startswith("text/") or "svg" in kind or "json" in kind
    response.headers["vary"] = "Accept-Encoding"
    requested = "gzip" in request.headers.get("accept-encoding", "")
    if not requested or not is_text or len(response.body) < _WORTH_COMPRESSING:
        return response
    response.body = gzip.compress(bytes(response.body), 6, mtime=0)
    response.headers["content-encoding"] = "gzip"
    response.headers["content-length"] = str(len(response.body))
    return response
