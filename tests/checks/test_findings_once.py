from __future__ import annotations

import pytest

from lfassess.checks import all_checks
from lfassess.checks.base import Area, Severity
from lfassess.findings import IMPLIED, NO_SITE, PRAISE, area_of, consolidate
from lfassess.findings.implied import UNSURE

KINDS = {code: (name, kind) for name, c in all_checks().items() for code, kind in c.kinds.items()}


def stored(*codes):
    """Findings as the checks would store them, by check."""
    found = {}
    for code in codes:
        name, kind = KINDS[code]
        row = {"code": code, "severity": kind.severity.value, "area": kind.area.value}
        found.setdefault(name, []).append(row)
    return found


def left(*codes, dismissed=()):
    made = consolidate(stored(*codes), dismissed)
    return {row["code"] for rows in made.values() for row in rows}


def test_every_code_in_the_tables_is_a_checks():
    named = {*IMPLIED, *NO_SITE, *PRAISE}
    named |= {code for codes in IMPLIED.values() for code in codes}
    named |= {code for praise in PRAISE.values() for code in praise.against}
    assert named <= set(KINDS)


def test_no_two_checks_share_a_code():
    assert len(KINDS) == sum(len(check.kinds) for check in all_checks().values())


def test_every_praise_says_what_forbids_it():
    praised = {code for code, (_, kind) in KINDS.items() if kind.severity is Severity.PASSED}
    assert set(PRAISE) == praised
    assert all(praise.against or praise.areas for praise in PRAISE.values())


def test_every_finding_that_there_is_no_site_counts_as_one():
    critical = {
        code
        for code, (_, kind) in KINDS.items()
        if kind.severity is Severity.CRITICAL and kind.area is Area.FIRST_IMPRESSION
    }
    assert critical <= set(NO_SITE)


def test_nothing_implies_itself_by_any_way():
    def reach(code, way=()):
        assert code not in way, f"{code} implies itself"
        for other in IMPLIED.get(code, ()):
            reach(other, (*way, code))

    for code in IMPLIED:
        reach(code)


def test_what_is_implied_weighs_no_more_than_twice_the_words():
    """A finding may take a lighter one along; a heavier one only where it is the same fact."""
    order = list(Severity)
    heavier = {
        (code, other)
        for code, others in IMPLIED.items()
        for other in others
        if order.index(KINDS[other][1].severity) < order.index(KINDS[code][1].severity)
    }
    assert heavier == {("gbp-website-is-platform", "gbp-website-differs")}


@pytest.mark.parametrize(
    ("found", "remaining"),
    [
        (
            ("no-https", "no-https-redirect", "no-hsts", "poor-practices", "mixed-content"),
            {"no-https"},
        ),
        (("no-https", "no-csp", "gbp-website-http"), {"no-https", "no-csp"}),
        (("certificate-untrusted", "no-hsts", "no-csp"), {"certificate-untrusted", "no-csp"}),
        (("no-title", "visual-no-title"), {"no-title"}),
        (("slow-page", "visual-never-loaded"), {"slow-page"}),
        (("jumping-layout", "visual-layout-shift"), {"jumping-layout"}),
        (("heavy-images", "visual-oversized-images"), {"heavy-images"}),
        (("visual-low-contrast", "fair-accessibility"), {"visual-low-contrast"}),
        (("fair-accessibility", "visual-alt-missing"), {"fair-accessibility"}),
        # the score's finding goes for the contrast, so that the pictures' stands again
        (
            ("visual-low-contrast", "fair-accessibility", "visual-alt-missing"),
            {"visual-low-contrast", "visual-alt-missing"},
        ),
        (("outdated-server-software", "version-leak"), {"outdated-server-software"}),
        (("visual-no-phone-number", "visual-popup"), {"visual-no-phone-number", "visual-popup"}),
        (("semrush-no-rankings", "semrush-few-keywords"), {"semrush-no-rankings"}),
        (("gbp-no-reviews", "gbp-few-reviews"), {"gbp-no-reviews"}),
    ],
)
def test_one_fact_is_said_once(found, remaining):
    assert left(*found) == remaining


@pytest.mark.parametrize("code", NO_SITE)
def test_where_there_is_no_site_nothing_else_is_said_of_it(code):
    said = left(code, "no-hsts", "slow-page", "gbp-no-structured-data", "gbp-no-hours", "fast-page")
    assert said == {code, "gbp-no-hours"}


def test_two_checks_that_meet_no_site_say_so_once():
    assert left("page-not-found", "visual-error-page", "no-csp") == {"visual-error-page"}


@pytest.mark.parametrize("code", sorted(UNSURE))
def test_a_page_that_the_browser_saw_is_judged_whatever_others_met(code):
    assert left(code, "visual-old-copyright") == {code, "visual-old-copyright"}


