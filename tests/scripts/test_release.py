"""What a release is refused for, what its notes and bills say, and which licences may come in."""

from __future__ import annotations

import json
from pathlib import Path

import audit
import licenses
import pytest
import release

ROOT = Path(__file__).parents[2]
CHANGELOG = """# Changelog

## Unreleased

- Something to come.

## 1.2.0 - 2030-02-01

### Added

- A thing.

## 1.2.0rc1 - 2030-01-01

- A first thing.
"""


@pytest.fixture
def tree(tmp_path):
    """A tree of which version 1.2.0 can be released."""
    (tmp_path / "CHANGELOG.md").write_text(CHANGELOG)
    manifest = tmp_path / release.MANIFEST
    manifest.parent.mkdir(parents=True)
    manifest.write_text("images:\n  - {name: a, newTag: 1.2.0}\n  - {name: b, newTag: 1.2.0}\n")
    return tmp_path


def test_notes_are_the_version_s_part_alone():
    assert release.notes(CHANGELOG, "1.2.0") == "### Added\n\n- A thing.\n"
    assert release.notes(CHANGELOG, "1.2.0rc1") == "- A first thing.\n"
    assert release.notes(CHANGELOG, "1.2") is None
    assert release.notes(CHANGELOG, "1x2.0") is None


def test_a_tagged_commit_with_notes_and_images_is_released(tree):
    assert release.faults(tree, "1.2.0", tags={"v1.2.0", "nice"}, changed=False) == []


@pytest.mark.parametrize(
    ("version", "tags", "changed", "said"),
    [
        ("1.2.0", {"v1.2.0"}, True, "not committed"),
        ("1.2.0", {"v1.2.1"}, False, "git tag -a v1.2.0"),
        ("1.3.0", {"v1.3.0"}, False, "CHANGELOG.md has no part `## 1.3.0"),
        ("1.3.0", {"v1.3.0"}, False, "another version of the images"),
    ],
)
def test_what_speaks_against_a_release_is_said(tree, version, tags, changed, said):
    found = release.faults(tree, version, tags=tags, changed=changed)
    assert any(said in line for line in found), found


def test_the_wheel_the_manifests_and_the_module_agree_on_the_version():
    assert release.__version__ in (ROOT / release.MANIFEST).read_text()


def test_a_bill_names_packages_with_their_addresses_and_hashes():
    lock = {
        "packages": {
            "": {"name": "ours"},
            "node_modules/@a/b": {"version": "1.0.0", "integrity": "sha512-AAEC", "license": "MIT"},
            "node_modules/c/node_modules/d": {"version": "2.0.0"},
            "node_modules/e": {"version": "3.0.0", "dev": True},
        }
    }
    assert release.npm_bill(lock)["components"] == [
        {"type": "library", "name": "@a/b", "version": "1.0.0", "purl": "pkg:npm/%40a/b@1.0.0",
         "licenses": [{"expression": "MIT"}], "hashes": [{"alg": "SHA-512", "content": "000102"}]},
        {"type": "library", "name": "d", "version": "2.0.0", "purl": "pkg:npm/d@2.0.0", "hashes": []},
    ]  # fmt: skip


def test_lighthouse_s_bill_has_every_package_of_its_lock():
    lock = json.loads((release.LIGHTHOUSE / "package-lock.json").read_text())
    names = {c["name"] for c in release.npm_bill(lock)["components"]}
    assert {"lighthouse", "axe-core"} <= names


def test_every_package_that_runs_is_listed_with_an_allowed_licence():
    rows = dict(
        line.strip("| ").split(" | ")
        for line in licenses.TARGET.read_text().splitlines()
        if line.startswith("| ") and line != "| package | licence |"
    )
    here = {
        name: said for name in licenses.runtime_packages() if (said := licenses.license_of(name))
    }
    missing = here.keys() - rows.keys()
    assert not missing, "run `make licenses`"
    assert not [name for name, said in here.items() if not licenses.allowed(said)]


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True), ("GPL-3.0-only", False), ("MIT OR GPL-3.0-only", True),
        ("Apache-2.0 AND BSD-2-Clause", True), ("MIT AND GPL-3.0-only", False), ("not stated", False),
    ],
)  # fmt: skip
def test_licences_are_allowed_by_their_expression(expression, may):
    assert licenses.allowed(expression) is may


def test_an_audit_without_an_answer_is_no_clean_one(capsys):
    skipped = {"dependencies": [{"name": "a", "skip_reason": "not found"}]}
    assert audit.judged("Python", *audit.python_weaknesses(skipped)) == audit.NOT_AUDITED
    assert audit.judged("npm", *audit.npm_weaknesses({"error": {}})) == audit.NOT_AUDITED
    assert capsys.readouterr().err.count("gave no answer") == 2


def test_weaknesses_are_named_with_their_remedy(capsys):
    known = {
        "dependencies": [
            {"name": "a", "version": "1", "vulns": [{"id": "CVE-2030-1", "fix_versions": ["2"]}]},
            {"name": "b", "version": "1", "vulns": []},
        ]
    }
    assert audit.judged("Python", *audit.python_weaknesses(known)) == audit.FOUND
    assert "a 1: CVE-2030-1, fixed in 2" in capsys.readouterr().err
    clean = {"dependencies": [{"name": "b", "version": "1", "vulns": []}]}
    assert audit.judged("Python", *audit.python_weaknesses(clean)) == 0
    holes = {"vulnerabilities": {"x": {"name": "x", "range": "<2", "severity": "high"}}}
    assert audit.judged("npm", *audit.npm_weaknesses(holes)) == audit.FOUND
    assert audit.judged("npm", *audit.npm_weaknesses({"vulnerabilities": {}})) == 0
