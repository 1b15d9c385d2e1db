"""What became of leads that were audited again, as commands, pages, the API and webhooks say it."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from lfassess.db.commands import batches
from lfassess.db.queries import changes as pairs
from lfassess.db.queries.changes import TwoAudits
from lfassess.errors import UsageError
from lfassess.findings.changes import Audit, Incomparable, Kind, changes, found_in
from lfassess.plain_text import did_you_mean

# In the order in which they want attention.
WORDS: Final = {
    Kind.GONE.value: "The website is gone",
    Kind.WORSE.value: "Worse",
    Kind.BACK.value: "The website is back",
    Kind.BETTER.value: "Better",
    Kind.CHANGED.value: "Other findings",
}
# Of two scores that are there.
INCOMPARABLE: Final = {
    Incomparable.RULES.value: "Other scoring rules: the scores can't be compared.",
    Incomparable.AREAS.value: "Not the same areas were measured: the scores can't be compared.",
}
NEW: Final = "new"  # whatever else became of it, it has a finding that it had not
COLUMNS: Final = (
    *("change", "lead_id", "name", "website", "before", "after", "new", "fixed"),
    *("before_at", "after_at", "before_id", "after_id", "sandbox", "incomparable"),
)


@dataclass(frozen=True, slots=True)
class Which:
    """Which changes are asked for."""

    since_s: float | None = None  # audited again in so many seconds
    batches: tuple[int, int] | None = None  # the earlier and the later one, in place of a time
    only: frozenset[str] = frozenset(WORDS)  # of WORDS, or NEW

    def has(self, row: dict[str, Any]) -> bool:
        """Tell whether a change is one of those."""
        return row["change"] in self.only or (NEW in self.only and bool(row["new"]))


def kinds_of(text: str | None) -> frozenset[str]:
    """Return the kinds of change that a list with commas names; without one, all.

    Raises:
        UsageError: it names what is none.
    """
    given = frozenset(word.strip() for word in (text or "").split(",") if word.strip())
    if unknown := sorted(given - WORDS.keys() - {NEW}):
        known = [*WORDS, NEW]
        raise UsageError(
            f"Changes are {', '.join(known)}; not {unknown[0]!r}.{did_you_mean(unknown[0], known)}"
        )
    return given or frozenset(WORDS)


def looked_through(
    session: Session, which: Which, *, after: int = 0, most: int | None = None
) -> Generator[tuple[int, dict[str, Any] | None]]:
    """Yield leads that were audited twice, by id: each with what has changed, None where nothing.

    Args:
        session: the open transaction.
        which: what is asked for; anything else counts as nothing.
        after: go on after this lead's id.
        most: look at so many leads at most.

    Raises:
        NotFoundError: there is no such batch.
    """
    for number in which.batches or ():
        batches.get(session, number)
    found = (
        pairs.between_batches(session, *which.batches, after=after, limit=most)
        if which.batches is not None
        else pairs.audited_again(session, which.since_s, after=after, limit=most)
    )
    for pair in found:
        row = described(pair)
        yield pair.lead_id, row if row is not None and which.has(row) else None


def listed(
    session: Session, which: Which, *, most: int | None = None
) -> tuple[list[dict[str, Any]], bool]:
    """Return what has changed, what matters most first, and whether that is all of it.

    Args:
        session: the open transaction.
        which: what is asked for.
        most: look at so many leads at most.
    """
    seen = [row for _, row in looked_through(session, which, most=most)]
    order = list(WORDS)
    rows = sorted(
        (row for row in seen if row is not None), key=lambda row: order.index(row["change"])
    )
    return rows, most is None or len(seen) < most


def described(pair: TwoAudits) -> dict[str, Any] | None:
    """Return how two audits of a lead differ, by COLUMNS; None where in nothing that counts."""
    made = changes(
        Audit(
            pair.before_score,
            pair.before_version,
            found_in(pair.before_found),
            pair.before_areas,
        ),
        Audit(pair.after_score, pair.after_version, found_in(pair.after_found), pair.after_areas),
    )
    if made.kind is None:
        return None
    return {
        "change": made.kind.value,
        "lead_id": pair.lead_id,
        "name": pair.name,
        "website": pair.website,
        "before": pair.before_score,
        "after": pair.after_score,
        "new": [asdict(fault) for fault in made.new],
        "fixed": [asdict(fault) for fault in made.fixed],
        "before_at": pair.before_at,
        "after_at": pair.after_at,
        "before_id": pair.before_id,
        "after_id": pair.after_id,
        "sandbox": pair.sandbox,
        "incomparable": made.incomparable.value if made.incomparable else None,
    }


def of_assessment(session: Session, assessment_id: int) -> dict[str, Any] | None:
    """Return how an audit differs from the lead's one before; None without one, or a difference."""
    pair = pairs.with_the_one_before(session, assessment_id)
    return described(pair) if pair is not None else None


def csv_row(row: dict[str, Any]) -> dict[str, Any]:
    """Return a change with its findings in words, for one line of a spreadsheet."""
    return row | {name: in_words(row[name]) for name in ("new", "fixed")}


def in_words(faults: Sequence[dict[str, Any]]) -> str:
    return "; ".join(str(fault["title"]) for fault in faults)
