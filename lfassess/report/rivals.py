"""You and your competitors: what the same visits measured at both, side by side.

Of a competitor nothing is said that its own checks did not judge: what could not be measured is
said to be so, and a fault counts as absent only where its check was conclusive and nothing else
found there implies it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Protocol

from lfassess.checks.base import AWAITS, Area, Severity
from lfassess.checks.shared.json_access import get_number, get_object, get_objects, get_text
from lfassess.checks.shared.visit import Kind
from lfassess.db.models import OPEN, Assessment, AssessmentRival, CheckRun, Status
from lfassess.findings.implied import IMPLIED
from lfassess.language import Language
from lfassess.report import visits
from lfassess.report.findings import dicts
from lfassess.report.model import (
    Business,
    ComparedSite,
    MissingFault,
    ReportFinding,
    Rivals,
    RivalState,
    Section,
)
from lfassess.report.tables.pagespeed import views
from lfassess.report.text import clean, host_of, web_link

# What a visit alone can tell; the Google profile and search visibility need providers.
AREAS: Final = (
    Area.SPEED, Area.SECURITY, Area.ACCESSIBILITY, Area.SEARCH_BASICS, Area.FIRST_IMPRESSION,
)  # fmt: skip
_MAX_FAULTS: Final = 6
_COUNTING: Final = frozenset({Severity.CRITICAL.value, Severity.HIGH.value, Severity.MEDIUM.value})
# Found by comparing the website with the lead's record; of a competitor there is none.
_BY_RECORD: Final = frozenset(
    {"onpage-data-differs", "onpage-data-address", "onpage-title-unrelated"}
)
# Less than this may differ between two visits of one website.
_POINTS: Final = 5
_SLOWER: Final = 1.2
_SLOWER_MS: Final = 500


class Measured(Protocol):
    """A competitor's rows."""

    @property
    def rival(self) -> AssessmentRival: ...
    @property
    def assessment(self) -> Assessment | None: ...
    @property
    def check_runs(self) -> Sequence[CheckRun]: ...


def compare(
    measured: Sequence[Measured],
    own: tuple[Assessment, Sequence[CheckRun]],
    sections: Sequence[Section],
    business: Business,
    say: Language,
) -> Rivals | None:
    """Return the business beside its competitors; None where none were asked for or found.

    Args:
        measured: the competitors' rows, in their order.
        own: the business's assessment and its check runs.
        sections: its audit's.
        business: its name and address.
        say: the report's language.
    """
    if not measured:
        return None
    assessment, runs = own
    profile = next((run.metrics or {} for run in runs if run.name == "gbp"), {})
    here = _own(assessment, runs, sections, business, profile)
    others = tuple(_site(each, assessment, profile, say) for each in measured)
    seen = [
        (site, each)
        for site, each in zip(others, measured, strict=True)
        if site.state is RivalState.MEASURED
    ]
    sites = (here, *(site for site, _ in seen))
    shown = [s for s in sections if any(s.name in site.scores for site in sites)]
    return Rivals(
        sites=sites,
        not_measured=tuple(s for s in others if s.state is not RivalState.MEASURED),
        areas=tuple((s.name, s.title) for s in shown if s.name in {a.value for a in AREAS}),
        sentences=tuple(_sentences(here, sites[1:], shown, say)),
        faults=tuple(_faults(sections, seen))[:_MAX_FAULTS],
    )


def _own(
    own: Assessment,
    runs: Sequence[CheckRun],
    sections: Sequence[Section],
    business: Business,
    profile: Mapping[str, object],
) -> ComparedSite:
    compared = {area.value for area in AREAS}
    ended = [run.finished_at for run in runs if run.finished_at]
    return ComparedSite(
        domain=business.website or business.name,
        url=business.website_url,
        own=True,
        source=None,
        state=RivalState.MEASURED,
        reason=None,
        measured_at=max(ended, default=own.finished_at),
        scores={s.name: s.score for s in sections if s.name in compared and s.score is not None},
        main_content_ms=_main_content(runs),
        rating=get_number(profile, "rating"),
        reviews=_whole(profile, "reviews"),
        sandbox=any(s.sandbox for s in sections if s.name in compared),
    )


def _site(
    each: Measured, own: Assessment, profile: Mapping[str, object], say: Language
) -> ComparedSite:
    row, made = each.rival, each.assessment
    state, reason = _state(each, own, say)
    measured = state is RivalState.MEASURED and made is not None
    address = (made.site_url if made else None) or row.website
    known = next((n for n in get_objects(profile, "neighbours") if _is(n, row.site)), {})
    ended = [run.finished_at for run in each.check_runs if run.finished_at]
    return ComparedSite(
        domain=clean(row.site, 100),
        url=web_link(address),
        own=False,
        source=row.source.value,
        state=state,
        reason=reason,
        measured_at=max(ended, default=None),
        scores=_scores(made) if measured and made else {},
        main_content_ms=_main_content(each.check_runs) if measured else None,
        rating=get_number(known, "rating"),
        reviews=_whole(known, "reviews"),
        sandbox=bool(made and made.sandbox),
    )


def _is(neighbour: Mapping[str, object], site: str) -> bool:
    host = host_of(get_text(neighbour, "website")) or ""
    return host == site or host.endswith(f".{site}")