@pytest.mark.parametrize(
    ("praise", "fault"),
    [
        ("https-works", "no-https"),
        ("visual-fits-phones", "visual-hard-to-read"),
        ("https-works", "certificate-untrusted"),
        ("https-works", "no-https-redirect"),
        ("fast-page", "slow-for-visitors"),
        ("fast-page", "heavy-page"),
        ("steady-page", "visual-layout-shift"),
        ("accessible-page", "visual-low-contrast"),
        ("visual-accessible", "visual-alt-missing"),
        ("visual-accessible", "fair-accessibility"),
        ("good-seo-basics", "no-description"),
        ("good-seo-basics", "visual-no-title"),
        ("visual-easy-to-call", "gbp-phone-differs"),
        ("visual-easy-to-call", "visual-popup"),
        ("visual-good-impression", "visual-placeholder-text"),
        ("semrush-visible", "not-indexable"),
        ("gbp-well-reviewed", "gbp-bad-reviews-shown"),
        ("headers-strong", "no-csp"),
        ("visual-fits-phones", "onpage-garbled-text"),
        ("visual-fits-phones", "visual-overlapping-text"),
        ("visual-fits-phones", "page-unreadable"),
        ("visual-clean-load", "onpage-garbled-text"),
        ("visual-good-impression", "onpage-garbled-text"),
        ("onpage-listed-well", "onpage-garbled-text"),
        ("onpage-listed-well", "onpage-title-unrelated"),
        ("onpage-described-well", "onpage-data-sparse"),
        ("onpage-links-work", "onpage-social-sample"),
        ("visual-easy-to-call", "onpage-no-tel-link"),
        ("visual-easy-to-call", "visual-placeholder-contact"),
        ("visual-clear-action", "visual-dead-links"),
        ("https-works", "certificate-chain-incomplete"),
        ("gbp-complete", "gbp-temporarily-closed"),
    ],
)
def test_praise_never_stands_against_a_fault_of_its_topic(praise, fault):
    assert left(praise, fault) == {fault}


@pytest.mark.parametrize(
    ("praise", "other"),
    [
        ("https-works", "no-hsts"),
        ("fast-page", "unsized-images"),
        ("fast-page", "no-title"),
        ("gbp-complete", "gbp-low-rating"),
        ("visual-fits-phones", "visual-old-copyright"),
        ("accessible-page", "slow-page"),
    ],
)
def test_praise_stands_beside_faults_of_other_topics(praise, other):
    assert left(praise, other) == {praise, other}


def test_what_an_dismissed_finding_implies_goes_with_it():
    said = left("no-https", "no-hsts", "no-csp", dismissed={("security", "no-https")})
    assert said == {"no-csp"}


def test_praise_comes_back_once_its_fault_is_dismissed():
    codes = ("fast-page", "heavy-page")
    assert left(*codes, dismissed={("pagespeed", "heavy-page")}) == {"fast-page"}


def test_a_check_that_is_struck_implies_and_forbids_nothing():
    codes = ("no-https", "gbp-website-http", "https-works")
    assert left(*codes, dismissed={("security", "*")}) == {"gbp-website-http"}


def test_order_stays_and_what_is_no_finding_stays():
    rows = [{"code": "no-csp"}, 3, None, {"title": "x"}, {"code": "no-csp"}, {"code": ["no-https"]}]
    made = consolidate({"b": rows, "a": [{"code": "no-csp"}], "c": None, "d": {"code": "x"}})
    assert made == {"b": [*rows[:4], rows[5]], "a": [], "c": [], "d": []}
    assert consolidate(made) == made


@pytest.mark.parametrize(
    ("check", "row", "area"),
    [
        ("visual", {"area": "speed"}, Area.SPEED),
        ("visual", {"code": "visual-no-title"}, Area.SEARCH_BASICS),
        ("pagespeed", {"code": "no-longer-known"}, Area.SPEED),
        ("visual", {"area": 3}, Area.FIRST_IMPRESSION),
        ("another", {"area": "no area"}, None),
        ("another", None, None),
    ],
)
def test_older_findings_have_an_area_too(check, row, area):
    assert area_of(check, row) is area


@pytest.mark.parametrize("code", ["onpage-no-spf", "onpage-open-spf", "onpage-no-dmarc"])
@pytest.mark.parametrize("praise", ["headers-strong", "https-works"])
def test_gaps_in_the_mail_records_say_nothing_against_the_website(code, praise):
    assert left(praise, code) == {praise, code}


@pytest.mark.parametrize("code", ["unsized-images", "jumping-layout", "visual-layout-shift"])
def test_a_page_with_a_finding_about_movement_is_not_called_steady(code):
    assert left("steady-page", code) == {code}


@pytest.mark.parametrize("code", ["onpage-tampering", "onpage-insecure-form"])
@pytest.mark.parametrize("praise", ["headers-strong", "https-works"])
def test_what_endangers_visitors_forbids_praise_of_the_websites_security(code, praise):
    assert left(praise, code) == {code}
