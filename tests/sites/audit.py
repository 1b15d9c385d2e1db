"""Audits the corpus and holds what is said of each site against what is true of it."""

from __future__ import annotations

import contextlib
import multiprocessing
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing.util import Finalize
from pathlib import Path
from typing import Any, Final

from lfassess.assessment.execution.standalone import run_prerequisite_checks
from lfassess.checks.base import Fetched, Target
from lfassess.clients import lighthouse
from lfassess.clients.chromium.pool import browser_pool
from lfassess.findings import consolidate
from lfassess.report.model import AuditReport
from lfassess.settings import Settings
from tests.report.factories import rows
from tests.sites.corpus import Site, sites
from tests.sites.serving import serving

AT_ONCE: Final = 2
_UNCOUNTED: Final = ("info", "passed")
Stored = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Audit:
    """What the checks said of one site, by check as it would be stored."""

    site: Site
    stored: Stored
    fetched: dict[str, Fetched] = field(default_factory=dict)  # by check

    def report(self) -> AuditReport:
        """Return the audit report that its owner would get."""
        runs = [
            rows.run(
                name,
                result["status"],
                score=result["score"],
                findings=result["findings"],
                metrics=result["metrics"],
                inconclusive_reason=result.get("inconclusive"),
                evidence=self.fetched[name].evidence if name in self.fetched else None,
            )
            for name, result in self.stored.items()
        ]
        pictures = {a.name: a.data for fetched in self.fetched.values() for a in fetched.artefacts}
        lead = rows.lead(name=self.site.business, website=self.site.url, phone=None, address=None)
        return rows.report(*runs, artefacts=pictures, business=lead)

    def findings(self) -> list[dict[str, Any]]:
        """Return each fact once, as reports do."""
        found = {name: result["findings"] for name, result in self.stored.items()}
        return [finding for rows in consolidate(found).values() for finding in rows]

    def met(self) -> dict[str, str]:
        """Return kind/code of what each check's visit met, by check."""
        visits = {name: result["metrics"].get("visit") for name, result in self.stored.items()}
        return {name: f"{v['kind']}/{v['code']}" for name, v in visits.items() if v}

    def failed(self) -> list[str]:
        return [name for name, result in self.stored.items() if result["status"] != "completed"]


@dataclass
class Tally:
    """How much of what was said is right, and how much of what is there was said."""

    right: Counter[str] = field(default_factory=Counter)
    neutral: Counter[str] = field(default_factory=Counter)
    false: list[tuple[str, str, str]] = field(default_factory=list)  # site, code, evidence
    found: Counter[str] = field(default_factory=Counter)
    missed: list[tuple[str, str]] = field(default_factory=list)  # site, what an owner would see
    praised: Counter[str] = field(default_factory=Counter)
    wrong_praise: list[tuple[str, str, str]] = field(default_factory=list)

    def add(self, audit: Audit) -> None:
        site, said = audit.site, audit.findings()
        for finding in said:
            code, severity = finding["code"], finding["severity"]
            output = (site.name, code, finding["evidence"])
            if severity == "passed":
                if site.may_praise(code):
                    self.praised[code] += 1
                else:
                    self.wrong_praise.append(output)
            elif severity not in _UNCOUNTED:
                self._count(site, code, output)
        codes = {f["code"] for f in said}
        for what, any_of in site.expects().items():
            if codes.isdisjoint(any_of):
                self.missed.append((site.name, what))
            else:
                self.found[what] += 1

    def _count(self, site: Site, code: str, output: tuple[str, str, str]) -> None:
        if site.is_right(code):
            self.right[code] += 1
        elif site.is_neutral(code):
            self.neutral[code] += 1
        else:
            self.false.append(output)

    @property
    def precision(self) -> float:
        right = self.right.total()
        return right / max(1, right + len(self.false))

    @property
    def recall(self) -> float:
        found = self.found.total()
        return found / max(1, found + len(self.missed))


def tally(audits: Iterable[Audit]) -> Tally:
    made = Tally()
    for audit in audits:
        made.add(audit)
    return made


@contextlib.contextmanager
def auditor(
    chosen: Sequence[Site],
) -> Iterator[Callable[[Sequence[Site], bool | None], list[Audit]]]:
    """Serve the sites; yields ``audit(sites, lighthouse)``, which audits several at once.

    ``lighthouse`` None leaves it to each site's own word whether Lighthouse runs as well.
    """
    context = multiprocessing.get_context("spawn")
    with (
        tempfile.TemporaryDirectory(prefix="lfassess-sites-") as folder,
        serving(tuple(chosen), Path(folder)) as settings,
        ProcessPoolExecutor(AT_ONCE, context, initializer=_begin) as pool,
    ):

        def audit(some: Sequence[Site], with_lighthouse: bool | None = None) -> list[Audit]:
            measured = [s.lighthouse if with_lighthouse is None else with_lighthouse for s in some]
            # The longest first, so that no process is left alone with them in the end.
            order = sorted(range(len(some)), key=lambda i: not measured[i])
            jobs = {i: pool.submit(_stored, some[i], settings, measured[i]) for i in order}
            return [Audit(site, *jobs[i].result()) for i, site in enumerate(some)]

        yield audit


def _begin() -> None:
    Finalize(None, browser_pool.shutdown, exitpriority=10)
    Finalize(None, lighthouse.shutdown, exitpriority=10)


def _stored(
    site: Site, settings: Settings, with_lighthouse: bool
) -> tuple[Stored, dict[str, Fetched]]:
    fetched: dict[str, Fetched] = {}
    target = Target(site.business, site.url)
    selected = {"security", "visual", *(["pagespeed"] if with_lighthouse else [])}
    stored = run_prerequisite_checks(
        target, settings, lambda _: None, selected, fetched.__setitem__
    )
    again = {name for name, result in stored.items() if result["status"] == "failed"}
    if again:  # as a worker would
        stored |= run_prerequisite_checks(target, settings, print, again, fetched.__setitem__)
    return stored, fetched


def everything(*, with_lighthouse: bool | None = None) -> list[Audit]:
    """Audit all sites."""
    with auditor(sites()) as audit:
        return audit(sites(), with_lighthouse)
