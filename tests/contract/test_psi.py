"""Every recorded answer of PageSpeed Insights, over HTTP, through client and judge."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lfassess.checks.base import CheckContext
from lfassess.checks.pagespeed.fetch import ask_google
from lfassess.checks.pagespeed.judge import judge
from lfassess.clients import pagespeed
from lfassess.clients.endpoint import Endpoint
from lfassess.clients.lighthouse.normal import normal_form
from lfassess.errors import LfassessError
from lfassess.settings import Settings
from tests.provider_servers import recorded, scripted_server

SHARED = Path(__file__).parents[2].parent / "shared"
ANSWERS = SHARED / "fixtures" / "providers" / "psi"
SCHEMA = SHARED / "schemas" / "pagespeedonline.v5.json"

URL = "https://shop.example/"
MAX_BYTES = 40_000  # of a frame

# By file: score, findings that must be there, findings that must not.
RESULTS = {
    "200_desktop_lh12_crux_apple.json": (
        73,
        {"sluggish-page", "fast-for-visitors", "heavy-images", "render-blocking", "no-caching",
         "late-document", "unused-code"},
        {"slow-for-visitors", "fair-for-visitors", "no-title", "page-not-loadable"},
    ),
    "200_desktop_lh12_crux_originfallback_sensiolabs.json": (
        84,
        {"fair-accessibility", "poor-practices", "poor-seo-basics", "unsized-images",
         "heavy-images"},
        {"slow-for-visitors", "jumping-layout"},
    ),
    "200_mobile_lh13.0_no_crux_fascinante.json": (
        60,
        {"slow-largest-paint", "late-first-paint", "unused-code", "no-caching",
         "outdated-scripts"},
        {"render-blocking", "fast-for-visitors", "no-description", "late-document"},
    ),
    "200_mobile_lh13.3_no_crux_puerh.json": (
        95,
        {"fast-page", "heavy-images", "steady-page", "good-seo-basics", "render-blocking"},
        {"slow-largest-paint", "slow-for-visitors", "unused-code"},
    ),
}  # fmt: skip
ERRORS = {
    "400_api_key_invalid_RECONSTRUCTED.json": "credential_rejected",
    "429_keyless_quota_zero.json": "quota_exhausted",
    "429_queries_per_minute_RECONSTRUCTED.json": "rate_limited",
    "500_unable_to_process_RECONSTRUCTED.json": "provider_unavailable",
}
# What the site is to blame for.
FAULTS = {
    "200_runtime_error_503_SYNTHETIC_artisanpack.json": "page-not-loadable",
    "400_failed_document_request_err_failed.json": "page-not-loadable",
    "500_errored_document_request_404_2021.json": "page-not-found",
}


def checked(file: str) -> Any:
    """What the check makes of the recorded answer, given to both devices."""
    # That answer is of a company whose domain holds other businesses' map pages: no website of
    # a lead's. Its figures are what matters here.
    raw = recorded("psi", file).replace(b"apple.com", b"orchard.example")
    with scripted_server() as result:
        result.says(raw, int(file[:3]))
        context = CheckContext(Settings(), time.monotonic() + 60)
        fetched = ask_google(URL, context, Endpoint(result.url, "a-key"))
    stored = json.loads(json.dumps(fetched.evidence))
    assert len(json.dumps(stored)) < 60_000
    return judge(stored)


def test_no_recorded_answer_is_left_out():
    if not ANSWERS.exists():
        pytest.skip("no recorded answers of psi here")
    assert {path.name for path in ANSWERS.iterdir()} == {*RESULTS, *ERRORS, *FAULTS}


@pytest.mark.parametrize("file", RESULTS)
def test_results_are_judged(file):
    judgement = checked(file)
    score, there, absent = RESULTS[file]
    codes = {f.code for f in judgement.findings}
    assert judgement.score == score
    assert there <= codes
    assert not absent & codes
    assert all("\n" not in f.evidence and len(f.evidence) <= 200 for f in judgement.findings)


@pytest.mark.parametrize("file", ERRORS)
def test_refusals_have_their_error(file):
    with pytest.raises(LfassessError) as caught:
        checked(file)
    assert caught.value.code == ERRORS[file]


@pytest.mark.parametrize("file", FAULTS)
def test_faults_of_the_site_are_findings(file):
    judgement = checked(file)
    assert [f.code for f in judgement.findings] == [FAULTS[file]]
    assert judgement.score is None


def measured(file: str) -> Any:
    return checked(file).metrics["mobile"]


FACTS: dict[str, tuple[str, Callable[[Any], object], object]] = {
    "LCP in ms": ("200_desktop_lh12_crux_apple.json", lambda m: round(m["lab"]["lcp"]), 2884),
    "LCP of a slow phone": (
        "200_mobile_lh13.0_no_crux_fascinante.json", lambda m: round(m["lab"]["lcp"]), 8613,
    ),
    "visitors passed": (
        "200_desktop_lh12_crux_apple.json", lambda m: m["core_web_vitals"], "passed",
    ),
    "visitors of the page": (
        "200_desktop_lh12_crux_apple.json", lambda m: m["field_scope"], "page",
    ),
    "visitors of the whole site": (
        "200_desktop_lh12_crux_originfallback_sensiolabs.json", lambda m: m["field_scope"], "site",
    ),
    "field shift is divided by 100": (
        "200_desktop_lh12_crux_originfallback_sensiolabs.json", lambda m: m["field"]["cls"], 0.16,
    ),
    "no visitors known": (
        "200_mobile_lh13.3_no_crux_puerh.json",
        lambda m: (m["field"], m["field_scope"], m["core_web_vitals"]),
        ({}, None, None),
    ),
    "opportunities of Lighthouse 12": (
        "200_desktop_lh12_crux_apple.json",
        lambda m: [(o["audit"], o["saving_ms"]) for o in m["opportunities"][:3]],
        [("render-blocking-resources", 1502), ("unused-javascript", 240),
         ("uses-text-compression", 120)],
    ),
    "opportunities of Lighthouse 13": (
        "200_mobile_lh13.0_no_crux_fascinante.json",
        lambda m: [(o["audit"], o["saving_ms"]) for o in m["opportunities"]],
        [("unused-javascript", 1250), ("cache-insight", 700), ("legacy-javascript-insight", 150)],
    ),
}  # fmt: skip


@pytest.mark.parametrize("fact", FACTS)
def test_key_facts(fact):
    file, find, expected = FACTS[fact]
    assert find(measured(file)) == expected


def test_google_s_machine_is_named():
    runs = checked("200_mobile_lh13.0_no_crux_fascinante.json").metrics["runs"]
    assert (runs["scores"], runs["benchmark_index"], runs["unsure"]) == ([60], [717.5], None)


@pytest.mark.parametrize(
    ("file", "seconds"),
    [
        ("200_mobile_lh13.3_no_crux_puerh.json", [3, 5]),  # no frame between the two paints
        ("200_mobile_lh13.0_no_crux_fascinante.json", [1, 3]),
        ("200_desktop_lh12_crux_apple.json", []),
    ],
)
def test_frames_are_those_of_the_phone(file, seconds):
    answer = json.loads(recorded("psi", file))
    found = normal_form(answer["lighthouseResult"]).get("frames", [])
    assert [frame["second"] for frame in found] == seconds
    assert all(len(frame["webp"]) < MAX_BYTES for frame in found)


def test_keyless_quota_of_nought_is_permanent():
    with pytest.raises(LfassessError) as caught:
        checked("429_keyless_quota_zero.json")
    assert caught.value.transient is False


def test_every_field_asked_for_is_in_google_s_schema():
    if not SCHEMA.exists():
        pytest.skip("Google's discovery document is not beside this checkout")
    schemas = json.loads(SCHEMA.read_text())["schemas"]
    for path in pagespeed.PHONE_FIELDS.split(","):
        place = {"$ref": "PagespeedApiPagespeedResponseV5"}
        for part in path.split("/"):
            place = schemas.get(place.get("$ref"), place)
            if part == "*":
                place = place.get("additionalProperties") or place["properties"]["performance"]
            elif "properties" in place:
                place = place["properties"][part]
            else:
                place = place["additionalProperties"]
