"""What a check is: fetch evidence over the network, then judge it without."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from importlib.resources.abc import Traversable
from typing import Any, Literal, Protocol

from lfassess.errors import DeadlineExceededError
from lfassess.plain_text import one_line, plain_json
from lfassess.settings import Settings
from lfassess.statuses import SkipCode, skip_text

Json = dict[str, Any]

MEASURES = "measures"  # key of the stored metrics that holds a judgement's measures
AWAITS = "awaits"  # likewise, the names of checks whose evidence would tell it more


class Severity(StrEnum):
    """How much a finding hurts the business; ``passed`` marks what is done well."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"
    PASSED = "passed"


class Area(StrEnum):
    """An owner's question that findings answer; a check may feed several areas."""

    SPEED = "speed"
    SECURITY = "security"
    ACCESSIBILITY = "accessibility"
    SEARCH_BASICS = "search_basics"
    SEARCH_VISIBILITY = "search_visibility"
    GOOGLE_PROFILE = "google_profile"
    FIRST_IMPRESSION = "first_impression"

    @property
    def label(self) -> str:
        """What people are shown: "Search basics"."""
        return self.value.replace("_", " ").capitalize().replace("Google p", "Google P")


class Source(StrEnum):
    """What a finding rests on."""

    RENDERED = "rendered"  # the page as a browser shows it
    RAW = "raw"  # bytes and headers as the server sent them
    API = "api"  # a provider's answer


@dataclass(frozen=True, slots=True)
class FindingKind:
    """One entry of a check's closed list of findings."""

    severity: Severity
    title: str  # one line a business owner understands
    area: Area  # the owner's question it answers


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation about a lead; what a site wrote into it gives no terminal an order."""

    code: str
    severity: Severity
    title: str
    evidence: str  # what was seen, in one line, with the figure
    source: Source
    advice_id: str
    area: Area

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", one_line(self.title))
        object.__setattr__(self, "evidence", one_line(self.evidence))

    def as_json(self) -> Json:
        return {
            "code": self.code,
            "severity": self.severity.value,
            "title": self.title,
            "evidence": self.evidence,
            "source": self.source.value,
            "advice_id": self.advice_id,
            "area": self.area.value,
        }


@dataclass(frozen=True, slots=True)
class Target:
    """What a check may see of a lead."""

    name: str
    url: str | None = None  # normalised, with scheme
    phone: str | None = None
    address: str | None = None
    country: str = "US"  # ISO 3166 alpha-2
    place_id: str | None = None  # of the Google profile an earlier run was sure of


@dataclass(frozen=True, slots=True)
class Artefact:
    """A file a check made: a screenshot, say."""

    name: str  # unique within the assessment, e.g. "desktop.webp"
    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Usage:
    """What a fetch consumed at its provider."""

    calls: int = 0
    cost_usd: float = 0.0
    units: int = 0  # SEMrush API units, LLM tokens

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls, self.cost_usd + other.cost_usd, self.units + other.units
        )


@dataclass(frozen=True, slots=True)
class UsualCost:
    """What one lead usually takes of a paid provider, for estimates."""

    provider: str  # as the check names it to the ledger
    calls: int
    cost_usd: float = 0.0
    units: int = 0


@dataclass(frozen=True, slots=True)
class BilledResponse:
    """A provider's answer, as JSON and no bigger than needed, and what it took."""

    answer: Json
    usage: Usage = Usage(calls=1)


class Ledger(Protocol):
    """Stands between a check and the providers: admits calls, books them, keeps their answers."""

    usage: Usage  # what has been spent through this ledger so far

    def call(self, provider: str, request: str, do: Callable[[], BilledResponse]) -> Json:
        """Return the answer to the request, bought now or cached by an earlier try.

        Args:
            provider: psi, places, semrush or openai.
            request: what identifies the request (method, path, parameters), without any key.
            do: makes the call; raises for transport, HTTP status and transient faults only, so
                that an answer that was paid for is booked and cached whatever it says.

        Raises:
            DeferredError: not now; rate, quota, budget or breaker say until when to wait.
        """
        ...

    def note_balance(self, provider: str, units: int) -> None:
        """Store what the provider says is left of the account, for alerts and the System page."""
        ...


