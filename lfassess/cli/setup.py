"""`lfassess setup`: installs what a Python package can't bring: a browser, fonts, Lighthouse."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from lfassess.cli.common import EXIT_SOME_FAILED, err_console, out_console, settings
from lfassess.errors import ConfigurationError, LfassessError, ToolMissingError, UsageError
from lfassess.runtime_hints import program

if TYPE_CHECKING:
    from lfassess.settings import Settings


@dataclass(frozen=True, slots=True)
class PackageManager:
    """A system's package manager, and what it calls the packages."""

    program: str
    install: tuple[str, ...]  # words before the packages
    browser: tuple[str, ...]  # Chromium and ChromeDriver of one version
    fonts: tuple[str, ...]  # for Chinese, Japanese, Korean and emoji, and to ask for them
    refresh: tuple[str, ...] = ()  # words that fetch the list of packages
    as_root: bool = True
    browser_mb: int | None = None  # on disk, with all they need; None where nobody measured
    fonts_mb: int | None = None


# Ubuntu's Chromium is a snap, which can't be driven: Debian's own name isn't there.
PACKAGE_MANAGERS: Final = (
    PackageManager(
        "apt-get",
        ("install", "-y", "--no-install-recommends"),
        ("chromium-headless-shell", "chromium-driver"),
        ("fontconfig", "fonts-noto-core", "fonts-noto-cjk", "fonts-noto-color-emoji"),
        refresh=("update",),
        browser_mb=1000,  # Debian's driver asks for the whole of Chromium
        fonts_mb=150,
    ),
    PackageManager(
        "dnf",
        ("install", "-y"),
        ("chromium-headless", "chromedriver"),
        ("fontconfig", "google-noto-sans-cjk-fonts", "google-noto-color-emoji-fonts"),
    ),
    PackageManager(
        "apk",
        ("add", "--no-cache"),
        ("chromium", "chromium-chromedriver"),
        ("fontconfig", "font-noto", "font-noto-cjk", "font-noto-emoji"),
    ),
    PackageManager(
        "pacman",
        ("-S", "--noconfirm", "--needed"),
        ("chromium",),
        ("fontconfig", "noto-fonts", "noto-fonts-cjk", "noto-fonts-emoji"),
    ),
    PackageManager(
        "brew", ("install", "--cask"), ("google-chrome", "chromedriver"), (), as_root=False
    ),
)


@dataclass(frozen=True, slots=True)
class Step:
    """One thing to install."""

    title: str
    how: str  # the command, or where it comes from and how large it is
    run: Callable[[], str | None]  # returns why it did not work


def setup(
    *,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Install without asking.")] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be installed; install nothing.")
    ] = False,
) -> None:
    """Install a browser, fonts and Lighthouse; says first what it will do."""
    from rich.text import Text

    out = out_console()
    configured = settings()
    steps = []
    for found in examine(configured):
        if isinstance(found, Step):
            steps.append(found)
            out.print(Text.assemble(("get ", "yellow"), f"{found.title}: ", (found.how, "dim")))
        else:
            out.print(Text.assemble(("ok  ", "green"), found))
    if not steps:
        out.print(f"Everything is there. Try: {program()} run https://example.com")
        return
    if dry_run or not (yes or _agreed()):
        return
    failed = [step for step in steps if not _done(step)]
    if failed:
        err_console().print("What is missing is named in reports as not assessed; the rest works.")
        raise typer.Exit(EXIT_SOME_FAILED)
    out.print(f"Done. Try: {program()} run https://example.com")


def _agreed() -> bool:
    if not sys.stdin.isatty():
        raise UsageError("There is nobody to ask whether this may be installed.", hint="Add --yes.")
    return typer.confirm("Install?", default=True)


def _done(step: Step) -> bool:
    console = err_console()
    console.print(f"[dim]{step.title} ...[/dim]")
    try:
        reason = step.run()
    except LfassessError as e:
        reason = " ".join(filter(None, (e.message, e.hint)))
    if reason:
        console.print(f"{step.title} could not be installed: {reason}", markup=False)
    return not reason


