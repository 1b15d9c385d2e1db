"""What a language model's answer costs, by configs/providers.toml."""

from __future__ import annotations

from typing import Any, Final

from lfassess.clients.llm_styles import Reply

Json = dict[str, Any]

_MILLION: Final = 1_000_000


def cost_usd(reply: Reply, models: Json, asked_model: str) -> float:
    """Return the answer's price in USD; reasoning is part of the output, cached input is cheaper.

    Args:
        reply: with its tokens.
        models: USD per million tokens by the beginning of the model's name, and "default".
        asked_model: the model's name, should the answer not say it.
    """
    price = price_of(models, reply.model or asked_model)
    cached = min(reply.cached_tokens, reply.input_tokens)
    dollars = (
        (reply.input_tokens - cached) * price["input"]
        + cached * price["cached_input"]
        + reply.output_tokens * price["output"]
    )
    return float(dollars / _MILLION)


def price_of(models: Json, model: str) -> Json:
    """Return the model's prices: those of the longest name its own begins with."""
    names = [name for name in models if model.startswith(name)]
    price: Json = models[max(names, key=len, default="default")]
    return price
