"""Google Business Profile: is there one, is it complete, and what do customers see there?"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from lfassess.checks.base import Check, CheckContext, Fetched, Judgement, Target, Usage
from lfassess.checks.gbp_rules.findings import finding, findings
from lfassess.checks.gbp_rules.kinds import KINDS
from lfassess.checks.gbp_rules.match import STRONG, Match, match
from lfassess.checks.gbp_rules.profile import Profile, read_profile, time_of
from lfassess.checks.gbp_rules.score import score
from lfassess.checks.loose import dict_in, dicts_in, text_in
from lfassess.clients import places
from lfassess.clients.places import PlacesClient
from lfassess.configs import read_toml
from lfassess.errors import CredentialError
from lfassess.settings import Settings

Json = dict[str, Any]

_NOT_MEASURABLE: Final = ["replies to reviews", "posts", "questions and answers"]


def fetch(target: Target, ctx: CheckContext) -> Fetched:
    """Search for the lead and read candidates until one is surely it.

    A search for ids alone is the cheapest; each candidate read is paid for, so reading stops at
    the first strong match and after providers.toml's ``max_candidates``.
    """
    at = places.endpoint(ctx.settings)
    if at is None:
        raise CredentialError("There is no GOOGLE_API_KEY.", provider="places")
    lead = {
        "name": target.name,
        "url": target.url,
        "phone": target.phone,
        "address": target.address,
        "country": target.country,
    }
    with PlacesClient(at, ctx.settings) as client:
        ids = _search(client, target, ctx)
        found = _read(client, ids, lead, ctx)
        usage = Usage(calls=client.calls, cost_usd=client.cost_usd)
    evidence = {
        "lead": lead,
        "candidates": ids,
        "places": found,
        "fetched_at": datetime.now(UTC).isoformat(),
    }
    return Fetched(evidence, usage=usage, sandbox=at.sandbox)


def _search(client: PlacesClient, target: Target, ctx: CheckContext) -> list[str]:
    """Return candidates' ids; an outdated address can hide a place, so the name is tried alone."""
    texts = dict.fromkeys([", ".join(filter(None, (target.name, target.address))), target.name])
    for text in texts:
        ids = client.search(text, region=target.country, deadline=ctx.deadline)
        if ids:
            return ids
    return []


def _read(client: PlacesClient, ids: list[str], lead: Json, ctx: CheckContext) -> list[Json]:
    found: list[Json] = []
    for place_id in ids[: read_toml("providers.toml")["places"]["max_candidates"]]:
        ctx.time_left()
        found.append(_without_people(client.details(place_id, deadline=ctx.deadline)))
        if match(lead, found[-1]).strong:
            break
    return found


def _without_people(place: Json) -> Json:
    """Return the place without what its visitors wrote and who they are: only figures are kept."""
    reviews = [{k: r.get(k) for k in ("rating", "publishTime")} for r in dicts_in(place, "reviews")]
    photos = [{k: p.get(k) for k in ("widthPx", "heightPx")} for p in dicts_in(place, "photos")]
    return {**place, "reviews": reviews, "photos": photos}


def judge(evidence: Json) -> Judgement:
    """Judge the best match; nothing is scored unless it is surely the lead's profile."""
    lead = dict_in(evidence, "lead")
    matched = [(match(lead, place), place) for place in dicts_in(evidence, "places")]
    if not matched:
        return _not_found(lead)
    best, place = max(matched, key=lambda pair: pair[0].points)
    now = time_of(text_in(evidence, "fetched_at")) or datetime.now(UTC)
    profile = read_profile(place, now)
    metrics = _metrics(place, profile, best)
    if not best.strong:
        return _weak(profile, best, metrics)
    return Judgement(
        tuple(findings(profile, best, lead)), metrics=metrics, score=score(profile, best)
    )


def _not_found(lead: Json) -> Judgement:
    name = (text_in(lead, "name") or "")[:80]
    seen = finding(
        "gbp-not-found",
        f"Google finds no place for “{name}”; it may be listed under another name or area",
    )
    return Judgement(
        (seen,),
        metrics={"attribution": "Google", "found": False},
        inconclusive="no Google Business Profile found under the lead's name",
    )


def _weak(profile: Profile, best: Match, metrics: Json) -> Judgement:
    seen = finding(
        "gbp-weak-match",
        f"nearest: “{profile.name[:80]}”, confidence {best.points} of 100 (needed: {STRONG})",
    )
    return Judgement(
        (seen,), metrics=metrics, inconclusive="no Google profile is surely this business's"
    )


def _metrics(place: Json, profile: Profile, best: Match) -> Json:
    return {
        "attribution": "Google",
        "found": True,
        "place_id": text_in(place, "id"),
        "maps_url": text_in(place, "googleMapsUri"),
        "match": best.as_json(),
        "name": profile.name,
        "status": profile.status,
        "category": profile.category,
        "rating": profile.rating,
        "reviews": profile.reviews,
        "newest_review_days": profile.newest_days,
        "low_star_share": profile.low_stars / len(profile.stars) if profile.stars else None,
        "photos": profile.photos,
        "days_open": profile.days_open,
        "service_area": profile.service_area,
        "not_measurable": _NOT_MEASURABLE,
    }


def _skip_reason(settings: Settings) -> str | None:
    return None if places.endpoint(settings) else "no GOOGLE_API_KEY"


CHECK = Check(
    name="gbp",
    title="Google Business Profile",
    fetch=fetch,
    judge=judge,
    kinds=KINDS,
    queue=lambda _settings: "assessment",
    time_limit_s=20,
    needs_website=False,
    skip_reason=_skip_reason,
)
