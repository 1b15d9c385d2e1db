"""Secrets never reach the log."""

from __future__ import annotations

import json
import logging

import pytest
from structlog.contextvars import bound_contextvars

from lfassess.log import OutageLog, configure_logging, redact, redacting_formatter


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("GET https://api.example.com/?type=x&key=abc123&domain=y", "abc123"),
        ("X-Goog-Api-Key: AIzaSyTEST", "AIzaSyTEST"),
        ("Authorization: Bearer sk-proj-aaaabbbbcccc", "aaaabbbbcccc"),
        ("Incorrect API key provided: sk-aaaabbbbcccc.", "aaaabbbbcccc"),
        ("postgresql://user:hunter2@db/name", "hunter2"),
        ("redis://:hunter2@redis:6379/0", "hunter2"),
    ],
)
def test_masks_secrets(text, secret):
    assert secret not in redact(text)


@pytest.mark.parametrize(
    "text", ["monkey=banana stays", "https://example.com/a:b@c", "no key here"]
)
def test_leaves_ordinary_text_alone(text):
    assert redact(text) == text


def failed(text: str = "failed") -> logging.LogRecord:
    try:
        raise ValueError("https://api.example.com/?key=abc123")
    except ValueError as e:
        return logging.LogRecord("x", 40, "f", 1, text, (), (type(e), e, e.__traceback__))


@pytest.mark.parametrize("form", ["text", "json"])
def test_masks_tracebacks_too(form):
    line = redacting_formatter(form).format(failed())
    assert "abc123" not in line
    assert "key=***" in line


def test_secrets_that_json_would_escape_are_masked_before():
    line = redacting_formatter("json").format(failed('postgresql://user:a"b\\c@db/name'))
    assert json.loads(line)["event"] == "postgresql://user:***@db/name"


def test_a_line_ends_with_what_it_is_about_in_one_order():
    record = logging.LogRecord("lfassess.x", 20, "f", 1, "waits %d s", (3,), None)
    # Python keeps context variables in an order that differs from process to process.
    with bound_contextvars(zone="b", attempt=2, check="gbp", assessment_id=9, lead_id=7):
        line = redacting_formatter().format(record)
    assert line.endswith(
        " INFO lfassess.x: waits 3 s lead_id=7 assessment_id=9 check=gbp attempt=2 zone=b"
    )
    assert redacting_formatter().format(record).endswith(" INFO lfassess.x: waits 3 s")


def test_a_traceback_follows_its_line():
    with bound_contextvars(lead_id=7):
        first, *rest = redacting_formatter().format(failed()).splitlines()
    assert first.endswith(" ERROR x: failed lead_id=7")
    assert rest[0] == "Traceback (most recent call last):"


def test_json_has_a_line_in_parts():
    with bound_contextvars(lead_id=7, check="gbp"):
        line = redacting_formatter("json").format(failed("fails: 5 stars: “gut”"))
    said = json.loads(line)
    assert "\n" not in line
    assert said.pop("timestamp").endswith("Z")
    assert said.pop("exception").startswith("Traceback")
    assert said == {
        "event": "fails: 5 stars: “gut”", "level": "error", "logger": "x", "lead_id": 7, "check": "gbp",
    }  # fmt: skip


def test_outage_is_logged_once_when_it_begins_and_once_when_it_is_over(caplog):
    outage = OutageLog(logging.getLogger("parts"), "No mail")
    outage.succeeded()
    assert not outage.active
    for _ in range(3):
        outage.failed(OSError("nobody there."))
    assert outage.active
    outage.succeeded()
    outage.succeeded()
    outage.failed(OSError("gone again."))
    assert [r.getMessage().partition(" (tried")[0] for r in caplog.records] == [
        "No mail: nobody there.",
        "No mail: over after 0 s.",
        "No mail: gone again.",
    ]


@pytest.mark.parametrize(("level", "result"), [("info", False), ("debug", True)])
def test_a_task_is_told_of_once_unless_debugging(level, result):
    root = logging.getLogger()
    before, handlers = root.level, root.handlers[:]
    try:
        configure_logging(level)
        assert logging.getLogger("celery.worker.strategy").isEnabledFor(logging.INFO) is result
        assert logging.getLogger("celery.app.trace").isEnabledFor(logging.INFO)
    finally:
        root.handlers[:] = handlers
        root.setLevel(before)
