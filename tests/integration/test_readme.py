"""A reader of the README types its blocks, in order, against one stack of their own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.doc_blocks import Reader, blocks

pytestmark = pytest.mark.integration

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
# How-tos whose commands find what they ask for in what the README's commands have left.
HOW_TOS = [ROOT / "docs" / "how-to" / name for name in ("export.md", "again.md", "upgrade.md")]
BIN = Path(sys.executable).parent
SITE = "https://harbour-bakery.demo.test"
LEADS = (
    f"name,website\nHarbour Bakery,{SITE}\nWildflower Studio,https://wildflower-studio.demo.test\n"
)
# What is real of a batch are two checks that need neither a browser nor minutes.
CHEAP = "--checks security,onpage"


@pytest.fixture
def reader(environment, tmp_path):
    """Somebody with a list, a worker and the sandbox's sites in the place of example.com."""
    (tmp_path / "leads.csv").write_text(LEADS)
    environment.start_worker()
    path = tmp_path / "bin"
    path.mkdir()
    command = path / "lfassess"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lfassess "$@"\n')
    command.chmod(0o755)
    reads_as = {
        "batch leads.csv --budget": f"batch leads.csv {CHEAP} --budget",
        "run https://example.com": f"run {SITE} {CHEAP}",
        "https://example.com": SITE,
        "--only stale": f"--only stale {CHEAP}",
        "lfassess down": "lfassess ps",  # the stack is other tests', too
        "batch=7": "batch=1",
        "--batch 3 --batch 7": "--batch 1 --batch 1",
    }
    env = environment.env | {"PATH": f"{path}:{BIN}:{environment.env['PATH']}"}
    return Reader(tmp_path, env, frozenset({"server"}), reads_as)


@pytest.mark.timeout(1200)  # some twenty commands, one after another
def test_every_block_can_be_followed(reader):
    shell = [block for block in blocks(README) if block.is_shell]
    for block in shell:
        reader.follow(block)
    ran = [block for block in shell if block.not_run is None]
    assert len(ran) >= 5
    assert (reader.folder / "teasers" / "merge.csv").exists()
    for block in (block for document in HOW_TOS for block in blocks(document)):
        reader.follow(block)
    left = {path.name for path in reader.folder.iterdir()}
    assert {"leads.xlsx", "calls.csv", "store.tar"} <= left


def test_every_block_that_is_not_run_says_why():
    skipped = [block for block in blocks(README) if block.is_shell and block.not_run is not None]
    assert all(len(block.not_run) > 10 for block in skipped)
