"""Audits by Lighthouse on this machine: phone, desktop, and the phone again where one is unsure."""

from __future__ import annotations

import base64
import logging
import os
import time
from dataclasses import dataclass, field
from typing import Final

from lfassess.checks.base import Artefact, CheckContext, Fetched, Json
from lfassess.checks.pagespeed import evidence_runs
from lfassess.checks.pagespeed.evidence import Run
from lfassess.checks.pagespeed.evidence_result import audit, error_status, scores
from lfassess.checks.shared.json_access import get_number, get_objects, get_text
from lfassess.checks.shared.record import write_record
from lfassess.clients import lighthouse
from lfassess.clients.lighthouse.normal import CATEGORIES
from lfassess.errors import (
    CheckError,
    DeadlineExceededError,
    NoWebPageError,
    ProviderTimeoutError,
    TargetUnreachableError,
)

_log: Final = logging.getLogger(__name__)

_CLIENT_ERRORS: Final = range(400, 500)
SPEED_ALONE: Final = CATEGORIES[:1]

# Seconds a second audit on this machine may need: all of it, or performance alone.
_WHOLE_S: Final = 25.0
_SHORT_S: Final = 12.0
_RESERVE_S: Final = 2.0  # so that a desktop that takes too long does not cost the phone's result
# What runs of our own choice leave of the check's time, so that the lead still ends within 90 s.
_LEAVE_S: Final = 15.0
_LONGER: Final = 1.3  # what a run may take, by the one before it


def fetch_here(url: str, ctx: CheckContext) -> Fetched:
    """Audit with Lighthouse on this machine, one device after the other, as time allows.

    The phone's result is that of the median run; ``runs`` has the figures of all. A page that could
    not be loaded is tried once more before that counts as a fact.
    """
    requested = ctx.settings.lighthouse_runs
    phone = _Phone(url, ctx)
    try:
        first = phone.run_first()
    except NoWebPageError as e:
        return Fetched({"source": "lighthouse", "fault": no_web_page(e)})
    evidence: Json = {"source": "lighthouse", "mobile": first}
    if error_status(first):
        return with_files(evidence | {"desktop_error": DeadlineExceededError.code})
    evidence |= _desktop(url, ctx)
    phone.repeat(requested)
    evidence |= {"mobile": phone.median(), "runs": write_record(phone.made)}
    return with_files(evidence | ({"runs_wanted": requested} if requested else {}))


def may_load_next_time(error: TargetUnreachableError) -> bool:
    """Tell whether a page that failed to load is worth a second try: 4xx and files stay."""
    return error.status not in _CLIENT_ERRORS and not isinstance(error, NoWebPageError)


def no_web_page(error: NoWebPageError) -> Json:
    """Return the evidence's ``fault`` for a file."""
    return {"said": error.message, "no_web_page": True, "type": error.content_type}


def _desktop(url: str, ctx: CheckContext) -> Json:
    left = ctx.deadline - time.monotonic()
    if left < _SHORT_S:
        return {"desktop_error": DeadlineExceededError.code}
    whole = left >= _WHOLE_S
    try:
        result = lighthouse.audit(
            url,
            settings=ctx.settings,
            strategy="desktop",
            categories=CATEGORIES if whole else SPEED_ALONE,
            deadline=ctx.deadline - _RESERVE_S,
        )
    except CheckError as e:
        return {"desktop_error": e.code}
    result.pop("performanceAudits", None)
    return {"desktop": result, "desktop_scope": "all" if whole else "performance"}


@dataclass(slots=True)
class _Phone:
    """The runs on a phone: the first measures everything, the others speed alone."""

    url: str
    ctx: CheckContext
    results: list[Json] = field(default_factory=list)
    made: list[Run] = field(default_factory=list)
    took_s: float = 0.0  # by the last run

    def run_first(self) -> Json:
        try:
            return self.run(CATEGORIES, self.ctx.deadline)
        except TargetUnreachableError as first:
            if not may_load_next_time(first):
                raise
            _log.info("tried once more: %s", first)
            try:
                return self.run(CATEGORIES, self.ctx.deadline)
            except (DeadlineExceededError, ProviderTimeoutError):
                raise first from None

    def run(self, categories: tuple[str, ...], deadline: float) -> Json:
        load = load_per_cpu()
        started = time.monotonic()
        result = lighthouse.audit(
            self.url,
            settings=self.ctx.settings,
            strategy="mobile",
            categories=categories,
            deadline=deadline,
        )
        self.took_s = time.monotonic() - started
        self.results.append(result)
        self.made.append(
            Run(
                score=scores(result)["performance"],
                tbt_score=get_number(audit(result, "total-blocking-time"), "score"),
                benchmark_index=evidence_runs.benchmark_index(result),
                load=load,
                fetched_at=get_text(result, "fetchTime"),
            )
        )
        return result

    def repeat(self, requested: int | None) -> None:
        """Run again as often as requested, else until the score is sure; as time allows."""
        leave = _RESERVE_S if requested else _LEAVE_S
        while len(self.made) < requested if requested else evidence_runs.another_is_due(self.made):
            left = self.ctx.deadline - leave - time.monotonic()
            if left < self.took_s * _LONGER:
                return
            try:
                again = self.run(SPEED_ALONE, self.ctx.deadline - _RESERVE_S)
            except CheckError:
                return  # what was measured stays
            if error_status(again):
                self.results.pop()
                self.made.pop()
                return

    def median(self) -> Json:
        """Return the first result with the speed of the median run in it."""
        first = self.results[0]
        chosen = self.results[evidence_runs.median_at([run.score for run in self.made])]
        merged = first if chosen is first else evidence_runs.with_speed_of(first, chosen)
        return {key: value for key, value in merged.items() if key != "performanceAudits"}


def load_per_cpu() -> float | None:
    """Return the processes that ran or waited in the last minute, per CPU; None where unknown."""
    try:
        return round(os.getloadavg()[0] / (os.cpu_count() or 1), 2)
    except OSError:
        return None


def with_files(evidence: Json, *, sandbox: bool = False) -> Fetched:
    """Return what was fetched, its frames as files: "filmstrip-3s.webp" after three seconds.

    Args:
        evidence: with the result of the phone, its ``frames`` as the client gives them.
        sandbox: the data are emulated.
    """
    phone = evidence["mobile"]
    files = tuple(
        Artefact(f"filmstrip-{second:.0f}s.webp", "image/webp", base64.b64decode(frame["webp"]))
        for frame in get_objects(phone, "frames")
        if (second := get_number(frame, "second")) is not None
    )
    rest = {key: value for key, value in phone.items() if key != "frames"}
    return Fetched({**evidence, "mobile": rest}, files, sandbox=sandbox)
