"""Makes docs/samples again: a report and pictures of the pages, of audits of the demo sites.

Run it after `make setup`: python -m scripts.samples. It takes some five minutes.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.terminal_theme import SVG_EXPORT_THEME, TerminalTheme
from sqlalchemy.exc import ProgrammingError

from lfassess import stack
from lfassess.assessment.runtime import Runtime
from lfassess.cli.batch_screen import BatchScreen
from lfassess.cli.throughput import Rate
from lfassess.clients.browser import browser_page, shutdown
from lfassess.db.database import Database
from lfassess.db.queries import batch_view, progress
from lfassess.errors import NotFoundError, ServiceUnreachableError
from lfassess.sandbox.profiles import profile_named, with_faults
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import Settings
from scripts.demo import LEADS, LIGHTHOUSE, ROOT, clean_environment, lfassess

SAMPLES: Final = ROOT / "docs" / "samples"
WORK: Final = ROOT / "demo-output" / "samples"
_AUDITS: Final = 6
_FAULTS: Final = 0.12  # so that there are failures to show
_WIDTH, _HEIGHT = 900, 1050  # CSS pixels
_COLUMNS: Final = 118  # of the terminal whose screen is drawn
_LOOK_S: Final = 0.5
_PHONE: Final = (390, 900)
_WAIT_S: Final = 60.0
# Of a demo lead whose report has something of everything.
_REPORT: Final = 2


def main() -> None:
    env = clean_environment() | {
        "LFASSESS_DATA_DIR": str(WORK / "data"),
        "LFASSESS_LIGHTHOUSE_DIR": str(LIGHTHOUSE),
    }
    stack.erase(Settings(data_dir=WORK / "data"))
    profile = with_faults(profile_named("fast"), _FAULTS, ())
    with SandboxServer(profile=profile, seed=1, directory=WORK / "sandbox") as sandbox:
        env |= sandbox.env
        try:
            _watch(env)
            report = str(SAMPLES / "audit-report.pdf")
            words = ("report", str(_REPORT), "--format", "pdf", "--paper", "Letter", "-o", report)
            lfassess(*words, env=env)
            with _pages(env) as url:
                _photograph(url)
        finally:
            shutdown()
            lfassess("down", env=env, quiet=True)


def _watch(env: Mapping[str, str]) -> None:
    """Run the batch, and keep the screen that a terminal shows half-way through."""
    words = [sys.executable, "-m", "lfassess", "batch", str(LEADS), "--limit", str(_AUDITS)]
    with (
        Runtime.of(Settings(data_dir=WORK / "data")) as runtime,
        subprocess.Popen([*words, "--max-age", "0s"], env=env) as batch,
    ):
        rate, shot = Rate(), False
        while batch.poll() is None:
            time.sleep(_LOOK_S)
            with suppress(ServiceUnreachableError, NotFoundError, ProgrammingError):
                screen = _screen(runtime.database, rate)
                if not shot and screen.totals.done >= _AUDITS // 2:
                    (SAMPLES / "live.svg").write_text(_as_svg(screen), encoding="utf-8")
                    shot = True
    assert shot, "the batch ended before it was seen"
    assert batch.returncode in {0, 1}, batch.returncode


def _screen(database: Database, rate: Rate) -> BatchScreen:
    with database.session() as session:
        totals = progress.totals(session, 1)
        states = progress.active_states(session, 1, active=_AUDITS, recent=_AUDITS)
        situation = batch_view.situation(session, 1)
    rate.observe(totals.done, time.monotonic())
    return BatchScreen(1, totals, states, situation, rate, live=True)


def _theme() -> TerminalTheme:
    """Return Rich's theme with a black that is black: its grey can't be read on a grade's green."""
    colours: list[tuple[int, int, int]] = [SVG_EXPORT_THEME.ansi_colors[n] for n in range(16)]
    colours[0] = (0, 0, 0)
    ground, text = SVG_EXPORT_THEME.background_color, SVG_EXPORT_THEME.foreground_color
    return TerminalTheme(ground, text, colours[:8], colours[8:])


def _as_svg(screen: BatchScreen) -> str:
    """Draw a screen; readers' own fonts, since Rich's would be loaded from elsewhere."""
    console = Console(record=True, width=_COLUMNS, force_terminal=True, file=io.StringIO())
    console.print(screen)
    drawn = console.export_svg(
        title=f"lfassess batch {LEADS.name}", theme=_theme(), unique_id="live"
    )
    return re.sub(r"@font-face \{.*?\}\s*", "", drawn, flags=re.DOTALL)


@contextmanager
def _pages(env: Mapping[str, str]) -> Iterator[str]:
    words = [sys.executable, "-m", "lfassess", "api", "--port", "0", "--json"]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, text=True) as api:
        assert api.stdout
        try:
            yield json.loads(api.stdout.readline())["url"]
        finally:
            api.terminate()


def _photograph(url: str) -> None:
    settings = Settings(data_dir=WORK / "data", allow_private_targets=True)
    pictures = {
        "overview": "/",
        "batch": "/batches/1",
        "assessment": f"/assessments/{_REPORT}",
        "errors": "/errors",
        "report": f"/api/v1/assessments/{_REPORT}/report?format=html",
    }
    for name, path in pictures.items():
        _picture(settings, url + path, f"{name}.jpg", (_WIDTH, _HEIGHT), "light")
    _picture(settings, f"{url}/", "overview-phone-dark.jpg", _PHONE, "dark")


def _picture(settings: Settings, url: str, name: str, size: tuple[int, int], scheme: str) -> None:
    deadline = time.monotonic() + _WAIT_S
    width, height = size
    with browser_page(settings, width=width, height=height, deadline=deadline) as page:
        page.command(
            "Emulation.setEmulatedMedia",
            features=[{"name": "prefers-color-scheme", "value": scheme}],
        )
        page.goto(url)
        Path(SAMPLES / name).write_bytes(page.screenshot_jpeg(full_page=False))


if __name__ == "__main__":
    main()
