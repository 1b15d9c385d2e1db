"""The corpus' own parts: what its truth files say can be meant, and the tally counts it right."""

from __future__ import annotations

import tomllib

import pytest

from lfassess.checks import all_checks
from tests.sites import packages
from tests.sites.audit import Audit, tally
from tests.sites.corpus import HERE, MEASURED, MEASURED_PRAISE, NO_SITE, Site, sites
from tests.sites.rewriting import StaleRewriteError, rewritten

KINDS = {code: kind for check in all_checks().values() for code, kind in check.kinds.items()}


def named(name: str) -> Site:
    return next(site for site in sites() if site.name == name)


def audit(name: str, *said: tuple[str, str]) -> Audit:
    findings = [{"code": code, "severity": severity, "evidence": ""} for code, severity in said]
    return Audit(named(name), {"visual": {"findings": findings, "metrics": {}}})


def test_there_are_enough_sites_of_each_sort():
    assert len(sites()) >= 15
    assert len({site.package for site in sites()}) >= 15
    assert sum(site.judged for site in sites()) >= 10
    assert sum(not site.judged for site in sites()) >= 5
    assert len({site.host for site in sites()}) == len(sites())


@pytest.mark.parametrize("site", sites(), ids=lambda site: site.name)
def test_truth_names_findings_that_exist(site):
    server, flat = site.server, [c for codes in site.expects().values() for c in codes]
    found = {*flat, *site.right, *site.neutral, *server.right, *server.neutral}
    assert found <= KINDS.keys()
    assert not [c for c in found if KINDS[c].severity == "passed"]
    assert all(KINDS[c].severity == "passed" for c in site.praise | server.praise)
    assert not (site.right & site.neutral), "right and neutral at once"


def test_what_is_common_names_findings_that_exist():
    assert {
        *MEASURED,
        *MEASURED_PRAISE,
        *(c for cs in NO_SITE.values() for c in cs),
    } <= KINDS.keys()


def test_a_truth_file_has_no_field_that_nobody_reads():
    known = {"host", "package", "root", "start", "server", "www", "self_hosted", "lighthouse"}
    for path in (HERE / "truth").glob("*.toml"):
        result = tomllib.loads(path.read_text())
        assert result.keys() <= known | {"business", "truth"}, path.name
        assert result["truth"].keys() <= {"met", "sees", "right", "neutral", "praise"}, path.name
        assert result.get("business", {}).keys() <= {"name", "copy", "swap", "texts"}, path.name


def test_counts_what_is_true_and_what_an_owner_would_see():
    made = tally([audit("northfork", ("visual-old-copyright", "medium"), ("no-https", "critical"))])
    assert (made.precision, made.false) == (1, [])
    assert set(made.found) == {"the copyright ends in 2023", "no padlock, only http"}
    assert ("northfork", "no phone number anywhere") in made.missed
    assert made.recall == pytest.approx(2 / 6)


def test_what_no_truth_file_names_is_false():
    made = tally([audit("northfork", ("visual-popup", "high"), ("visual-no-heading", "low"))])
    assert made.false == [("northfork", "visual-popup", "")]
    assert made.precision == pytest.approx(1 / 2)


def test_what_is_contestable_counts_neither_way():
    made = tally([audit("northfork", ("slow-page", "high"), ("fair-accessibility", "medium"))])
    assert (made.right.total(), made.false, made.neutral.total()) == (0, [], 2)


def test_praise_is_allowed_by_name():
    made = tally([audit("northfork", ("visual-clear-action", "passed"), ("https-works", "passed"))])
    assert made.praised == {"visual-clear-action": 1}
    assert made.wrong_praise == [("northfork", "https-works", "")]


def test_of_no_site_nothing_but_that_may_be_said():
    made = tally(
        [audit("nginx-default", ("visual-default-page", "critical"), ("gbp-ageing-reviews", "low"))]
    )
    assert set(made.found) == {"there is no website"}
    assert made.false == [("nginx-default", "gbp-ageing-reviews", "")]


PAGE = """<!doctype html><html><head><title>Northfork</title>
<script src="https://cdn.example/x.js"></script></head><body><p>Old name</p>
<p>Lorem ipsum dolor</p><p>Lorem ipsum sit</p></body></html>"""


def with_texts(**changes: object) -> Site:
    base = {"copy": ("First.", "Second."), "texts": {"Old…": "New name"}, "swap": ()}
    return Site(**{**named("northfork").__dict__, **base, **changes})


def test_makes_a_business_of_a_theme():
    page = rewritten(with_texts(), PAGE, home=True)
    assert "<p>New name</p>" in page
    assert "<p>First.</p><p>Second.</p>" in page.replace("\n", "")


@pytest.mark.parametrize("stale", [{"texts": {"Gone": "x"}}, {"swap": (("gone", "x"),)}])
def test_a_replacement_that_finds_nothing_is_an_error(stale):
    with pytest.raises(StaleRewriteError):
        rewritten(with_texts(**stale), PAGE, home=True)


@pytest.mark.parametrize(
    ("own", "where"), [(False, "https://assets.example/cdn"), (True, "/elsewhere/cdn")]
)
def test_no_page_asks_the_internet(own, where):
    page = rewritten(with_texts(self_hosted=own), PAGE, home=False)
    assert f'src="{where}.example/x.js"' in page


def test_a_package_that_can_not_be_fetched_is_told_apart(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(packages.PackageMissingError, match="npm is not installed"):
        packages.unpacked("npm:no-such@1.0.0", tmp_path / "cache")
    assert not list((tmp_path / "cache").glob("npm-*"))
