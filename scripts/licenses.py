"""Lists the licences of the packages that a running lfassess needs: `make licenses`.

What a package says of itself is read from its metadata: the SPDX expression where it has one, else
the old field or classifier. Writes THIRD-PARTY.md; exits with 1 where a licence is none that the
project may depend on.
"""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from runtime_lock import blocks, dependencies, needed

ROOT = Path(__file__).parents[1]
TARGET = ROOT / "THIRD-PARTY.md"
# What older fields and classifiers mean, in SPDX's words.
SPDX = {
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "bsd": "BSD-3-Clause",
    "bsd license": "BSD-3-Clause",
    "dual license": "Apache-2.0 OR BSD-3-Clause",
    "isc license": "ISC",
    "mit licence": "MIT",
    "mit license": "MIT",
    "mozilla public license 2.0 (mpl 2.0)": "MPL-2.0",
    "new bsd": "BSD-3-Clause",
}
# Each may be shipped beside MIT code; what is under LGPL or MPL stays a package of its own.
ALLOWED = {
    "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "LGPL-3.0-only", "MIT", "MIT-0",
    "MIT-CMU", "MPL-2.0", "PSF-2.0",
}  # fmt: skip
HEAD = """# Third-party packages

The Python packages that lfassess needs to run, with all extras, and their licences as each states
them. None is part of lfassess's own package; the container images hold them unchanged. Made by
`make licenses`. NOTICE names what else is used.

| package | licence |
|---|---|
"""


def license_of(name: str) -> str | None:
    """Return the package's licence as an SPDX expression; None where it isn't installed."""
    try:
        metadata = distribution(name).metadata
    except PackageNotFoundError:
        return None
    if expression := metadata.get("License-Expression"):
        return str(expression)
    said = (metadata.get("License") or "").strip()
    if not said or "\n" in said:  # some put the whole text there
        kinds = [c for c in metadata.get_all("Classifier") or [] if c.startswith("License ::")]
        said = kinds[0].rsplit("::", 1)[-1].strip() if kinds else "not stated"
    return SPDX.get(said.lower(), said)


def runtime_packages(root: Path = ROOT) -> list[str]:
    """Return the names that the lock pins for running, without tools of developers, sorted."""
    lock = blocks((root / "requirements.lock").read_text())
    return sorted(needed(dependencies((root / "pyproject.toml").read_text()), lock, ()))


def allowed(expression: str) -> bool:
    """Whether one of the licences joined by OR, with all joined to it by AND, is allowed."""
    return any(
        all(part.strip(" ()") in ALLOWED for part in choice.split(" AND "))
        for choice in expression.split(" OR ")
    )


def main() -> int:
    """Write the table; return 1 where a licence isn't allowed."""
    found = {name: said for name in runtime_packages() if (said := license_of(name))}
    TARGET.write_text(HEAD + "".join(f"| {name} | {said} |\n" for name, said in found.items()))
    refused = {name: said for name, said in found.items() if not allowed(said)}
    for name, said in refused.items():
        print(f"{name} is under {said}, which scripts/licenses.py doesn't allow.", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main())
