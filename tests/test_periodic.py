"""A thread that calls a function again and again."""

from __future__ import annotations

import threading

from lfassess.errors import ServiceUnreachableError
from lfassess.periodic import PeriodicThread


def run(results, **options):
    """Call a function that ends as the results say, one after another, and then stops the thread."""
    left = list(results)

    def function():
        if len(left) == 1:
            thread.stop()
        result = left.pop(0)
        if isinstance(result, Exception):
            raise result
        return result

    thread = PeriodicThread(
        "parts", function, **{"every_s": 0.001, "what": "No parts are made", **options}
    )
    thread.start()
    thread.join(30)
    assert left == []


def said(caplog):
    return [r.getMessage().partition(" (tried")[0].partition(" after")[0] for r in caplog.records]


AWAY = ServiceUnreachableError("Nobody there.")


def test_an_outage_is_told_when_it_begins_and_when_it_is_over(caplog):
    run([None, AWAY, AWAY, True, None])
    assert said(caplog) == ["No parts are made: Nobody there.", "No parts are made: over"]


def test_nothing_to_do_says_nothing_of_an_outage(caplog):
    run([AWAY, False, AWAY, False])
    assert said(caplog) == ["No parts are made: Nobody there."]


def test_what_nobody_expected_is_logged_with_its_traceback_each_time(caplog):
    run([ValueError("x"), ValueError("y"), None])
    assert said(caplog) == ["No parts are made; it is tried again"] * 2
    assert all(r.exc_info for r in caplog.records)


def test_it_ends_while_it_waits():
    thread = PeriodicThread("parts", lambda: None, every_s=3_600, what="No parts are made")
    thread.start()
    thread.stop()
    thread.join(30)
    assert not thread.is_alive()


def test_the_first_call_may_come_at_once():
    called = threading.Event()
    thread = PeriodicThread("parts", called.set, first_s=0, every_s=3_600, what="No parts are made")
    thread.start()
    assert called.wait(30)
    thread.stop()
