"""Makes docs/samples again: a report and pictures of the pages, of audits of the demo sites.

Run it after `make setup`: python -m scripts.samples. It takes some five minutes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lfassess import stack
from lfassess.clients.browser import browser_page, shutdown
from lfassess.sandbox.profiles import profile_named, with_faults
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import Settings
from scripts.demo import LEADS, LIGHTHOUSE, ROOT, clean_environment, lfassess

SAMPLES: Final = ROOT / "docs" / "samples"
WORK: Final = ROOT / "demo-output" / "samples"
_AUDITS: Final = 6
_FAULTS: Final = 0.12  # so that there are failures to show
_WIDTH, _HEIGHT = 900, 1050  # CSS pixels
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
            lfassess("batch", str(LEADS), "--limit", str(_AUDITS), "--max-age", "0s", env=env)
            report = str(SAMPLES / "audit-report.pdf")
            words = ("report", str(_REPORT), "--format", "pdf", "--paper", "Letter", "-o", report)
            lfassess(*words, env=env)
            with _pages(env) as url:
                _photograph(url)
        finally:
            shutdown()
            lfassess("down", env=env, quiet=True)


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
