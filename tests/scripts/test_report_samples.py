"""The report samples are of audits with every area measured."""

from __future__ import annotations

import pytest

from scripts import report_samples


def ends_with(score, monkeypatch):
    state = {"checks": {"pagespeed": {"score": score}}}
    monkeypatch.setattr(report_samples, "lfassess", lambda *_words, **_how: [state])
    leads = {report_samples._FAST: 1}
    report_samples._require_speed(leads, {"LFASSESS_LIGHTHOUSE_DIR": "/opt/lighthouse"})


def test_no_samples_are_drawn_where_lighthouse_did_not_run(monkeypatch):
    with pytest.raises(SystemExit, match="/opt/lighthouse"):
        ends_with(None, monkeypatch)


@pytest.mark.parametrize("score", [0, 100])
def test_a_measured_score_is_enough(score, monkeypatch):
    ends_with(score, monkeypatch)
