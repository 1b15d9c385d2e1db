"""Two audits of each site under different load: no grade may change beyond what was printed."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from lfassess import scoring
from lfassess.checks.base import Area
from lfassess.scoring.areas import Result
from tests.sites.audit import Audit

Grades = dict[str, tuple[str | None, frozenset[str]]]  # by area: grade, grades that were printed


def grades(audit: Audit) -> Grades:
    """Return each area's grade, the overall one's too, with all grades of its printed range."""
    rules = scoring.load_rules()
    done = {n: r for n, r in audit.stored.items() if r["status"] == "completed"}
    found = scoring.assess(
        {n: Result(r["score"], r["findings"], r["metrics"]) for n, r in done.items()}, rules
    )
    letters = [letter for letter, _ in rules.grades]
    given = {area.value: found.areas[area].grade for area in Area} | {"overall": found.grade}
    printed: Grades = {}
    for name, letter in given.items():
        better, worse = found.ranges.get(name, {}).get("grades", (letter, letter))
        between = letters[letters.index(better) : letters.index(worse) + 1] if better else []
        printed[name] = (letter, frozenset(between))
    return printed


def changed(before: Sequence[Audit], after: Sequence[Audit]) -> list[str]:
    """Return the grades that changed without a printed range that covers both."""
    result = []
    for one, other in zip(before, after, strict=True):
        second = grades(other)
        for name, (letter, printed) in grades(one).items():
            new, printed_then = second[name]
            if new != letter and not ({new, letter} <= printed or {new, letter} <= printed_then):
                result.append(f"{one.site.name}: {name} {letter} -> {new}")
    return result


def _burn() -> None:
    while True:
        pass


@contextmanager
def load(processes: int) -> Iterator[None]:
    """Keep so many processes busy meanwhile."""
    busy = [multiprocessing.Process(target=_burn, daemon=True) for _ in range(processes)]
    for process in busy:
        process.start()
    try:
        yield
    finally:
        for process in busy:
            process.kill()
            process.join()
