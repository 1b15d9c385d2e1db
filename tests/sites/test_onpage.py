"""What the on-page check says of real websites: hardly anything false, little unseen."""

from __future__ import annotations

import os
import time
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import pytest

from lfassess.checks.base import CheckContext, Finding, Target
from lfassess.checks.onpage import CHECK
from lfassess.checks.onpage.fetch import fetch_pages
from tests.sites.corpus import HERE, Site, crawled_sites
from tests.sites.packages import PackageMissingError
from tests.sites.serving import serving

pytestmark = [pytest.mark.integration, pytest.mark.unmeasured, pytest.mark.timeout(600)]

TRUTH: Final[Mapping[str, Any]] = tomllib.loads((HERE / "onpage.toml").read_text())
CLEAN: Final[Mapping[str, Any]] = TRUTH["clean"]
UNCOUNTED: Final = ("info", "passed")
Found = dict[str, tuple[Finding, ...]]


def crawled(chosen: list[Site], folder) -> Found:
    """Return the findings of each site."""
    try:
        with serving(tuple(chosen), folder) as settings:
            return {site.name: _findings(site, settings) for site in chosen}
    except PackageMissingError as e:
        if os.environ.get("CI"):
            raise
        pytest.skip(f"the corpus can't be fetched: {e}")


def _findings(site: Site, settings) -> tuple[Finding, ...]:
    ctx = CheckContext(settings, time.monotonic() + CHECK.time_limit_s)
    fetched = fetch_pages(Target(site.business, site.url), ctx, gap_s=0)
    return CHECK.judge(fetched.evidence).findings


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Found:
    return crawled(list(crawled_sites()), tmp_path_factory.mktemp("sites"))


@pytest.fixture(scope="module")
def clean(tmp_path_factory) -> Found:
    made = [filled_in(site) for site in crawled_sites() if site.name in CLEAN]
    return crawled(made, tmp_path_factory.mktemp("clean"))


def filled_in(site: Site) -> Site:
    swap = tuple((old, new) for old, new in CLEAN[site.name]["swap"])
    return replace(site, swap=(*site.swap, *swap))


def said(findings: tuple[Finding, ...], *, praise: bool = False) -> set[str]:
    return {
        f.code.removeprefix("onpage-")
        for f in findings
        if (f.severity == "passed") is praise and (praise or f.severity not in UNCOUNTED)
    }


def true_of(site: Site, *keys: str) -> set[str]:
    own = TRUTH.get(site.name, {})
    every = TRUTH["every"]["right"] if "right" in keys and site.judged and own else ()
    return {*every, *(code for key in keys for code in own.get(key, ()))}


def test_the_truth_names_sites_and_findings_that_exist():
    assert TRUTH.keys() - {"every", "clean"} <= {site.name for site in crawled_sites()}
    named = {c for entry in TRUTH.values() for k, v in entry.items() if k in {"right", "neutral", "praise"} for c in v}  # fmt: skip
    assert {f"onpage-{code}" for code in named} <= CHECK.kinds.keys()


def test_says_hardly_anything_false(found):
    made = [(site.name, code) for site in crawled_sites() for code in said(found[site.name]) - true_of(site, "neutral")]  # fmt: skip
    false = [(site.name, code) for site in crawled_sites() for code in said(found[site.name]) - true_of(site, "right", "neutral")]  # fmt: skip
    assert len(made) > 60
    assert 1 - len(false) / len(made) >= 0.99, false


def test_tells_what_is_there(found):
    there = [(site, code) for site in crawled_sites() for code in true_of(site, "right")]
    missed = [(site.name, code) for site, code in there if code not in said(found[site.name])]
    assert 1 - len(missed) / len(there) >= 0.85, missed


def test_praises_nothing_that_is_not_so(found):
    wrong = {
        s.name: said(found[s.name], praise=True) - true_of(s, "praise") for s in crawled_sites()
    }
    assert not {name: codes for name, codes in wrong.items() if codes}


def test_says_nothing_of_what_is_no_site(found):
    result = {
        s.name: found[s.name] for s in crawled_sites() if not s.judged and s.name not in TRUTH
    }
    assert not {name: findings for name, findings in result.items() if findings}


@pytest.mark.parametrize("name", CLEAN)
def test_says_nothing_of_a_well_made_site(clean, name):
    assert said(clean[name]) == set()
    assert {"listed-well", "described-well"} <= said(clean[name], praise=True)
