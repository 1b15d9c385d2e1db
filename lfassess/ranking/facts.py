"""What ranking reads of a lead and its audit."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from lfassess.checks.advice_catalogue import catalogue
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.checks.shared.visit import Kind, overall
from lfassess.findings import HARDENING, area_of, consolidate
from lfassess.plain_text import cut, one_line
from lfassess.trades import trade_called

_EMAIL: Final = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;]{2,}")
# What lists call the person to ask for.
_PERSON: Final = re.compile(
    r"owner|contact(?: ?(?:name|person))?$|first.?name|last.?name|full.?name|inhaber|"
    r"gesch[aä]ftsf[uü]hrer|ansprechpartner|manager|propriet",
    re.IGNORECASE,
)
_SEVERITIES: Final = ("critical", "high", "medium", "low")
_IMPACTS: Final = ("high", "medium", "low")


@dataclass(frozen=True, slots=True)
class Fixable:
    """A finding that somebody can fix."""

    check: str
    code: str
    severity: str
    area: str | None
    title: str
    evidence: str
    hardening: bool
    impact: str = "low"  # of fixing it, by the advice catalogue


@dataclass(frozen=True, slots=True)
class RankingFacts:
    """All that an opportunity is made of; None where nobody knows."""

    findings: tuple[Fixable, ...] = ()  # worst first
    reviews: float | None = None  # on Google
    rating: float | None = None  # stars, 1-5
    trade: str | None = None  # Google's, else the record's
    traffic_value: float | None = None  # USD a month
    tools: tuple[str, ...] | None = None  # services the website shows that businesses pay for
    phone: bool = False
    email: bool = False
    form: bool = False
    owner: bool = False
    closed: bool = False  # for good, by Google
    no_site: bool = False  # no website of the business was seen
    on_google: bool | None = None  # whether Google knows it
    technologies: tuple[str, ...] = field(default=(), repr=False)


def facts_of(
    phone: str | None,
    custom: Mapping[str, Any],
    runs: Mapping[str, tuple[Any, Any]],
    dismissed: Collection[tuple[str, str]] = (),
    *,
    industry: str | None = None,
) -> RankingFacts:
    """Return what the rows of an ended audit say.

    Args:
        phone: of the lead's record.
        custom: its custom fields, by their names.
        runs: (findings, metrics) as stored, by check name.
        dismissed: (check, code) of findings that people took out.
        industry: the trade in the lead's record.
    """
    metrics = {name: made for name, (_, made) in runs.items()}
    gbp, onpage = metrics.get("gbp"), metrics.get("onpage")
    trust = get_object(onpage, "trust")
    seen = overall(metrics)
    tools = get_objects(onpage, "technologies")
    known = get_object({"gbp": gbp}, "gbp").get("found")
    return RankingFacts(
        findings=_fixable(runs, dismissed),
        reviews=get_number(gbp, "reviews"),
        rating=get_number(gbp, "rating"),
        trade=trade_called(get_text(gbp, "category")) or industry,
        traffic_value=get_number(metrics.get("semrush"), "traffic_value_usd"),
        tools=tuple(_names(t for t in tools if t.get("bought") is True)) if onpage else None,
        phone=bool(phone) or trust.get("phone") is True or _google_phone(gbp),
        email=trust.get("mail") is True or any(map(_EMAIL.search, _texts(custom))),
        form=trust.get("form") is True,
        owner=any(_PERSON.search(name) and str(value).strip() for name, value in custom.items()),
        closed=get_text(gbp, "status") == "CLOSED_PERMANENTLY",
        no_site=seen is not None and seen.kind in {Kind.NO_SITE, Kind.PLATFORM},
        on_google=known if isinstance(known, bool) else None,
        technologies=tuple(_names(tools)),
    )


def _fixable(
    runs: Mapping[str, tuple[Any, Any]], dismissed: Collection[tuple[str, str]]
) -> tuple[Fixable, ...]:
    stored = {name: made if isinstance(made, list) else [] for name, (made, _) in runs.items()}
    found = [
        _finding(check, row)
        for check, rows in consolidate(stored, dismissed).items()
        for row in get_objects({"rows": rows}, "rows")
        if row.get("severity") in _SEVERITIES
    ]
    return tuple(sorted(found, key=_weight))


def _weight(finding: Fixable) -> tuple[bool, int, int]:
    """Sort what a caller would speak of first to the front; equal ones stay in order."""
    return finding.hardening, _SEVERITIES.index(finding.severity), _IMPACTS.index(finding.impact)


def _finding(check: str, row: Mapping[str, Any]) -> Fixable:
    area, code = area_of(check, dict(row)), _text(row.get("code"), 80)
    advice = catalogue().get(_text(row.get("advice_id"), 80)) or catalogue().get(code)
    return Fixable(
        check=check,
        code=code,
        severity=str(row["severity"]),
        area=area.value if area else None,
        title=_text(row.get("title"), 200) or code,
        evidence=_text(row.get("evidence"), 300),
        hardening=code in HARDENING,
        impact=advice.impact if advice else "low",
    )


def _text(value: object, longest: int) -> str:
    return cut(one_line(value).strip(), longest) if isinstance(value, str) else ""


def _names(tools: Any) -> list[str]:
    return [name for tool in tools if (name := _text(tool.get("name"), 60))]


def _texts(custom: Mapping[str, Any]) -> list[str]:
    return [value for value in custom.values() if isinstance(value, str)]


def _google_phone(gbp: object) -> bool:
    return any(
        row.get("field") == "phone" and bool(row.get("google")) for row in get_objects(gbp, "nap")
    )
