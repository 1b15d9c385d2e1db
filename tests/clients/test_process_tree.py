"""Descendants are found as psutil finds them, at a fraction of the cost."""

from __future__ import annotations

import os
import subprocess
import time

import psutil
import pytest

from lfassess.clients.chromium import process_tree
from lfassess.clients.chromium.process_tree import Family


@pytest.fixture
def tree():
    """A shell that starts what is written to it."""
    shell = subprocess.Popen(["sh"], stdin=subprocess.PIPE, text=True)
    yield shell
    for process in psutil.Process(shell.pid).children(recursive=True):
        process.kill()
    shell.stdin.close()
    shell.wait(5)


def tell(shell, line, expected):
    """Have the shell do something, and wait until it has so many descendants."""
    shell.stdin.write(line + "\n")
    shell.stdin.flush()
    end = time.monotonic() + 10
    while len(found := psutil.Process(shell.pid).children(recursive=True)) != expected:
        assert time.monotonic() < end
        time.sleep(0.01)
    return sorted(p.pid for p in found)


def test_children_and_their_children_are_found(tree):
    descendants = tell(tree, "sh -c 'sleep 60 & sleep 60 & wait' &", 3)
    assert Family(tree.pid).members() == descendants


def test_those_that_come_later_are_found(tree):
    relatives = Family(tree.pid)
    assert relatives.members() == []
    for count in (1, 2):
        descendants = tell(tree, "sleep 60 &", count)
        assert relatives.members() == descendants


def test_those_that_end_are_left_out(tree):
    relatives = Family(tree.pid)
    (pid,) = tell(tree, "sleep 60 &", 1)
    assert relatives.members() == [pid]
    os.kill(pid, 9)
    tell(tree, "wait", 0)
    assert relatives.members() == []


def test_known_processes_are_not_looked_at_again():
    looked_at = []
    relatives = Family(os.getpid(), parent_of=looked_at.append)
    relatives.members()
    looked_at.clear()
    child = subprocess.Popen(["sleep", "60"])
    relatives.members()
    child.kill()
    child.wait()
    assert child.pid in looked_at
    assert os.getpid() not in looked_at


def test_process_that_ended_has_no_parent():
    child = subprocess.Popen(["true"])
    child.wait()
    assert process_tree.parent(child.pid) is None
