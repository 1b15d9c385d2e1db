"""Single leads that are none, refused before a store is needed."""

from __future__ import annotations

import pytest

from lfassess.assessment.intake.lead_import import upsert_lead
from lfassess.db.database import Database
from lfassess.errors import UsageError

NOWHERE = Database("postgresql://nobody@127.0.0.1:1/none")  # never connected to


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"name": "Joe"}, "needs a phone number or an address"),
        ({"website": "https://a.example/", "name": "x" * 301}, "301 characters; the limit is 300"),
        ({"website": "https://a.example/", "country": "Atlantis"}, "not a known country"),
    ],
)
def test_refuses_a_single_lead_that_is_none(values, message):
    with pytest.raises(UsageError, match=message):
        upsert_lead(NOWHERE, values, default_country="US")
