"""Which competitors are measured beside a lead, who named them, and which are refused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from lfassess.assessment.execution.rate_limits import terms_s
from lfassess.assessment.intake.normalise import (
    InvalidValueError,
    given_website,
    host_of,
    names_scheme,
    site_of,
)
from lfassess.assessment.intake.suppression import SuppressionList
from lfassess.checks.base import Check
from lfassess.checks.shared.domains import is_platform, registrable_domain
from lfassess.checks.shared.json_access import get_objects, get_text
from lfassess.config_files import read_toml
from lfassess.db.commands import assessments, check_runs
from lfassess.db.commands import rivals as commands
from lfassess.db.commands.assessments import PlannedCheck
from lfassess.db.commands.check_runs import RunOutline
from lfassess.db.commands.rivals import Beside, NamedRival
from lfassess.db.models import OPEN, AssessmentRival
from lfassess.db.queries import suppressions
from lfassess.errors import UsageError
from lfassess.settings import Settings
from lfassess.statuses import RivalRefusal, RivalSource

MOST: Final = 3  # beside one lead: as many as a page of the report shows side by side
NAME_RIVALS: Final = ("semrush", "gbp")  # checks whose results may name competitors
_BETWEEN: Final = re.compile(r"[,;|\s]+")
_TAIL: Final = re.compile(r"(?:[\W_]|\d|website|web site|webseite|url|domain|site)+$")
_DAY_S: Final = 86_400.0  # leads of a batch share a competitor for as long, as branches do
_LONGEST: Final = 200  # characters of an address that can't be read, as it is stored


def given(texts: Sequence[str], settings: Settings) -> list[NamedRival]:
    """Return the competitors that somebody ordered by their addresses.

    Raises:
        UsageError: one is no address that can be assessed, or there are too many.
    """
    named = [_named(text, RivalSource.GIVEN, settings) for text in texts]
    if bad := next((r for r in named if r.refused is RivalRefusal.UNREADABLE), None):
        raise UsageError(
            f"The competitor {bad.website!r} is not a website that can be visited.",
            hint="Name competitors by their addresses, as in --rival other-bakery.com.",
        )
    require_number(len({rival.site for rival in named}))
    return named


def require_number(rivals: int) -> None:
    """Raise UsageError for more competitors than a report shows."""
    if not 0 <= rivals <= MOST:
        raise UsageError(f"A report shows at most {MOST} competitors; {rivals} were asked for.")


def listed(extra: Mapping[str, Any], settings: Settings) -> Iterator[NamedRival]:
    """Return the competitors that the columns of a lead's list name."""
    for column, cell in extra.items():
        if _TAIL.sub("", column.casefold()) in read_toml("rivals.toml")["columns"]:
            for word in _BETWEEN.split(str(cell).strip()):
                if "." in word:
                    yield _named(word, RivalSource.LIST, settings)


def from_semrush(metrics: object, settings: Settings) -> Iterator[NamedRival]:
    """Return the competitors of the lead's own answer from SEMrush, nearest first."""
    for row in get_objects(metrics, "competitors"):
        if domain := get_text(row, "domain"):
            yield _named(domain, RivalSource.SEMRUSH, settings)


def from_google(metrics: object, settings: Settings) -> Iterator[NamedRival]:
    """Return the lead's neighbours of the same category, as its Google profile's check has them."""
    for row in get_objects(metrics, "neighbours"):
        if website := get_text(row, "website"):
            yield _named(website, RivalSource.GOOGLE, settings)


def _named(text: str, source: RivalSource, settings: Settings) -> NamedRival:
    typed = text.strip()
    try:
        website = given_website(typed, settings)
    except InvalidValueError:
        website = None
    if website is None:
        shown = typed[:_LONGEST]
        return NamedRival(shown, shown, source, refused=RivalRefusal.UNREADABLE)
    return NamedRival(_site(website), website, source, bare=not names_scheme(typed))


def _site(website: str) -> str:
    """Return what tells competitors apart: the registered domain, else host and port."""
    domain = registrable_domain(website) or site_of(website).partition("/")[0]
    return domain.removeprefix("www.")


def judged(session: Session, named: Iterable[NamedRival], lead: Beside) -> list[NamedRival]:
    """Return the competitors, with the reason where one is not to be measured."""
    suppressed = SuppressionList((s.kind, s.value) for s in suppressions.suppressions(session))
    return [replace(rival, refused=_why(rival, lead, suppressed)) for rival in named]


