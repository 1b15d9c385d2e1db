"""Why a page, or part of its audit, was not judged."""

from __future__ import annotations

from typing import Final

from lfassess.checks.reasons import Reason

REASONS: Final = {
    "pagespeed.not_loadable": Reason(
        permanent=False,
        actor="site",
        wording="Google could not open the page, asked twice, so there was nothing to measure",
    ),
    "pagespeed.no_web_page": Reason(
        permanent=True,
        actor="site",
        wording="The address leads to a file, not to a web page, so there was nothing to measure",
    ),
    "pagespeed.no_site": Reason(
        permanent=True, actor="site", wording="There is no working website at the address"
    ),
    "pagespeed.platform_page": Reason(
        permanent=True,
        actor="site",
        wording="The address leads to a page on a platform, not to a website of the business",
    ),
    "pagespeed.error_page": Reason(
        permanent=True, actor="site", wording="The address leads to an error page"
    ),
    "pagespeed.bot_wall": Reason(
        permanent=True,
        actor="site",
        wording="The website turns automated visits away, so the page could not be measured",
    ),
    "pagespeed.no_score": Reason(
        permanent=False, actor="provider", wording="Lighthouse could not measure the page"
    ),
    "pagespeed.no_speed": Reason(
        permanent=False,
        actor="provider",
        wording="Lighthouse could not time the page; the rest was measured",
    ),
    # The figures of Google's public record of visits, kept for pages with enough of them.
    "pagespeed.few_visitors": Reason(
        permanent=True,
        actor="provider",
        wording="Google publishes no figures for pages and sites with few visitors",
    ),
    "pagespeed.some_visitors": Reason(
        permanent=False,
        actor="provider",
        wording="Google publishes only a part of the figures for this page or site, as too few of "
        "its visitors measured the rest",
    ),
    "pagespeed.not_asked": Reason(
        permanent=False, actor="us", wording="Only Google has these figures, and it was not asked"
    ),
    "pagespeed.no_time": Reason(
        permanent=False, actor="us", wording="No time was left after the audit of the phone"
    ),
    "pagespeed.short_time": Reason(
        permanent=False, actor="us", wording="Time was short, so only loading speed was measured"
    ),
    "pagespeed.audit_failed": Reason(
        permanent=False, actor="provider", wording="The audit did not come to an end"
    ),
}
