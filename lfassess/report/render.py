"""Renders an audit report as one self-contained HTML file, or as JSON."""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import re
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from lfassess.report.model import AuditReport, Screenshot, Section
from lfassess.report.text import day, minute

SCHEMA: Final = "lfassess.report/1"

_STATIC: Final = Path(__file__).parent / "static"
_NOT_IN_A_NAME: Final = re.compile(r"[^a-z0-9]+")


def render_html(report: AuditReport) -> str:
    """Return the report as HTML that loads nothing: styles and pictures inside, no scripts."""
    template = _environment().get_template("report.html.j2")
    html = template.render(r=report, anchors=_anchors(report), css=_css())
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
        "data_uri": _data_uri,
        "day": day,
        "minute": minute,
        "slug": slug,
        "iso": _iso,
    }
    return environment


@cache
def _css() -> Markup:
    texts = [(_STATIC / name).read_text(encoding="utf-8") for name in ("screen.css", "print.css")]
    return Markup("\n".join(texts))  # noqa: S704 - our own files, and no report's data in them


def slug(text: str) -> str:
    """Return text fit for an id or a class."""
    return _NOT_IN_A_NAME.sub("-", text.lower()).strip("-")


def _anchors(report: AuditReport) -> dict[str, str]:
    """Return the id of the first finding with each code; a code may be found more than once."""
    anchors: dict[str, str] = {}
    for section in report.sections:
        for number, finding in enumerate(section.findings, 1):
            anchors.setdefault(finding.code, finding_id(section, number))
    return anchors


def finding_id(section: Section, number: int) -> str:
    return f"{slug(section.name)}-{number}"


def _data_uri(shot: Screenshot) -> str:
    return f"data:{shot.content_type};base64,{base64.b64encode(shot.data).decode()}"


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def _plain(value: Any) -> Any:
    """Return JSON's own types; what JSON can't say becomes null."""
    if isinstance(value, Screenshot):
        return {"name": value.name, "content_type": value.content_type, "size": len(value.data)}
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
