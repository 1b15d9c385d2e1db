"""Makes the findings of the visual check; all rest on the page as a browser shows it."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Finding, Source, findings_from
from lfassess.checks.shared.truncate import cut
from lfassess.checks.visual.kinds import KINDS

_make: Final = findings_from(KINDS)
_MOST: Final = 60


def finding(code: str, evidence: str) -> Finding:
    return _make(code, evidence, source=Source.RENDERED)


def quoted(text: str) -> str:
    """Return text from a page as it may stand in a line of evidence."""
    return f"“{cut(' '.join(text.split()), _MOST)}”"
