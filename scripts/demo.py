"""Audits the sandbox's demo sites for real; only the paid providers are emulated."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from lfassess import stack
from lfassess.sandbox.server import SandboxServer
from lfassess.settings import Settings

ROOT = Path(__file__).parents[1]
OUTPUT = ROOT / "demo-output"
LIGHTHOUSE = ROOT / ".venv" / "lighthouse"
LEADS = ROOT / "configs" / "demo_leads.csv"
console = Console(stderr=True, highlight=False)


def lfassess(*words: str, env: dict[str, str], quiet: bool = False) -> Any:
    """Run the command as a user would; returns what --json printed, if that was asked for."""
    if not quiet:
        console.print(f"[bold]$ lfassess {' '.join(words)}[/bold]")
    done = subprocess.run(
        [sys.executable, "-m", "lfassess", *words],
        env=env,
        stdout=subprocess.PIPE if "--json" in words else None,
        text=True,
        check=False,
    )
    if done.returncode not in {0, 1}:
        raise SystemExit(done.returncode)
    return [json.loads(line) for line in done.stdout.splitlines()] if "--json" in words else None


def clean_environment() -> dict[str, str]:
    """Return the environment without what would lead to other stores, keys or services."""
    inherited = {
        k: v
        for k, v in os.environ.items()
        if not k.startswith(("LFASSESS_", "CELERY_", "OPENAI_")) and not k.endswith("_API_KEY")
    }
    inherited.pop("DATABASE_URL", None)
    return inherited


def main() -> None:
    started = time.monotonic()
    env = clean_environment()
    env["LFASSESS_DATA_DIR"] = str(OUTPUT / "data")
    env["LFASSESS_LIGHTHOUSE_DIR"] = os.environ.get("LFASSESS_LIGHTHOUSE_DIR", str(LIGHTHOUSE))
    shutil.rmtree(OUTPUT / "data" / "artefacts", ignore_errors=True)
    stack.erase(Settings(data_dir=OUTPUT / "data"))  # each demo starts fresh
    with SandboxServer(profile="fast", seed=1, directory=OUTPUT / "sandbox") as sandbox:
        env |= sandbox.env
        try:
            lfassess("up", env=env)  # by itself: who starts the servers says that they stay
            lfassess("batch", str(LEADS), "--limit", "3", "--max-age", "0s", env=env)
            reports = collect(env)
        finally:
            lfassess("down", env=env, quiet=True)
    show(reports)
    console.print(f"Done in {time.monotonic() - started:.0f} s.")


def collect(env: dict[str, str]) -> list[dict[str, Any]]:
    """Copy each lead's report to where it is easily found."""
    reports = []
    for lead in lfassess("leads", "list", "--json", env=env, quiet=True):
        if not lead["status"]:
            continue  # of the leads in the file only some are assessed
        (state,) = lfassess("status", "--lead", str(lead["id"]), "--json", env=env, quiet=True)
        name = "".join(c if c.isalnum() else "-" for c in state["lead"]["name"].lower())
        target = OUTPUT / f"{name}.html"
        if state["report"]:
            shutil.copyfile(state["report"], target)
        reports.append({**state, "file": target})
    return reports


def show(reports: list[dict[str, Any]]) -> None:
    names = list(reports[0]["checks"])
    table = Table("Business", *(n.split("_")[0] for n in names), "Score", "", box=None)
    for r in reports:
        cells = [_cell(r["checks"][n]) for n in names]
        table.add_row(r["lead"]["name"], *cells, str(r["score"]), r["grade"])
    console.print()
    console.print(table)
    console.print()
    for r in reports:
        console.print(f"Report: [bold]{r['file'].relative_to(ROOT)}[/bold]", soft_wrap=True)
    console.print(
        "[yellow]SANDBOX:[/yellow] Google Business Profile, SEMrush and LLM data are "
        "emulated; speed, security and screenshots are measured for real."
    )


def _cell(check: dict[str, Any]) -> str:
    if check["status"] != "completed":
        return check["status"]
    return "done" if check["score"] is None else str(check["score"])


if __name__ == "__main__":
    main()
