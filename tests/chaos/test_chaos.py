"""The short form of the chaos run; the long one is `make chaos`."""

from __future__ import annotations

import json
import os
import random

import pytest

from tests.chaos.run import chaos

pytestmark = [pytest.mark.integration, pytest.mark.browser, pytest.mark.timeout(600)]


def test_every_lead_ends_once_whatever_dies():
    seed = int(os.environ.get("CHAOS_SEED", random.SystemRandom().randrange(10**6)))
    print(f"CHAOS_SEED={seed}")  # noqa: T201 - shown when the test fails
    figures = chaos(leads=12, seed=seed, minutes=1.5, down_s=4, profile="fast", pause_s=2)
    told = json.dumps(figures, indent=2)
    assert figures["all_ended"], told
    assert figures["broken"] == [], told
    assert figures["assessments"] == {"completed": 12}, told
    assert figures["browsers_left_by_the_dead"] == 0, told
    assert sum(figures["faults"].values()) >= 5, told
