"""How sure a performance score is: its runs, their median and range, and the machine's state.

Lighthouse's scores differ from run to run, most of all where other work takes the processor
(https://github.com/GoogleChrome/lighthouse/blob/main/docs/variability.md). So a score near a
grade's bound, or from a busy machine, is measured again, and what is left of doubt is printed.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Final

from lfassess.checks.base import Json
from lfassess.checks.pagespeed.evidence import Evidence, Run
from lfassess.checks.shared.json_access import get_number, get_object
from lfassess.config_files import read_toml

MAX_RUNS: Final = 3  # of our own choice
NEAR: Final = 3  # points; closer to a grade's bound, one run does not decide
# Lighthouse's own line: below it, it warns of a slow host processor (SLOW_CPU_BENCHMARK_INDEX).
SLOW_INDEX: Final = 1000
# Processes that run or wait, per CPU, before the run: from here on Chromium shares each CPU.
BUSY_LOAD: Final = 1.0
_AGREE: Final = 2  # points; two runs of a busy machine that differ by no more are enough
_TBT_POINTS: Final = 30  # what TBT weighs in Lighthouse 10 to 13, of 100


def another_is_due(made: Sequence[Run]) -> bool:
    """Whether these runs leave the score so unsure that another one is worth its time."""
    if len(made) >= MAX_RUNS:
        return False
    found = _scores(made)
    if len(found) < len(made):  # a run that could not time the page
        return bool(found) or len(made) == 1
    if any(near_bound(score) for score in found):
        return True
    if not any(is_slow(run) for run in made):
        return False
    return len(found) == 1 or max(found) - min(found) > _AGREE


def summary(evidence: Evidence, score: int | None) -> Json:
    """Return {runs, score_range} for the metrics, or {} where there is no score.

    ``runs``: scores and benchmark_index and load in the order of the runs, median, low, high,
    slow_machine, wanted (how many the settings ask for, or None) and unsure: why the grade may be
    another one ("slow_machine", "near_bound"), or None. ``score_range`` is [least, most] of what
    the score may be: the runs' range; for a single score near a grade's bound NEAR points either
    way; on a slow machine up to what the page would have without any blocking time, as that is
    what other work on the processor adds.
    """
    here, made = bool(evidence.runs), evidence.runs or (_single(evidence.mobile, score),)
    found = _scores(made)
    if score is None or not found:
        return {}
    low, high = min(found), max(found)
    slow = here and any(is_slow(run) for run in made)
    close = len(found) == 1 and near_bound(score)
    least, most = (low - NEAR, high + NEAR) if close else (low, high)
    if slow:
        most = max(most, *(_unhindered(run) for run in made))
    return {
        "runs": {
            "scores": found,
            "median": score,
            "low": low,
            "high": high,
            "benchmark_index": [run.benchmark_index for run in made],
            "load": [run.load for run in made],
            "slow_machine": slow,
            "wanted": evidence.runs_wanted,
            "unsure": "slow_machine" if slow else "near_bound" if close else None,
        },
        "score_range": [max(0, least), min(100, most)],
    }


def median_at(found: Sequence[float | None]) -> int:
    """Return which run has the median score; the upper one of two, as load only takes points."""
    known = [score for score in found if score is not None]
    return list(found).index(statistics.median_high(known)) if known else 0


def with_speed_of(whole: Json, other: Json) -> Json:
    """Return a whole result with the speed that another run of the same page measured.

    Args:
        whole: of all categories, its ``performanceAudits`` naming the audits of loading speed.
        other: of performance alone.
    """
    names = whole.get("performanceAudits")
    of_speed = set(names) if isinstance(names, list) else set()
    others = {
        name: entry for name, entry in get_object(whole, "audits").items() if name not in of_speed
    }
    slower = {key: value for key, value in whole.items() if key != "frames"}
    return {
        **slower,
        **other,
        "categories": {**get_object(whole, "categories"), **get_object(other, "categories")},
        "audits": {**others, **get_object(other, "audits")},
    }


def benchmark_index(result: Json) -> float | None:
    """Return how fast the machine's processor was, by Lighthouse's own benchmark."""
    return get_number(get_object(result, "environment"), "benchmarkIndex")


def is_slow(run: Run) -> bool:
    """Whether the machine was slow in this run, or busy with other work."""
    slow = run.benchmark_index is not None and run.benchmark_index < SLOW_INDEX
    return slow or (run.load is not None and run.load > BUSY_LOAD)


def near_bound(score: float) -> bool:
    """Whether a few points would give another grade."""
    return any(abs(score - bound) <= NEAR for bound in grade_bounds())


def grade_bounds() -> list[int]:
    """Return the least scores of all grades but the last."""
    grades = read_toml("scoring.toml")["grades"]
    return [int(least) for least in grades.values() if int(least) > 0]


def _single(result: Json, score: int | None) -> Run:
    """Return the one run of Google, or of older evidence.

    The index of Google's machines is below 1,000 at all times, and its Lighthouse is set to that.
    """
    return Run(score, benchmark_index=benchmark_index(result))


def _scores(made: Sequence[Run]) -> list[int]:
    found = (run.score for run in made)
    return [round(score) for score in found if score is not None and 0 <= score <= 100]  # noqa: PLR2004


def _unhindered(run: Run) -> int:
    """Return the score that a run would have without any blocking time."""
    if run.score is None:
        return 0
    tbt = 1.0 if run.tbt_score is None else min(1.0, max(0.0, run.tbt_score))
    return round(run.score + _TBT_POINTS * (1 - tbt))
