"""Draws docs/explanation/diagrams/*.mmd as SVG beside them, so that readers load no script.

Run it after a change of a diagram: python -m scripts.diagrams. Mermaid comes from npm and is run by
the browser that the checks use; nothing of it stays.
"""

from __future__ import annotations

import hashlib
import html
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from lfassess.clients.chromium.binaries import find_browser
from lfassess.clients.lighthouse.nodejs import npm
from lfassess.settings import Settings

FOLDER: Final = Path(__file__).parents[1] / "docs" / "explanation" / "diagrams"
PACKAGE: Final = "mermaid@11"
_SCRIPT: Final = "package/dist/mermaid.min.js"
# Text, not HTML inside the drawing, which some viewers leave out; a font whose widths most have.
_LOOK: Final = {
    "startOnLoad": False,
    "theme": "neutral",
    "htmlLabels": False,
    "flowchart": {"htmlLabels": False},
    "themeVariables": {"fontFamily": "Arial, Helvetica, sans-serif"},
    "deterministicIds": True,
    "handDrawnSeed": 1,  # the same text, the same bytes
}
_PAGE: Final = """<!doctype html><meta charset="utf-8"><div id="drawn"></div>
<script src="mermaid.min.js"></script>
<script>
mermaid.initialize(LOOK);
mermaid.render("diagram", SOURCE).then(
  ({svg}) => { document.getElementById("drawn").textContent = svg; },
  (e) => { document.getElementById("drawn").textContent = "failed: " + e.message; });
</script>"""


def mark(source: str) -> str:
    """Return the comment by which a drawing says what it was made of."""
    digest = hashlib.sha256(source.encode()).hexdigest()
    return f"<!-- Made by `python -m scripts.diagrams` of {digest}: don't edit. -->"


def drawn(source: str, script: Path) -> str:
    """Return a Mermaid text as SVG, on white."""
    page = script.with_name("page.html")
    page.write_text(_PAGE.replace("LOOK", json.dumps(_LOOK)).replace("SOURCE", json.dumps(source)))
    command = [str(find_browser(Settings())), "--headless", "--no-sandbox", "--disable-gpu"]
    command += ["--virtual-time-budget=20000", "--dump-dom", page.as_uri()]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r'<div id="drawn">(.*?)</div>', shown, re.DOTALL)
    svg = html.unescape(found[1]) if found else ""
    if not svg.startswith("<svg"):
        sys.exit(f"Mermaid: {svg or 'no drawing'}")
    width, height = re.findall(r'viewBox="\S+ \S+ (\S+) (\S+)"', svg)[0]
    svg = svg.replace('width="100%"', f'width="{width}" height="{height}"', 1)
    svg = re.sub(r'style="max-width: [^"]*"', 'style="background: white"', svg, count=1)
    return re.sub(r"(\d+\.\d\d)\d+", r"\1", svg)  # hundredths of a pixel will do


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [*npm(), "pack", PACKAGE, "--ignore-scripts", "--silent"],
            cwd=folder, check=True, stdout=subprocess.DEVNULL,
        )  # fmt: skip
        [archive] = Path(folder).glob("*.tgz")
        with tarfile.open(archive) as packed:
            packed.extract(_SCRIPT, folder, filter="data")
        script = Path(folder) / _SCRIPT
        for source in sorted(FOLDER.glob("*.mmd")):
            text = source.read_text()
            source.with_suffix(".svg").write_text(f"{mark(text)}\n{drawn(text, script)}\n")
            print(source.with_suffix(".svg").relative_to(FOLDER.parents[2]))


if __name__ == "__main__":
    main()
