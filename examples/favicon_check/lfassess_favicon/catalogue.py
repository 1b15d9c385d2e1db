"""The favicon check's closed lists: findings, and reasons why nothing was judged."""

from __future__ import annotations

from typing import Final

from lfassess.checks.base import Area, FindingKind, Severity, findings_from
from lfassess.checks.reasons import Reason

KINDS: Final = {
    "favicon-missing": FindingKind(
        Severity.LOW, "The website has no icon for browser tabs", Area.FIRST_IMPRESSION
    ),
    "favicon-broken": FindingKind(
        Severity.LOW, "The website's icon can't be loaded", Area.FIRST_IMPRESSION
    ),
    "favicon-present": FindingKind(
        Severity.PASSED, "The website has an icon for browser tabs", Area.FIRST_IMPRESSION
    ),
}
finding: Final = findings_from(KINDS)

REASONS: Final = {
    "favicon.no_page": Reason(
        permanent=False, actor="site", wording="The website didn't answer with a page"
    ),
}
