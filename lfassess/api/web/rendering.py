"""Turns a template into a page."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse

from lfassess.api.web import session, template_filters
from lfassess.assessment.export.filter_keys import KEYS, findings, technology_names

STATIC: Final = Path(__file__).parent / "static"

FIRST_KEYS: Final = ("q", "status", "grade", "finding")  # of a filter's form; "More" has the others

# ModelReply once, on the page a form leads to; the address carries the code alone.
_SAID: Final = {
    "imported": "The file is in, and its leads are on their way.",
    "resumed": "This file was submitted before: the batch goes on, nothing is done twice.",
    "submitted": "The assessment is on its way.",
    "joined": "This lead is being assessed already; here is how it stands.",
    "retried": "Queued to run again.",
    "acknowledged": "Acknowledged: it is known.",
    "resolved": "Resolved: it counts as come back when it fails again.",
    "unknown": "Nothing has failed that way.",
    "nothing": "There was nothing to run again.",
    "approved": "Approved.",
    "suppressed": "They are on the do-not-contact list.",
    "suppressed-before": "They were on the do-not-contact list already.",
    "freed": "Taken off the do-not-contact list.",
    "revoked": "The link is revoked: it shows nothing any more.",
    "issued": "Issued: from now on this audit can't change.",
    "dismissed": "The finding no longer counts, and the score has been recalculated.",
    "cancelled": "The batch is cancelled; checks under way end by themselves.",
    "paused": "Paused: what runs goes on, nothing new starts.",
    "resumed-work": "Work goes on.",
    "signed-out": "You are signed out.",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lfassess.api.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= template_filters.FILTERS
    environment.globals |= {
        "static": static_url,
        "first_keys": [KEYS[name] for name in FIRST_KEYS],
        "more_keys": [key for name, key in KEYS.items() if name not in FIRST_KEYS],
        "known_findings": findings(),
        "known_technologies": technology_names(),
    }
    return environment


@cache
def static_url(name: str) -> str:
    """Return the file's address; it changes with the file, so that browsers may keep it."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def render(
    request: Request, template: str, values: Mapping[str, Any] | None = None, *, status: int = 200
) -> HTMLResponse:
    """Render a whole page, or a part of one for a page that is open."""
    settings = request.app.state.runtime.settings
    visit: session.Session = request.state.visit
    text = (
        _environment()
        .get_template(template)
        .render(
            path=request.url.path,
            token=session.form_token(visit),
            can_sign_out=settings.api_key is not None and visit.signed_in,
            signed_in=visit.signed_in,
            said=_SAID.get(request.query_params.get("said", "")),
            now=datetime.now(UTC),
            **(values or {}),
        )
    )
    return HTMLResponse(text.encode(errors="replace"), status_code=status)


def problem(request: Request, status: int, message: str, hint: str | None = None) -> HTMLResponse:
    """Render what went wrong."""
    values = {"status": status, "message": message, "hint": hint}
    return render(request, "problem.html.j2", values, status=status)
