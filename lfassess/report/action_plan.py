"""What to do, when and who: insights of the language model or by rule, put into phases."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final, cast

from lfassess.checks.shared.json_access import get_object, get_objects, get_text, get_texts
from lfassess.config_files import read_toml
from lfassess.db.models import CheckRun, Status
from lfassess.language import Language
from lfassess.report.findings import SEVERITIES, weight
from lfassess.report.model import (
    AuditReport,
    Citation,
    Doer,
    Level,
    Phase,
    Recommendation,
    ReportFinding,
)
from lfassess.report.text import clean, clean_or_none

Json = Mapping[str, Any]

_NO_STEP: Final = frozenset({"info", "passed"})
_LEVELS: Final = ("high", "medium", "low")
_MAX_ACTIONS: Final = 15  # longer lists are not carried out
_FEWEST: Final = 12  # steps, where there is so much to fix
_CODES: Final = frozenset({"evidence_ids", "summary_first"})
_PHASES: Final = ("phase_1", "phase_2", "phase_3")
FILE: Final = "doers.toml"
_DOERS: Final[dict[str, tuple[Doer, ...]]] = {
    "owner_or_developer": ("owner", "developer"),
    "owner": ("owner",),
    "host": ("host",),
}
_OTHERS: Final[tuple[Doer, ...]] = ("developer",)
_SMALL: Final = frozenset({"low", "info"})


def insights(
    runs: Sequence[CheckRun],
    business: str,
    found: Mapping[str, Sequence[Any]],
    say: Language,
    *,
    trade: str | None = None,
    address: str | None = None,
) -> Json:
    """Return the language model's insights where stored, else those by rule, in the same shape.

    What the model wrote in another language than the report's is not shown.

    Args:
        runs: the assessment's.
        business: its name.
        found: stored findings by check name, each fact once; the rules know of no others.
        say: the report's language.
        trade: its trade, as lfassess.trades names it.
        address: its address.
    """
    stored = [r for r in runs if r.name == "llm_analysis" and r.status == Status.COMPLETED]
    written = get_object(stored[0].metrics, "insights") if stored else {}
    has_texts = get_objects(written, "recommendations") or get_text(written, "executive_summary")
    if has_texts and say.reads(get_text(written, "language")):
        return cast("Json", _spelt(written, say))
    from lfassess.checks.llm_analysis.rules_fallback import recommendations_by_rule  # noqa: PLC0415 - seldom

    prior = {
        run.name: {
            "status": run.status,
            "score": run.score,
            "findings": found.get(run.name, []),
            "metrics": run.metrics or {},
        }
        for run in runs
        if run.name != "llm_analysis"
    }
    return recommendations_by_rule(prior, business, say.code, trade=trade, address=address)


def summary(written: Json, first: str | None) -> str | None:
    """Return the summary, or None where it begins with something else than the verdict.

    Args:
        written: the insights.
        first: code of the finding that the report says to fix first, if any.
    """
    begins = get_text(written, "summary_first")  # older insights don't say
    return (
        None
        if begins and begins != first
        else clean_or_none(get_text(written, "executive_summary"))
    )


def _spelt(written: Any, say: Language) -> Any:
    """Return a model's texts in the spelling of the report's readers."""
    if isinstance(written, str):
        return say.spell(written)
    if isinstance(written, Mapping):
        return {k: v if k in _CODES else _spelt(v, say) for k, v in written.items()}
    return [_spelt(v, say) for v in written] if isinstance(written, list) else written


def phases(
    written: Json,
    findings: Iterable[ReportFinding],
    say: Language,
    *,
    gone: Collection[str | None] = (),
    first: str | None = None,
) -> tuple[Phase, ...]:
    """Return the recommendations by when they are due, numbered through; empty phases are left out.

    This week: low effort, or resting on a critical finding. Within a month: medium effort, or high
    impact for whatever effort. This quarter: the rest. Within a phase, what rests on the
    weightiest finding goes first, then impact, then effort. What rests on hardening alone waits
    for a month at least, and stands behind everything else. ``first``, the finding that the
    verdict says to fix first, opens the plan, unless it is hardening.

    A recommendation that rests on findings in ``gone`` alone (dismissed, or said by another) is
    left out. Where fewer than twelve are left, findings that none of them cites are added,
    weightiest first.
    """
    known = {f.code: f for f in findings}
    rows = [r for r in get_objects(written, "recommendations") if not _void(r, known, gone)]
    rows = [*rows[:_MAX_ACTIONS], *_uncited(rows, known)[: max(0, _FEWEST - len(rows))]]
    rows.sort(key=lambda row: (_phase(row, known, first), *_order(row, known, first)))
    numbered = [
        (_phase(r, known, first), _recommendation(n, r, known, say)) for n, r in enumerate(rows, 1)
    ]
    return tuple(
        Phase(say(f"priorities.{key}"), say(f"priorities.{key}_hint"), due)
        for place, key in enumerate(_PHASES)
        if (due := tuple(r for phase, r in numbered if phase == place))
    )


def _void(row: Json, known: Mapping[str, ReportFinding], gone: Collection[str | None]) -> bool:
    cited = get_texts(row, "evidence_ids")
    return any(code in gone for code in cited) and not any(code in known for code in cited)


def _hardening(row: Json, known: Mapping[str, ReportFinding]) -> bool:
    cited = _cited(row, known)
    return bool(cited) and all(f.hardening for f in cited)


def _cited(row: Json, known: Mapping[str, ReportFinding]) -> list[ReportFinding]:
    return [known[code] for code in get_texts(row, "evidence_ids") if code in known]


def _uncited(rows: Sequence[Json], known: Mapping[str, ReportFinding]) -> list[dict[str, Any]]:
    cited = {code for row in rows for code in get_texts(row, "evidence_ids")}
    left = [f for f in known.values() if f.code not in cited and f.severity not in _NO_STEP]
    return [_step(f) for f in sorted(left, key=weight) if f.fix]


def _step(finding: ReportFinding) -> dict[str, Any]:
    return {
        "title": finding.title,
        "why": finding.why,
        "how": finding.fix,
        "impact": finding.impact,
        "effort": finding.effort,
        "evidence_ids": [finding.code],
    }


def quick_wins(written: Json) -> tuple[str, ...]:
    """Return the language model's three; the rules' would only repeat the first steps."""
    if written.get("by") != "llm":
        return ()
    return tuple(filter(None, (clean(text, 500) for text in get_texts(written, "quick_wins"))))[:3]


def _phase(row: Json, known: Mapping[str, ReportFinding], first: str | None) -> int:
    effort, later = _level(row, "effort"), _hardening(row, known)
    if not later and any(f.severity == "critical" or f.code == first for f in _cited(row, known)):
        return 0
    if effort == "low":
        return 1 if later else 0
    return 1 if effort == "medium" or _level(row, "impact") == "high" else 2


def _order(
    row: Json, known: Mapping[str, ReportFinding], first: str | None
) -> tuple[bool, bool, int, int, int]:
    cited = _cited(row, known)
    severity = min((SEVERITIES.index(f.severity) for f in cited), default=len(SEVERITIES))
    effort = len(_LEVELS) - _LEVELS.index(_level(row, "effort"))
    return (
        all(f.code != first for f in cited),
        _hardening(row, known),
        severity,
        _LEVELS.index(_level(row, "impact")),
        effort,
    )


def _level(row: Json, key: str) -> Level:
    found = row.get(key)
    return cast("Level", found) if found in _LEVELS else "medium"


def _recommendation(
    number: int, row: Json, known: Mapping[str, ReportFinding], say: Language
) -> Recommendation:
    codes = dict.fromkeys(code for code in get_texts(row, "evidence_ids") if code in known)
    return Recommendation(
        number=number,
        title=clean(row.get("title"), 200) or say("areas.recommendations.title"),
        why=clean(row.get("why")),
        how=clean(row.get("how")),
        impact=_level(row, "impact"),
        effort=_level(row, "effort"),
        who=doers(codes),
        evidence=tuple(Citation(code, known[code].title) for code in codes),
    )


def doers(codes: Iterable[str]) -> tuple[Doer, ...]:
    """Return who can fix all of these findings, each once."""
    return tuple(dict.fromkeys(doer for code in codes for doer in _of(code)))


@cache
def _of(code: str) -> tuple[Doer, ...]:
    table = read_toml(FILE)
    for name, found in _DOERS.items():
        if any(fnmatchcase(code, pattern) for pattern in table[name]):
            return found
    return _OTHERS


@dataclass(frozen=True, slots=True)
class PlanLinks:
    """What the plan and the areas have in common."""

    steps: dict[str, int] = field(default_factory=dict)  # number of the step, by finding code
    hows: frozenset[str] = frozenset()  # what the steps say to do
    whys: frozenset[str] = frozenset()  # what the areas say of why it matters


def plan_links(report: AuditReport) -> PlanLinks:
    """Return what the areas leave to the plan; nothing where the report has none."""
    if report.no_website or not report.branding.shows("priorities"):
        return PlanLinks()
    steps: dict[str, int] = {}
    for step in report.recommendations:
        for cite in step.evidence:
            steps.setdefault(cite.code, step.number)
    findings = [f for section in report.chapters for f in section.findings]
    return PlanLinks(
        steps,
        frozenset(step.how for step in report.recommendations),
        frozenset(f.why for f in findings if f.why and is_weighty(f)),
    )


def is_weighty(finding: ReportFinding) -> bool:
    """Whether an area shows a finding at length."""
    return finding.severity not in _SMALL and not finding.hardening
