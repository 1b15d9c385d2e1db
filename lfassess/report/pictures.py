"""Puts pictures into the HTML, each once however often it is shown."""

from __future__ import annotations

import base64
from collections import Counter
from typing import Final

from markupsafe import Markup

from lfassess.report.branding import Logo
from lfassess.report.image_type import size
from lfassess.report.model import AuditReport, Moment, Screenshot

_IMAGE: Final = Markup('<img src="{}" alt="{}">')
_DRAWN: Final = Markup(
    '<svg class="picture" viewBox="0 0 {w} {h}" preserveAspectRatio="xMidYMin slice" role="img" '
    'aria-label="{alt}">{inside}</svg>'
)
_FIRST: Final = Markup('<image id="picture-{n}" href="{uri}" width="{w}" height="{h}"/>')
_AGAIN: Final = Markup('<use href="#picture-{n}"/>')


class Pictures:
    """What a template calls for each picture that it shows."""

    def __init__(self, report: AuditReport | None = None) -> None:
        self._repeated = _repeated(report) if report else set()
        self._shown: list[bytes] = []

    def __call__(self, picture: Screenshot | Moment, alt: str) -> Markup:
        """Return a picture that is shown once as usual; others drawn, the second time by reference.

        HTML can't say "the picture from above"; SVG can. It needs the size for that.
        """
        data = picture.data or b""
        pixels = size(data) if data in self._repeated else None
        if pixels is None:
            return _IMAGE.format(data_uri(picture), alt)
        w, h = pixels
        first = data not in self._shown
        if first:
            self._shown.append(data)
        n = self._shown.index(data) + 1
        inside = (
            _FIRST.format(n=n, uri=data_uri(picture), w=w, h=h) if first else _AGAIN.format(n=n)
        )
        return _DRAWN.format(w=w, h=h, alt=alt, inside=inside)


def data_uri(shot: Screenshot | Logo | Moment) -> str:
    return f"data:{shot.content_type};base64,{base64.b64encode(shot.data or b'').decode()}"


def _repeated(report: AuditReport) -> set[bytes]:
    """Return the pictures that the report shows more than once."""
    shown = [shot.data for s in report.sections for shot in s.screenshots]
    shown += [moment.data or b"" for s in report.sections for moment in s.filmstrip]
    if report.cover_picture and report.branding.shows("cover_picture"):
        shown.append(report.cover_picture.data)
    return {data for data, times in Counter(shown).items() if data and times > 1}
