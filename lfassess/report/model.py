"""The audit report as data: everything a rendering shows, already in words and in order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Literal

from lfassess.report.branding import Branding
from lfassess.report.comparison import Comparison

Level = Literal["low", "medium", "high"]
Rating = Literal["good", "fair", "poor"]
Answer = Literal["yes", "mostly", "partly", "hardly", "no", "unknown"]
Doer = Literal["owner", "host", "developer"]

RECOMMENDATIONS = "recommendations"  # the section that is no area


class State(StrEnum):
    """What came of a check, as far as its reader is concerned."""

    ASSESSED = "assessed"
    INCONCLUSIVE = "inconclusive"  # there is data, but no judgement
    FAILED = "failed"
    SKIPPED = "skipped"
    OPEN = "open"  # still to come
    EXPIRED = "expired"  # assessed, but what was found may no longer be stored


@dataclass(frozen=True, slots=True)
class Cell:
    """One value of a table; ``rating`` says how it compares with its threshold."""

    text: str
    rating: Rating | None = None
    href: str | None = None  # http or https


@dataclass(frozen=True, slots=True)
class Table:
    """Measured values, in the section they belong to."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str | None = None
    technical: bool = False  # for the developer's appendix


@dataclass(frozen=True, slots=True)
class Gauge:
    """A measured value on a scale with a good, a fair and a poor third."""

    label: str
    value: str
    rating: Rating
    place: float  # on the scale, 0-1
    good: str  # the bounds, in words: good up to
    poor: str  # poor above


@dataclass(frozen=True, slots=True)
class Gauges:
    """Values of one device that were measured together."""

    caption: str
    note: str
    device: str
    gauges: tuple[Gauge, ...]


@dataclass(frozen=True, slots=True)
class Moment:
    """What a phone showed so many seconds after the page was opened."""

    second: int
    stage: Literal["blank", "begun", "shown"]  # by the first and the main content
    content_type: str | None  # of the picture
    data: bytes | None  # None where no frame of the visit shows this stage


@dataclass(frozen=True, slots=True)
class ReportFinding:
    """A stored finding with its entry in the advice catalogue, where there is one."""

    code: str
    check: str
    severity: str  # one of lfassess.checks.base.Severity
    title: str
    evidence: str
    source: str | None
    area: str | None = None  # one of lfassess.checks.base.Area, where it is known
    shown: str = ""  # the evidence in an owner's words; "" where only a developer can use it
    hardening: bool = False  # a protection for rare attacks, which decides nothing by itself
    what: str | None = None
    why: str | None = None
    fix: str | None = None
    effort: Level | None = None
    impact: Level | None = None
    reference: str | None = None  # where the likely consequence is described
    worth: str | None = None  # what a strength brings


