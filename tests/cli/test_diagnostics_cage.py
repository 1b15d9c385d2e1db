"""What the doctor says of the browser's cage, by what the kernel allows."""

from __future__ import annotations

import pytest

from lfassess.cli.diagnostics_cage import finding
from lfassess.clients.cage.cage import Mode

TIGHT = Mode(network=True, files=True, sandbox=True, account=61200, ports=True)


def seen(mode, *, sandbox=True, others=(), allowed=False):
    return finding(mode, sandbox=sandbox, others=list(others), allowed=allowed, advice="Do this.")


def test_tight_cage_needs_nothing_done():
    found = seen(TIGHT, others=["anna"])
    assert (found.state, found.fix) == ("ok", None)
    assert "Chromium's sandbox on, an account of its own" in found.detail


@pytest.mark.parametrize(
    ("mode", "sandbox"),
    [
        (Mode(network=True, files=True, sandbox=False, account=None, ports=True), False),
        (Mode(network=False, files=False, sandbox=True, account=None, ports=True), True),
        (Mode(network=False, files=False, sandbox=False, account=61200, ports=False), False),
    ],
)
def test_what_is_missing_is_said_with_how_to_get_it(mode, sandbox):
    found = seen(mode, sandbox=sandbox)
    assert (found.state, found.fix) == ("note", "Do this.")
    assert ("Chromium's sandbox OFF" in found.detail) is not sandbox
    assert ("this machine's network" in found.detail) is not mode.network


@pytest.mark.parametrize(
    ("account", "ports", "others", "bad"),
    [
        (None, False, ["anna", "bert"], True),
        (None, False, [], False),
        (None, True, ["anna"], False),
        (61200, False, ["anna"], False),
    ],
)
def test_other_people_are_a_danger_only_where_they_can_act_as_us(account, ports, others, bad):
    mode = Mode(network=False, files=False, sandbox=False, account=account, ports=ports)
    found = seen(mode, sandbox=False, others=others)
    assert (found.state == "bad") is bad
    assert ("No browser is started, as other accounts here (anna, bert)" in found.detail) is bad
    assert ("its ports closed to other accounts" in found.detail) is ports
    assert ("LFASSESS_ALLOW_EXPOSED_BROWSER=1" in found.fix) is bad


def test_danger_that_a_setting_allows_stays_one():
    mode = Mode(network=False, files=False, sandbox=False, account=None, ports=False)
    found = seen(mode, sandbox=False, others=["anna"], allowed=True)
    assert found.state == "bad"
    assert "(anna) can run programs as this one" in found.detail