class DirectLedger:
    """Calls straight through and counts: for one check alone."""

    def __init__(self) -> None:
        self.usage = Usage()
        self._lock = threading.Lock()

    def call(self, provider: str, request: str, do: Callable[[], BilledResponse]) -> Json:  # noqa: ARG002 - the protocol's
        paid = do()
        with self._lock:  # a check may ask for several things at once
            self.usage += paid.usage
        return paid.answer

    def note_balance(self, provider: str, units: int) -> None:
        """Do nothing: there is no store."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """What fetch brings home; ``evidence`` is JSON and all that judge gets to see."""

    evidence: Json
    artefacts: tuple[Artefact, ...] = ()
    sandbox: bool = False  # emulated data, to be marked everywhere
    pins: Json = field(default_factory=dict)  # to remember on the lead: {"place_id": "..."}


@dataclass(frozen=True, slots=True)
class Judgement:
    """What judge makes of the evidence.

    ``score`` (0-100) is set where the check has a measure of its own (Lighthouse, Observatory).
    Otherwise ``score_from_findings`` lets scoring.toml's penalties decide; with neither, the check
    has no score, which is never the same as 0. ``inconclusive`` says why nothing was judged.
    ``measures`` are scores (0-100) that the check measured for areas, its own score's among them
    where it has one.
    """

    findings: tuple[Finding, ...] = ()
    metrics: Json = field(default_factory=dict)
    score: int | None = None
    measures: Mapping[Area, int] = field(default_factory=dict)
    score_from_findings: bool = False
    inconclusive: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "metrics", plain_json(self.metrics))

    @property
    def stored_metrics(self) -> Json:
        """The metrics as they are stored: with the measures, by the areas' names."""
        if not self.measures:
            return self.metrics
        return {**self.metrics, MEASURES: {a.value: n for a, n in self.measures.items()}}


@dataclass(frozen=True, slots=True)
class CheckContext:
    """What a running check may use besides its target."""

    settings: Settings
    deadline: float  # time.monotonic() by which fetch must have returned
    other_results: Mapping[str, Json] = field(default_factory=dict)  # the others' stored results
    ledger: Ledger = field(default_factory=DirectLedger)
    # Whether the lead waits for this check alone: work that could be left out delays it.
    is_awaited: Callable[[], bool] = lambda: False
    # How many competitors of the lead are asked for that nobody has named yet.
    rivals_missing: Callable[[], int] = lambda: 0

    def time_left(self) -> float:
        """Seconds until the deadline; raises DeadlineExceededError when there are none."""
        left = self.deadline - time.monotonic()
        if left <= 0:
            raise DeadlineExceededError
        return left


class FetchFunction(Protocol):
    def __call__(self, target: Target, ctx: CheckContext, /) -> Fetched: ...


Queue = Literal["assessment", "browser", "lighthouse", "llm"]
# What a fetch depends on: on all that is known of the lead; on its website's page and country
# alone; on the business's own domain, of whose pages it reads several (elsewhere on the page); or
# on no more than the domain and the country. Branches share what does not depend on the lead.
Scope = Literal["lead", "page", "site", "domain"]


@dataclass(frozen=True, slots=True)
class Check:
    """One kind of assessment work; a package in ``lfassess.checks`` offers it as ``CHECK``.

    Installed packages offer theirs by an entry point, see `lfassess.checks`.
    """

    name: str
    title: str  # shown wherever the check is named
    fetch: FetchFunction
    judge: Callable[[Json], Judgement]
    kinds: Mapping[str, FindingKind]  # the closed list of findings
    time_limit_s: float  # for one attempt
    queue: Callable[[Settings], Queue] = lambda _settings: "assessment"
    retention_days: int | None = None  # by the provider's terms; None: its content may stay
    needs_website: bool = True
    area: Area | None = None  # where its metrics are shown; None: in a section of its own
    depends_on_others: bool = False  # runs once all the others have ended
    depends_on: Scope = "lead"
    # The evidence as another lead's that shares it; None where that one needs its own.
    for_lead: Callable[[Json, Target], Json | None] | None = None
    # The evidence with what the other checks' evidence, by name, adds; None where that is nothing.
    # Asked for once the others have ended, where the judgement's metrics have ``awaits``.
    second_look: Callable[[Json, Mapping[str, Json]], Json | None] | None = None
    skip_reason: Callable[[Settings], str | None] = lambda _settings: None
    more_time_s: Callable[[Settings], float] = lambda _settings: 0.0  # on top of time_limit_s
    usual_cost: Callable[[Settings], UsualCost | None] = lambda _settings: None
    # What finding the lead's competitors takes on top, where they are asked for.
    cost_of_rivals: Callable[[Settings], UsualCost | None] = lambda _settings: None
    # Of a check outside lfassess: a file in its package (importlib.resources), in the form of
    # configs/advice/NAME.toml; an operator's file of that name goes first.
    advice: Traversable | None = None

    def deadline(self, settings: Settings) -> float:
        """Return the time.monotonic() by which an attempt that begins now must have ended."""
        return time.monotonic() + self.time_limit_s + self.more_time_s(settings)

    def applicable(self, target: Target, settings: Settings) -> str | None:
        """Return why this check can't apply to the target, or None."""
        if self.needs_website and not target.url:
            return skip_text(SkipCode.NO_WEBSITE, None)
        return self.skip_reason(settings)


def unless(configured: Callable[[Settings], bool], reason: str) -> Callable[[Settings], str | None]:
    """Return a ``skip_reason``: the reason where the settings don't have what the check needs."""
    return lambda settings: None if configured(settings) else reason


def findings_from(kinds: Mapping[str, FindingKind]) -> Callable[..., Finding]:
    """Return a maker of findings that accepts only codes of the closed list."""

    def make(code: str, evidence: str, *, source: Source = Source.RAW) -> Finding:
        kind = kinds[code]
        return Finding(
            code, kind.severity, kind.title, evidence, source, advice_id=code, area=kind.area
        )

    return make
