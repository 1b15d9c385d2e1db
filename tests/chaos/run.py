"""Breaks a running installation in every way there is, and proves that nothing was lost.

Run it with `make chaos`, or `python -m tests.chaos.run --leads 300 --minutes 20`.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Iterator
from typing import Any

from tests.chaos.faults import FAULTS, Notes, inject
from tests.chaos.figures import findings_of
from tests.chaos.installation import Installation, installation

_LONGEST = "take_s3_away"  # it lasts until a lead has ended: a short run would see nothing else
_OF_THE_OTHER_STORAGE = {"disk": _LONGEST, "s3": "fill_the_disk"}


def rounds(rng: random.Random, storage: str) -> list[str]:
    """Return every fault of this installation once, in an order of the seed's, the longest last."""
    names = sorted(set(FAULTS) - {_OF_THE_OTHER_STORAGE[storage], _LONGEST})
    rng.shuffle(names)
    return names if storage == "disk" else [*names, _LONGEST]


def chaos(
    *,
    leads: int,
    seed: int,
    minutes: float,
    down_s: float,
    profile: str,
    pause_s: float,
    storage: str = "disk",
) -> dict[str, Any]:
    """Run a batch through, fault after fault; returns its figures."""
    rng, notes = random.Random(seed), Notes()
    began = time.monotonic()
    with installation(profile=profile, seed=seed, storage=storage) as built:
        built.scale(io=2, browser=1, lighthouse=0)
        built.submit(leads)
        memory: dict[str, float] = {}
        end = time.monotonic() + minutes * 60
        for name in _faults_until(end, rng, storage):
            time.sleep(rng.uniform(pause_s / 2, pause_s))
            if built.open_leads() == 0:
                break
            _say(f"  {name}")
            inject(name, built, rng, down_s, notes)
            for part, mb in built.memory_mb().items():
                memory[part] = max(memory.get(part, 0.0), round(mb))
        ended = built.wait_until_all_ended(timeout=900)
        built.wait_until_all_reports_are_stored(timeout=120)
        figures = findings_of(built, leads, notes)
        figures["browsers_left_by_the_dead"] = _orphans(built)
    return figures | {
        "seed": seed,
        "profile": profile,
        "storage": storage,
        "all_ended": ended,
        "seconds": round(time.monotonic() - began),
        "most_memory_mb": memory,
    }


def _faults_until(end: float, rng: random.Random, storage: str) -> Iterator[str]:
    while True:
        for name in rounds(rng, storage):
            if time.monotonic() > end:
                return
            yield name


def _say(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def _orphans(built: Installation) -> int:
    """Return the browsers that outlived all workers."""
    built.scale(io=0, browser=0, lighthouse=0)
    end = time.monotonic() + 30
    while built.pids("worker-") and time.monotonic() < end:
        time.sleep(0.2)
    time.sleep(1)
    return len(built.browsers())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--leads", type=int, default=300)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**6))
    parser.add_argument("--minutes", type=float, default=20)
    parser.add_argument("--down", type=float, default=60, help="seconds a server is down")
    parser.add_argument("--pause", type=float, default=15, help="seconds between faults, at most")
    parser.add_argument("--profile", default="chaos")
    parser.add_argument("--storage", choices=["disk", "s3"], help="by the seed, unless given")
    args = parser.parse_args()
    storage = args.storage or ("s3" if args.seed % 2 else "disk")
    _say(f"seed {args.seed}, storage {storage}")
    figures = chaos(
        leads=args.leads,
        seed=args.seed,
        minutes=args.minutes,
        down_s=args.down,
        profile=args.profile,
        pause_s=args.pause,
        storage=storage,
    )
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")
    return 1 if figures["broken"] or not figures["all_ended"] else 0


if __name__ == "__main__":
    raise SystemExit(main())
