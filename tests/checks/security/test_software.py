"""Content management systems and server software, held against their ends of support."""

from __future__ import annotations

import pytest

from lfassess.checks.security.fetch_page import facts
from lfassess.checks.shared.record import write_record
from lfassess.config_files import read_toml
from tests.checks.security.test_judge import evidence, judge

DAY = "2026-11-28"


def found(headers=(), generator=None, day=DAY):
    page = {"generator": generator} if generator else {}
    judged = judge(evidence([list(h) for h in headers], page=page, fetched_at=day))
    return {
        f.code: (f.severity.value, f.evidence) for f in judged.findings if "outdated-" in f.code
    }


@pytest.mark.parametrize(
    ("generator", "severity"),
    [
        ("WordPress 6.1.9", "high"),
        ("WordPress 4.9", "high"),
        ("WordPress 6.7.4", "high"),
        ("WordPress 6.8.3", "medium"),
        ("WordPress 6.9.1", "medium"),
        ("WordPress 7.0", None),
        ("WordPress 7.1.2", None),
        ("WordPress.com", None),
        ("WordPress", None),
        ("Joomla! 1.5 - Open Source Content Management", "high"),
        ("Joomla! 4.4", "high"),
        ("Joomla! 5.4", None),
        ("Joomla! - Open Source Content Management", None),
        ("Drupal 7 (https://www.drupal.org)", "high"),
        ("Drupal 9 (https://www.drupal.org)", "high"),
        ("Drupal 10 (https://www.drupal.org)", None),
        ("Drupal 11 (https://www.drupal.org)", None),
        ("TYPO3 4.5 CMS", "high"),
        ("TYPO3 CMS 12.4", "high"),
        ("TYPO3 13.4", None),
        ("TYPO3 CMS", None),
        ("Wix.com Website Builder", None),
    ],
)
def test_age_of_the_content_management_system(generator, severity):
    reported = found(generator=generator).get("outdated-cms")
    assert (reported[0] if reported else None) == severity


@pytest.mark.parametrize(
    ("generator", "day", "severity"),
    [
        ("WordPress 6.9", "2026-05-19", None),
        ("WordPress 6.9", "2026-05-20", "medium"),
        ("WordPress 6.9", "2027-05-19", "medium"),
        ("WordPress 6.9", "2027-05-20", "high"),
        ("Drupal 10", "2026-12-31", None),
        ("Drupal 10", "2027-01-01", "high"),
        ("Joomla! 4", "2025-10-17", None),
        ("Joomla! 4", "2025-10-18", "high"),
        ("TYPO3 CMS 12", "2026-04-30", None),
        ("TYPO3 CMS 12", "2026-05-01", "high"),
    ],
)
def test_an_end_counts_from_its_day(generator, day, severity):
    reported = found(generator=generator, day=day).get("outdated-cms")
    assert (reported[0] if reported else None) == severity


@pytest.mark.parametrize(
    ("day", "version", "old"),
    [
        ("2026-12-31", "8.2", False),
        ("2027-01-01", "8.2", True),
        ("2025-12-31", "8.1.30", False),
        ("2026-01-01", "8.1.30", True),
        ("2027-01-01", "8.3.1", False),
        ("no date", "7.4", True),
    ],
)
def test_the_end_of_php_counts_from_its_day(day, version, old):
    reported = found([("X-Powered-By", f"PHP/{version}")], day=day)
    assert ("outdated-server-software" in reported) == old


@pytest.mark.parametrize(
    ("server", "old"),
    [
        ("Apache/2.2.15", True),
        ("Apache/2.4.62", False),
        ("Apache/2.2.15 (CentOS)", False),
        ("nginx/1.12.2", True),
        ("nginx/1.14.0", False),
        ("nginx/1.10.3 (Ubuntu)", False),
        ("Microsoft-IIS/8.5", True),
        ("Microsoft-IIS/10.0", False),
        ("Apache/2.4.58 (Win64) OpenSSL/3.1.3 PHP/8.3.12", True),
        ("Apache/2.4.37 (Red Hat Enterprise Linux) OpenSSL/1.1.1k", False),
        ("Apache/2.4.62 (Unix) OpenSSL/1.0.2k", True),
        ("Apache/2.4.62 (Unix) OpenSSL/3.5.0", False),
    ],
)
def test_age_of_the_server(server, old):
    assert ("outdated-server-software" in found([("Server", server)])) == old


def test_php_of_a_distribution_is_left_out():
    assert found([("X-Powered-By", "PHP/7.4.3-4ubuntu2.29")]) == {}


@pytest.mark.parametrize(
    ("html", "severity"),
    [
        ('<meta name="generator" content="WordPress 6.1.9">', "high"),
        ('<meta name="Generator" content="Drupal 9 (https://www.drupal.org)">', "high"),
        (
            '<meta name=generator content="Site Kit 1.9"><meta name=generator content="WordPress 6.2">',
            "high",
        ),
        (
            "<link rel=stylesheet href='/wp-includes/css/dist/block-library/style.min.css?ver=6.3.1'>",
            "high",
        ),
        (
            r'<script>{"concatemoji":"https:\/\/a.test\/wp-includes\/js\/wp-emoji-release.min.js?ver=6.9"}</script>',
            "medium",
        ),
        ('<script src="/wp-includes/js/wp-embed.min.js?ver=7.0"></script>', None),
        ('<script src="/wp-includes/js/jquery/jquery.min.js?ver=3.6.0"></script>', None),
        ("<link rel=stylesheet href='/wp-content/themes/a/style.css?ver=1.2'>", None),
        (
            "<link rel=stylesheet href='/wp-includes/css/dist/block-library/style.min.css?ver=1700000000'>",
            None,
        ),
        ('<meta name="generator" content="">', None),
        ("<p>generator: WordPress 4.0</p>", None),
    ],
)
def test_the_system_is_seen_in_the_page(html, severity):
    judged = judge(evidence(page=write_record(facts(html, secure=True)), fetched_at=DAY))
    reported = [f.severity.value for f in judged.findings if f.code == "outdated-cms"]
    assert reported == ([severity] if severity else [])


def test_a_header_names_the_system_too():
    assert (
        found([("X-Generator", "Drupal 9 (https://www.drupal.org)")])["outdated-cms"][0] == "high"
    )


def test_metrics_tell_whether_the_system_was_judged():
    tests = judge(evidence(page={"generator": "WordPress 6.1.9"}, fetched_at=DAY)).metrics["tests"]
    assert tests["cms"] == {"result": "fail", "code": "outdated-cms"}


def test_every_rule_has_bounds_a_kind_and_a_source():
    config = read_toml("end_of_support.toml")
    rules = [r for g in ("cms", "server") for e in config[g].values() for r in e["rules"]]
    assert len(rules) > 25
    for rule in rules:
        assert {"below", "kind", "why", "source"} <= rule.keys() <= {
            "below", "kind", "why", "source", "from", "since"
        }  # fmt: skip
        assert rule["kind"] in {"end", "behind"}
        assert rule["source"].startswith("https://")
