"""What the doctor says of the browser's cage, by what the kernel allows."""

from __future__ import annotations

import pytest

from lfassess.cli.diagnostics_cage import finding
from lfassess.clients.cage.cage import Mode

TIGHT = Mode(network=True, files=True, sandbox=True, account=61200)


def seen(mode, *, sandbox=True, others=()):
    return finding(mode, sandbox=sandbox, others=list(others), advice="Do this.")


def test_tight_cage_needs_nothing_done():
    found = seen(TIGHT, others=["anna"])
    assert (found.state, found.fix) == ("ok", None)
    assert "Chromium's sandbox on, an account of its own" in found.detail


@pytest.mark.parametrize(
    ("mode", "sandbox"),
    [
        (Mode(network=True, files=True, sandbox=False, account=None), False),
        (Mode(network=False, files=False, sandbox=True, account=None), True),
        (Mode(network=False, files=False, sandbox=False, account=61200), False),
    ],
)
def test_what_is_missing_is_said_with_how_to_get_it(mode, sandbox):
    found = seen(mode, sandbox=sandbox)
    assert (found.state, found.fix) == ("note", "Do this.")
    assert ("Chromium's sandbox OFF" in found.detail) is not sandbox
    assert ("this machine's network" in found.detail) is not mode.network


@pytest.mark.parametrize(
    ("account", "others", "warned"),
    [(None, ["anna", "bert"], True), (None, [], False), (61200, ["anna"], False)],
)
def test_other_people_are_a_danger_only_where_they_can_act_as_us(account, others, warned):
    mode = Mode(network=False, files=False, sandbox=False, account=account)
    detail = seen(mode, sandbox=False, others=others).detail
    assert ("Other accounts here (anna, bert) can reach ChromeDriver's port" in detail) is warned
