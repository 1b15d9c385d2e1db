"""Fingerprints: what groups failures of one kind."""

from __future__ import annotations

import hashlib
import re

from lfassess.errors import CheckError, LfassessError
from lfassess.log import redact

_VARYING = (
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"\b[0-9a-f]{8,}\b"), "<id>"),
    (re.compile(r"\d+(\.\d+)?"), "<n>"),
    (re.compile(r"\b[\w-]+(\.[\w-]+)+\b"), "<name>"),
)


def fingerprint(error: LfassessError) -> str:
    """Return what groups failures of one kind: provider, code, message less its varying parts."""
    message = redact(error.message)
    for pattern, placeholder in _VARYING:
        message = pattern.sub(placeholder, message)
    provider = error.provider if isinstance(error, CheckError) else None
    digest = hashlib.sha256(message.encode()).hexdigest()[:8]
    return f"{provider or '-'}:{error.code}:{digest}"
