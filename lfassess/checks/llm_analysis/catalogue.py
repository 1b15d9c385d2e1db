"""The llm_analysis check's closed lists: no findings, and reasons why no insights are used."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import FindingKind
from lfassess.checks.reasons import Reason

KINDS: Final[dict[str, FindingKind]] = {}

_BY_RULE: Final = "the recommendations were chosen by rule from this report's findings"

REASONS: Final = {
    "llm.ungrounded": Reason(
        "provider",
        f"None of the language model's recommendations rests on a finding, so {_BY_RULE}",
    ),
    "llm.unreadable": Reason(
        "us", f"The language model's stored answer can't be read, so {_BY_RULE}", permanent=True
    ),
}
