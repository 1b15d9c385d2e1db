"""Why the site, or a part of what is looked at, was not judged."""

from __future__ import annotations

from typing import Final

from lfassess.checks.reasons import Reason

REASONS: Final = {
    "security.nothing_stored": Reason(
        permanent=False, actor="us", wording="No answer of the website was stored"
    ),
    "security.no_site": Reason(
        permanent=True, actor="site", wording="There is no working website at the address"
    ),
    "security.platform_page": Reason(
        permanent=True,
        actor="site",
        wording="The address leads to a page on a platform, which is not the business's to secure",
    ),
    "security.bot_wall": Reason(
        permanent=True,
        actor="site",
        wording="The website answered with a bot check instead of its page",
    ),
    "security.refused": Reason(
        permanent=True, actor="site", wording="The website refused our automated visit"
    ),
    "security.no_html": Reason(
        permanent=True, actor="site", wording="The address leads to a file, not to a page"
    ),
    "security.unread": Reason(
        permanent=True,
        actor="site",
        wording="Browsers can't read the page the way the server sends it",
    ),
    "security.cut": Reason(
        permanent=True,
        actor="site",
        wording="The page is very large; only its beginning was read",
    ),
    "security.no_https": Reason(
        permanent=True, actor="site", wording="There is no encrypted connection to look at"
    ),
    "security.no_answer": Reason(
        permanent=False, actor="site", wording="The website did not answer this question in time"
    ),
    "security.no_time": Reason(
        permanent=False, actor="us", wording="The website was so slow that no time was left for it"
    ),
    "security.own_port": Reason(
        permanent=True,
        actor="us",
        wording="The address names a port of its own, so only that was looked at",
    ),
    "security.no_other_spelling": Reason(
        permanent=True,
        actor="us",
        wording="The address is neither a bare domain nor its www, so there is no other spelling",
    ),
    "security.not_asked": Reason(
        permanent=False, actor="us", wording="An earlier audit did not look at this"
    ),
}
