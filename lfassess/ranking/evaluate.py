"""Whether the ranking's order would have found what was won."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

_WON: Final = frozenset({"won", "yes", "true", "1", "customer", "closed won", "gewonnen", "ja"})
_LOST: Final = frozenset({"lost", "no", "false", "0", "closed lost", "verloren", "nein"})
TOP_SHARE: Final = 0.2  # of the ranking


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How well an order put won leads before lost ones."""

    won: int
    lost: int
    pairs_right: float | None  # share of (won, lost) pairs in order; None without both
    top: int  # leads in the first fifth of the ranking
    won_in_top: int


def outcome_of(text: str) -> bool | None:
    """Return whether a cell says won (True) or lost (False); None where it says neither."""
    word = text.strip().lower()
    return True if word in _WON else False if word in _LOST else None


def evaluate(outcomes: Sequence[tuple[float, bool]]) -> Evaluation:
    """Return how often a won lead stands above a lost one, equal scores counting half.

    That share is the area under the ROC curve: 0.5 is chance (Hanley and McNeil, 1982,
    https://doi.org/10.1148/radiology.143.1.7063747).

    Args:
        outcomes: (opportunity, whether it was won).
    """
    won = [score for score, is_won in outcomes if is_won]
    lost = [score for score, is_won in outcomes if not is_won]
    ordered = sorted(outcomes, key=lambda pair: -pair[0])
    top = ordered[: max(1, round(TOP_SHARE * len(ordered)))] if ordered else []
    return Evaluation(
        won=len(won),
        lost=len(lost),
        pairs_right=_pairs(won, lost) if won and lost else None,
        top=len(top),
        won_in_top=sum(is_won for _, is_won in top),
    )


def _pairs(won: Sequence[float], lost: Sequence[float]) -> float:
    """Return the share of pairs in order, by ranks: Mann and Whitney's U over its most."""
    ranks: dict[float, float] = {}
    everything = sorted([*won, *lost])
    start = 0
    while start < len(everything):
        end = start
        while end < len(everything) and everything[end] == everything[start]:
            end += 1
        ranks[everything[start]] = (start + 1 + end) / 2
        start = end
    least = len(won) * (len(won) + 1) / 2
    return (sum(ranks[score] for score in won) - least) / (len(won) * len(lost))