@dataclass(frozen=True, slots=True)
class Region:
    """A marked place in a screenshot, in CSS pixels from its top left corner."""

    number: int
    code: str  # of the finding it shows
    label: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Screenshot:
    """A picture of the website; its bytes go into the HTML."""

    name: str
    alt: str
    caption: str
    content_type: str
    data: bytes
    wide: bool  # of a desktop, to be shown larger
    width: int  # of the window it shows, in CSS pixels
    regions: tuple[Region, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One of the lines that an area's score is made of."""

    name: str
    title: str
    score: int | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Section:
    """One area of the audit: what all the checks that feed it found."""

    name: str  # of the area; of the check, where a check belongs to none
    checks: tuple[str, ...]  # that feed it, its own first
    title: str
    about: str  # what it means for customers and money
    grading: str  # how its score comes about
    status: str  # of the check run that decides it
    state: State
    score: int | None  # 0-100; None is never the same as 0
    grade: str | None
    weight: float | None  # share of the overall score, 0-1
    reason: str | None  # why there is no verdict, in words for customers
    parts: tuple[Part, ...]
    findings: tuple[ReportFinding, ...]  # to fix or to know, weightiest first
    strengths: tuple[ReportFinding, ...]
    tables: tuple[Table, ...]
    gauges: tuple[Gauges, ...]
    filmstrip: tuple[Moment, ...]
    screenshots: tuple[Screenshot, ...]
    metrics: Mapping[str, Any]  # of its own check as stored, for the JSON rendering
    attribution: str | None
    sandbox: bool
    partly_sandbox: bool  # some of what it rests on is emulated, and some was measured
    measured_at: datetime | None
    error_code: str | None
    spread: str | None = None  # of a score that was measured several times, in words

    @property
    def assessed(self) -> bool:
        """Whether it was judged; what gave no clear result was not."""
        return self.state in {State.ASSESSED, State.EXPIRED}

    @property
    def is_reportable(self) -> bool:
        """Whether there is something to tell about it, with or without a judgement."""
        return self.state in {State.ASSESSED, State.INCONCLUSIVE, State.EXPIRED}


@dataclass(frozen=True, slots=True)
class Citation:
    """A finding that a recommendation rests on."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One thing to do, when, and what for."""

    number: int
    title: str
    why: str
    how: str
    impact: Level
    effort: Level
    who: tuple[Doer, ...]
    evidence: tuple[Citation, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """Recommendations that are due together."""

    title: str
    hint: str
    recommendations: tuple[Recommendation, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A win or a loss on the verdict page."""

    code: str
    area: str
    title: str
    text: str  # what it is worth or costs
    evidence: str


@dataclass(frozen=True, slots=True)
class Headline:
    """An owner's question about one area, and its answer."""

    area: str  # its name
    question: str
    answer: Answer
    text: str


@dataclass(frozen=True, slots=True)
class Competitor:
    """A website that shows up for the same searches; the first one is the business's own."""

    domain: str
    own: bool
    visitors: int | None  # a month, estimated
    searches: int | None
    common: int | None


@dataclass(frozen=True, slots=True)
class CompetitiveRank:
    """The business among its nearest competitors."""

    rivals: tuple[Competitor, ...]
    place: int | None
    share: float | None  # of all their visitors, 0-1
    measured_at: datetime | None
    sandbox: bool


class RivalState(StrEnum):
    """What came of measuring a competitor."""

    MEASURED = "measured"
    NOT_MEASURED = "not_measured"
    OPEN = "open"  # still to come
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class ComparedSite:
    """One website of a comparison, as the same visits measured it; the business's own is first."""

    domain: str
    url: str | None  # the address that was visited: http or https
    own: bool
    source: str | None  # who named it: one of lfassess.statuses.RivalSource
    state: RivalState
    reason: str | None  # why it is not measured
    measured_at: datetime | None
    scores: Mapping[str, int]  # 0-100, of the areas that were measured
    main_content_ms: float | None  # until a phone shows it
    rating: float | None  # on Google, 1-5
    reviews: int | None
    sandbox: bool


@dataclass(frozen=True, slots=True)
class MissingFault:
    """A fault of the business's website that competitors were seen not to have."""

    code: str
    title: str
    domains: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Rivals:
    """The business beside competitors that we measured ourselves."""

    sites: tuple[ComparedSite, ...]  # measured, the business's own first
    not_measured: tuple[ComparedSite, ...]
    areas: tuple[tuple[str, str], ...]  # (name, title) of those with a score
    sentences: tuple[str, ...]
    faults: tuple[MissingFault, ...]

    @property
    def waits(self) -> bool:
        """Whether some are still being measured."""
        return any(site.state is RivalState.OPEN for site in self.not_measured)


@dataclass(frozen=True, slots=True)
class AreaStanding:
    """One area's score among the same area's of others."""

    name: str
    title: str
    score: int
    better_than: int  # of 100
    n: int  # others


@dataclass(frozen=True, slots=True)
class BenchmarkGroup:
    """The overall score among those of others: of the trade, of the batch, of all."""

    name: str  # one of lfassess.scoring.benchmark.Group
    peers: str  # "plumbers we audited"
    sentence: str
    n: int  # others
    better_than: int  # of 100
    bands: tuple[int, ...]  # how many others have 0-9 points, 10-19, and so on up to 90-100
    areas: tuple[AreaStanding, ...]


@dataclass(frozen=True, slots=True)
class Benchmark:
    """The score beside those of other audits, the nearest group first."""

    at: datetime
    score: int
    band: int  # the score's own, an index of each group's bands
    groups: tuple[BenchmarkGroup, ...]


@dataclass(frozen=True, slots=True)
class Detail:
    """One detail of the business in its three places."""

    label: str
    google: str | None
    website: str | None
    record: str | None
    agrees: bool | None  # None: unknown


@dataclass(frozen=True, slots=True)
class Dismissed:
    """A finding that a person took out."""

    area: str
    title: str
    note: str


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What the home page could offer instead, of known facts; None where that is no better."""

    title: str | None
    description: str | None
    share_title: str | None  # of a shared link; its picture is the owner's to choose
    sandbox: bool  # some of the facts are emulated


@dataclass(frozen=True, slots=True)
class SearchPreview:
    """What the home page offers for a search result and for a shared link."""

    host: str
    title: str | None
    description: str | None
    share_title: str | None
    share_picture: bool
    measured_at: datetime | None
    suggestion: Suggestion | None


@dataclass(frozen=True, slots=True)
class Visit:
    """What our visits met in place of the business's website."""

    kind: str  # of lfassess.checks.shared.visit.Kind
    code: str  # what it was, from a closed list
    shown: str  # the words that were seen
    url: str | None
    sentence: str  # what it means, for an owner


@dataclass(frozen=True, slots=True)
class Evidence:
    """What a finding rests on, for whoever looks after the website."""

    area: str
    title: str
    evidence: str
    source: str | None


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that could not be assessed, and why."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class MethodRow:
    """Where one area's data come from, and of when."""

    title: str
    method: str
    source: str
    measured_at: datetime | None


@dataclass(frozen=True, slots=True)
class CustomField:
    """A custom field of the lead that the agency wants to see in reports."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Business:
    """The lead, as its audit names it."""

    name: str
    website: str | None  # the host that was assessed
    website_url: str | None  # the address that was assessed: http or https, or None
    address: str | None
    phone: str | None
    fields: tuple[CustomField, ...] = ()


def reports_on(section: Section, visit: Visit | None) -> bool:
    """Whether a section has something to tell; of what was not seen the gaps say why."""
    return section.is_reportable and (section.assessed or visit is None)


@dataclass(frozen=True, slots=True)
class AuditReport:
    """A whole audit report."""

    business: Business
    assessment_id: int
    date: datetime
    status: str
    completeness: str  # "5/6"
    coverage: str  # the same in a sentence, with what the grade rests on
    score: int | None
    grade: str | None
    verdict: str  # one sentence
    summary: str | None  # of the language model's or the rules' making
    scoring_version: str | None
    sandbox: bool
    sections: tuple[Section, ...]
    wins: tuple[Point, ...]
    losses: tuple[Point, ...]
    phases: tuple[Phase, ...]
    quick_wins: tuple[str, ...]
    advice_by: Literal["llm", "rules"]
    not_assessed: tuple[Gap, ...]
    method: tuple[MethodRow, ...]
    grades: tuple[tuple[str, int], ...]  # (grade, least score), best first
    glossary: tuple[tuple[str, str], ...]
    developer: tuple[Evidence, ...]
    visit: Visit | None  # where no website of the business was seen
    headlines: tuple[Headline, ...]
    contest: CompetitiveRank | None
    benchmark: Benchmark | None  # None among fewer than 30 others
    preview: SearchPreview | None
    customers: tuple[Detail, ...]  # what Google tells them
    dismissed: tuple[Dismissed, ...]
    draft: bool
    language: str
    branding: Branding
    checks: tuple[str, ...] = ()  # that had something to tell
    rivals: Rivals | None = None  # where competitors were asked for
    since: Comparison | None = None  # with an earlier audit, where there is something to tell

    @property
    def recommendations(self) -> tuple[Recommendation, ...]:
        """All of them, in the order of their numbers."""
        return tuple(r for phase in self.phases for r in phase.recommendations)

    @property
    def areas(self) -> tuple[Section, ...]:
        """All of them, reportable or not; recommendations are none."""
        return tuple(s for s in self.sections if s.name != RECOMMENDATIONS)

    @property
    def worked(self) -> tuple[Section, ...]:
        """The areas whose grades are explained: those with a score, or with something to tell."""
        return tuple(s for s in self.areas if s.score is not None or reports_on(s, self.visit))

    @property
    def scored(self) -> int:
        """How many areas the overall score rests on."""
        return sum(section.score is not None for section in self.sections)

    @property
    def no_website(self) -> bool:
        """Whether the visits met a page that is no website of the business."""
        return self.visit is not None and self.visit.kind in {"no_site", "platform"}

    @property
    def chapters(self) -> tuple[Section, ...]:
        """The areas there is something to tell about; recommendations have a part of their own."""
        return tuple(
            s for s in self.areas if reports_on(s, self.visit) and self.branding.shows(s.name)
        )

    @property
    def cover_picture(self) -> Screenshot | None:
        """The website on a desktop, or whatever picture there is."""
        return next((shot for s in self.sections for shot in s.screenshots), None)
