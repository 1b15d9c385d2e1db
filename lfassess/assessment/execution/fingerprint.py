"""Fingerprints: what groups failures of one cause."""

from __future__ import annotations

import hashlib
import re
from typing import Final

from lfassess.errors import CheckError, LfassessError
from lfassess.log import redact

# The code is the cause, however the message words it and whoever was waited for.
_BY_CODE: Final = frozenset({"browser_busy", "browser_crashed", "deadline_exceeded", "worker_lost"})
# The code and who answered are the cause.
_BY_PROVIDER: Final = frozenset(
    {
        "content_refused",
        "credential_rejected",
        "no_web_page",
        "provider_timeout",
        "provider_unavailable",
        "quota_exhausted",
        "rate_limited",
        "target_blocked",
        "target_forbidden",
        "target_too_large",
    }
)
_VARYING: Final = (
    (re.compile(r"\s*\([^()]*\)"), ""),  # at which step, of how many
    (re.compile(r"https?://\S+"), "<url>"),
    (re.compile(r"\b[0-9a-f]{8,}\b"), "<id>"),
    (re.compile(r"\d+(\.\d+)?"), "<n>"),
    (re.compile(r"\b[\w-]+(\.[\w-]+)+\b"), "<name>"),
)


def fingerprint(error: LfassessError) -> str:
    """Return what groups failures of one cause: provider, code, and where it takes more, wording.

    "deadline_exceeded", "psi:rate_limited", "openai:bad_answer:1a2b3c4d".
    """
    if error.code in _BY_CODE:
        return error.code
    provider = error.provider if isinstance(error, CheckError) else None
    parts = [provider, error.code]
    if error.code not in _BY_PROVIDER:
        message = redact(error.message)
        for pattern, placeholder in _VARYING:
            message = pattern.sub(placeholder, message)
        parts.append(hashlib.sha256(message.strip().encode()).hexdigest()[:8])
    return ":".join(part for part in parts if part)
