"""Prints what `make bench` measured: beside its goal, and as a multiple of the reference.

    python scripts/bench_compare.py RESULTS.json [--keep] [--information]

Figures are first divided by what a fixed loop took before and after each of them, so that the
reference, made on another machine or an idle one, still tells. A figure twice the reference ends
with exit code 1, but with --information; --keep makes today's figures the reference.
"""

from __future__ import annotations

import json
import statistics
import sys
import time
from pathlib import Path
from typing import Any, Final

from rich.console import Console
from rich.table import Table

REFERENCE: Final = Path(__file__).parents[1] / "tests" / "bench" / "reference.json"
TOO_MUCH: Final = 2.0


def fixed_loop_s() -> float:
    """Return the seconds that a fixed loop takes here and now: the median of nine."""
    taken = []
    for _ in range(9):
        began = time.perf_counter()
        sum(len(str(n)) for n in range(200_000))
        taken.append(time.perf_counter() - began)
    return statistics.median(taken)


def main() -> int:
    results: dict[str, Any] = json.loads(Path(sys.argv[1]).read_text())
    measured = {b["name"]: b for b in results["benchmarks"]}
    relative = {
        name: b["stats"]["median"] / b["extra_info"]["fixed_loop_s"] for name, b in measured.items()
    }
    if "--keep" in sys.argv:
        rounded = {name: round(value, 3) for name, value in sorted(relative.items())}
        REFERENCE.write_text(json.dumps(rounded, indent=1) + "\n")
    reference = json.loads(REFERENCE.read_text())
    table = Table("benchmark", "median", "goal", "of reference", box=None)
    worse = []
    for name, b in measured.items():
        ratio = relative[name] / reference[name] if name in reference else None
        if ratio is not None and ratio > TOO_MUCH:
            worse.append(name)
        goal = b["extra_info"].get("goal_s")
        table.add_row(
            name.removeprefix("test_").replace("_", " "), f"{b['stats']['median']:.4g} s",
            f"{goal:g} s" if goal else "", "" if ratio is None else f"{ratio:.2f}",
        )  # fmt: skip
    console = Console()
    console.print(table)
    for name in worse:
        console.print(f"{name}: more than {TOO_MUCH:g} times the reference")
    return 1 if worse and "--information" not in sys.argv else 0


if __name__ == "__main__":
    raise SystemExit(main())
