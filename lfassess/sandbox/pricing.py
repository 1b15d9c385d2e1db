"""What the emulated providers charge, by configs/providers.toml."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from lfassess.clients.llm_prices import cost_usd
from lfassess.clients.llm_styles import Reply
from lfassess.clients.places import SEARCH_MASK
from lfassess.config_files import read_toml

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Bill:
    """The price of one call: in the provider's own units (API units, tokens) and in money."""

    units: float = 0.0
    usd: float = 0.0


NOTHING: Final = Bill()


def semrush_bill(units: int) -> Bill:
    """Return the bill for so many API units."""
    return Bill(units, units * float(read_toml("providers.toml")["semrush"]["usd_per_unit"]))


def places_bill(mask: Sequence[str], *, search: bool, nearby: bool = False) -> Bill:
    """Return the bill of a call with this field mask; ids alone are free, all else costs the most.

    What is searched for nearby, with its website and rating, has a price of its own.

    The costliest field bills the whole call (Google Maps Platform, SKU details).
    """
    free = search and set(mask) <= set(SEARCH_MASK.split(","))
    sku = "text_search_ids_only" if free else "details_enterprise_atmosphere"
    sku = "nearby_search_enterprise" if nearby else sku
    return Bill(1, read_toml("providers.toml")["places"]["usd_per_1000"][sku] / 1000)


def openai_bill(model: str, tokens_in: int, tokens_out: int) -> Bill:
    """Return the bill of an answer."""
    reply = Reply("", model, tokens_in, 0, tokens_out, 0)
    models: Json = read_toml("providers.toml")["openai"]["models"]
    return Bill(tokens_in + tokens_out, cost_usd(reply, models, model))
