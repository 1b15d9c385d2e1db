"""One log set-up for commands and workers; keys never reach the log."""

from __future__ import annotations

import logging
import re
import time
from typing import Final

from lfassess.plain_text import plain

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


class RedactingFormatter(logging.Formatter):
    """Masks secrets in the finished line, tracebacks included, and takes out control characters."""

    def format(self, record: logging.LogRecord) -> str:
        return redact(plain(super().format(record)))


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


def configure_logging(level: str = "INFO") -> None:
    """Send log lines to stderr, redacted."""
    handler = logging.StreamHandler()
    handler.setFormatter(RedactingFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    for noisy in ("urllib3", "selenium", "httpx2", "httpcore2", "openai", "botocore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # Celery logs "received" here and "succeeded" elsewhere; one line per task is enough.
    quiet = logging.root.level > logging.DEBUG
    logging.getLogger("celery.worker.strategy").setLevel(
        logging.WARNING if quiet else logging.NOTSET
    )
