"""How failures look: patterns as a list, failed checks as a table, both as CSV."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TextIO

from lfassess.errors import UsageError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from lfassess.db.commands.requeue import DeadLetter
    from lfassess.db.queries.failures import Pattern, Report

_STATE: Final = {
    "new": ("new", "bold red"),
    "came_back": ("came back", "bold red"),
    "acknowledged": ("acknowledged", "yellow"),
    "resolved": ("resolved", "green"),
}
_TREND: Final = {"rising": "red", "falling": "green"}
_BARS: Final = "·▁▂▃▄▅▆▇█"
_INDENT: Final = 4

PATTERN_COLUMNS: Final = (
    "id", "check", "provider", "code", "fingerprint", "state", "attempts", "checks_failed",
    "still_failed", "leads", "share", "first_seen", "last_seen", "trend", "cause", "message",
    "advice", "retry", "note",
)  # fmt: skip


def pattern_row(pattern: Pattern, batch_id: int | None = None) -> dict[str, Any]:
    """Return the pattern as `errors report --json` has it."""
    from lfassess.errors import advice_for, cause_of

    plain = {name: getattr(pattern, name) for name in type(pattern).__dataclass_fields__}
    return {
        "id": pattern.id,
        **plain,
        "cause": cause_of(pattern.code),
        "advice": advice_for(pattern.code),
        "retry": retry_command(pattern, batch_id),
    }


def retry_command(pattern: Pattern, batch_id: int | None = None) -> str | None:
    """Return the command that sends the pattern's failed checks again; None if there are none."""
    if not pattern.still_failed:
        return None
    of_batch = f" --batch {batch_id}" if batch_id is not None else ""
    return f"lfassess errors retry --pattern {pattern.id}{of_batch}"


def headline(report: Report, since: str) -> str:
    """Return what failed of what there was."""
    s = report.shares
    earlier = s.checks_failed - s.still_failed
    more = f", {earlier:,} more had, and were sent again" if earlier > 0 else ""
    return (
        f"Last {since}: {s.still_failed:,} of {s.checks_ended:,} checks have failed "
        f"({report.failure_share:.1%}){more}; "
        f"{s.failed_attempts:,} of {s.attempts:,} attempts failed."
    )


def screen(report: Report, since: str, batch_id: int | None = None) -> Iterator[RenderableType]:
    """Return what `errors report` shows, part by part."""
    from rich.text import Text

    yield Text(headline(report, since))
    if not report.patterns:
        yield Text("No failures.", style="green")
    for pattern in report.patterns:
        yield Text()
        yield from _pattern(pattern, batch_id)
    if any(p.state in {"new", "came_back"} for p in report.patterns):
        yield Text()
        yield Text(
            "Seen: lfassess errors ack ID or CODE · Fixed: lfassess errors resolve ID or CODE",
            style="dim",
        )


def _pattern(pattern: Pattern, batch_id: int | None) -> Iterator[RenderableType]:
    from rich.text import Text

    from lfassess.cli.columns import Command, Labelled
    from lfassess.errors import advice_for, cause_of
    from lfassess.quantities import plural

    word, style = _STATE[pattern.state]
    yield Text.assemble((pattern.id, "bold"), "  ", (word, style))
    if pattern.state == "resolved":
        yield Labelled("", Text("Nothing since it was resolved.", style="dim"), indent=_INDENT)
        return
    leads = ", ".join(map(str, pattern.example_leads))
    more = ", …" if pattern.leads > len(pattern.example_leads) else ""
    cause = cause_of(pattern.code)
    lines = [
        Text.assemble(
            f"{plural(pattern.checks_failed, 'check')} failed, {pattern.still_failed:,} still"
            f" · {plural(pattern.attempts, 'attempt')}, {_percent(pattern.share)} of all · ",
            (pattern.trend if pattern.trend != "unknown" else "trend unknown",
             _TREND.get(pattern.trend, "")),
            f" {spark(pattern.windows)}",
        ),
        Text(
            f"first {pattern.first_seen:%m-%d %H:%M:%S} · last {pattern.last_seen:%m-%d %H:%M:%S}"
            f" · {plural(pattern.leads, 'lead')}: {leads}{more}"
        ),
        Text(cause),
        Text(f"Last: {pattern.message}" if pattern.message not in {None, "", cause} else ""),
        Text(f"→ {advice_for(pattern.code)}", style="dim"),
        Text(f"Note: {pattern.note}" if pattern.note else "", style="dim"),
    ]  # fmt: skip
    for line in lines:
        if line:
            yield Labelled("", line, indent=_INDENT)
    if command := retry_command(pattern, batch_id):
        yield Command(command, indent=_INDENT)


def _percent(share: float) -> str:
    return "under 0.1%" if 0 < share < 0.001 else f"{share:.1%}"  # noqa: PLR2004 - a tenth


def spark(counts: Sequence[int]) -> str:
    """Return the counts as bars, the highest of them full; nothing is a dot."""
    top = max(counts, default=0)
    if not top:
        return ""
    full = len(_BARS) - 1
    return "".join(_BARS[-(-count * full // top)] for count in counts)


def letters_screen(
    letters: list[DeadLetter], limit: int | None, asked: Mapping[str, object]
) -> Iterator[RenderableType]:
    """Return what `errors list` shows; ``asked`` are its options, which `errors retry` has, too."""
    from rich.text import Text

    from lfassess.cli.columns import Column, Columns, Command

    if not letters:
        yield Text("Nothing has failed for good.", style="green")
        return
    table = Columns(
        [
            Column("Lead", right=True),
            Column("Name", cut=True),
            Column("Check"),
            Column("Code"),
            Column("Tries", right=True),
            Column("When", rank=1),
        ]
    )
    for letter in letters:
        table.add(
            str(letter.lead_id),
            letter.lead_name,
            letter.check,
            letter.code,
            str(letter.attempts),
            f"{letter.failed_at:%m-%d %H:%M}",
            notes=(letter.message or "",),
        )
    yield table
    if len(letters) == limit:
        yield Text(f"The newest {limit}; --limit shows more.", style="dim")
    if any(letter.replayable for letter in letters):
        given = [word for name, value in asked.items() if value is not None
                 for word in (name, str(value))]  # fmt: skip
        yield Text("All of them go again with:", style="dim")
        yield Command(shlex.join(["lfassess", "errors", "retry", *(given or ["--all"])]))


def write_csv(path: Path, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """Write the rows as CSV that is safe in a spreadsheet; - is stdout.

    Raises:
        UsageError: the file can't be written.
    """
    from lfassess.assessment.export.tables import write_rows

    with _opened(path) as out:
        write_rows(out, columns, rows)


@contextmanager
def _opened(path: Path) -> Iterator[TextIO]:
    if str(path) == "-":
        yield sys.stdout
        return
    try:
        with path.open("w", newline="", encoding="utf-8") as out:
            yield out
    except OSError as e:
        raise UsageError(f"Can't write {path}: {e.strerror}.") from e
