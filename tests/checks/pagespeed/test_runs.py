"""How sure a score is: more runs where one does not decide, their median and their range."""

from __future__ import annotations

import time
from dataclasses import asdict

import pytest

from lfassess import scoring
from lfassess.checks.base import CheckContext
from lfassess.checks.pagespeed import CHECK, evidence_runs, fetch_lighthouse
from lfassess.checks.pagespeed.evidence import Run
from lfassess.checks.pagespeed.judge import judge
from lfassess.errors import ProviderTimeoutError
from lfassess.settings import Settings
from tests.checks.pagespeed.lighthouse_result import lhr


def run(score, index=2000, load=0.2, tbt=1.0):
    return Run(score, tbt, index, load)


def test_bounds_are_those_of_the_grades():
    assert evidence_runs.grade_bounds() == [
        least for _, least in scoring.load_rules().grades if least
    ]


@pytest.mark.parametrize(
    ("score", "near"),
    [(26, False), (27, True), (30, True), (33, True), (34, False), (46, False), (47, True),
     (53, True), (54, False), (72, True), (78, True), (79, False), (87, True), (93, True),
     (94, False), (0, False), (100, False)],
)  # fmt: skip
def test_score_near_a_bound_is_run_again(score, near):
    assert evidence_runs.another_is_due([run(score)]) is near


@pytest.mark.parametrize(
    ("index", "load", "slow"),
    [(1000, 1.0, False), (999, 1.0, True), (1000, 1.01, True), (None, None, False),
     (None, 2, True), (1500, None, False)],
)  # fmt: skip
def test_slow_machine_runs_again(index, load, slow):
    assert evidence_runs.another_is_due([run(60, index, load)]) is slow


@pytest.mark.parametrize(
    ("made", "due"),
    [
        ([run(60, load=3), run(62, load=3)], False),
        ([run(60, load=3), run(63, load=3)], True),
        ([run(60, load=3), run(75, load=0)], True),
        ([run(52), run(56)], True),
        ([run(52), run(56), run(51)], False),
        ([run(None)], True),
        ([run(None), run(60)], True),
        ([run(None), run(None)], False),
    ],
)
def test_runs_end_when_they_agree_or_are_three(made, due):
    assert evidence_runs.another_is_due(made) is due


@pytest.mark.parametrize(
    ("found", "at"),
    [([60], 0), ([54, 29, 52], 2), ([29, 54], 1), ([None, 40], 1), ([None], 0), ([], 0),
     ([50, 50, 90], 0), ([1, 2, 3, 4], 2)],
)  # fmt: skip
def test_median_run(found, at):
    assert evidence_runs.median_at(found) == at


def judged(made, score, **more):
    evidence = {
        "source": "lighthouse",
        "mobile": lhr(score / 100),
        "runs": [asdict(one) for one in made],
        **more,
    }
    return judge(evidence).metrics


def test_runs_are_in_the_metrics():
    metrics = judged([run(58), run(66, 1800, 0.4), run(62)], 62, runs_wanted=3)
    assert metrics["runs"] == {
        "scores": [58, 66, 62],
        "median": 62,
        "low": 58,
        "high": 66,
        "benchmark_index": [2000, 1800, 2000],
        "load": [0.2, 0.4, 0.2],
        "slow_machine": False,
        "wanted": 3,
        "unsure": None,
    }
    assert metrics["score_range"] == [58, 66]


@pytest.mark.parametrize(
    ("made", "score", "expected", "unsure"),
    [
        ([run(60)], 60, [60, 60], None),
        ([run(76)], 76, [73, 79], "near_bound"),
        ([run(99), run(97)], 99, [97, 99], None),
        ([run(74), run(76), run(74)], 74, [74, 76], None),
        ([run(29, load=4, tbt=0.2)], 29, [26, 53], "slow_machine"),
        ([run(40, load=4, tbt=0.5), run(41, load=4, tbt=0.6)], 41, [40, 55], "slow_machine"),
        ([run(60, load=4, tbt=1.0)], 60, [60, 60], "slow_machine"),
        ([run(95, 900, tbt=0.5)], 95, [95, 100], "slow_machine"),
    ],
)
def test_range_covers_what_another_run_may_find(made, score, expected, unsure):
    metrics = judged(made, score)
    assert metrics["score_range"] == expected
    assert metrics["runs"]["unsure"] == unsure


def test_google_s_answer_is_one_run_of_a_machine_that_is_not_slow():
    result = lhr(0.6) | {"environment": {"benchmarkIndex": 700}}
    metrics = judge({"source": "psi", "mobile": result}).metrics
    assert metrics["runs"]["scores"] == [60]
    assert metrics["runs"]["benchmark_index"] == [700]
    assert metrics["runs"]["slow_machine"] is False
    assert metrics["score_range"] == [60, 60]


