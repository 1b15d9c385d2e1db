"""Why a page was not judged at all, or its look not rated though it was measured."""

from __future__ import annotations

from typing import Final

from lfassess.checks.reasons import Reason
from lfassess.errors import (
    ContentRefusedError,
    CredentialError,
    DeferredError,
    LfassessError,
    TransientError,
)

NOT_SEEN: Final = {
    "visual.no_site": Reason(
        permanent=True, actor="site", wording="There is no working website at the address"
    ),
    "visual.platform_page": Reason(
        permanent=True,
        actor="site",
        wording="The address leads to a page on a platform, not to a website of the business",
    ),
    "visual.unread": Reason(
        permanent=False,
        actor="site",
        wording="The page only shows a page from elsewhere, which could not be opened",
    ),
    "visual.bot_wall": Reason(
        permanent=True,
        actor="site",
        wording="The website answered with a bot challenge instead of its page",
    ),
    "visual.turned_away": Reason(
        permanent=True, actor="site", wording="The website turned our browser away"
    ),
    "visual.blank": Reason(
        permanent=False, actor="site", wording="The page stayed blank in our browser"
    ),
    "visual.nothing": Reason(permanent=False, actor="us", wording="Nothing was seen of the page"),
}

# What was measured stands all the same.
_SO: Final = "so the look of the page was measured, but not rated"

REASONS: Final = {
    "vision.off": Reason(
        permanent=True, actor="us", wording=f"Ratings are switched off here, {_SO}"
    ),
    "vision.no-key": Reason(
        permanent=True, actor="us", wording=f"No language model is set up here, {_SO}"
    ),
    "vision.no-pictures": Reason(
        permanent=False, actor="site", wording=f"There were no pictures of both screens, {_SO}"
    ),
    "vision.waiting": Reason(
        permanent=False, actor="us", wording=f"The language model's allowance was used up, {_SO}"
    ),
    "vision.refused": Reason(
        permanent=True, actor="provider", wording=f"The language model would not answer, {_SO}"
    ),
    "vision.credentials": Reason(
        permanent=True, actor="us", wording=f"Our language model account needs attention, {_SO}"
    ),
    "vision.unreachable": Reason(
        permanent=False, actor="provider", wording=f"The language model did not answer, {_SO}"
    ),
    "vision.unreadable": Reason(
        permanent=False,
        actor="provider",
        wording=f"The language model's answer was of no use, {_SO}",
    ),
}


def why(error: LfassessError) -> str:
    """Return the code for an error of the language model."""
    kinds: tuple[tuple[type[LfassessError], str], ...] = (
        (DeferredError, "vision.waiting"),
        (ContentRefusedError, "vision.refused"),
        (CredentialError, "vision.credentials"),
        (TransientError, "vision.unreachable"),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), "vision.unreadable")
