"""One emulated answer of PageSpeed Insights, whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import SplitResult

from lfassess.sandbox.frames import frame_audits
from lfassess.sandbox.page_facts import PageFacts
from lfassess.sandbox.providers.psi_audits import all_audits, lab, scores
from lfassess.sandbox.providers.psi_field import experiences
from lfassess.sandbox.providers.psi_scores import WEIGHTS, category_score
from lfassess.sandbox.sites import Site

Json = dict[str, Any]

CATEGORIES: Final = ("performance", "accessibility", "best-practices", "seo")
_TITLES: Final = {
    "performance": "Performance",
    "accessibility": "Accessibility",
    "best-practices": "Best Practices",
    "seo": "SEO",
}
_VERSION: Final = "13.4.1"
_BROWSER: Final = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "HeadlessChrome/144.0.7500.0 Safari/537.36"
)


def answer(
    parts: SplitResult,
    facts: PageFacts,
    *,
    status: int,
    site: Site | None,
    strategy: str,
    categories: Sequence[str],
    scope: str,
    at: datetime,
) -> Json:
    """Return the whole body.

    Args:
        parts: the URL that was asked about.
        facts: of the page.
        status: what the page answered; an error page is measured like any other, with a warning.
        site: the demo site, if it is one.
        strategy: mobile or desktop.
        categories: those requested.
        scope: whose visitors the field data is of: page, origin or none.
        at: when.
    """
    asked = parts.geturl()
    final = _final(parts, site)
    when = at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z"
    origin = "/".join(final.split("/")[:3])
    # Of the home pages on a phone; nobody photographed what is not there.
    photographed = strategy == "mobile" and parts.path in {"", "/"}
    frames = frame_audits(site) if site and photographed else {}
    run = {
        "requestedUrl": asked,
        "finalUrl": final,
        "mainDocumentUrl": final,
        "finalDisplayedUrl": final,
        "fetchTime": when,
    }
    return {
        "captchaResult": "CAPTCHA_NOT_NEEDED",
        "kind": "pagespeedonline#result",
        "id": final,
        **experiences(final, origin, scope, lab(facts, "mobile"), facts.ttfb),
        "lighthouseResult": _lighthouse(
            run, facts, frames, status=status, strategy=strategy, categories=categories
        ),
        "analysisUTCTimestamp": when,
    }


def _final(parts: SplitResult, site: Site | None) -> str:
    """Return where a browser ends up."""
    if site is None:
        return parts._replace(path=parts.path or "/").geturl()
    scheme = "https" if site.redirect else parts.scheme
    return parts._replace(scheme=scheme, netloc=site.host, path=parts.path or "/").geturl()


def _lighthouse(
    run: Json,
    facts: PageFacts,
    frames: Mapping[str, Json],
    *,
    status: int,
    strategy: str,
    categories: Sequence[str],
) -> Json:
    audits = {**all_audits(facts, strategy), **frames}
    if status != HTTPStatus.OK:
        audits["http-status-code"] |= {"score": 0, "displayValue": str(status)}
    reached = scores(audits)
    mobile = strategy == "mobile"
    return {
        **run,
        "lighthouseVersion": _VERSION,
        "userAgent": _BROWSER,
        "environment": {
            "networkUserAgent": _BROWSER,
            "hostUserAgent": _BROWSER,
            "benchmarkIndex": 1180,
            "credits": {"axe-core": "4.11.0"},
        },
        "runWarnings": _warnings(status),
        "configSettings": {
            "emulatedFormFactor": strategy,
            "formFactor": strategy,
            "locale": "en-US",
            "onlyCategories": list(categories),
            "channel": "lr",
        },
        "audits": audits,
        "categories": {
            name: {
                "id": name,
                "title": _TITLES[name],
                "score": category_score(name, reached),
                "auditRefs": [{"id": a, "weight": w} for a, w in WEIGHTS[name].items()],
            }
            for name in categories
        },
        "timing": {"total": 9_000 + facts.total / (200 if mobile else 1250)},
        "i18n": {"rendererFormattedStrings": {"varianceDisclaimer": "Values are estimated."}},
    }


def _warnings(status: int) -> list[str]:
    if status == HTTPStatus.OK:
        return []
    said = (
        "Lighthouse was unable to reliably load the page you requested. Make sure you are testing "
        "the correct URL and that the server is properly responding to all requests. "
        f"(Status code: {status})"
    )
    return [said]
