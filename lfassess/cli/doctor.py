"""`lfassess doctor`: what is configured, reachable and missing, and how to fix it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from lfassess.cli.common import out_console, print_json

if TYPE_CHECKING:
    from lfassess.settings import Settings

_EXIT_CONFIGURATION = 3
_EXIT_SERVICE = 4


def doctor(
    *,
    settings: Annotated[
        bool, typer.Option("--settings", help="Show every setting, and where it comes from.")
    ] = False,
    keys: Annotated[
        bool,
        typer.Option(
            "--keys", help="Ask providers whether they take the keys; OpenAI: less than a cent."
        ),
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")] = False,
) -> None:
    """Say what is configured, reachable and missing, and how to fix it."""
    from dataclasses import asdict

    from lfassess.cli.diagnostics import examine
    from lfassess.settings import get_settings

    configured = get_settings()
    if settings:
        _show_settings(configured, as_json=json)
        return
    found = examine(configured, keys=keys)
    if json:
        print_json(
            {"ok": all(f.state != "bad" for f in found), "items": [asdict(f) for f in found]}
        )
    else:
        from lfassess.cli import doctor_output

        for part in doctor_output.screen(found):
            out_console().print(part)
    bad = [f for f in found if f.state == "bad"]
    if any(f.area == "service" for f in bad):
        raise typer.Exit(_EXIT_SERVICE)
    if bad:
        raise typer.Exit(_EXIT_CONFIGURATION)


def _show_settings(configured: Settings, *, as_json: bool) -> None:
    from lfassess import settings_sources
    from lfassess.cli import settings_output

    settings = settings_sources.all_settings(configured)
    said = settings_sources.notes()
    if as_json:
        print_json(settings_output.as_json(settings, said))
    else:
        settings_output.show(settings, said)
