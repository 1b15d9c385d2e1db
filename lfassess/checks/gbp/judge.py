"""Judges the profile that is most likely the lead's; pure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from lfassess.checks.base import Area, Json, Judgement
from lfassess.checks.gbp import rules_nap, rules_profile, rules_website
from lfassess.checks.gbp.catalogue import REASONS, finding, short
from lfassess.checks.gbp.evidence import Evidence, Profile
from lfassess.checks.gbp.metrics import Metrics, not_found
from lfassess.checks.gbp.rules_match import MATCH_THRESHOLD, Choice, choose
from lfassess.checks.gbp.rules_nap import Compared
from lfassess.checks.reasons import as_json

_CLOSED: Final = {"CLOSED_PERMANENTLY": 10, "CLOSED_TEMPORARILY": 40}  # no better than this
_RECENCY: Final = ((90, 10), (180, 6), (365, 3))  # days, points
_COUNTED: Final = frozenset({"phone", "website", "address"})


def judge(evidence: Json) -> Judgement:
    """Judge the best match; nothing is scored unless it is surely the lead's profile."""
    seen = Evidence.from_json(evidence)
    chosen = choose(seen.lead, seen.site, seen.profiles)
    if chosen is None:
        return _not_found(seen)
    profile = chosen.profile
    compared = rules_nap.compare(profile, seen.lead, seen.site)
    metrics = Metrics(chosen.match, profile, compared, seen.site, seen.neighbours).to_json()
    if not chosen.match.strong:
        return _not_judged("gbp.weak_match", "gbp-weak-match", _nearest(chosen), metrics)
    if chosen.ambiguous:
        return _not_judged("gbp.ambiguous", "gbp-ambiguous", _several(chosen), metrics)
    findings = [
        *rules_profile.findings(profile),
        *rules_nap.findings(compared),
        *rules_website.findings(profile, seen.lead, seen.site),
    ]
    if chosen.duplicates:
        findings.append(finding("gbp-several-profiles", _several(chosen)))
    filled = score(profile, compared)
    return Judgement(
        tuple(findings), metrics=metrics, score=filled, measures={Area.GOOGLE_PROFILE: filled}
    )


def _not_found(evidence: Evidence) -> Judgement:
    name = short(evidence.lead.name)
    seen = f"Google finds no place for “{name}”; it may be listed under another name or area"
    return _not_judged("gbp.no_match", "gbp-not-found", seen, not_found(evidence.site))


def _not_judged(reason: str, code: str, evidence: str, metrics: Json) -> Judgement:
    return Judgement(
        (finding(code, evidence),),
        metrics={**metrics, "reason": as_json(reason, REASONS)},
        inconclusive=REASONS[reason].wording,
    )


def _nearest(chosen: Choice) -> str:
    name, points = short(chosen.profile.name), chosen.match.points
    return f"nearest: “{name}”, confidence {points} of 100 (needed: {MATCH_THRESHOLD})"


def _several(chosen: Choice) -> str:
    """Return where the likely profiles are; branches and duplicates look alike from outside."""
    addresses = [profile.address for profile in (chosen.profile, *chosen.duplicates)]
    named = "; ".join(short(address or "no address") for address in addresses)
    return f"{len(addresses)} profiles: {named}"


def score(profile: Profile, compared: Sequence[Compared]) -> int:
    """Return 0-100: what is filled in (45), reviews (40), agreement (15).

    Filled in: website 10, phone 10, opening hours 10, category 5, photos 1 each up to 10.
    Reviews: how many 15 (logarithmic, all at 100), average 15 (none at 3.0, all at 4.5), newest of
    the sample 10 (within 90 days; 6 within 180, 3 within a year).
    Agreement: the share of phone, website and address that agree with the business's website, or
    with our record where the website doesn't say; where none can be compared, the other 85 points
    are scaled to 100.
    A business marked closed gets 10 at most, one closed for a time 40.

    The weights are ours: Google publishes that completeness, reviews and photos matter, not how
    much. Replies to reviews, posts and questions can't be read by outsiders and don't count.
    """
    earned = _filled_in(profile) + _reviews(profile)
    known = [one.agrees for one in compared if one.field in _COUNTED and one.agrees is not None]
    total = earned + 15 * sum(known) / len(known) if known else earned / 85 * 100
    return min(round(total), _CLOSED.get(profile.status or "", 100))


def _filled_in(profile: Profile) -> float:
    return (
        10 * bool(profile.website)
        + 10 * bool(profile.phone)
        + 10 * bool(profile.days_open)
        + 5 * bool(profile.category)
        + min(profile.photos, 10)
    )


def _reviews(profile: Profile) -> float:
    count = 15 * min(1.0, math.log10(1 + profile.reviews) / 2)
    average = 15 * min(1.0, max(0.0, ((profile.rating or 0) - 3) / 1.5))
    newest = profile.newest_days
    recent = next((points for days, points in _RECENCY if newest is not None and newest <= days), 0)
    return count + average + recent
