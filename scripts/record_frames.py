"""Records what Lighthouse's frames show of the demo sites, for the emulated PageSpeed Insights.

Run it after `make setup` when a demo site's looks have changed: python -m scripts.record_frames.
"""

from __future__ import annotations

import base64
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any

from lfassess.clients.lighthouse.filmstrip import THUMBNAILS, TIMES
from lfassess.clients.lighthouse.install import install
from lfassess.clients.lighthouse.process import Audit, audit_with, shutdown
from lfassess.errors import CheckError
from lfassess.sandbox.frames import FOLDER, drawn_from, sampled
from lfassess.sandbox.server import SandboxServer
from lfassess.sandbox.sites import Site, all_sites
from lfassess.settings import Settings
from scripts.demo import LIGHTHOUSE

_AUDIT_S = 70.0
_SPEED = ("performance",)


def main() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        with SandboxServer(profile="fast", seed=1, directory=folder / "sandbox") as sandbox:
            settings = Settings(
                data_dir=folder / "data",
                lighthouse_dir=LIGHTHOUSE,
                connect_to=sandbox.env["LFASSESS_CONNECT_TO"],
                ca_bundle=sandbox.env["LFASSESS_CA_BUNDLE"],
            )
            tables = [_record(site, settings) for site in all_sites().values()]
        shutdown()
    text = "# Made by scripts/record_frames.py: milliseconds, and the page that was photographed.\n"
    (FOLDER / "times.toml").write_text(text + "".join(tables), encoding="utf-8")


def _record(site: Site, settings: Settings) -> str:
    """Keep the frames of one site; returns its table for times.toml, "" where it doesn't load."""
    audit = Audit(site.url, "mobile", _SPEED)
    try:
        result = audit_with(install(settings), settings, audit, time.monotonic() + _AUDIT_S)
        audits: dict[str, Any] = result["audits"]
        frames: dict[str, int] = {}  # when each was first seen
        for frame in audits[THUMBNAILS]["details"]["items"]:
            frames.setdefault(frame["data"], frame["timing"])
        times = audits[TIMES]["details"]["items"][0]
        first = times["observedFirstContentfulPaint"]
        main = times["observedLargestContentfulPaint"]
    except (CheckError, KeyError) as e:
        print(f"{site.name}: no frames ({e})")
        return ""
    place = FOLDER / site.name
    place.mkdir(parents=True)
    shown = set(sampled(list(frames.values())).values())
    for data, at in frames.items():
        if at not in shown:
            continue
        picture = base64.b64decode(data.partition(",")[2])
        (place / f"{at}.jpg").write_bytes(picture)
    print(f"{site.name}: {', '.join(sorted(p.name for p in place.iterdir()))}")
    return f'\n[{site.name}]\nfirst = {first}\nmain = {main}\npage = "{drawn_from(site)}"\n'


if __name__ == "__main__":
    main()
