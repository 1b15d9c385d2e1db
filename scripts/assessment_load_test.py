"""Runs leads through real workers against the sandbox, and says how fast, how much, how expensive.

    python scripts/assessment_load_test.py --leads=100 --workers=3 --duration=300

All checks run, with a real browser; the paid providers and PageSpeed are emulated. One worker
waits for the providers, the others have a browser each.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from typing import Any

from loadtest import figures, plots
from loadtest.show import console, ratios, show
from loadtest.usage import Usage
from loadtest.world import World, world

from lfassess import stack


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    add = parser.add_argument
    add("--leads", type=int, default=100)
    add("--workers", type=int, default=3, help="processes in all")
    add("--io", type=int, default=1, help="of them those that wait for providers; the rest browse")
    add("--lighthouse", type=int, default=0, help="more that audit here, instead of PageSpeed")
    add("--checks", help="only these, separated by commas")
    add("--duration", type=float, default=300, help="seconds after which it ends, done or not")
    add("--profile", default="fast", choices=("fast", "realistic", "chaos"))
    add("--fault-rate", type=float, default=0.0, help="share of provider calls to spoil")
    add("--seed", type=int, default=1)
    add("--window", type=int, default=0, help="leads in progress at once; 0 = the setting's")
    add("--no-vision", action="store_true", help="don't have first screens rated")
    add("--json", action="store_true", help="all figures as one JSON object on stdout")
    add("--plots", type=Path, help="write charts over time into this folder")
    add("--compare", action="store_true", help="run the plain design, too, and print ratios")
    add("--plain-workers", type=int, default=3, help="of four processes, for --compare")
    add("--headless-shell", action="store_true", help="let the plain design use it, too")
    return parser.parse_args()


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Run one load test; returns its figures."""
    settings = {"LFASSESS_VISION": "0" if args.no_vision else "1"}
    if args.window:
        settings["LFASSESS_WINDOW"] = str(args.window)
    with world(
        profile=args.profile,
        fault_rate=args.fault_rate,
        seed=args.seed,
        settings=settings,
        pagespeed=not args.lighthouse,
    ) as built:
        file = built.write_leads(args.leads)
        browsers = max(1, args.workers - args.io)
        counts = {"io": args.io, "browser": browsers, "lighthouse": args.lighthouse}
        stack.scale(built.settings, counts)
        stack.ensure_up(built.settings, workers=True)
        built.wait_for_workers(sum(counts.values()))
        before = figures.counters(built)
        with Usage(built.roots, dict) as usage:
            checks = ("--checks", args.checks) if args.checks else ()
            built.lfassess("batch", str(file), "--no-wait", "--keep-duplicates", "--json", *checks)
            wait_until_ended(built, args.leads, args.duration)
        return figures.summary(
            built, usage, before, profile=args.profile, fault_rate=args.fault_rate,
            workers=args.workers, vision=not args.no_vision,
        )  # fmt: skip


def wait_until_ended(built: World, leads: int, duration: float) -> None:
    """Wait until all leads have ended, for so many seconds at most."""
    end = time.monotonic() + duration
    sql = "SELECT count(*) AS n FROM assessments WHERE finished_at IS NOT NULL"
    with console.status("") as line:
        while (done := built.rows(sql)[0]["n"]) < leads and time.monotonic() < end:
            line.update(f"{done} of {leads} leads")
            time.sleep(1)


def main() -> None:
    args = arguments()
    console.stderr = args.json  # then stdout is the JSON's alone
    ours = run(args)
    show(ours, f"lfassess, {args.workers} workers, profile {args.profile}")
    results: dict[str, Any] = {"lfassess": ours}
    if args.compare:
        import spec_baseline  # noqa: PLC0415 - loads Celery's prefork pool and is seldom needed

        plain = argparse.Namespace(**{**vars(args), "workers": args.plain_workers})
        results["plain"] = spec_baseline.run(plain)
        show(results["plain"], f"plain design, {args.plain_workers} workers of 4 processes")
        results["ratios"] = ratios(ours, results["plain"])
        console.print("lfassess as a multiple of the plain design:", results["ratios"])
    if args.json:
        print(json.dumps(results))
    if args.plots:
        for file in plots.write(ours, args.plots):
            console.print(f"wrote {file}")


if __name__ == "__main__":
    main()
