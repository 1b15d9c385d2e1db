"""Google Business Profile: is there one, is it complete, and what do customers see there?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from lfassess.checks.base import Area, Check, Judgement
from lfassess.checks.gbp.candidate_selection import Choice, choose
from lfassess.checks.gbp.fetch import fetch_profile
from lfassess.checks.gbp.findings import finding, findings
from lfassess.checks.gbp.kinds import KINDS
from lfassess.checks.gbp.match import STRONG
from lfassess.checks.gbp.metrics import metrics, visited
from lfassess.checks.gbp.nap import compare
from lfassess.checks.gbp.nap_findings import differences, website_findings
from lfassess.checks.gbp.profile import Profile, read_profile, time_of
from lfassess.checks.gbp.reasons import REASONS
from lfassess.checks.gbp.score import score
from lfassess.checks.gbp.text import short
from lfassess.checks.reasons import as_json
from lfassess.checks.shared.json_access import get_object, get_objects, get_text
from lfassess.clients import places
from lfassess.settings import Settings

Json = dict[str, Any]


def judge(evidence: Json) -> Judgement:
    """Judge the best match; nothing is scored unless it is surely the lead's profile."""
    lead, site = get_object(evidence, "lead"), get_object(evidence, "site")
    chosen = choose(lead, site, get_objects(evidence, "places"))
    if chosen is None:
        return _not_found(lead, site)
    now = time_of(get_text(evidence, "fetched_at")) or datetime.now(UTC)
    profile = read_profile(chosen.place, now)
    compared = compare(profile, lead, site)
    shown = metrics(chosen, profile, compared, site)
    if not chosen.match.strong:
        return _not_judged("gbp.weak_match", "gbp-weak-match", _nearest(profile, chosen), shown)
    if chosen.ambiguous:
        return _not_judged("gbp.ambiguous", "gbp-ambiguous", _several(profile, chosen), shown)
    seen = [*findings(profile), *differences(compared), *website_findings(profile, lead, site)]
    if chosen.twins:
        seen.append(finding("gbp-several-profiles", _several(profile, chosen)))
    filled = score(profile, compared)
    return Judgement(
        tuple(seen), metrics=shown, score=filled, measures={Area.GOOGLE_PROFILE: filled}
    )


def _not_found(lead: Json, site: Json) -> Judgement:
    name = short(get_text(lead, "name"))
    seen = f"Google finds no place for “{name}”; it may be listed under another name or area"
    shown = {"attribution": "Google", "found": False, **visited(site)}
    return _not_judged("gbp.no_match", "gbp-not-found", seen, shown)


def _not_judged(reason: str, code: str, evidence: str, shown: Json) -> Judgement:
    return Judgement(
        (finding(code, evidence),),
        metrics={**shown, "reason": as_json(reason, REASONS)},
        inconclusive=REASONS[reason].wording,
    )


def _nearest(profile: Profile, chosen: Choice) -> str:
    points = chosen.match.points
    return f"nearest: “{short(profile.name)}”, confidence {points} of 100 (needed: {STRONG})"


def _several(profile: Profile, chosen: Choice) -> str:
    """Return where the likely profiles are; branches and duplicates look alike from outside."""
    addresses = [profile.address, *(get_text(p, "formattedAddress") for p in chosen.twins)]
    named = "; ".join(short(address or "no address") for address in addresses)
    return f"{len(addresses)} profiles: {named}"


def _skip_reason(settings: Settings) -> str | None:
    return None if places.endpoint(settings) else "no GOOGLE_API_KEY"


CHECK = Check(
    name="gbp",
    title="Google Business Profile",
    fetch=fetch_profile,
    judge=judge,
    kinds=KINDS,
    queue=lambda _settings: "assessment",
    time_limit_s=25,
    retention_days=30,  # Google Maps Platform's terms: everything but the place id
    needs_website=False,
    skip_reason=_skip_reason,
)
