"""Makes sure that Chromium, its driver, fonts and Lighthouse are there; used by `make setup`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lfassess.clients.chromium import binaries, fonts
from lfassess.clients.lighthouse import install
from lfassess.errors import LfassessError, ToolMissingError
from lfassess.settings import Settings

PACKAGES = ("chromium-headless-shell", "chromium-driver")
LIGHTHOUSE = Path(__file__).parents[1] / ".venv" / "lighthouse"


def say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


def have_browser() -> bool:
    try:
        browser = binaries.find_browser(Settings())
        driver = binaries.find_driver(Settings())
    except ToolMissingError:
        return False
    say(f"Browser: {browser}, driver: {driver}")
    return True


def have_fonts() -> bool:
    """Whether every script is known to have a font."""
    return fonts.missing() == []


def apt_install(packages: Sequence[str]) -> bool:
    """Install from the distribution's packages; False where that can't be done."""
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    say(f"Installing {', '.join(packages)} with apt-get ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with tempfile.TemporaryFile() as log:
        for words in (["update"], ["install", "-y", "--no-install-recommends", *packages]):
            done = subprocess.run(
                ["apt-get", *words], env=environment, stdout=log, stderr=log, check=False
            )
            if done.returncode != 0:
                log.seek(0)
                say(log.read().decode(errors="replace")[-2000:])
                return False
    return True


def selenium_manager() -> bool:
    """Let Selenium fetch a browser and driver, where the internet allows it."""
    from selenium.webdriver.common.selenium_manager import SeleniumManager  # noqa: PLC0415

    say("Looking for a browser with Selenium Manager ...")
    try:
        found = SeleniumManager().binary_paths(["--browser", "chrome"])
    except Exception as e:  # noqa: BLE001 - whatever it says, the message below says what to do
        say(f"  {str(e).splitlines()[0][:200]}")
        return False
    say(
        f"Set LFASSESS_BROWSER={found['browser_path']}"
        f" and LFASSESS_CHROMEDRIVER={found['driver_path']}"
    )
    return True


def main() -> None:
    if not (have_browser() or (apt_install(PACKAGES) and have_browser()) or selenium_manager()):
        say(f"No browser could be installed. {binaries.INSTALL_HINT}")
        say("Without it the visual check and PageSpeed say so and the others go on.")
    if not have_fonts():
        apt_install(("fontconfig", *fonts.PACKAGES))
    if lacking := fonts.missing():
        say(
            f"No fonts for {', '.join(lacking)}: screenshots and PDFs will show boxes. "
            f"{fonts.INSTALL_HINT}"
        )
    try:
        say(f"Lighthouse: {install(Settings(lighthouse_dir=LIGHTHOUSE), say)}")
    except LfassessError as e:
        say(f"{e.message} {e.hint or ''}")


if __name__ == "__main__":
    main()