def _state(each: Measured, own: Assessment, say: Language) -> tuple[RivalState, str | None]:
    made = each.assessment
    if each.rival.refused is not None:
        return RivalState.REFUSED, say(f"rivals.refused.{each.rival.refused.value}")
    if made is not None and made.status in OPEN:
        return RivalState.OPEN, say("rivals.open")
    missing = _missing(each, own, say)
    if missing is None:
        return RivalState.MEASURED, None
    return RivalState.NOT_MEASURED, say(f"rivals.{missing}")


def _missing(each: Measured, own: Assessment, say: Language) -> str | None:
    """Return why an ended competitor is not measured, as the texts name it; None if it is."""
    made, runs = each.assessment, each.check_runs
    if made is None or made.shown_status == Status.CANCELLED:
        return "cancelled"
    met = visits.met(
        {run.name: run.metrics for run in runs}, {r.name: dicts(r.findings) for r in runs}, say
    )
    if met is not None:
        return "no_site" if met.kind in {Kind.NO_SITE, Kind.PLATFORM} else "not_seen"
    if not _scores(made):
        return "failed"
    return "other_rules" if made.scoring_version != own.scoring_version else None


def _scores(made: Assessment) -> dict[str, int]:
    """Return the scores of the areas that a visit alone can tell."""
    stored = get_object(made.scoring_details, "areas")
    found = {a.value: get_number(get_object(stored, a.value), "score") for a in AREAS}
    return {name: round(score) for name, score in found.items() if score is not None}


def _main_content(runs: Sequence[CheckRun]) -> float | None:
    """Return when the test visit's phone showed the main content, in milliseconds."""
    run = next((r for r in runs if r.name == "pagespeed" and r.status == Status.COMPLETED), None)
    if run is None or run.inconclusive_reason or not isinstance(run.metrics, dict):
        return None
    lab = get_object(views(run.metrics).get("mobile", {}), "lab")
    value = get_number(lab, "lcp")
    return value if value is not None and value > 0 else None


def _whole(stored: object, key: str) -> int | None:
    number = get_number(stored, key)
    return None if number is None else max(0, round(number))


def _sentences(
    here: ComparedSite, others: Sequence[ComparedSite], sections: Sequence[Section], say: Language
) -> Iterator[str]:
    """Yield what stands out, where the difference is more than two visits' of one website."""
    timed = [(s.main_content_ms, s.domain) for s in others if s.main_content_ms is not None]
    if here.main_content_ms is not None and timed:
        yield from _timed(here.main_content_ms, *min(timed), say)
    behind, ahead = [], []
    for section in sections:
        theirs = [s.scores[section.name] for s in others if section.name in s.scores]
        if section.name in here.scores and theirs:
            more = here.scores[section.name] - max(theirs)
            if more <= -_POINTS:
                behind.append(section.title)
            elif more >= _POINTS and len(theirs) == len(others):
                ahead.append(section.title)
    several, domain = len(others) > 1, others[0].domain if others else ""
    if behind:
        key = "rivals.behind" if several else "rivals.behind_one"
        yield say(key, areas=say.listed(behind), domain=domain)
    if ahead:
        key = "rivals.ahead" if several else "rivals.ahead_one"
        yield say(key, areas=say.listed(ahead), domain=domain)


def _timed(own: float, best: float, domain: str, say: Language) -> Iterator[str]:
    times = {"own": _seconds(own, say), "other": _seconds(best, say), "domain": domain}
    if _is_slower(own, best):
        yield say("rivals.slower", **times)
    elif _is_slower(best, own):
        yield say("rivals.faster", **times)


def _is_slower(one: float, other: float) -> bool:
    return one >= other * _SLOWER and one - other >= _SLOWER_MS


def _seconds(ms: float, say: Language) -> str:
    return f"{say.figures.number(ms / 1000, 1)} s"


def _faults(
    sections: Sequence[Section], seen: Sequence[tuple[ComparedSite, Measured]]
) -> Iterator[MissingFault]:
    """Yield the business's faults that competitors were seen not to have, weightiest first."""
    found = [f for s in sections for f in s.findings if _counts(f)]
    order = [severity.value for severity in Severity]
    for fault in sorted(found, key=lambda f: order.index(f.severity)):
        without = tuple(site.domain for site, each in seen if _lacks(each, fault))
        if without:
            yield MissingFault(fault.code, fault.title, without)


def _counts(finding: ReportFinding) -> bool:
    usable = not finding.hardening and finding.code not in _BY_RECORD
    return usable and finding.severity in _COUNTING


def _lacks(each: Measured, fault: ReportFinding) -> bool:
    """Whether a competitor was looked at for this fault, and has neither it nor a worse one."""
    run = next((r for r in each.check_runs if r.name == fault.check), None)
    if run is None or run.status != Status.COMPLETED or run.inconclusive_reason:
        return False
    if run.findings is None or (run.metrics or {}).get(AWAITS):
        return False
    codes = {get_text(f, "code") for r in each.check_runs for f in dicts(r.findings)}
    worse = {code for code, implied in IMPLIED.items() if fault.code in implied}
    better = set(IMPLIED.get(fault.code, ()))  # a milder form of the same
    return not codes & ({fault.code} | worse | better)
