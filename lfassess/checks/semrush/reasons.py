"""Why a site's visibility was not judged."""

from __future__ import annotations

from typing import Final

from lfassess.checks.reasons import Reason

REASONS: Final = {
    "semrush.shared_host": Reason(
        permanent=True,
        actor="site",
        wording="The website has no domain of its own, so its visibility can't be told from that "
        "of the platform it is on",
    ),
    "semrush.no_database": Reason(
        permanent=True,
        actor="provider",
        wording="The data source doesn't cover searches in the business's country",
    ),
}
