"""The demo sites' planted defects, held against what the checks really find."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from lfassess.checks import all_checks
from lfassess.checks.base import CheckContext, Severity, Target
from lfassess.clients.browser import shutdown
from lfassess.errors import CheckError
from lfassess.sandbox.businesses import demo_businesses
from lfassess.sandbox.server import SandboxServer
from lfassess.sandbox.sites import all_sites
from lfassess.settings import load_settings

pytestmark = [pytest.mark.integration, pytest.mark.browser, pytest.mark.unmeasured]

CHECKS = ("pagespeed", "security", "gbp", "semrush", "visual", "onpage")
CLEAN = "harbour-bakery"
FINE = {Severity.LOW, Severity.INFO, Severity.PASSED}
Found = dict[tuple[str, str], dict[str, Severity]]


@pytest.fixture(scope="module")
def found(tmp_path_factory) -> Iterator[Found]:
    """{(site, check): {finding code: severity}} of all demo sites, checks really run."""
    folder: Path = tmp_path_factory.mktemp("sandbox")
    with (
        pytest.MonkeyPatch.context() as patch,
        SandboxServer(profile="fast", seed=1, directory=folder) as sandbox,
    ):
        for name, value in sandbox.env.items():
            patch.setenv(name, value)
        patch.setenv("LFASSESS_PAGESPEED_BASE_URL", f"{sandbox.url}/psi")
        patch.setenv("LFASSESS_VISION", "0")
        settings = load_settings()
        jobs = [(b, name) for b in demo_businesses() for name in CHECKS]
        with ThreadPoolExecutor(6) as pool:
            results = pool.map(lambda job: run(settings, *job), jobs)
            yield {
                (b.host.partition(".")[0], name): r
                for (b, name), r in zip(jobs, results, strict=True)
            }
        shutdown()


def run(settings, business, name) -> dict[str, Severity]:
    site = all_sites()[business.host]
    url = f"{'http' if site.http_only else 'https'}://{business.host}/"
    target = Target(business.name, url, business.phone, business.full_address, business.country)
    check = all_checks()[name]
    try:
        fetched = check.fetch(target, CheckContext(settings, time.monotonic() + 120))
    except CheckError as e:
        return {e.code: Severity.INFO}
    return {f.code: f.severity for f in check.judge(fetched.evidence).findings}


def test_there_are_enough_sites_with_defects_of_their_own():
    assert len(demo_businesses()) >= 12
    assert all(b.defects for b in demo_businesses() if not b.host.startswith(CLEAN))


def test_every_planted_defect_is_found(found):
    missing = [
        (b.host, d.check, d.what, d.code, sorted(found[b.host.partition(".")[0], d.check]))
        for b in demo_businesses()
        for d in b.defects
        if d.code and d.code not in found[b.host.partition(".")[0], d.check]
    ]
    assert missing == [], "\n".join(map(str, missing))


def test_nothing_above_low_is_said_of_the_clean_site(found):
    said = {
        (check, code)
        for check in CHECKS
        for code, severity in found[CLEAN, check].items()
        if severity not in FINE
    }
    assert said == set()


def test_the_on_page_check_has_nothing_above_info_to_say_of_the_clean_site(found):
    said = found[CLEAN, "onpage"]
    assert set(said.values()) <= {Severity.INFO, Severity.PASSED}
    assert {"onpage-listed-well", "onpage-described-well", "onpage-mail-protected"} <= set(said)


def test_a_challenge_page_is_no_finding(found):
    assert found["ironworks-gym", "security"] == {}
    assert found["ironworks-gym", "visual"] == {}
    assert found["ironworks-gym", "onpage"] == {}
