"""Makes docs/samples/reports: all pages of reports of every kind, and a comparison.

Real audits of the sandbox's demo sites; what is already audited is not audited again. Run it after
`make setup`: python -m scripts.report_samples. It needs pdftoppm (package poppler-utils).
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests
from PIL import Image

from lfassess.clients.browser import draw_png, shutdown
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import Settings
from scripts.demo import LEADS, LIGHTHOUSE, ROOT, clean_environment, lfassess

SAMPLES: Final = ROOT / "docs" / "samples" / "reports"
WORK: Final = ROOT / "demo-output" / "report-samples"
BRANDING: Final = ROOT / "configs" / "branding.example.toml"
_MAX_BYTES: Final = 60_000  # of a picture
_DPI: Final = 26
_COLUMNS: Final = 8
_GAP: Final = 6  # pixels between pages
_GROUND: Final = (223, 227, 234)
# Beside those of configs/demo_leads.csv.
_MORE: Final = (
    ("Riverside Deli", "https://riverside-deli.demo.test/"),
    ("Lakeside Roofing", "https://lakeside-roofing.demo.test/"),
    ("\u5c71\u7530\u82b1\u5e97", "https://hillcrest-florist.demo.test/"),
    ("Ironworks Gym", "https://ironworks-gym.demo.test/"),
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A report and how it is printed."""

    name: str
    business: str
    words: tuple[str, ...] = ()
    branded: bool = False


_LETTER: Final = ("--paper", "Letter")
KINDS: Final = (
    Sample("good", "Harbour Bakery"),
    Sample("bad", "Don's Garage", _LETTER),
    Sample("no-website", "Riverside Deli"),
    Sample("turned-away", "Ironworks Gym"),
    Sample("several-pages", "Lakeside Roofing", _LETTER),
    Sample("german", "Cedar Grove Dental", ("--language", "de")),
    Sample("letter", "Brightwater Plumbing", _LETTER),
    Sample("white-label", "Marlow & Finch Attorneys", _LETTER, branded=True),
    Sample("cjk-name", _MORE[2][0]),
)
_FAST: Final = "Harbour Bakery"  # a site that loads wherever Lighthouse runs
# A business, and the demo site that its own is redone like; named as hosts are.
_REDONE: Final = ("Wildflower Studio", "wildflower-studio", "harbour-bakery")
_COMPARISON: Final = (760, 930)  # CSS pixels: the scores


def main() -> None:
    env = clean_environment() | {
        "LFASSESS_DATA_DIR": str(WORK / "data"),
        "LFASSESS_LIGHTHOUSE_DIR": os.environ.get("LFASSESS_LIGHTHOUSE_DIR", str(LIGHTHOUSE)),
    }
    SAMPLES.mkdir(parents=True, exist_ok=True)
    with SandboxServer(profile="fast", seed=1, directory=WORK / "sandbox") as sandbox:
        env |= sandbox.env
        try:
            lfassess("batch", str(_leads()), env=env)
            leads = lfassess("leads", "list", "--json", env=env, quiet=True)
            audits = {lead["name"]: lead["assessment_id"] for lead in leads}
            _require_speed({lead["name"]: lead["id"] for lead in leads}, env)
            for kind in KINDS:
                _draw(kind, audits[kind.business], env)
            _draw_comparison(*_before_and_after(audits, env), env)
        finally:
            shutdown()
            lfassess("down", env=env, quiet=True)


def _require_speed(leads: dict[str, int], env: dict[str, str]) -> None:
    """End where Lighthouse did not run: the pictures would be of reports without an area."""
    words = ("--lead", str(leads[_FAST]), "--json")
    (state,) = lfassess("status", *words, env=env, quiet=True)
    if state["checks"]["pagespeed"]["score"] is None:
        raise SystemExit(
            f"Speed of {_FAST} was not measured; see `lfassess errors report`. Lighthouse must be "
            f"in {env['LFASSESS_LIGHTHOUSE_DIR']}, Node in a .venv that is no link."
        )


def _leads() -> Path:
    """Return the list of the businesses."""
    with LEADS.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    path = WORK / "leads.csv"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([*rows, *((name, url, "", "", "US") for name, url in _MORE)])
    return path


def _draw(kind: Sample, audit: int, env: dict[str, str]) -> None:
    branding = {"LFASSESS_BRANDING": str(BRANDING)} if kind.branded else {}
    with tempfile.TemporaryDirectory() as folder:
        pdf = Path(folder) / "report.pdf"
        words = ("report", str(audit), "--format", "pdf", *kind.words, "-o", str(pdf))
        lfassess(*words, env=env | branding)
        pages = ["pdftoppm", "-r", str(_DPI), "-png", str(pdf), str(Path(folder) / "page")]
        subprocess.run(pages, check=True)
        drawn = [Image.open(path).convert("RGB") for path in sorted(Path(folder).glob("page*.png"))]
        (SAMPLES / f"{kind.name}.webp").write_bytes(_small(_sheet(drawn)))


def _before_and_after(audits: dict[str, int], env: dict[str, str]) -> tuple[int, int]:
    """Have a site redone and audit it again; the same two audits the next time."""
    pair = WORK / "before-after.json"
    if not pair.exists():
        business, site, like = _REDONE
        path = f"/_sandbox/sites/{site}?like={like}"
        requests.post(env["LFASSESS_SANDBOX_URL"] + path, timeout=10).raise_for_status()
        leads = lfassess("leads", "list", "--json", env=env, quiet=True)
        number = str(next(lead["id"] for lead in leads if lead["name"] == business))
        (done,) = lfassess("run", "--lead", number, "--json", env=env)
        pair.write_text(json.dumps((audits[business], done["assessment_id"])))
    before, after = json.loads(pair.read_text())
    return before, after


def _draw_comparison(before: int, after: int, env: dict[str, str]) -> None:
    """Draw the beginning of what `lfassess compare` writes."""
    width, height = _COMPARISON
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "compare.html"
        lfassess("compare", str(before), str(after), "-o", str(page), env=env)
        settings = Settings(data_dir=WORK / "data")
        png = draw_png(page.read_text(encoding="utf-8"), settings, width=width)
    drawn = Image.open(io.BytesIO(png)).convert("RGB").reduce(2)
    picture = drawn.crop((0, 0, drawn.width, min(height, drawn.height)))
    (SAMPLES / "before-after.webp").write_bytes(_small(picture))


def _sheet(pages: list[Image.Image]) -> Image.Image:
    width, height = (side + _GAP for side in pages[0].size)
    columns = min(_COLUMNS, len(pages))
    rows = -(-len(pages) // columns)
    sheet = Image.new("RGB", (columns * width + _GAP, rows * height + _GAP), _GROUND)
    for n, page in enumerate(pages):
        sheet.paste(page, (n % columns * width + _GAP, n // columns * height + _GAP))
    return sheet


def _small(sheet: Image.Image) -> bytes:
    """Return the picture as WebP, as good as fits."""
    for quality in range(80, 0, -10):
        file = io.BytesIO()
        sheet.save(file, "WEBP", quality=quality, method=6)
        if file.tell() <= _MAX_BYTES:
            return file.getvalue()
    raise SystemExit("A picture of a report does not get small enough.")


if __name__ == "__main__":
    main()
