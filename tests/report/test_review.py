from __future__ import annotations

import pytest

from lfassess.report.review import REASONS, reasons, seen, words
from tests.report.factories import bakery, plumber
from tests.report.factories.rows import run


def fine():
    return [run(name, score=80) for name in ("pagespeed", "security", "gbp", "semrush", "visual")]


def changed(name, **values):
    return [run(name, **values) if made.name == name else made for made in fine()]


def test_an_audit_without_doubts_needs_nobody():
    assert reasons(fine()) == []
    assert reasons(bakery.RUNS) == []


@pytest.mark.parametrize(
    ("runs", "code"),
    [
        (changed("gbp", metrics={"reason": {"code": "gbp.weak_match"}}), "weak-match"),
        (changed("gbp", score=50, metrics={"found": True, "match": {"confidence": 41}}), "weak-match"),
        (changed("visual", metrics={"reason": {"code": "visual.turned_away"}}), "challenge-page"),
        (changed("security", status="failed", error_code="target_blocked"), "challenge-page"),
        (changed("pagespeed", metrics={"reason": {"code": "pagespeed.bot_wall"}}), "challenge-page"),
        (changed("security", metrics={"reason": {"code": "security.refused"}}), "challenge-page"),
        (changed("visual", metrics={"visit": {"kind": "no_site", "code": "parked"}}), "no-site"),
        (changed("security", metrics={"visit": {"kind": "platform", "code": "x"}}), "platform-page"),
        (changed("security", metrics={"visit": {"kind": "elsewhere", "code": "x"}}), "other-domain"),
        (fine()[:2], "low-coverage"),
        ([*fine()[:3], *(run(n, "failed") for n in ("semrush", "visual", "x"))], "low-coverage"),
        ([*fine(), run("llm_analysis", metrics={"dropped_recommendations": 1})], "dropped-recommendations"),
        ([*fine(), run("onpage", metrics={"needs_review": ["onpage-tampering"]})], "tampering"),
        ([*fine(), run("llm_analysis", metrics={"strange_figures": ["400"]})], "unfounded-figures"),
        (changed("security", status="failed", error_code="target_unreachable"), "contradicting-sources"),
        (changed("gbp", score=10, metrics={"status": "CLOSED_PERMANENTLY"}), "contradicting-sources"),
        (changed("visual", score=0, metrics={"mobile": {"status": 503}}), "contradicting-sources"),
    ],
)  # fmt: skip
def test_each_doubt_is_named(runs, code):
    without_site = {"no-site", "platform-page"}  # so that five areas have no score, either
    assert reasons(runs) == [code, *(["low-coverage"] if code in without_site else [])]


def test_checks_nobody_ordered_are_not_missed():
    ordered = [made for made in fine() if made.name not in {"gbp", "semrush"}]
    assert reasons([*ordered, run("gbp", "skipped"), run("semrush", "skipped")]) == []


def test_doubts_come_in_a_fixed_order_and_in_words():
    found = reasons(plumber.RUNS) if hasattr(plumber, "RUNS") else list(REASONS)
    assert found == [code for code in REASONS if code in found]
    assert all(text.endswith((".", ":", "?")) for text in words(found))


def test_what_was_seen_stands_behind_a_reason():
    runs = [
        run("llm_analysis", metrics={"strange_figures": ["400", "12%"]}),
        run("visual", metrics={"visit": {"kind": "no_site", "code": "parked", "shown": "Buy it"}}),
    ]
    assert seen(runs) == {"unfounded-figures": "400, 12%", "no-site": "Buy it"}
    assert seen(fine()) == {}