def examine(configured: Settings) -> Iterator[str | Step]:
    """Yield what is there in words, and what isn't as steps.

    Raises:
        ConfigurationError: a setting names a browser or driver that isn't there.
    """
    from lfassess.clients.browser import find_tools, require_packages
    from lfassess.clients.chromium import fonts
    from lfassess.clients.lighthouse import installed

    manager = package_manager()
    try:
        browser, driver = find_tools(configured)
        yield f"Browser: {browser}, driver {driver}"
    except ToolMissingError as e:
        if configured.browser_path or configured.chromedriver_path:
            raise ConfigurationError(
                e.message, hint="Correct LFASSESS_BROWSER and LFASSESS_CHROMEDRIVER, or unset them."
            ) from e
        yield _browser_step(configured, manager)
    try:
        require_packages()
    except ToolMissingError as e:  # pipx and uv would replace us while we run
        yield Step("Selenium", e.hint or "", require_packages)
    lacking = fonts.missing()
    if lacking == []:
        yield "Fonts: for Chinese, Japanese, Korean and emoji, too"
    elif manager and manager.fonts:
        what = f"Fonts for {', '.join(lacking)}" if lacking else "Fonts for other scripts"
        yield _package_step(what, manager, manager.fonts, manager.fonts_mb)
    if place := installed(configured):
        yield f"Lighthouse: {place}"
    else:
        yield Step("Lighthouse", "from npm, about 180 MB", lambda: _lighthouse(configured))


def _lighthouse(configured: Settings) -> None:
    from lfassess.clients.lighthouse import install

    install(configured)


def package_manager() -> PackageManager | None:
    """Return this system's package manager, the first that is there; None for one not known."""
    return next((m for m in PACKAGE_MANAGERS if shutil.which(m.program)), None)


def commands(manager: PackageManager, packages: Sequence[str]) -> list[list[str]] | None:
    """Return the commands that install the packages; None where this account may run none."""
    before: list[str] = []
    if manager.as_root and os.geteuid() != 0:
        if shutil.which("sudo") is None:
            return None
        before = ["sudo"]
    lines = [manager.refresh] if manager.refresh else []
    lines.append((*manager.install, *packages))
    return [[*before, manager.program, *words] for words in lines]


def _package_step(
    title: str, manager: PackageManager, packages: Sequence[str], size_mb: int | None
) -> Step:
    lines = commands(manager, packages)
    if lines is None:
        by_root = " ".join((manager.program, *manager.install, *packages))
        return Step(title, f"as root: {by_root}", lambda: f"as root, run {by_root}")
    shown = " && ".join(" ".join(line) for line in lines)
    shown += f" (about {size_mb:,} MB)" if size_mb else ""
    return Step(title, shown, lambda: _first_fault(lines))


def _first_fault(lines: Sequence[Sequence[str]]) -> str | None:
    """Run the commands; return what the first that fails said last, None if none does."""
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in lines:
        with tempfile.TemporaryFile() as log:
            done = subprocess.run(words, env=environment, stdout=log, stderr=log, check=False)
            if done.returncode:
                log.seek(0)
                said = log.read().decode(errors="replace").strip().splitlines()[-3:]
                return f"{' '.join(words)} ended with {done.returncode}: {' '.join(said)}"
    return None


def _browser_step(configured: Settings, manager: PackageManager | None) -> Step:
    if manager and _offers(manager) and commands(manager, manager.browser):
        return _package_step(
            "Chromium and its driver", manager, manager.browser, manager.browser_mb
        )
    return Step(
        "Chrome and its driver",
        "Chrome for Testing by Selenium Manager, about 400 MB, below your home",
        lambda: _by_selenium_manager(configured),
    )


def _offers(manager: PackageManager) -> bool:
    """Whether the browser is among the packages; only Debian's relatives differ in that."""
    if manager.program != "apt-get":
        return True
    try:
        system = Path("/etc/os-release").read_text(encoding="utf-8")
    except OSError:
        return True
    return "ubuntu" not in system.lower()


def _by_selenium_manager(configured: Settings) -> str | None:
    """Let Selenium fetch a browser and its driver, and link to them from the data folder."""
    from lfassess.clients.browser import require_packages
    from lfassess.clients.chromium.binaries import own_tools

    require_packages()
    from selenium.webdriver.common.selenium_manager import SeleniumManager

    try:
        found = SeleniumManager().binary_paths(["--browser", "chrome"])
    except Exception as e:  # noqa: BLE001 - whatever it says is shown
        return str(e).strip().splitlines()[0][:300]
    for link, target in zip(
        own_tools(configured), (found["browser_path"], found["driver_path"]), strict=True
    ):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.unlink(missing_ok=True)
        link.symlink_to(target)
    return None
