"""Looks for known weaknesses in what is pinned: `make audit`.

Asks the services behind pip-audit (Python) and npm audit (Lighthouse). Exits with 1 where a
weakness is known, and with 3, saying so, where a package could not be looked up: no answer isn't a
good one.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from lfassess.clients.lighthouse.nodejs import npm

ROOT = Path(__file__).parents[1]
LIGHTHOUSE = ROOT / "lfassess" / "clients" / "lighthouse"
PIP_AUDIT = ROOT / ".venv" / "release" / "bin" / "pip-audit"
FOUND, NOT_AUDITED = 1, 3


def python_weaknesses(answer: Any) -> tuple[list[str], int]:
    """Return (weaknesses, packages not looked up) of pip-audit's JSON."""
    packages = answer["dependencies"]
    lines = [
        f"{p['name']} {p['version']}: {hole['id']}, fixed in {', '.join(fixes) or 'none'}"
        for p in packages
        for hole in p.get("vulns", ())
        for fixes in [hole["fix_versions"]]
    ]
    return lines, sum("skip_reason" in p for p in packages)


def npm_weaknesses(answer: Any) -> tuple[list[str], int]:
    """Return (weaknesses, packages not looked up) of npm audit's JSON."""
    if "vulnerabilities" not in answer:
        return [], 1
    holes = answer["vulnerabilities"].values()
    return [f"{hole['name']} {hole['range']}: {hole['severity']}" for hole in holes], 0


def judged(title: str, lines: list[str], unknown: int) -> int:
    """Print what was found and return the exit code for it."""
    for line in lines:
        print(f"{title}: {line}", file=sys.stderr)
    if unknown:
        print(f"{title}: not audited, since the service gave no answer.", file=sys.stderr)
    if not lines and not unknown:
        print(f"{title}: no known weakness.")
    return FOUND if lines else NOT_AUDITED if unknown else 0


def _json_of(command: list[str], folder: Path) -> Any:
    """Return what the command prints; an empty object where that is no JSON."""
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, timeout=300, check=False
        )
        return json.loads(done.stdout)
    except (subprocess.TimeoutExpired, ValueError):
        return {}


def main() -> int:
    """Audit both; return 1 for a weakness, else 3 for what wasn't audited, else 0."""
    with tempfile.TemporaryDirectory() as cache:
        answer = _json_of(
            [str(PIP_AUDIT), "--require-hashes", "--disable-pip", "--progress-spinner=off",
             "--format=json", f"--cache-dir={cache}", "-r", "requirements.lock"],
            ROOT,
        )  # fmt: skip
    python = python_weaknesses(answer) if answer else ([], 1)
    node = npm_weaknesses(
        _json_of([*npm(), "audit", "--json", "--omit=dev", "--package-lock-only"], LIGHTHOUSE)
    )
    codes = [judged("Python packages", *python), judged("Lighthouse's packages", *node)]
    return FOUND if FOUND in codes else max(codes)


if __name__ == "__main__":
    sys.exit(main())
