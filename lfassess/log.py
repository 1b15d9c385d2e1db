"""One log set-up for commands and workers: lines for people or JSON; keys never reach the log.

What a line is about (lead, assessment, check, attempt) is bound once, where a check begins, by
structlog's ``bound_contextvars``; every line of that thread then has it.
"""

from __future__ import annotations

import logging
import re
import time
from typing import TYPE_CHECKING, Any, Final, Literal

from lfassess.plain_text import plain

if TYPE_CHECKING:
    import structlog

LogFormat = Literal["text", "json"]

_ABOUT: Final = ("lead_id", "assessment_id", "check", "attempt")  # in lines, in this order
_KEYS: Final = re.compile(
    r"(?i)((?:[?&;]|\b)(?:key|api_key|apikey|token|x-goog-api-key|authorization)"
    r"(?:=|:\s*(?:bearer\s+)?))[^&\s\"',;)]+"
)
_URL_PASSWORD: Final = re.compile(r"(://[^/\s:@]*):[^/\s@]+@")
# Up to the last @: a password that nobody encoded may have some of its own.
_SERVICE_PASSWORD: Final = re.compile(
    r"((?:postgres|postgresql|rediss?|sentinel|amqps?)(?:\+\w+)?://[^\s:@/]*):[^\s'\"]*@"
)
_OPENAI_KEY: Final = re.compile(r"\bsk-[A-Za-z0-9_-]{8,}")


def redact(text: str) -> str:
    """Return the text with API keys and passwords in URLs masked."""
    text = _KEYS.sub(r"\1***", text)
    text = _OPENAI_KEY.sub("***", text)
    text = _SERVICE_PASSWORD.sub(r"\1:***@", text)
    return _URL_PASSWORD.sub(r"\1:***@", text)


class OutageLog:
    """Tells of an outage when it begins and when it is over, not at every try in between."""

    def __init__(self, logger: logging.Logger, what: str) -> None:
        self._logger = logger
        self._what = what
        self._since: float | None = None

    @property
    def active(self) -> bool:
        return self._since is not None

    def failed(self, error: Exception) -> None:
        """Note a try that failed."""
        if self._since is None:
            self._since = time.monotonic()
            self._logger.warning("%s: %s (tried again until it works)", self._what, error)

    def succeeded(self) -> None:
        """Note a try that worked."""
        if self._since is not None:
            lasted = time.monotonic() - self._since
            self._since = None
            self._logger.warning("%s: over after %.0f s.", self._what, lasted)


def configure_logging(level: str = "INFO", form: LogFormat = "text") -> None:
    """Send log lines to stderr, redacted.

    Args:
        level: DEBUG, INFO, WARNING or ERROR; those of libraries begin at WARNING.
        form: "text": "2026-11-02 10:00:00 INFO lfassess.x: what happened lead_id=3"; "json": an
            object a line with timestamp (UTC), level, logger, event, what the line is about, and
            exception, the traceback, where there is one.
    """
    handler = logging.StreamHandler()
    handler.setFormatter(redacting_formatter(form))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("urllib3", "selenium", "httpx2", "httpcore2", "openai", "botocore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Celery logs "received" here and "succeeded" elsewhere; one line per task is enough.
    quiet = logging.root.level > logging.DEBUG
    logging.getLogger("celery.worker.strategy").setLevel(
        logging.WARNING if quiet else logging.NOTSET
    )


def redacting_formatter(form: LogFormat = "text") -> structlog.stdlib.ProcessorFormatter:
    """Return a formatter that masks secrets and takes out control characters, tracebacks' too."""
    import structlog  # noqa: PLC0415 - a tenth of a second, which commands without a log save

    as_json = form == "json"
    stamp = structlog.processors.TimeStamper(
        fmt="iso" if as_json else "%Y-%m-%d %H:%M:%S", utc=as_json
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[  # our lines are logging's, as those of the libraries are
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            stamp,
        ],
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            _redact_values,  # before JSON escapes what the patterns look for
            structlog.processors.JSONRenderer(ensure_ascii=False) if as_json else _as_text,
        ],
    )


def _redact_values(
    _logger: Any, _method: str, event: structlog.typing.EventDict
) -> structlog.typing.EventDict:
    return {k: redact(plain(v)) if isinstance(v, str) else v for k, v in event.items()}


def _as_text(_logger: Any, _method: str, event: structlog.typing.EventDict) -> str:
    head = f"{event.pop('timestamp')} {event.pop('level').upper()} {event.pop('logger')}:"
    said, traceback = event.pop("event"), event.pop("exception", None)
    # Context variables come in no order of their own.
    about = sorted(event, key=lambda name: (_ABOUT.index(name) if name in _ABOUT else 9, name))
    line = " ".join([head, said, *(f"{name}={event[name]}" for name in about)])
    return f"{line}\n{traceback}" if traceback else line
