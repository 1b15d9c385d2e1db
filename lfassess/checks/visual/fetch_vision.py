"""What a language model that sees pictures says of the first screen, by a fixed rubric."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final

from pydantic import BaseModel, Field

from lfassess.checks.base import CheckContext
from lfassess.checks.shared.llm_request import ask_model, in_language
from lfassess.checks.visual.evidence import SCREENS, Aspect, Screen
from lfassess.clients.llm_endpoint import endpoint
from lfassess.config_files import read_text
from lfassess.errors import (
    CheckError,
    ContentRefusedError,
    CredentialError,
    DeferredError,
    LfassessError,
    ToolMissingError,
    TransientError,
)
from lfassess.language import of_country

Json = dict[str, Any]

_PROMPT: Final = "prompts/vision.md"
_MAX_NAME: Final = 300


class Rating(BaseModel):
    """Stars for one aspect, and the place they rest on, in thousandths of the picture."""

    aspect: Aspect
    stars: int = Field(description="1 (poor) to 5 (good)")
    because: str = Field(description="What is seen, in one sentence")
    picture: Screen
    x: int
    y: int
    width: int
    height: int


class VisionRating(BaseModel):
    """One rating per aspect."""

    ratings: list[Rating]


def rate(
    ctx: CheckContext, business: str, pictures: Mapping[Screen, bytes], country: str | None = None
) -> tuple[Json, bool]:
    """Have the first screens rated; a model that can't is no reason to lose what was measured.

    Args:
        ctx: with the ledger and the deadline.
        business: its name.
        pictures: JPEGs of the first screen: desktop and mobile.
        country: of the business, whose language the reasons are given in.

    Returns:
        (evidence, emulated). Evidence holds ratings, model, tokens, language and which rubric it
        was; or ``reason``, a code of `lfassess.checks.visual.catalogue`.
    """
    if not ctx.settings.vision:
        return {"reason": "vision.off"}, False
    if endpoint(ctx.settings) is None:
        return {"reason": "vision.no-key"}, False
    if set(pictures) != set(SCREENS):
        return {"reason": "vision.no-pictures"}, False
    language = ctx.settings.report_language or of_country(country)
    instructions = in_language(read_text(_PROMPT), language)
    images = [pictures[name] for name in SCREENS]
    try:
        said = ask_model(ctx, instructions, prompt(business), VisionRating, images=images)
    except (CheckError, DeferredError) as e:
        return {"reason": _reason(e), "error": e.code}, False
    answer = said.parsed.model_dump()
    rubric = hashlib.sha256(instructions.encode()).hexdigest()[:12]
    made = {"model": said.model, "tokens": said.tokens, "rubric": rubric, "language": language}
    return {**answer, **made}, said.sandbox


def prompt(business: str) -> str:
    """Return the name as data: without angle brackets it can't end the fence."""
    data = json.dumps({"business": business[:_MAX_NAME]}, ensure_ascii=False)
    data = data.replace("<", "\\u003c").replace(">", "\\u003e")
    return f"The first screen on a desktop, then on a phone.\n<data>\n{data}\n</data>\n"


def _reason(error: LfassessError) -> str:
    """Return the code for an error of the language model."""
    kinds: tuple[tuple[type[LfassessError], str], ...] = (
        (DeferredError, "vision.waiting"),
        (ContentRefusedError, "vision.refused"),
        (CredentialError, "vision.credentials"),
        (ToolMissingError, "vision.no-key"),  # nor is the model set up without its client
        (TransientError, "vision.unreachable"),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), "vision.unreadable")
