"""The options that every command has, before its name or behind it."""

from __future__ import annotations

import logging
import os

import pytest
import typer
from typer.testing import CliRunner

from lfassess import __version__
from lfassess.cli import app as root
from lfassess.cli import common
from lfassess.errors import UsageError


@pytest.fixture(autouse=True)
def own_process(monkeypatch):
    """What the options change is changed back."""
    monkeypatch.setenv("NO_COLOR", "")
    handlers, level = logging.root.handlers[:], logging.root.level
    yield
    common.set_output(quiet=False, verbose=0, colour=True)
    logging.root.handlers[:], logging.root.level = handlers, level


def run(*words: str):
    """Run a command line of one command that says and logs something."""
    app = typer.Typer(cls=root.Root)
    app.callback()(root._main)

    @app.command("say")
    def say(text: str) -> None:
        common.err_console().print("a message")
        common.err_console(needed=True).print("a warning")
        logging.getLogger("lfassess.said").info("a line")
        logging.getLogger("lfassess.said").debug("a detail")
        common.out_console().print(f"result {text}", os.environ["NO_COLOR"])
        common.report_error(UsageError("It can't be.", hint="Try."))

    return CliRunner().invoke(app, words)


@pytest.mark.parametrize("words", [("-q", "say", "x"), ("say", "x", "-q"), ("say", "--quiet", "x")])
def test_quiet_drops_messages_and_keeps_results_warnings_and_errors(words):
    done = run(*words)
    assert done.stdout == "result x \n"
    assert done.stderr == "a warning\nError: It can't be.\n  → Try.\n"


def test_without_it_all_is_said():
    assert "a message" in run("say", "x").stderr


@pytest.mark.parametrize(
    ("words", "logged"),
    [((), []), (("-v",), ["a line"]), (("-vv",), ["a line", "a detail"]),
     (("-v", "--verbose"), ["a line", "a detail"])],
)  # fmt: skip
def test_verbose_shows_log_lines(words, logged):
    said = run("say", "x", *words).stderr
    assert [line for line in ("a line", "a detail") if f"lfassess.said: {line}" in said] == logged


def test_no_color_is_as_in_the_environment():
    assert run("say", "x", "--no-color").stdout == "result x 1\n"


def test_words_behind_two_dashes_are_no_options():
    assert run("say", "--", "-q").stdout == "result -q \n"


def test_version_has_a_short_name():
    assert run("-V").stdout == f"lfassess {__version__}\n"
