"""Buys what Google shows of a lead, and reads what the lead's own website says."""

from __future__ import annotations

import logging
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Final

from lfassess.checks.base import (
    BilledResponse,
    CheckContext,
    Fetched,
    Json,
    Target,
    Usage,
    UsualCost,
)
from lfassess.checks.gbp.evidence import Lead, Site, read_profile
from lfassess.checks.gbp.fetch_site import read_site
from lfassess.checks.gbp.rules_match import Choice, choose
from lfassess.checks.shared.json_access import get_object, get_objects, sanitise_for_jsonb
from lfassess.clients import places
from lfassess.clients.places import PlacesClient, PlacesRequest, price_usd
from lfassess.config_files import read_toml
from lfassess.errors import CheckError, CredentialError, ProviderRejectedError
from lfassess.settings import Settings

_log: Final = logging.getLogger(__name__)
# Google's answers for an id it no longer knows.
_GONE: Final = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_FOUND})
_TWO: Final = 2


def is_configured(settings: Settings) -> bool:
    return places.endpoint(settings) is not None


def usual_cost(_settings: Settings) -> UsualCost:
    """Return the cost of a search, which is free, and of one candidate's details."""
    price = read_toml("providers.toml")["places"]["usd_per_1000"]["details_enterprise_atmosphere"]
    return UsualCost("places", 2, price / 1000)


def cost_of_rivals(_settings: Settings) -> UsualCost:
    """Return the cost of a search for the lead's neighbours."""
    price = read_toml("providers.toml")["places"]["usd_per_1000"]["nearby_search_enterprise"]
    return UsualCost("places", 1, price / 1000)


def fetch_profile(target: Target, ctx: CheckContext) -> Fetched:
    """Read the website and the lead's profile: the known one, or what a search finds.

    A search for ids alone is free; each candidate read is paid for, so reading stops as soon as
    one is surely the lead's, and after providers.toml's ``max_candidates``. Where competitors are
    asked for that nobody has named, the lead's neighbours of the same category are bought, too.

    Raises:
        CheckError: Google refused, failed or took too long; a failing website is only recorded.
    """
    at = places.endpoint(ctx.settings)
    if at is None:
        raise CredentialError("There is no GOOGLE_API_KEY.", provider="places")
    lead, site = Lead.of(target), read_site(target, ctx)
    with PlacesClient(at) as client:
        search = _Search(client, ctx, lead, site)
        chosen = search.known(target.place_id) or search.found()
        neighbours = search.neighbours(chosen) if ctx.rivals_missing() else []
    evidence = {
        "lead": asdict(lead),
        "site": site.to_json(),
        "candidates": search.ids,
        "places": search.places,
        **({"neighbours": neighbours} if neighbours else {}),
        "fetched_at": datetime.now(UTC).isoformat(),
    }
    pins = {"place_id": chosen.profile.place_id} if chosen and chosen.is_confident else {}
    return Fetched(evidence, sandbox=at.sandbox, pins=pins)


@dataclass(slots=True)
class _Search:
    """The candidates bought so far."""

    client: PlacesClient
    ctx: CheckContext
    lead: Lead
    site: Site
    ids: list[str] = field(default_factory=list)
    places: list[Json] = field(default_factory=list)

    def known(self, place_id: str | None) -> Choice | None:
        """Return the profile an earlier run was sure of, if it still is the lead's."""
        if not place_id:
            return None
        try:
            self._read(place_id)
        except ProviderRejectedError as e:
            if e.status not in _GONE:
                raise
            _log.info("Google no longer knows place %s; searching again.", place_id)
            return None
        chosen = self._choice()
        return chosen if chosen and chosen.is_confident else None

    def found(self) -> Choice | None:
        """Return the best of what a search finds."""
        self.ids = self._ids()
        most = read_toml("providers.toml")["places"]["max_candidates"]
        fresh = [i for i in self.ids if i not in {place.get("id") for place in self.places}]
        for read, place_id in enumerate(fresh[: most - len(self.places)], start=1):
            self._read(place_id)
            chosen = self._choice()
            # Without a phone or address in common it may be another branch: read one more.
            if chosen and chosen.match.strong and (chosen.match.local or read >= _TWO):
                break
        return self._choice()

    def neighbours(self, chosen: Choice | None) -> list[Json]:
        """Return the places of the lead's category around it, as Google shows them.

        [] where its profile is unsure, or Google refuses: no competitor fails the lead's profile.
        """
        profile = chosen.profile if chosen and chosen.is_confident else None
        if profile is None or profile.location is None or profile.category_id is None:
            return []
        config = read_toml("providers.toml")["places"]
        request = places.nearby_request(
            *profile.location,
            profile.category_id,
            radius_m=config["neighbour_radius_m"],
            limit=config["neighbours"],
        )
        try:
            return get_objects(self._buy(request), "places")
        except CheckError as e:
            _log.info("No neighbours of %s: %s", self.lead.name, e)
            return []

    def _choice(self) -> Choice | None:
        now = datetime.now(UTC)
        return choose(self.lead, self.site, [read_profile(place, now) for place in self.places])

    def _ids(self) -> list[str]:
        """Search by name and address, then by name alone: an outdated address can hide a place."""
        own = next(iter(self.site.addresses), None)
        named = next(iter(self.site.names), None)
        name = self.lead.name
        texts = (_joined(name, self.lead.address or own), name, _joined(named, own))
        for text in dict.fromkeys(text for text in texts if text):
            request = places.search_request(text, region=self.lead.country)
            if ids := places.ids_in(self._buy(request)):
                return ids
        return []

    def _read(self, place_id: str) -> None:
        self.places.append(self._buy(places.details_request(place_id)))

    def _buy(self, request: PlacesRequest) -> Json:
        self.ctx.time_left()

        def do() -> BilledResponse:
            answer = self.client.send(request, deadline=self.ctx.deadline)
            stored = sanitise_for_jsonb(strip_personal_data(answer))
            return BilledResponse(stored, Usage(calls=1, cost_usd=price_usd(request)))

        return self.ctx.ledger.call("places", request.canonical, do)


def _joined(name: str | None, address: str | None) -> str | None:
    return ", ".join(filter(None, (name, address))) or None


def strip_personal_data(answer: Json) -> Json:
    """Return an answer without what visitors wrote and who they are; figures stay.

    Fields that weren't requested are dropped.
    """
    stored: Json = {key: answer[key] for key in (*places.DETAILS_FIELDS, "places") if key in answer}
    for key, fields in (("reviews", ("rating", "publishTime")), ("photos", ("widthPx",))):
        if key in stored:
            stored[key] = [{f: item.get(f) for f in fields} for item in get_objects(answer, key)]
    if "currentOpeningHours" in stored:
        special = get_objects(get_object(answer, "currentOpeningHours"), "specialDays")
        stored["currentOpeningHours"] = {"specialDays": special}
    return stored
