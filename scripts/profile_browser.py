"""Says which steps of the visual check take the processor, in Chromium and in Python.

python scripts/profile_browser.py --rounds=3

Each demo site is opened as the check does it, by a browser of this process's own against a sandbox
of its own. After every step the processor time of the browser's processes, of ChromeDriver and of
this process is read from /proc: shares are right after a few rounds, single figures are in clock
ticks of 10 ms. What goes on beside a step, as a page's own scripts, counts for it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final

from lfassess.checks.base import CheckContext, Target
from lfassess.checks.visual import fetch
from lfassess.clients import browser
from lfassess.clients.chromium import scripts as fixed
from lfassess.clients.chromium.page import Page
from lfassess.clients.chromium.process_tree import Family
from lfassess.settings import get_settings

ROOT: Final = Path(__file__).parents[1]
_TICK: Final = os.sysconf("SC_CLK_TCK")
_LIMIT_S: Final = 60.0
_REST_S: Final = 0.3  # after a lead, for what its end leaves to do
_UNNAMED: Final = "other"
_UNSETTLED: Final = (_UNNAMED, "zygote")  # renderers begin as copies of the zygote

Seconds = dict[str, float]  # by kind of process


class Steps:
    """Processor seconds by step and kind of process; steps within steps count for the inner."""

    def __init__(self) -> None:
        self.spent: dict[str, Seconds] = defaultdict(lambda: defaultdict(float))
        self.times: dict[str, int] = defaultdict(int)
        self._family = Family(os.getpid())
        self._kinds: dict[int, str] = {}
        self._seconds: dict[int, float] = {}
        self._reading = 0.0
        self._stack = ["between"]
        self._last = self._read()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        self._charge()
        self._stack.append(name)
        self.times[name] += 1
        try:
            yield
        finally:
            self._charge()
            self._stack.pop()

    def wrap(self, owner: Any, function: str, name: Callable[..., str] | str) -> None:
        """Make each call of an object's function a step."""
        plain = getattr(owner, function)

        @wraps(plain)
        def timed(*args: Any, **kwargs: Any) -> Any:
            with self.step(name if isinstance(name, str) else name(*args, **kwargs)):
                return plain(*args, **kwargs)

        setattr(owner, function, timed)

    def _charge(self) -> None:
        now = self._read()
        for kind, seconds in now.items():
            self.spent[self._stack[-1]][kind] += seconds - self._last.get(kind, 0.0)
        self._last = now

    def _read(self) -> Seconds:
        """Return seconds so far, less what reading them takes; an ended process keeps its last."""
        began = time.process_time()
        for pid in self._family.members():
            try:
                if self._kinds.get(pid, _UNNAMED) in _UNSETTLED:
                    self._kinds[pid] = _kind(Path(f"/proc/{pid}/cmdline").read_bytes())
                fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue
            self._seconds[pid] = (int(fields[11]) + int(fields[12])) / _TICK
        sums: Seconds = defaultdict(float)
        for pid, seconds in self._seconds.items():
            sums[self._kinds[pid]] += seconds
        sums["python"] = began - self._reading
        self._reading += time.process_time() - began
        return sums


def _kind(command_line: bytes) -> str:
    """Return the kind of a process; Chromium's children have their command line in one piece."""
    words = command_line.replace(b"\0", b" ").decode(errors="replace").split()
    if not words:
        return _UNNAMED
    program = Path(words[0]).name
    if program == "node":
        return "node"
    if "python" in program:
        return "cage" if "-I" in words else "sandbox"
    if "driver" in program:
        return "chromedriver"
    given = next((word.removeprefix("--type=") for word in words if word.startswith("--type=")), "")
    return given or ("browser" if "chrom" in program or "headless" in program else _UNNAMED)


def _script_names() -> dict[str, str]:
    """Return each script's name by its text."""
    folder = Path(fetch.__file__).parent
    names = {file.read_text(encoding="utf-8"): file.stem for file in folder.glob("*.js")}
    return names | {fetch._measure(): "measure"}  # noqa: SLF001 - the very text that is run


