"""Renders an audit report as one self-contained HTML file, or as JSON."""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lfassess import language
from lfassess.checks.base import Area
from lfassess.checks.shared.json_access import get_objects
from lfassess.findings import SITE_AREAS
from lfassess.report import matrix, qr_code, visits
from lfassess.report.action_plan import plan_links
from lfassess.report.branding import Branding
from lfassess.report.comparison import Comparison
from lfassess.report.model import AuditReport, Moment, Screenshot, Section, Table
from lfassess.report.pictures import Pictures, data_uri
from lfassess.report.teaser import teaser
from lfassess.report.text import clean, host_of

SCHEMA: Final = "lfassess.report/3"

Paper = Literal["A4", "Letter"]

_HEIGHTS: Final[Mapping[Paper, int]] = {"A4": 258, "Letter": 240}  # of a page less its margins
_STATIC: Final = Path(__file__).parent / "static"
_COLUMNS: Final = 3  # of a table that may be narrow
_SHORT: Final = 30  # letters of its cells
_NOT_IN_CSS: Final = re.compile(r"[^\w .,&-]")
_NOT_IN_A_NAME: Final = re.compile(r"[^a-z0-9]+")
_FAMILIES: Final = {"Source Sans 3": "source-sans-3", "Source Serif 4": "source-serif-4"}
# A browser takes the nearest weight, so that 600 is bold enough for 700.
_WEIGHTS: Final = (400, 600)
# What the files hold; letters beyond it come from the system's fonts.
_LETTERS: Final = (
    "U+0000-00FF, U+0131, U+0152-0153, U+02BB-02BC, U+02C6, U+02DA, U+02DC, U+0304, U+0308, "
    "U+0329, U+2000-206F, U+20AC, U+2122, U+2191, U+2193, U+2212, U+2215, U+FEFF, U+FFFD"
)


def render_html(report: AuditReport, paper: Paper = "A4") -> str:
    """Return the report as HTML that loads nothing: styles and pictures inside, no scripts.

    Args:
        report: what it shows.
        paper: what it is printed on.
    """
    say = language.load(report.language)
    template = _environment().get_template("report.html.j2")
    html = template.render(
        r=report,
        **_without_site(report, say),
        t=say,
        day=say.day,
        minute=say.minute,
        anchors=_anchors(report),
        cells=matrix.cells(report.recommendations),
        shares=shares(report),
        plan=plan_links(report),
        qr=qr_code.drawn(report.branding.link),
        picture=Pictures(report),
        css=_css(paper, report.branding.accent, say("ui.report")),
    )
    return html.encode(errors="replace").decode()


def _without_site(report: AuditReport, say: language.Language) -> dict[str, Any]:
    """Return what is shown only where no website of the business was seen."""
    if report.visit is None:
        return {}
    google = next((s for s in report.sections if s.name == Area.GOOGLE_PROFILE), None)
    names = get_objects(google.metrics, "nap") if google else []
    linked = next((clean(n.get("google"), 200) for n in names if n.get("field") == "website"), "")
    return {
        "google": google,
        "linked": host_of(linked),
        "words": visits.words(report.visit),
        "steps": visits.steps(report.visit, say, linked=bool(linked)),
        "unseen": [s.title for s in report.areas if s.name in SITE_AREAS and s.score is None],
        "shots": [shot for s in report.sections for shot in s.screenshots],
    }


def render_teaser(report: AuditReport, paper: Paper = "A4") -> str:
    """Return the teaser as HTML for one page that loads nothing.

    Args:
        report: what it is about.
        paper: what it is printed on.
    """
    say = language.load(report.language)
    html = (
        _environment()
        .get_template("teaser.html.j2")
        .render(
            r=report,
            s=teaser(report, say),
            t=say,
            day=say.day,
            qr=qr_code.drawn(report.branding.link),
            picture=Pictures(),
            css=_css(paper, report.branding.accent, "", "teaser.css"),
            anchors={},
            plan=None,
        )
    )
    return html.encode(errors="replace").decode()


def render_comparison(comparison: Comparison) -> str:
    """Return a comparison of two audits as HTML that loads nothing."""
    say = language.load(comparison.language)
    template = _environment().get_template("compare.html.j2")
    css = _css("A4", None, say("compare.title"))
    html = template.render(c=comparison, t=say, day=say.day, css=css, anchors={}, plan=None)
    return html.encode(errors="replace").decode()


