"""The HTTP Observatory's tests and the certificate."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from lfassess.checks.security.observatory import ALGORITHM, Result
from lfassess.checks.shared.json_access import get_number, get_object, get_text
from lfassess.quantities import US, Quantities
from lfassess.report.model import Cell, Rating, Table
from lfassess.report.tables.common import NONE, cell, table
from lfassess.report.tables.observatory_labels import RESULTS, TESTS
from lfassess.report.text import clean

Json = Mapping[str, Any]

_BAD: Final = -20  # a test that loses as much is rated poor
# Costs no points, and is no protection either: a finding may say so beside it.
_NEUTRAL: Final = frozenset(
    {Result.REFERRER_NONE, Result.CORP_NONE, Result.CORP_CROSS_ORIGIN, Result.COOP_NONE}
    | {Result.COOP_UNSAFE, Result.COEP_NONE, Result.COEP_UNSAFE}
)
_OLD: Final = frozenset({"SSLv2", "SSLv3", "TLSv1", "TLSv1.1"})


def tables(metrics: Json, figures: Quantities = US) -> list[Table]:
    """Return the twelve tests with the points they cost, and the certificate's dates."""
    observatory = get_object(metrics, "observatory")
    return [
        *table(
            "HTTP Observatory",
            ("Test", "Result", "Points"),
            _tests(observatory),
            _note(observatory),
            technical=True,
        ),
        *table(
            "Certificate and encryption",
            ("Detail", "Seen"),
            _tls(get_object(metrics, "tls"), figures),
            technical=True,
        ),
    ]


def _tests(observatory: Json) -> list[tuple[Cell, ...]]:
    """Return a row for each test; points of an older version's score are not those of today."""
    counted = _version(observatory) == ALGORITHM
    return [
        _test(name, result, counted=counted)
        for name, result in get_object(observatory, "tests").items()
    ]


def _test(name: str, value: object, *, counted: bool) -> tuple[Cell, ...]:
    label = Cell(TESTS.get(name) or clean(name.replace("-", " "), 80))
    if not isinstance(value, str):
        return (label, NONE, NONE)
    result = Result.stored(value)
    if result is None:
        return (label, Cell(clean(value.replace("-", " "), 80)), NONE)
    points = Cell(_signed(result.modifier)) if counted else NONE
    return (label, cell(RESULTS[result], _rating(result)), points)


def _rating(result: Result) -> Rating | None:
    if result in _NEUTRAL:
        return None
    if result.modifier >= 0:
        return "good"
    return "poor" if result.modifier <= _BAD else "fair"


def _signed(points: int) -> str:
    return f"{points:+d}".replace("-", "\N{MINUS SIGN}") if points else "0"


def _note(observatory: Json) -> str:
    score, grade = get_number(observatory, "score"), get_text(observatory, "grade")
    version = _version(observatory)
    rules = "Rules of MDN's HTTP Observatory" + (f", version {round(version)}" if version else "")
    if score is None:
        return f"{rules}."
    points = f"{round(score)} points{f', grade {clean(grade, 3)}' if grade else ''}"
    return f"{rules}: {points}. MDN's own page may follow another version for a while."


def _version(observatory: Json) -> float | None:
    """Return the version of the rules, also as it was stored until version 4."""
    return get_number(observatory, "algorithm") or get_number(observatory, "algorithm_version")


def _tls(tls: Json, figures: Quantities) -> list[tuple[Cell, ...]]:
    verified, version = tls.get("verified"), get_text(tls, "version")
    trusted = NONE
    if isinstance(verified, bool):
        trusted = Cell("trusted", "good") if verified else Cell("not trusted", "poor")
    protocol: Rating = "poor" if version in _OLD else "good"
    return [
        (Cell("Certificate"), trusted),
        (Cell("Issued by"), cell(tls.get("issuer"))),
        (Cell("Valid from"), _date(tls, "not_before", figures)),
        (Cell("Valid until"), _date(tls, "not_after", figures)),
        (Cell("Protocol"), cell(version.replace("TLSv", "TLS "), protocol) if version else NONE),
    ]


def _date(tls: Json, key: str, figures: Quantities) -> Cell:
    try:
        return Cell(figures.day(datetime.fromisoformat(get_text(tls, key) or "")))
    except (ValueError, OverflowError):
        return NONE
