"""Builds what a release has into dist/: `make release`, `make release DRAFT=1` without a tag.

dist/ then holds the wheel and the sdist, a bill of materials (CycloneDX) of the Python packages and
one of Lighthouse's, the notes out of CHANGELOG.md, and SHA256SUMS of all. The version is the one of
lfassess/__init__.py; without --draft, the commit needs the tag v<version>, nothing may be
uncommitted, and CHANGELOG.md and Kubernetes' manifests must name the version. Publishes nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from base64 import b64decode
from pathlib import Path
from typing import Any

from licenses import runtime_packages
from runtime_lock import blocks

from lfassess import __version__

ROOT = Path(__file__).parents[1]
DIST = ROOT / "dist"
TOOLS = ROOT / ".venv" / "release" / "bin"
LIGHTHOUSE = ROOT / "lfassess" / "clients" / "lighthouse"
MANIFEST = Path("deploy/kubernetes/base/kustomization.yaml")


def notes(changelog: str, version: str) -> str | None:
    """Return the version's part of the changelog, without its heading; None where it has none."""
    part = re.search(
        rf"^## {re.escape(version)}( - \d{{4}}-\d\d-\d\d)?\n(.*?)(?=^## |\Z)",
        changelog,
        re.MULTILINE | re.DOTALL,
    )
    return part[2].strip() + "\n" if part else None


def faults(root: Path, version: str, *, tags: set[str], changed: bool) -> list[str]:
    """Return what speaks against releasing the tree at ``root``, a sentence each."""
    found = []
    if changed:
        found.append("Something is not committed: git status.")
    if f"v{version}" not in tags:
        found.append(f"This commit has no tag v{version}: git tag -a v{version}.")
    if notes((root / "CHANGELOG.md").read_text(), version) is None:
        found.append(f"CHANGELOG.md has no part `## {version} - DATE`.")
    if {version} != set(re.findall(r"newTag: (\S+?)}", (root / MANIFEST).read_text())):
        found.append(f"{MANIFEST} names another version of the images.")
    return found


def _git(*words: str) -> str:
    return subprocess.run(
        ["git", *words], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()


def _build(epoch: str) -> None:
    """Build the sdist, and the wheel out of it; equal commits give equal files."""
    env = {**os.environ, "SOURCE_DATE_EPOCH": epoch}
    tool = [str(TOOLS / "python"), "-m"]
    subprocess.run(
        [*tool, "build", "--no-isolation", "--outdir", str(DIST)], cwd=ROOT, env=env, check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    built = [str(path) for path in sorted(DIST.iterdir())]
    subprocess.run([*tool, "twine", "check", "--strict", *built], check=True)


def _bills(version: str) -> None:
    """Write the bills of materials, of what runs alone."""
    names = set(runtime_packages(ROOT))
    lock = blocks((ROOT / "requirements.lock").read_text())
    pins = "".join(f"{block}\n" for name, block in lock if name in names)
    subprocess.run(
        [str(TOOLS / "cyclonedx-py"), "requirements", "-",
         "--pyproject", str(ROOT / "pyproject.toml"),
         "--output-reproducible", "--of", "JSON", "-o", str(DIST / f"lfassess-{version}.cdx.json")],
        input=pins, text=True, check=True,
    )  # fmt: skip
    lighthouse = npm_bill(json.loads((LIGHTHOUSE / "package-lock.json").read_text()))
    (DIST / f"lfassess-{version}-lighthouse.cdx.json").write_text(json.dumps(lighthouse, indent=1))


def npm_bill(lock: Any) -> dict[str, Any]:
    """Return the CycloneDX 1.6 bill of an npm lock file, of what is installed for running.

    `npm sbom` refuses Lighthouse's own tree, where one package asks for the "latest" of another.
    """
    components = [
        {
            "type": "library",
            "name": name,
            "version": package["version"],
            "purl": f"pkg:npm/{name.replace('@', '%40')}@{package['version']}",
            **({"licenses": [{"expression": package["license"]}]} if "license" in package else {}),
            "hashes": [_hash(one) for one in package.get("integrity", "").split()],
        }
        for path, package in sorted(lock["packages"].items())
        if (name := path.rpartition("node_modules/")[2]) and not package.get("dev")
    ]
    return {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1, "components": components}


def _hash(integrity: str) -> dict[str, str]:
    """Return a hash as CycloneDX writes it, of one such as ``sha512-BASE64``."""
    kind, _, value = integrity.partition("-")
    return {"alg": kind.upper().replace("SHA", "SHA-"), "content": b64decode(value).hex()}


def main() -> int:
    """Build everything; return 1 with reasons where this is nothing to release."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--draft", action="store_true", help="build it all the same")
    draft = parser.parse_args().draft
    tags = set(_git("tag", "--points-at", "HEAD").split())
    found = faults(ROOT, __version__, tags=tags, changed=bool(_git("status", "--porcelain")))
    for line in found:
        print(line, file=sys.stderr)
    if found and not draft:
        return 1
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    _build(_git("log", "-1", "--format=%ct"))
    _bills(__version__)
    (DIST / "NOTES.md").write_text(notes((ROOT / "CHANGELOG.md").read_text(), __version__) or "")
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n"
        for path in sorted(DIST.iterdir())
    ]
    (DIST / "SHA256SUMS").write_text("".join(sums))
    print(
        f"lfassess {__version__} is in dist/:", *sorted(p.name for p in DIST.iterdir()), sep="\n  "
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
