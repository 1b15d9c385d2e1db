"""The order of the demo businesses, really checked, and of 200 generated leads."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lfassess.assessment.execution.standalone import run_prerequisite_checks
from lfassess.checks.base import Target
from lfassess.ranking import Out, facts_of, load_rules, opportunity
from lfassess.ranking.rules import FACTORS
from lfassess.sandbox.businesses import demo_businesses
from lfassess.sandbox.generated_business import generate_business
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import Settings

pytestmark = [pytest.mark.integration, pytest.mark.unmeasured]

RULES = load_rules()
CHECKS = {"security", "gbp", "semrush", "onpage"}


@pytest.fixture(scope="module")
def audited(tmp_path_factory):
    """Return {name: (business, runs)} of the demo businesses."""
    folder: Path = tmp_path_factory.mktemp("ranking")
    found = {}
    with SandboxServer(profile="fast", seed=1, directory=folder) as sandbox:
        settings = Settings(
            data_dir=folder / "data",
            sandbox_url=sandbox.env["LFASSESS_SANDBOX_URL"],
            connect_to=sandbox.env["LFASSESS_CONNECT_TO"],
            ca_bundle=sandbox.env["LFASSESS_CA_BUNDLE"],
            dns_server=sandbox.env["LFASSESS_DNS_SERVER"],
        )
        for business in demo_businesses():
            target = Target(
                business.name, business.url, business.phone, business.full_address, business.country
            )
            stored = run_prerequisite_checks(target, settings, lambda _text: None, CHECKS)
            runs = {
                name: (run["findings"], run["metrics"])
                for name, run in stored.items()
                if run["status"] == "completed"
            }
            found[business.host.partition(".")[0]] = (business, runs)
    return found


@pytest.fixture(scope="module")
def demo(audited):
    return {
        name: opportunity(facts_of(business.phone, {}, runs), RULES)
        for name, (business, runs) in audited.items()
    }


def ordered(made):
    """Return the names in the order in which leads are listed, without those left out."""
    inside = [name for name, one in made.items() if one.out is None]
    return sorted(inside, key=lambda name: (-made[name].score, -made[name].need))


def test_all_are_placed_or_left_out_with_a_reason(demo):
    order = ordered(demo)
    assert all(demo[name].why.endswith((".", "!")) for name in demo)
    assert order[-2:] == ["riverside-deli", "harbour-bakery"]  # parked; next to nothing to fix
    assert demo["dons-garage"].need == max(one.need for one in demo.values())


def test_a_neglected_shop_with_300_reviews_stands_above_dead_pages_and_perfect_sites(audited, demo):
    business, runs = audited["dons-garage"]
    findings, metrics = runs["gbp"]
    loved = {**runs, "gbp": (findings, {**metrics, "reviews": 300, "rating": 4.6})}
    shop = opportunity(facts_of(business.phone, {}, loved), RULES)
    assert shop.score > demo["harbour-bakery"].score
    dead_pages = [
        name for name, (known, those) in audited.items() if facts_of(known.phone, {}, those).no_site
    ]
    assert dead_pages
    assert shop.score > max(demo[name].score for name in dead_pages)
    _, parked = audited["riverside-deli"]
    dead = {**parked, "gbp": ([], {"found": False})}
    assert opportunity(facts_of(None, {}, dead), RULES).out is Out.NO_SIGN_OF_LIFE


@pytest.fixture(scope="module")
def generated(audited):
    """Return (facts, opportunity) of 200 leads: invented businesses with the demos' findings."""
    rng = random.Random(7)
    pool = [
        (name, finding)
        for _, runs in audited.values()
        for name, (findings, _) in runs.items()
        for finding in findings
    ]
    leads = []
    for number in range(200):
        business = generate_business(f"Lead {number}, Portland", seed=1)
        runs = {name: ([], {}) for name in CHECKS}
        for name, finding in rng.sample(pool, rng.randrange(0, 12)):
            runs[name][0].append(finding)
        runs["gbp"][1].update(
            found=business.has_profile, reviews=business.review_count, rating=business.rating,
            category=business.category,
        )  # fmt: skip
        if business.seo:
            runs["semrush"][1]["traffic_value_usd"] = business.seo.organic_cost
        phone = business.phone if rng.random() < 0.8 else None
        extra = {"Owner": "Ann Example"} if rng.random() < 0.3 else {}
        facts = facts_of(phone, extra, runs)
        leads.append((facts, opportunity(facts, RULES)))
    return leads


def test_200_generated_leads_are_ordered_by_all_three_factors(generated):
    inside = [made for _, made in generated if made.out is None]
    assert len(inside) > 100
    factors = [tuple(getattr(made, name) for name in FACTORS) for made in inside]
    for one, mine in zip(inside, factors, strict=True):
        for other, theirs in zip(inside, factors, strict=True):
            no_less = all(a >= b for a, b in zip(mine, theirs, strict=True))
            assert not no_less or one.score >= other.score - 1e-9
    for facts, made in generated:
        fixable = [finding for finding in facts.findings if not finding.hardening]
        assert (made.out is Out.NOTHING_TO_FIX) == (made.out is not None and not fixable)
        assert made.out is None or made.score == 0


def test_what_is_not_known_is_shown_as_such_in_every_lead(generated):
    unknown = [made for facts, made in generated if facts.traffic_value is None]
    assert unknown
    for made in unknown:
        assert any(points is None for points in made.parts.get("worth", {"": None}).values())
