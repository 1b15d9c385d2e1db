"""`lfassess doctor --settings`: every setting, its value and where that comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lfassess.cli.common import out_console

if TYPE_CHECKING:
    from pathlib import Path

    from lfassess.settings_sources import Setting


def as_json(settings: list[Setting], said: list[str]) -> dict[str, Any]:
    """Return the object that `doctor --settings --json` prints."""
    return {
        "settings": [
            {
                "name": s.name,
                "variable": s.variable,
                "value": s.value,
                "source": s.source.kind,
                "file": str(s.source.path.absolute()) if s.source.path else None,
                "description": s.description,
            }
            for s in settings
        ],
        "notes": said,
    }


def show(settings: list[Setting], said: list[str]) -> None:
    """Print the settings as a table, the files by number, and what is to be said of them."""
    from rich.table import Table
    from rich.text import Text

    console = out_console()
    files = list(dict.fromkeys(s.source.path for s in settings if s.source.path))
    table = Table(box=None, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("Setting", no_wrap=True)
    table.add_column("Value", overflow="fold", ratio=1)
    table.add_column("From", no_wrap=True)
    for s in settings:
        is_default = s.source.kind == "default"
        value = Text("not set", "dim") if s.value is None else Text(s.value)
        source = Text(_short(s, files), "dim" if is_default else "")
        table.add_row(Text(s.variable, "" if is_default else "bold"), value, source)
    console.print(table)
    console.print()
    for number, file in enumerate(files, 1):
        console.print(Text(f"file {number}: {file.absolute()}"))
    for sentence in said:
        console.print(Text.assemble(("Note: ", "yellow"), sentence))
    console.print(
        "Of several places the first counts: environment, lfassess.toml in the current folder"
        " (or --config FILE), the user's own lfassess.toml, default."
    )


def _short(setting: Setting, files: list[Path]) -> str:
    path = setting.source.path
    return setting.source.kind if path is None else f"file {files.index(path) + 1}"
