"""Files as CRMs import them, against files that were compared with their import pages."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from lfassess.assessment.export.columns import Links, Row
from lfassess.assessment.export.files import Export, Order
from lfassess.assessment.export.presets import PRESETS
from lfassess.config_files import read_toml
from lfassess.db.queries.lead_export import Exported
from lfassess.trades import is_known

GOLDEN = Path(__file__).parent / "golden"
BAKERY = Exported(
    id=12,
    name='Harbour "Old" Bakery',
    website="https://www.harbour-bakery.example/",
    phone="+14155550100",
    address="1 Quay Rd, Portland, ME 04101",
    country="US",
    industry="bakery",
    extra={"Owner Name": "Ann Marie Baker", "Email": "Ann <ann@harbour-bakery.example>"},
    created_at=datetime(2026, 3, 1, tzinfo=UTC),
    status="completed",
    assessment_id=34,
    score=48,
    grade="D",
    assessed_at=datetime(2026, 3, 17, 14, 5, tzinfo=UTC),
    area_scores=[40, 50, None, 60, 30, 80, 55],
    sandbox=False,
    site="https://www.harbour-bakery.example/",
    change=-6,
    review="approved",
    opportunity=36.4,
    need=50.0,
    worth=70.0,
    reach=100.0,
    why="300 reviews on Google; but: The site has no HTTPS, and 1 more to fix.",
    findings=[
        {"code": "no-https", "title": "The site has no HTTPS", "impact": "high"},
        {
            "code": "slow-largest-paint",
            "title": "The main content appears late",
            "impact": "medium",
        },
    ],
    codes=["no-https", "slow-largest-paint"],
    technologies=["WordPress", "Google Ads"],
    report_uri="artefacts/34/report.html",
    shared_until=None,
)
# No audit, no website, a name that a spreadsheet would take for a formula, a number as typed.
CAFE = replace(
    BAKERY,
    id=13,
    name="=Café | Nord",
    website=None,
    phone="030 901820",
    address=None,
    country="DE",
    industry="dog walks",
    extra={"Vorname": "Jörg", "Nachname": "Müller"},
    assessment_id=None,
    score=None,
    grade=None,
    findings=None,
    technologies=None,
    why=None,
)


class Given(Export):
    """An export of leads that are given instead of read."""

    def __init__(self, order):
        self._order = order
        self.columns = order.preset.columns

    def rows(self):
        links = Links("https://leads.example")
        return iter([Row(BAKERY, 1, links), Row(CAFE, None, links)])


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_the_file_that_the_crm_imports(name):
    made = b"".join(Given(Order(preset=PRESETS[name])).written())
    path = GOLDEN / f"{name}.csv"
    if os.environ.get("GOLDEN") == "write":
        path.write_bytes(made)
    assert made == path.read_bytes()


@pytest.mark.parametrize("name", PRESETS)
def test_presets_have_no_mark_no_apostrophe_and_international_numbers(name):
    text = b"".join(Given(Order(preset=PRESETS[name])).written()).decode()
    assert not text.startswith("\ufeff")
    assert ",+14155550100," in text
    assert ",+4930901820," in text
    assert "=Café" in text
    assert "'=" not in text


def test_zoho_gets_none_of_the_characters_that_it_refuses():
    cells = [PRESETS["zoho"].clean(text) for text in ('a "b" | <c>',)]
    assert cells == ["a 'b' / (c)"]


def test_a_spreadsheet_is_protected_where_somebody_asks_for_it():
    made = b"".join(Given(Order(preset=PRESETS["hubspot"], formula_safe=True)).written()).decode()
    assert "'=Café" in made


def test_industries_are_of_trades_that_are_known():
    assert all(map(is_known, read_toml("crm.toml")["industries"]))
