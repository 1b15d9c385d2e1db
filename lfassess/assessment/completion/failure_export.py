"""The columns of failures as CSV, for the command line and the pages."""

from __future__ import annotations

from typing import Final

FAILED_CHECK: Final = (
    "lead_id", "lead_name", "website", "assessment_id", "check", "provider", "code",
    "fingerprint", "message", "attempts", "failed_at",
)  # fmt: skip
