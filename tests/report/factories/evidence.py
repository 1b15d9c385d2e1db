"""Check runs as the checks' own judges make them of evidence that chance has spoilt."""

from __future__ import annotations

import copy
import random
from functools import cache

from lfassess import scoring
from lfassess.checks import all_checks
from tests.checks.gbp.bakery import evidence as profile
from tests.checks.pagespeed.lighthouse_result import lhr
from tests.checks.security.test_judge import STRONG
from tests.checks.security.test_judge import evidence as connection
from tests.checks.visual.test_judge import device
from tests.report.factories.rows import run

# What chance puts in the place of a value: too much, too little, nothing, something else.
_NUMBERS = (0, 1, 3, 0.2, 0.55, 24, 84, 390, 2_500, 9_000, 400_000, 12_000_000)
_TEXTS = ("", "Home", "Lorem ipsum dolor sit amet", "width=1024", "Welcome to nginx!", "© 2011 Joe")
_AUDITS = (
    *(
        "first-contentful-paint",
        "largest-contentful-paint",
        "total-blocking-time",
        "server-response-time",
    ),
    *(
        "cumulative-layout-shift",
        "meta-description",
        "document-title",
        "image-alt",
        "color-contrast",
    ),
    *(
        "is-on-https",
        "redirects-http",
        "is-crawlable",
        "unsized-images",
        "heading-order",
        "canonical",
    ),
)


def _spoilt(value: object, chance: random.Random, share: float) -> object:
    """Return the JSON value with a share of its leaves changed."""
    if isinstance(value, dict):
        return {
            k: _spoilt(v, chance, share) for k, v in value.items() if chance.random() > share / 8
        }
    if isinstance(value, list):
        return [_spoilt(v, chance, share) for v in value if chance.random() > share]
    if chance.random() > share:
        return value
    if isinstance(value, bool):
        return not value
    if isinstance(value, int | float):
        return chance.choice(_NUMBERS)
    return chance.choice(_TEXTS) if isinstance(value, str) else value


def _visual(chance: random.Random) -> dict:
    share = chance.choice((0.0, 0.03, 0.1, 0.25))
    both = {name: _spoilt(copy.deepcopy(device()), chance, share) for name in ("desktop", "mobile")}
    for one in both.values():
        one["url"], one["status"] = (
            "https://shop.test/",
            chance.choice((200, 200, 200, 200, 404, 403)),
        )
    return {"url": "https://shop.test/", "fetched_at": "2026-03-01T00:00:00+00:00", **both}


def _security(chance: random.Random) -> dict:
    headers = [pair for pair in STRONG if chance.random() > chance.choice((0.1, 0.9))]
    found = connection(
        headers,
        http=chance.random() > 0.1,
        https=chance.random() > 0.2,
        verified=chance.random() > 0.15,
    )
    if found["http"] is None and found["https"] is None:
        found = connection(headers)
    if chance.random() < 0.3:
        found["page"]["mixed"] = ["http://other.test/a.js"]
    if found["http"] is not None and chance.random() < 0.3:
        found["http"] |= {"url": "http://shop.test/", "route": ["http://shop.test/"]}
    if found["https"] is not None and chance.random() < 0.15:
        found["https"] |= {"url": "http://shop.test/",
                           "route": ["https://shop.test/", "http://shop.test/"]}  # fmt: skip
    return found


def _pagespeed(chance: random.Random) -> dict:
    def score() -> float:
        return chance.choice((0.0, 0.3, 0.49, 0.5, 0.74, 0.9, 1))

    result = lhr(score())
    for category in result["categories"].values():
        category["score"] = score()
    for name in chance.sample(_AUDITS, chance.randint(0, len(_AUDITS))):
        result["audits"][name] = {
            "score": chance.choice((0, 0.4, 1, None)),
            "numericValue": chance.choice(_NUMBERS),
            "title": "A title of Lighthouse's",
        }
    return {"source": chance.choice(("psi", "lighthouse")), "mobile": result}


def _gbp(chance: random.Random) -> dict:
    found = profile()
    return {**found, "places": [_spoilt(found["places"][0], chance, chance.choice((0, 0.1, 0.3)))]}


_MADE = {"visual": _visual, "security": _security, "pagespeed": _pagespeed, "gbp": _gbp}


@cache
def judged(seed: int) -> tuple:
    """Return the check runs of one audit, each judged by its check."""
    chance = random.Random(seed)
    rules, runs = scoring.load_rules(), []
    for name, make in _MADE.items():
        if chance.random() < 0.1:
            runs.append(run(name, "failed", error_code="provider_timeout"))
            continue
        judgement = all_checks()[name].judge(make(chance))
        runs.append(
            run(
                name,
                score=scoring.check_score(judgement, rules),
                findings=[f.as_json() for f in judgement.findings],
                metrics=judgement.metrics,
                inconclusive_reason=judgement.inconclusive,
            )
        )
    return tuple(runs)