def _watch(steps: Steps) -> None:
    names = _script_names()

    def evaluated(_: Page, script: str) -> str:
        if script.endswith(";true"):
            return "axe: loading"
        if script == fixed.FONTS_READY:
            return "script: fonts"
        if "scrollTo" in script:
            return "scrolling"
        return f"script: {names.get(script, 'others')}"

    def opened(page: Page, _: str) -> str:
        return "opening, phone" if page._mobile_width else "opening, desktop"  # noqa: SLF001

    def pictured(_: Page, *, full_page: bool = True, **__: Any) -> str:
        return "long screenshot" if full_page else "first screen"

    steps.wrap(fetch, "fetch_page", "the check's own Python")
    steps.wrap(fetch, "_look", "reading what was seen")
    for function, name in {
        "evaluate": evaluated,
        "screenshot_jpeg": pictured,
        "_open": opened,
        "_settle": "settling",
        "scroll_through": "scrolling",
        "emulate": "emulating",
        "forget_visitor": "forgetting the visitor",
        "_start_afresh": "reading the log",
        "asked_for": "tags",
        "in_frame": "frames",
    }.items():
        steps.wrap(Page, function, name)
    from lfassess.clients.chromium import instance, pool  # noqa: PLC0415 - an extra

    steps.wrap(pool, "_open_window", "window: opening")
    steps.wrap(pool, "_close_window", "window: closing")
    steps.wrap(pool, "_needs_recycling", "window: weighing")
    steps.wrap(instance.BrowserProcess, "__init__", "starting the browser")
    steps.wrap(instance.BrowserProcess, "stop", "stopping the browser")
    steps.wrap(fetch, "without_listener", "dead links")
    steps.wrap(fetch, "smaller", "pixels: storing")
    steps.wrap(fetch, "uniform_share", "pixels: blank?")
    steps.wrap(fetch, "contacts", "contacts")


@contextmanager
def sandbox(folder: str) -> Iterator[list[dict[str, str]]]:
    """Serve the demo sites, with the settings for them in this process's environment."""
    served = subprocess.Popen(
        [sys.executable, "-m", "lfassess", "sandbox", "serve", "--json", "--port", "0",
         "--dir", f"{folder}/sandbox"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    try:
        assert served.stdout
        os.environ |= json.loads(served.stdout.readline())["env"]
        os.environ |= {"LFASSESS_DATA_DIR": f"{folder}/data", "LFASSESS_VISION": "0"}
        with (ROOT / "configs" / "demo_leads.csv").open() as leads:
            yield [lead for lead in csv.DictReader(leads) if lead["website"]]
    finally:
        served.terminate()
        served.wait()


def run(args: argparse.Namespace) -> dict[str, Any]:
    """Visit the demo sites so many times; returns the figures."""
    with (
        tempfile.TemporaryDirectory(prefix="lfassess-profile-") as folder,
        sandbox(folder) as leads,
    ):
        chosen = [lead for lead in leads if not args.names or lead["name"] in args.names]
        steps = Steps()
        _watch(steps)
        for _ in range(args.rounds):
            for n, lead in enumerate(chosen):
                visit(lead, n, steps)
        with steps.step("between"):
            browser.shutdown()
    leads_in_all = args.rounds * len(chosen)
    return {"leads": leads_in_all, "steps": steps.spent, "times": steps.times}


def visit(lead: dict[str, str], number: int, steps: Steps) -> None:
    target = Target(name=lead["name"], url=f"{lead['website']}?n={number}")
    context = CheckContext(settings=get_settings(), deadline=time.monotonic() + _LIMIT_S)
    try:
        fetch.fetch_page(target, context)
    except Exception as e:  # noqa: BLE001 - two demo businesses have no website that opens
        print(f"{lead['name']}: {e}", file=sys.stderr)
    with steps.step("after the lead"):
        time.sleep(_REST_S)


def show(figures: dict[str, Any]) -> None:
    """Print the steps by what they take, milliseconds a lead."""
    leads, steps = figures["leads"], figures["steps"]
    kinds = sorted({kind for spent in steps.values() for kind in spent if kind != "sandbox"})
    print(f"{'ms of processor a lead':28}" + "".join(f"{k:>12}" for k in (*kinds, "all")))
    per_lead = {
        name: {k: 1000 * spent.get(k, 0.0) / leads for k in kinds} for name, spent in steps.items()
    }
    rows = sorted(per_lead.items(), key=lambda row: -sum(row[1].values()))
    whole = {k: sum(row[k] for row in per_lead.values()) for k in kinds}
    for name, row in [*rows, ("all", whole)]:
        cells = "".join(f"{row[k]:12.1f}" for k in kinds)
        print(f"{name:28}{cells}{sum(row.values()):12.1f}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true", help="print the figures as JSON instead")
    parser.add_argument("names", nargs="*", help="only these demo businesses")
    given = parser.parse_args()
    result = run(given)
    print(json.dumps(result)) if given.json else show(result)
