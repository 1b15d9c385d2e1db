"""`python -m tests.sites [NAME ...]`: audits the corpus and prints what is right and what isn't."""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.sites.audit import Audit, Tally, auditor, tally
from tests.sites.corpus import sites
from tests.sites.stability import changed, grades, load


def main() -> None:
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("names", nargs="*", help="only these sites")
    words.add_argument("--lighthouse", action=argparse.BooleanOptionalAction, default=True)
    words.add_argument("--load", type=int, help="again beside so many busy processes")
    words.add_argument("--json", type=Path, help="also write what was stored to this file")
    given = words.parse_args()
    chosen = [s for s in sites() if not given.names or s.name in given.names]
    began = time.monotonic()
    with auditor(chosen) as audit:
        audits = audit(chosen, given.lighthouse)
        again = None
        if given.load is not None:
            with load(given.load):
                again = audit(chosen, given.lighthouse)
    console = Console(width=160)
    console.print(_by_site(audits))
    made = tally(audits)
    console.print(_by_code(made))
    for title, rows in (
        ("False", made.false),
        ("Wrong praise", made.wrong_praise),
        ("Missed", made.missed),
    ):
        for row in rows:
            console.print(f"{title}: {' | '.join(row)}", markup=False)
    console.print(
        f"precision {made.precision:.1%} of {made.right.total() + len(made.false)}, "
        f"recall {made.recall:.1%} of {made.found.total() + len(made.missed)}, "
        f"wrong praise {len(made.wrong_praise)} of {made.praised.total() + len(made.wrong_praise)}, "
        f"{time.monotonic() - began:.0f} s"
    )
    if again is not None:
        unsteady = changed(audits, again)
        moved = sum(grades(one) != grades(two) for one, two in zip(audits, again, strict=True))
        console.print(
            f"Beside {given.load} busy processes: {moved} of {len(audits)} sites have another grade or "
            f"range, {len(unsteady)} grades changed without a range that covers both"
        )
        for line in unsteady:
            console.print(f"Changed: {line}", markup=False)
    if given.json:
        given.json.write_text(json.dumps({a.site.name: a.stored for a in audits}, indent=1))


def _by_site(audits: list[Audit]) -> Table:
    table = Table("site", "met", "expected", "right", "neutral", "false", "missed", "scores")
    for audit in audits:
        one = tally([audit])
        scores = ", ".join(f"{n} {r['score']}" for n, r in audit.stored.items())
        met = ", ".join(sorted(set(audit.met().values()))) or "-"
        failed = "".join(f" {name} FAILED" for name in audit.failed())
        table.add_row(
            audit.site.name, met, ", ".join(audit.site.met), str(one.right.total()),
            str(one.neutral.total()), str(len(one.false)), str(len(one.missed)), scores + failed,
        )  # fmt: skip
    return table


def _by_code(made: Tally) -> Table:
    table = Table("finding", "right", "neutral", "false", "precision")
    false = [code for _, code, _ in made.false]
    for code in sorted({*made.right, *made.neutral, *false}):
        right, wrong = made.right[code], false.count(code)
        share = f"{right / (right + wrong):.0%}" if right + wrong else "-"
        table.add_row(code, str(right), str(made.neutral[code]), str(wrong), share)
    return table


if __name__ == "__main__":
    main()
