"""Cells that a spreadsheet would take for formulas: made harmless on the way out, and restored."""

from __future__ import annotations

from typing import Final

from lfassess.plain_text import plain

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # how a spreadsheet knows a formula


def neutralise(cell: str) -> str:
    """Return the cell so that no spreadsheet takes it for a formula, no terminal for an order."""
    shown = plain(cell)
    return f"'{shown}" if cell.startswith(_FORMULA) or shown.startswith(_FORMULA) else shown


def restored(cell: str) -> str:
    """Undo ``neutralise``, so that an exported file can be imported again."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell
