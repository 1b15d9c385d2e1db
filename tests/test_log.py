"""Secrets never reach the log."""

from __future__ import annotations

import logging

import pytest

from lfassess.log import OutageLog, RedactingFormatter, configure_logging, redact


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


def test_masks_tracebacks_too():
    try:
        raise ValueError("https://api.example.com/?key=abc123")
    except ValueError as e:
        record = logging.LogRecord("x", 40, "f", 1, "failed", (), (type(e), e, e.__traceback__))
    assert "abc123" not in RedactingFormatter().format(record)


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
