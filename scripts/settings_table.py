"""Writes the table of all settings into its page; a test holds it to the code."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from pydantic_core import PydanticUndefined

from lfassess.settings import Settings, variable_of

DOCUMENT = Path(__file__).parents[1] / "docs" / "reference" / "configuration.md"
HEAD = "| variable | in lfassess.toml | default | what it does |\n|---|---|---|---|\n"


def table() -> str:
    """Return the table in Markdown."""
    rows = []
    for name, field in Settings.model_fields.items():
        text = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{variable_of(name)}` | `{name}` | {_default(field.default)} | {text} |\n")
    return HEAD + "".join(rows)


def _default(value: Any) -> str:
    if value is PydanticUndefined:
        return "a folder of yours"
    if value in (None, (), ""):
        return ""
    if isinstance(value, bool):
        return f"`{int(value)}`"
    return f"`{','.join(value) if isinstance(value, tuple) else value}`"


def written(text: str) -> str:
    """Return the document's text with today's table in it."""
    before, _, rest = text.partition(HEAD)
    after = rest.partition("\n\n")[2]
    return f"{before}{table()}\n{after}"


def main() -> int:
    """Write it."""
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
