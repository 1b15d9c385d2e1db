"""Opens leads' pages on a desktop and on a phone, photographs each once, and does nothing else.

python scripts/bare_screenshots.py --leads=60 --browsers=2

What that takes is the least a lead with both screenshots can cost: the same browser, settings and
sandbox as in the load test, without measuring, judging, providers, queues and database.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import time
from collections.abc import Sequence
from typing import Any, Final

from loadtest.figures import throughput
from loadtest.show import show
from loadtest.usage import Usage
from loadtest.world import world

from lfassess.checks.visual.fetch import DESKTOP, DESKTOP_HEIGHT, PHONE, PHONE_HEIGHT
from lfassess.clients import browser
from lfassess.settings import get_settings

_LIMIT_S: Final = 60.0  # for one lead


def photograph(urls: Sequence[str], ended: Any) -> None:
    """Photograph the pages one after another with a browser of this process's own."""
    settings = get_settings()
    for url in urls:
        deadline = time.monotonic() + _LIMIT_S
        with browser.browser_page(
            settings, width=DESKTOP[0], height=DESKTOP[1], deadline=deadline
        ) as page:
            page.goto(url)
            page.screenshot_jpeg(max_height=DESKTOP_HEIGHT)
            page.emulate(*PHONE, mobile=True)
            page.goto(url)
            page.screenshot_jpeg(max_height=PHONE_HEIGHT)
        ended.put(time.time())
    browser.shutdown()


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Photograph so many leads with so many browsers at once; returns the figures."""
    with world(profile="fast", fault_rate=0.0, seed=args.seed, settings={}) as built:
        with built.write_leads(args.leads).open() as f:
            urls = [lead["website"] for lead in csv.DictReader(f)]
        start = multiprocessing.get_context("spawn")
        ended = start.SimpleQueue()
        photographers = [
            start.Process(target=photograph, args=(urls[n :: args.browsers], ended))
            for n in range(args.browsers)
        ]
        began = time.time()
        for one in photographers:
            one.start()
        roots = {f"worker-bare{n}": p.pid for n, p in enumerate(photographers) if p.pid}
        with Usage(lambda: roots, dict) as usage:
            at = sorted(ended.get() - began for _ in urls)
        for one in photographers:
            one.join()
    return {
        "leads": args.leads,
        "leads_per_hour": throughput(at),
        "cpu_s_per_lead": {k: round(s / args.leads, 3) for k, s in sorted(usage.cpu_s().items())},
        "peak_mb": {name: round(mb) for name, mb in sorted(usage.peak_mb.items())},
    }


def arguments(parser: argparse.ArgumentParser) -> argparse.Namespace:
    parser.add_argument("--leads", type=int, default=60)
    parser.add_argument("--browsers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=1)
    return parser.parse_args()


if __name__ == "__main__":
    parsed = arguments(
        argparse.ArgumentParser(
            description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
        )
    )
    show(run(parsed), f"bare screenshots, {parsed.browsers} browsers")
