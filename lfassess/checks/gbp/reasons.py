"""Why a Google profile was not judged."""

from __future__ import annotations

from typing import Final

from lfassess.checks.reasons import Reason

REASONS: Final = {
    # A business that visits its customers often can't be found by a program, though it is listed.
    "gbp.no_match": Reason(
        permanent=False,
        actor="us",
        wording="Our search found no Google Business Profile for the business; it may be listed "
        "under another name or area, or as a business that visits its customers",
    ),
    "gbp.weak_match": Reason(
        permanent=False,
        actor="us",
        wording="Google shows similar businesses, but none that is surely this one",
    ),
    "gbp.ambiguous": Reason(
        permanent=False,
        actor="us",
        wording="Google shows several profiles that could be this business, and the details we "
        "have don't tell them apart",
    ),
}
