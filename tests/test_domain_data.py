"""How old the domain data are: rules, tables of products, lists that others publish.

A failure here is an errand, not a bug: `make refresh` fetches what can be fetched and lists what is
looked up by hand; then the table's `checked` is set to the day.
"""

from __future__ import annotations

import json
import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from lfassess.checks.security.observatory import ALGORITHM
from lfassess.clients import lighthouse

CONFIGS = Path(__file__).parents[1] / "configs"
OLDEST_DAYS = 180
# Tables that must say when they were checked; others may.
DATED = {
    "libraries.toml", "scripts.toml", "end_of_support.toml", "platforms.toml", "no_site.toml",
    "walls.toml", "technologies.toml",
}  # fmt: skip


def tables():
    return {path.name: tomllib.loads(path.read_text("utf-8")) for path in CONFIGS.glob("*.toml")}


def checked():
    """Return the days by file, and by entry of domain_data.toml."""
    meta = {name: entry["meta"]["checked"] for name, entry in tables().items()
            if "checked" in entry.get("meta", {})}  # fmt: skip
    packaged = {name: entry["checked"] for name, entry in tables()["domain_data.toml"].items()}
    return meta | packaged


@pytest.mark.parametrize(("name", "day"), checked().items(), ids=lambda v: v)
def test_is_younger_than_half_a_year(name, day):
    age = datetime.now(UTC).date() - date.fromisoformat(day)
    assert age.days <= OLDEST_DAYS, f"{name} was checked {age.days} days ago: make refresh"


def test_every_table_that_ages_says_when_it_was_checked():
    assert checked().keys() >= DATED | {"axe-core", "observatory"}


def test_every_dated_table_names_its_source():
    named = [e["meta"] for e in tables().values() if "checked" in e.get("meta", {})]
    assert all(meta["source"] for meta in [*named, *tables()["domain_data.toml"].values()])


def test_versions_are_those_in_use():
    entries = tables()["domain_data.toml"]
    lock = Path(lighthouse.__file__).with_name("package-lock.json")
    pinned = json.loads(lock.read_text())["packages"]["node_modules/axe-core"]["version"]
    assert (entries["axe-core"]["version"], entries["observatory"]["version"]) == (
        pinned, str(ALGORITHM),
    )  # fmt: skip