def test_no_score_has_no_runs():
    assert "runs" not in judge({"source": "psi", "mobile": lhr(None)}).metrics


def test_speed_of_another_run_leaves_the_rest():
    whole = lhr(0.5, color_contrast={"score": 0}, old_speed={"score": 0.1})
    whole |= {"performanceAudits": ["old-speed", "largest-contentful-paint"], "page": {"words": 9}}
    other = {
        "fetchTime": "later",
        "categories": {"performance": {"score": 0.7}},
        "audits": {"largest-contentful-paint": {"numericValue": 900}},
    }
    merged = evidence_runs.with_speed_of(whole, other)
    assert merged["categories"]["performance"] == {"score": 0.7}
    assert merged["categories"]["seo"] == {"score": 1}
    assert merged["audits"]["largest-contentful-paint"] == {"numericValue": 900}
    assert merged["audits"]["color-contrast"] == {"score": 0}
    assert "old-speed" not in merged["audits"]
    assert (merged["fetchTime"], merged["page"]) == ("later", {"words": 9})


class Lighthouse:
    """Gives these scores in turn for a phone, and remembers what it was asked for."""

    def __init__(self, monkeypatch, *scores):
        self.scores, self.asked = list(scores), []
        monkeypatch.setattr(fetch_lighthouse.lighthouse, "audit", self.audit)
        monkeypatch.setattr(fetch_lighthouse, "load_per_cpu", lambda: 0.1)

    def audit(self, _url, *, settings, strategy, categories, deadline):
        assert settings
        assert deadline > time.monotonic()
        self.asked.append((strategy, len(categories)))
        if strategy == "desktop":
            return lhr()
        score = self.scores.pop(0)
        if isinstance(score, Exception):
            raise score
        return lhr(score) | {"environment": {"benchmarkIndex": 2000}, "performanceAudits": []}

    def fetch(self, *, seconds=75, **settings):
        context = CheckContext(Settings(**settings), time.monotonic() + seconds)
        return fetch_lighthouse.fetch_here("http://shop.test/", context).evidence


@pytest.mark.parametrize(
    ("given", "settings", "found"),
    [
        ([0.60], {}, [60]),
        ([0.52, 0.49, 0.55], {}, [52, 49, 55]),
        ([0.54, 0.60], {"lighthouse_runs": 2}, [54, 60]),
        ([0.52], {"lighthouse_runs": 1}, [52]),
        ([0.52, 0.53, 0.9, 0.8, 0.7], {"lighthouse_runs": 5}, [52, 53, 90, 80, 70]),
        ([0.52, ProviderTimeoutError("late")], {}, [52]),
        ([None, 0.60, 0.60], {}, [None, 60, 60]),
    ],
)
def test_phone_is_run_as_often_as_is_due_or_was_asked_for(monkeypatch, given, settings, found):
    here = Lighthouse(monkeypatch, *given)
    evidence = here.fetch(**settings)
    assert [made["score"] for made in evidence["runs"]] == found
    assert here.asked[:2] == [("mobile", 4), ("desktop", 4)]
    assert set(here.asked[2:]) <= {("mobile", 1)}
    assert evidence.get("runs_wanted") == settings.get("lighthouse_runs")
    assert "performanceAudits" not in evidence["mobile"]


def test_score_is_the_median_s(monkeypatch):
    evidence = Lighthouse(monkeypatch, 0.52, 0.29, 0.49).fetch()
    judgement = judge(evidence)
    assert judgement.score == 49
    assert judgement.metrics["score_range"] == [29, 52]


def test_short_time_has_no_run_of_our_own_choice(monkeypatch):
    assert len(Lighthouse(monkeypatch, 0.52, 0.5).fetch(seconds=14)["runs"]) == 1


def test_run_that_meets_an_error_page_counts_for_nothing(monkeypatch):
    here = Lighthouse(monkeypatch, 0.52)
    refused = lhr(0.9) | {"runWarnings": ["(Status code: 429)"]}
    results = iter([lhr(0.52), lhr(), refused])
    monkeypatch.setattr(fetch_lighthouse.lighthouse, "audit", lambda *_a, **_k: next(results))
    assert [made["score"] for made in here.fetch()["runs"]] == [52]


@pytest.mark.parametrize(
    ("settings", "seconds"),
    [({}, 75), ({"lighthouse_runs": 1}, 75), ({"lighthouse_runs": 5}, 155),
     ({"lighthouse_runs": 5, "google_api_key": "k"}, 75)],
)  # fmt: skip
def test_runs_that_were_asked_for_have_their_time(settings, seconds):
    left = CHECK.deadline(Settings(**settings)) - time.monotonic()
    assert seconds - 5 < left <= seconds
