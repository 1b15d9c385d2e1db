"""Every command explains itself: examples first, choices as choices, within 80 columns."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
import typer

from lfassess.cli.app import app
from lfassess.cli.examples import COMMANDS
from lfassess.cli.help import page_address, walk
from tests.cli.in_process import lfassess
from tests.documents import anchors

ROOT = Path(__file__).parents[2]
TREE = typer.main.get_command(app)
ALL = {"": TREE} | {" ".join(path): command for path, command in walk(TREE)}


def test_every_command_has_examples_and_every_example_a_command():
    """A new command needs a line in lfassess/cli/examples.py."""
    assert sorted(ALL.keys() ^ COMMANDS.keys()) == []
    assert [name for name, usage in COMMANDS.items() if not usage.examples] == []


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_examples_can_be_typed(name):
    for typed, _ in COMMANDS[name].examples:
        words = shlex.split(re.split(r" [|>] ", typed)[-1 if typed.startswith("cat ") else 0])
        while "=" in words[0]:
            words.pop(0)
        assert words.pop(0) == "lfassess", typed
        parse(words)  # raises for a word that can't be parsed
        assert not name or " ".join(words).startswith(name), typed


def parse(words):
    command = TREE
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    command.make_context("lfassess", list(words))


@pytest.mark.parametrize("name", sorted(ALL))
def test_help_has_examples_first_within_80_columns_and_a_page(name, capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    with pytest.raises(typer.Exit):
        parse([*name.split(), "--help"])
    shown = capsys.readouterr().out
    assert max(map(len, shown.splitlines())) <= 80
    assert "…" not in shown
    assert "<bool>" not in shown
    assert shown.index("Examples") < shown.index("Options ─")
    page, _, anchor = re.search(r"More: docs/(\S+)", shown)[1].partition("#")
    document = ROOT / "docs" / page
    assert document.exists()
    assert not anchor or anchor in anchors(document.read_text())


def test_help_shows_a_command_as_the_option_does():
    assert lfassess("help", "leads", "import").stdout == lfassess("leads", "import", "-h").stdout
    assert "Operate" in lfassess("help").stdout


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("help", "leads", "imporrt"), "Did you mean import?"),
        (("help", "bacth"), "Did you mean batch?"),
        (("bacth",), "Did you mean 'batch'?"),
        (("check", "onpag", "https://example.com"), "Did you mean onpage?"),
        (("run", "https://example.com", "--checks", "onpge"), "Did you mean onpage?"),
        (("report", "1", "--format", "dpf"), "Did you mean pdf?"),
        (("report", "1", "--paper", "Lettre"), "Did you mean letter?"),
        (("review", "--list", "approvved"), "Did you mean approved?"),
        (("scale", "2", "--kind", "brwser"), "Did you mean browser?"),
        (("sandbox", "serve", "--profile", "fats"), "Did you mean fast?"),
        (("batch", "--from-db", "--only", "stael"), "Did you mean stale?"),
        (("leads", "changed", "--only", "worsse"), "Did you mean worse?"),
        (("leads", "export", "--order", "listt"), "Did you mean list?"),
        (("leads", "export", "--preset", "hubpsot"), "Did you mean hubspot?"),
        (("leads", "list", "--where", "grde=A"), "Did you mean grade"),
        (("leads", "list", "--where", "status=completedd"), "Did you mean completed"),
        (("leads", "list", "--where", "no-htps"), "Did you mean no-https"),
        (("errors", "list", "--code", "provider_timout"), "Did you mean provider_timeout?"),
        (("errors", "retry", "--check", "pagesped"), "Did you mean pagespeed?"),
    ],
)
def test_a_mistyped_word_is_met_with_the_nearest(words, meant, tmp_path):
    done = lfassess(*words, LFASSESS_DATA_DIR=str(tmp_path))
    assert done.returncode == 2
    assert meant in " ".join(done.stderr.replace("│", "").split())


def test_choices_are_shown_as_choices():
    shown = " ".join(lfassess("review", "-h", COLUMNS="80").stdout.replace("│", "").split())
    assert "<needs_review" not in shown
    assert "approved |" in shown


def test_pages_are_those_of_the_published_site_where_there_is_one(monkeypatch):
    class Installed:
        def get_all(self, _):
            return ["Homepage, https://example.com", "Documentation, https://example.com/docs/"]

    monkeypatch.setattr("lfassess.cli.help.metadata.metadata", lambda _: Installed())
    address = "https://example.com/docs/how-to/lists.html#columns"
    assert page_address("how-to/lists.md#columns") == address
