"""A worker shows that it lives by a file's age."""

from __future__ import annotations

import os
import time

import pytest

from lfassess.stack.liveness import Pulse, pulse_file


def until(condition, what):
    end = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < end, what
        time.sleep(0.01)


def test_touches_its_file_again_and_again_and_removes_it_in_the_end(tmp_path):
    file = tmp_path / "pulse"
    pulse = Pulse(file, every_s=0.02)
    pulse.start()
    until(file.exists, "no pulse")
    os.utime(file, (1, 1))
    until(lambda: file.stat().st_mtime > 1, "no second beat")
    pulse.stop()
    pulse.join()
    assert not file.exists()


def test_a_place_it_cannot_write_to_ends_no_worker(tmp_path, caplog):
    pulse = Pulse(tmp_path / "missing" / "pulse", every_s=0.02)
    pulse.start()
    until(lambda: "No pulse" in caplog.text, "nothing said")
    assert pulse.is_alive()
    pulse.stop()
    pulse.join()


@pytest.mark.parametrize(("named", "expected"), [("", "/tmp/lfassess-pulse"), ("/x/y", "/x/y")])
def test_where_it_is_can_be_configured(named, expected, monkeypatch):
    monkeypatch.setenv("LFASSESS_PULSE_FILE", named)
    assert str(pulse_file()) == expected
