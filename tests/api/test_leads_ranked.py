"""Leads in the order in which a call is worth most, a page at a time."""

from __future__ import annotations

import json

import pytest

pytestmark = pytest.mark.integration

RANKED = "/api/v1/leads/ranked"


@pytest.fixture
def audited(harness):
    """Return the ids of three leads, from the best to the worst to call."""
    leads = [harness.add_lead(f"Shop {n}", f"https://shop-{n}.test/") for n in range(3)]
    for place, lead in enumerate(leads):
        harness.orchestrator.coordinate(lead)
        harness.drain()
        harness.execute(
            "UPDATE opportunities SET score = :score, out = NULL, codes = CAST(:codes AS varchar[]),"
            " findings = CAST(:findings AS jsonb) WHERE lead_id = :lead",
            score=90 - 10 * place,
            codes=["no-https"] if place else ["no-https", "onpage-thin-content"],
            findings=json.dumps([{"code": "no-https", "title": "No HTTPS"}]),
            lead=lead,
        )
    return leads


def test_they_come_in_order_page_by_page(api, audited):
    first = api.get(RANKED, params={"limit": 2}).json()
    assert [row["lead_id"] for row in first["items"]] == audited[:2]
    assert [row["rank"] for row in first["items"]] == [1, 2]
    assert first["items"][0]["opportunity"] == 90
    rest = api.get(RANKED, params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert [(row["rank"], row["lead_id"]) for row in rest["items"]] == [(3, audited[2])]
    assert rest["next_cursor"] is None


def test_only_those_with_all_the_findings(api, audited):
    found = api.get(RANKED, params={"finding": ["no-https", "onpage-thin-content"]}).json()
    assert [row["lead_id"] for row in found["items"]] == audited[:1]
    assert api.get(RANKED, params={"batch_id": 1}).json()["items"] == []
    assert api.get(RANKED, params={"finding": "x'; --"}).status_code == 422
