"""Records that are read from stored JSON, whatever it holds."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lfassess.checks.security.evidence import Evidence as SecurityEvidence
from lfassess.checks.shared.record import read_record, write_record
from lfassess.checks.visual.evidence import Evidence as VisualEvidence
from tests.checks.security.test_judge import evidence as security_evidence
from tests.checks.visual.pages import device


@dataclass(frozen=True, slots=True)
class Part:
    name: str = ""
    size: float | None = None


@dataclass(frozen=True, slots=True)
class Whole:
    count: int = 7
    right: bool = False
    parts: tuple[Part, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    one: Part | None = None
    raw: dict[str, Any] = field(default_factory=dict)


@pytest.mark.parametrize(
    "stored",
    [None, [], "x", {"count": "3"}, {"count": True}, {"count": 2.5}, {"right": 1}, {"parts": {}},
     {"parts": [3, None]}, {"pairs": [["a"], ["a", 1], ["a", "b", "c"], "ab"]}, {"one": []},
     {"one": {}}, {"raw": []}, {"unknown": 1}],
)  # fmt: skip
def test_what_is_of_another_type_leaves_the_default(stored):
    assert read_record(Whole, stored) == Whole()


def test_what_fits_is_read_and_written_back_as_json():
    stored = {
        "count": 2,
        "right": True,
        "parts": [{"name": "a", "size": 1}, {"name": "b", "size": 1.5}],
        "pairs": [["k", "v"]],
        "one": {"name": "c", "size": None},
        "raw": {"any": [1]},
    }
    read = read_record(Whole, stored)
    assert read.parts[1] == Part("b", 1.5)
    assert read.pairs == (("k", "v"),)
    assert json.dumps(write_record(read)) == json.dumps(stored)  # 1 is not written as 1.0


@pytest.mark.parametrize("size", [float("nan"), float("inf"), 10**400, True, "1"])
def test_numbers_are_finite(size):
    assert read_record(Part, {"name": "a", "size": size}) == Part("a")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["count", "parts", "pairs", "one", "name"]), inner)
    ),
    max_leaves=10,
)


@given(_JSON)
def test_any_json_makes_a_record_that_reads_back_the_same(stored):
    read = read_record(Whole, stored)
    assert read_record(Whole, write_record(read)) == read


def _missing(stored, written, path=""):
    """Yield the paths of what was stored and is not written again."""
    if isinstance(stored, dict):
        for key, value in stored.items():
            yield from _missing(value, (written or {}).get(key), f"{path}.{key}")
    elif isinstance(stored, list):
        for number, (value, again) in enumerate(zip(stored, written or [], strict=True)):
            yield from _missing(value, again, f"{path}[{number}]")
    elif stored != written:
        yield path


def test_evidence_is_stored_as_it_was_read():
    both = {"url": "https://shop.test/", "desktop": device(), "mobile": device()}
    assert list(_missing(both, VisualEvidence.from_json(both).to_json())) == []
    seen = security_evidence()
    assert list(_missing(seen, SecurityEvidence.from_json(seen).to_json())) == []
