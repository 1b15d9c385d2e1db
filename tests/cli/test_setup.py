"""`lfassess setup` says what it will install, asks, installs, and says what did not work."""

from __future__ import annotations

import os

import pytest
import typer
from typer.testing import CliRunner

from lfassess.cli import setup
from lfassess.clients.chromium import binaries
from lfassess.errors import ConfigurationError, UsageError
from lfassess.settings import Settings

DEBIAN, FEDORA, HOMEBREW = (
    next(m for m in setup.PACKAGE_MANAGERS if m.program == name)
    for name in ("apt-get", "dnf", "brew")
)


@pytest.fixture
def programs(tmp_path, monkeypatch):
    """Make programs that are all there is on PATH; each writes its words to `calls`."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setattr(binaries, "_BROWSERS", ("chromium",))
    monkeypatch.setattr(binaries, "_DRIVERS", ("chromedriver",))
    calls = tmp_path / "calls"
    calls.touch()

    def make(name, then=""):
        program = folder / name
        program.write_text(f'#!/bin/sh\necho "{name} $*" >> {calls}\n{then}\n')
        program.chmod(0o755)
        return program

    make.calls = lambda: calls.read_text().splitlines()
    make.folder = folder
    return make


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """A machine whose Lighthouse is there, and nothing else; setup reads these settings."""
    found = Settings(data_dir=tmp_path / "data")
    monkeypatch.setattr(setup, "settings", lambda: found)
    monkeypatch.setattr("lfassess.clients.lighthouse.installed", lambda _: tmp_path)
    return found


def invoke(*words, stdin=None):
    app = typer.Typer()
    app.command()(setup.setup)
    result = CliRunner().invoke(app, list(words), input=stdin)
    if isinstance(result.exception, Exception):
        raise result.exception
    return result


def installing(programs, *names):
    """Return what a package manager does to install programs."""
    return "; ".join(
        f"/bin/cp {programs.folder}/fc-list {programs.folder}/{name}" for name in names
    )


@pytest.mark.usefixtures("configured")
def test_a_plan_is_shown_and_nothing_done_in_a_dry_run(programs, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    programs("dnf")
    result = invoke("--dry-run")
    said = " ".join(result.output.split())
    assert "dnf install -y chromium-headless chromedriver" in said
    assert "ok Lighthouse" in said
    assert (programs.calls(), result.exit_code) == ([], 0)


@pytest.mark.usefixtures("configured")
def test_what_is_missing_is_installed(programs, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    programs("fc-list", "echo Noto")
    programs("dnf", installing(programs, "chromium", "chromedriver"))
    result = invoke("--yes")
    assert "dnf install -y chromium-headless chromedriver" in programs.calls()
    assert "Done. Try: lfassess run" in result.output
    assert "Everything is there." in invoke().output


@pytest.mark.usefixtures("configured")
def test_a_package_manager_that_fails_is_quoted_and_ends_with_1(programs, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    programs("fc-list", "echo Noto")
    programs("dnf", 'echo "no space left"; exit 4')
    result = invoke("--yes")
    said = " ".join(result.output.split())
    assert result.exit_code == 1
    assert "could not be installed: dnf install -y" in said
    assert "ended with 4: no space left" in said


@pytest.mark.usefixtures("configured")
def test_nobody_to_ask_means_nothing_is_installed(programs):
    programs("dnf")
    with pytest.raises(UsageError) as caught:
        invoke()
    assert "--yes" in (caught.value.hint or "")
    assert programs.calls() == []


def test_a_setting_that_names_no_browser_is_corrected_first(programs, tmp_path):
    programs("dnf")
    named = Settings(data_dir=tmp_path, browser_path=tmp_path / "none")
    with pytest.raises(ConfigurationError, match="There is no browser at"):
        list(setup.examine(named))


@pytest.mark.parametrize(
    ("manager", "account", "lines"),
    [
        (FEDORA, "root", [["dnf", "install", "-y", "x"]]),
        (FEDORA, "sudo", [["sudo", "dnf", "install", "-y", "x"]]),
        (FEDORA, "user", None),
        (HOMEBREW, "user", [["brew", "install", "--cask", "x"]]),
        (DEBIAN, "root", [["apt-get", "update"],
                            ["apt-get", "install", "-y", "--no-install-recommends", "x"]]),
    ],
)  # fmt: skip
def test_packages_are_installed_as_the_account_may(programs, monkeypatch, manager, account, lines):
    monkeypatch.setattr(os, "geteuid", lambda: 0 if account == "root" else 1000)
    if account == "sudo":
        programs("sudo")
    assert setup.commands(manager, ["x"]) == lines


def test_the_size_of_what_is_installed_is_said_where_it_is_known(programs, monkeypatch, configured):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    programs("apt-get")
    monkeypatch.setattr(setup, "_offers", lambda _: True)
    browser, fonts = (found for found in setup.examine(configured) if isinstance(found, setup.Step))
    assert browser.how.endswith("chromium-headless-shell chromium-driver (about 1,000 MB)")
    assert fonts.how.endswith("(about 150 MB)")


def test_who_is_no_root_hears_what_root_has_to_run(programs, monkeypatch, configured):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    programs("dnf")
    steps = [found for found in setup.examine(configured) if isinstance(found, setup.Step)]
    browser, fonts = steps
    assert "Selenium Manager" in browser.how
    assert fonts.how.startswith("as root: dnf install -y fontconfig")
    assert (fonts.run() or "").startswith("as root, run dnf install -y")


def test_a_browser_that_was_fetched_is_found_in_the_data_folder(programs, tmp_path):
    found = Settings(data_dir=tmp_path / "data")
    for link in binaries.own_tools(found):
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(programs("fetched"))
    assert (binaries.find_browser(found), binaries.find_driver(found)) == binaries.own_tools(found)


def test_the_first_package_manager_there_is_taken(programs):
    assert setup.package_manager() is None
    programs("brew")
    assert setup.package_manager() == HOMEBREW
    programs("apt-get")
    assert setup.package_manager() == DEBIAN
