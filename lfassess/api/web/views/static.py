"""Styles, scripts and the icon."""

from __future__ import annotations

from typing import Final

from starlette.responses import FileResponse, Response

from lfassess.api.web.rendering import STATIC
from lfassess.api.web.views.common import new_router
from lfassess.errors import NotFoundError

router = new_router()

# A closed list: no name from outside ever becomes a path.
_FILES: Final = {
    "style.css": "text/css; charset=utf-8",
    "live.js": "text/javascript; charset=utf-8",
    "drop.js": "text/javascript; charset=utf-8",
    "triage.js": "text/javascript; charset=utf-8",
    "copy.js": "text/javascript; charset=utf-8",
    "icon.svg": "image/svg+xml",
}
_KEEP: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/static/{name}")
def static(name: str) -> Response:
    if name not in _FILES:
        raise NotFoundError("There is no such file.")
    return FileResponse(STATIC / name, media_type=_FILES[name], headers=_KEEP)
