"""Takes out of all checks' findings what is said already, and praise that does not hold."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final

from lfassess.checks import all_checks, own_area
from lfassess.checks.base import Area, FindingKind, Severity
from lfassess.checks.shared.json_access import get_text
from lfassess.findings.implied import ABOUT_THE_PAGE, IMPLIED, NO_SITE, SITE_AREAS, UNSURE
from lfassess.findings.praise import PRAISE, Praise

ALL: Final = "*"  # in place of a finding's code: all that the check found

_BROWSER: Final = "visual"
_AREAS: Final = {area.value: area for area in Area}
_SEVERITIES: Final = tuple(Severity)  # worst first

Found = Mapping[str, Sequence[Any]]  # findings as stored, by check name


def consolidate(found: Found, dismissed: Collection[tuple[str, str]] = ()) -> dict[str, list[Any]]:
    """Return the findings of all checks, each fact once and no praise against a fault.

    The order stays, entries that are no findings stay as they are, and a second call changes
    nothing. Of equal codes the first one stays.

    Args:
        found: findings as stored, by check name; any JSON.
        dismissed: (check, code) of what a person took out. What such a finding implies goes with
            it; with ``ALL`` in place of the code the check's findings count as never made.
    """
    remaining = {
        check: _rows(rows) for check, rows in found.items() if (check, ALL) not in dismissed
    }
    standing = _standing(remaining)
    first = {
        check: [row for row in rows if _stays(check, row, standing, dismissed)]
        for check, rows in _once(remaining).items()
    }
    faults = [(area_of(c, row), row) for c, rows in first.items() for row in rows if _fault(row)]
    honest = {
        check: [row for row in rows if not _contradicted(row, faults)]
        for check, rows in first.items()
    }
    return {check: honest.get(check, []) for check in found}


def once_each(results: Mapping[str, Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return stored results, by check name, with their findings consolidated."""
    remaining = consolidate(
        {name: result.get("findings") or [] for name, result in results.items()}
    )
    return {name: {**result, "findings": remaining[name]} for name, result in results.items()}


def no_site_code(found: Found) -> str | None:
    """Return the finding that says there is no website of the business, or None.

    What other checks met counts only as long as the browser's check did not see a page.
    """
    codes = {code for rows in found.values() for row in _rows(rows) if (code := _code(row))}
    browser = {_code(row) for row in _rows(found.get(_BROWSER))} - {None}
    if browser - set(NO_SITE):
        codes -= UNSURE
    return next((code for code in NO_SITE if code in codes), None)


def area_of(check: str, finding: object) -> Area | None:
    """Return the area of a stored finding; older ones name none, so their code or check does."""
    named = get_text(finding, "area")
    if named in _AREAS:
        return _AREAS[named]
    kind = _kinds().get(_code(finding) or "")
    return kind.area if kind else own_area(check)


@cache
def _kinds() -> dict[str, FindingKind]:
    return {code: kind for check in all_checks().values() for code, kind in check.kinds.items()}


def _rows(stored: object) -> list[Any]:
    return list(stored) if isinstance(stored, list | tuple) else []


def _code(row: object) -> str | None:
    return get_text(row, "code")


def _severity(row: object) -> Severity:
    named = get_text(row, "severity")
    return next((s for s in _SEVERITIES if s.value == named), Severity.INFO)


def _fault(row: object) -> bool:
    return isinstance(row, dict) and _severity(row) not in {Severity.INFO, Severity.PASSED}


def _once(found: Mapping[str, list[Any]]) -> dict[str, list[Any]]:
    """Return the findings without those whose code was there before."""
    seen: set[str] = set()
    return {check: list(_first_of_each(rows, seen)) for check, rows in found.items()}


def _first_of_each(rows: list[Any], seen: set[str]) -> Iterator[Any]:
    for row in rows:
        code = _code(row)
        if code is None or code not in seen:
            yield row
        if code is not None:
            seen.add(code)


def _standing(found: Mapping[str, list[Any]]) -> Mapping[str, bool]:
    """Return for each code whether it stands, or is said by another that does."""
    codes = {code for rows in found.values() for row in rows if (code := _code(row))}
    no_site = no_site_code(found)
    gone = {
        code
        for check, rows in found.items()
        for row in rows
        if (code := _code(row)) and no_site and code != no_site and _on_the_page(check, row)
    }
    sayers: dict[str, list[str]] = {}
    for code in codes - gone:
        for implied in IMPLIED.get(code, ()):
            sayers.setdefault(implied, []).append(code)
    standing: dict[str, bool] = dict.fromkeys(gone, False)
    for code in codes:
        _decide(code, sayers, standing)
    return standing


def _on_the_page(check: str, row: object) -> bool:
    return area_of(check, row) in SITE_AREAS or _code(row) in ABOUT_THE_PAGE


def _decide(code: str, sayers: Mapping[str, list[str]], standing: dict[str, bool]) -> bool:
    """Note whether a code stands: it does unless one that stands implies it."""
    if code not in standing:
        standing[code] = not any(_decide(other, sayers, standing) for other in sayers.get(code, ()))
    return standing[code]


def _stays(
    check: str, row: object, standing: Mapping[str, bool], dismissed: Collection[tuple[str, str]]
) -> bool:
    code = _code(row)
    return code is None or (standing[code] and (check, code) not in dismissed)


def _contradicted(row: object, faults: Sequence[tuple[Area | None, object]]) -> bool:
    """Whether a praise stands against a fault of its topic."""
    praise = PRAISE.get(_code(row) or "")
    if praise is None or _severity(row) is not Severity.PASSED:
        return False
    return any(_forbids(area, fault, praise) for area, fault in faults)


def _forbids(area: Area | None, fault: object, praise: Praise) -> bool:
    if _code(fault) in praise.against:
        return True
    if _code(fault) in praise.besides:
        return False
    least = praise.areas.get(area) if area else None
    return least is not None and _SEVERITIES.index(_severity(fault)) <= _SEVERITIES.index(least)
