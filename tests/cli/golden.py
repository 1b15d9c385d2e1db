"""Screens held against files: `GOLDEN=write pytest tests/cli` writes them again."""

from __future__ import annotations

import io
import os
from pathlib import Path

from rich.cells import cell_len
from rich.console import Console, RenderableType

FOLDER = Path(__file__).with_name("golden")
WIDTHS = (60, 80, 140)


def rendered(*parts: RenderableType, width: int = 160) -> str:
    """Return what a pipe of that width gets."""
    console = Console(file=io.StringIO(), width=width, force_terminal=False, highlight=False)
    for part in parts:
        console.print(part)
    return "".join(f"{line.rstrip()}\n" for line in console.file.getvalue().splitlines())


def hold(name: str, width: int, *parts: RenderableType) -> str:
    """Compare the screen with golden/NAME.WIDTH.txt; no line is wider than the screen."""
    text = rendered(*parts, width=width)
    assert [line for line in text.splitlines() if cell_len(line) > width] == []
    file = FOLDER / f"{name}.{width}.txt"
    if os.environ.get("GOLDEN") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8"), "as it should be? write it: GOLDEN=write"
    return text
