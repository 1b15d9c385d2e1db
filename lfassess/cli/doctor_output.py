"""What `lfassess doctor` found out, and how that is printed: by kind, what to do, the sum."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final, Literal

from rich.table import Table
from rich.text import Text

from lfassess.quantities import plural

if TYPE_CHECKING:
    from rich.console import RenderableType


State = Literal["ok", "note", "bad"]

_TITLES: Final = {
    "system": "System", "service": "Services", "tool": "Tools", "provider": "Providers",
}  # fmt: skip
_MARKS: Final = {"ok": ("ok", "green"), "note": ("--", "yellow"), "bad": ("no", "red")}
_DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's answer."""

    name: str
    area: Literal["system", "service", "tool", "provider"]
    state: State
    detail: str
    fix: str | None = None
    source: str = ""  # where the value came from


def screen(found: list[Finding]) -> Iterator[RenderableType]:
    """Yield what is shown of the findings, which stay in their order within each kind."""
    order = list(_TITLES)
    width = max((len(f.name) for f in found), default=0)
    sorted_ = sorted(found, key=lambda f: order.index(f.area))
    for area, some in groupby(sorted_, key=lambda f: f.area):
        yield Text(_TITLES[area], style="bold")
        table = Table.grid(padding=(0, 2, 0, 0), expand=True)
        table.add_column(no_wrap=True, width=2)
        table.add_column(no_wrap=True, width=width)
        table.add_column(ratio=1, overflow="fold")
        for f in some:
            table.add_row(Text(*_MARKS[f.state]), f.name, _text(f))
        yield table
        yield ""
    yield _sum(found)


def _text(finding: Finding) -> Text:
    text = Text(finding.detail)
    if finding.source and finding.source != _DEFAULT:
        text.append(f" (from {finding.source})", style="dim")
    if finding.fix:
        text.append(f"\n→ {finding.fix}", style="" if finding.state == "bad" else "dim")
    return text


def _sum(found: list[Finding]) -> Text:
    bad = [f.name for f in found if f.state == "bad"]
    notes = sum(f.state == "note" for f in found)
    more = f"; {plural(notes, 'note')}" if notes else ""
    if bad:
        return Text(f"To be fixed: {', '.join(bad)}{more}.", style="red")
    return Text(f"Everything needed is here{more}.", style="green")