def _why(rival: NamedRival, lead: Beside, suppressed: SuppressionList) -> RivalRefusal | None:
    if rival.refused is not None:
        return rival.refused
    if rival.site in {_site(url) for url in (lead.website, lead.site_url) if url}:
        return RivalRefusal.SAME_SITE
    if is_platform(rival.site):
        return RivalRefusal.PLATFORM
    return RivalRefusal.SUPPRESSED if suppressed.means_host(host_of(rival.website)) else None


def open_beside(
    session: Session,
    assessment_id: int,
    checks: Mapping[str, Check],
    settings: Settings,
    plan: Callable[[Sequence[str]], list[PlannedCheck]],
) -> list[tuple[int, int, int]]:
    """Have the competitors measured that are known by now of those that were asked for.

    Safe to repeat: an assessment of a competitor that is open, or recent enough, is shared by all
    leads that name it.

    Args:
        session: the open transaction.
        assessment_id: the lead's.
        checks: all checks.
        settings: what may be visited, and how.
        plan: makes the plan of an assessment with these checks alone.

    Returns:
        [(lead id, assessment id, priority)] of the assessments that were opened.
    """
    lead = commands.beside(session, assessment_id)
    if lead is None or lead.status not in OPEN:
        return []
    runs = check_runs.outlines(session, assessment_id, metrics_of=NAME_RIVALS)
    _look_for(session, lead, runs, settings)
    names = [name for name in checks_for(checks, settings) if runs[name].takes_part]
    due = [
        row
        for row in commands.noted(session, assessment_id)
        if row.refused is None and row.rival_assessment_id is None
    ][: lead.asked]
    opened = [
        new
        for row in sorted(
            due, key=lambda row: row.site
        )  # in one order, so that none wait in a ring
        if (new := _open(session, row, lead, plan(names))) is not None
    ]
    session.flush()
    return opened


def _look_for(
    session: Session, lead: Beside, runs: Mapping[str, RunOutline], settings: Settings
) -> None:
    """Note competitors until there are as many as asked for, from one source after the other."""
    semrush, google = (runs.get(name) for name in NAME_RIVALS)
    sources: list[Iterator[NamedRival]] = [listed(lead.extra, settings)]
    if semrush is None or semrush.ended:
        sources.append(from_semrush(semrush and semrush.metrics, settings))
        if google is None or google.ended:
            sources.append(from_google(google and google.metrics, settings))
    for found in sources:
        rows = commands.noted(session, lead.id)
        known = {row.site for row in rows}
        room = lead.asked - sum(
            row.refused is None or row.source is RivalSource.GIVEN for row in rows
        )  # nobody takes the place of one that was ordered and is refused
        if room <= 0:
            return
        fresh = judged(session, (r for r in found if r.site not in known), lead)
        commands.note(session, lead.id, list(_first(fresh, room)))


def _first(named: Iterable[NamedRival], room: int) -> Iterator[NamedRival]:
    """Yield as many that can be measured as there is room for; none that a person named is lost."""
    for rival in named:
        if rival.refused is not None:
            if rival.source is RivalSource.LIST:
                yield rival
        elif room > 0:
            room -= 1
            yield rival


def _open(
    session: Session, row: AssessmentRival, lead: Beside, planned: list[PlannedCheck]
) -> tuple[int, int, int] | None:
    """Give a competitor an assessment; returns it if it is new."""
    rival_lead = commands.lead_of(session, row, lead.country)
    day = _DAY_S if lead.batch_id is not None else 0.0
    max_age_s = min(max(lead.max_age_s, day), terms_s())
    priority = max(1, lead.priority - 1)  # the lead's report waits for it
    found = commands.measured(session, rival_lead, max_age_s=max_age_s)
    if found is None:
        new = assessments.open_assessments(
            session,
            [rival_lead],
            planned,
            priority=priority,
            max_age_s=lead.max_age_s,
            lighthouse_runs=lead.lighthouse_runs,
        )
        found = new.get(rival_lead)
        if found is not None:
            commands.mark(session, found)
            row.rival_assessment_id = found
            return rival_lead, found, priority
        found = commands.measured(session, rival_lead, max_age_s=max_age_s)
    if found is not None:
        commands.hurry(session, found, priority)
    row.rival_assessment_id = found
    return None


def checks_for(checks: Mapping[str, Check], settings: Settings) -> list[str]:
    """Return the checks that need no more than a visit, and cost nothing: those of competitors."""
    free = settings.model_copy(update={"vision": False})
    return [
        check.name
        for check in checks.values()
        if check.depends_on in {"page", "site"} and not check.depends_on_others
        if not ((cost := check.usual_cost(free)) and (cost.cost_usd or cost.units))
    ]