def render_json(report: AuditReport) -> str:
    """Return the report as JSON, keys in order; pictures by name and size, without their bytes."""
    data = {"schema": SCHEMA, **_plain(report)}
    return json.dumps(data, indent=2, sort_keys=True, ensure_ascii=True, allow_nan=False) + "\n"


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("lfassess.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "data_uri": data_uri,
        "slug": slug,
        "host": host_of,
        "iso": _iso,
    }
    environment.tests["narrow"] = _is_narrow
    return environment


def _is_narrow(table: Table) -> bool:
    """Whether a table has room beside another one."""
    if len(table.columns) < _COLUMNS:
        return True
    cells = (cell.text for row in table.rows for cell in row)
    return len(table.columns) == _COLUMNS and max(map(len, cells), default=0) <= _SHORT


@cache
def _css(paper: Paper, accent: str | None, foot: str, printed: str = "print.css") -> Markup:
    texts = [(_STATIC / name).read_text(encoding="utf-8") for name in ("screen.css", printed)]
    css = "\n".join((_fonts(), *texts)).replace("size: A4", f"size: {paper}")
    css += f"\n:root {{ --page: {_HEIGHTS[paper]}mm; }}"
    css = css.replace('"Website audit"', f'"{_NOT_IN_CSS.sub("", foot)}"')
    if accent:
        css += f"\n:root {{ --accent: {accent}; }}"
    return Markup(css)  # noqa: S704 - our own files and a checked colour, and no report's data


@cache
def _fonts() -> str:
    """Return a rule for each font file, its bytes inside."""
    return "\n".join(
        _font(family, name, weight) for family, name in _FAMILIES.items() for weight in _WEIGHTS
    )


def _font(family: str, name: str, weight: int) -> str:
    data = (_STATIC / "fonts" / f"{name}-latin-{weight}-normal.woff2").read_bytes()
    return (
        f'@font-face {{ font-family: "{family}"; font-weight: {weight}; '
        f"src: url(data:font/woff2;base64,{base64.b64encode(data).decode()}) format('woff2'); "
        f"unicode-range: {_LETTERS}; }}"
    )


def shares(report: AuditReport) -> dict[str, int]:
    """Return what each area counts, in whole percent that add up to 100 where weights do to 1.

    The largest remainders are rounded up: https://en.wikipedia.org/wiki/Largest_remainder_method
    """
    weights = {s.name: s.weight * 100 for s in report.areas if s.score is not None and s.weight}
    whole = {name: int(weight) for name, weight in weights.items()}
    missing = round(sum(weights.values())) - sum(whole.values())
    for name in sorted(weights, key=lambda n: whole[n] - weights[n])[:missing]:
        whole[name] += 1
    return whole


def slug(text: str) -> str:
    """Return text fit for an id or a class."""
    return _NOT_IN_A_NAME.sub("-", text.lower()).strip("-")


def _anchors(report: AuditReport) -> dict[str, str]:
    """Return the id of the first finding with each code; a code may be found more than once."""
    anchors: dict[str, str] = {}
    for section in report.chapters:
        for number, finding in enumerate(section.findings, 1):
            anchors.setdefault(finding.code, finding_id(section, number))
    return anchors


def finding_id(section: Section, number: int) -> str:
    return f"{slug(section.name)}-{number}"


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


# What is neither the report's data nor fit for JSON: pictures, and the agency's own face.
_SHORT_FORMS: Final[Mapping[type, Callable[[Any], Mapping[str, Any]]]] = {
    Screenshot: lambda shot: {
        "name": shot.name,
        "content_type": shot.content_type,
        "size": len(shot.data),
        "regions": shot.regions,
    },
    Moment: lambda moment: {
        "second": moment.second,
        "stage": moment.stage,
        "size": len(moment.data or b""),
    },
    Branding: lambda branding: {"name": branding.name},
}


def _plain(value: Any) -> Any:
    """Return JSON's own types; what JSON can't say becomes null."""
    if type(value) in _SHORT_FORMS:
        return _plain(_SHORT_FORMS[type(value)](value))
    if dataclasses.is_dataclass(value):
        return {f.name: _plain(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return _plain_scalar(value)


def _plain_scalar(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return None if isinstance(value, float) and not math.isfinite(value) else value
