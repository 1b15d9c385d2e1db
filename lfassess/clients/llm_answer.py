"""Judges a language model's answer that was paid for: fit to use, refused, cut off, or no fit."""

from __future__ import annotations

from typing import Any, Final, TypeVar

from pydantic import BaseModel, ValidationError

from lfassess.errors import ContentRefusedError, InvalidResponseError

Json = dict[str, Any]
T = TypeVar("T", bound=BaseModel)

_MOST_WORDS: Final = 200


def parse(answer: Json, shape: type[T]) -> T:
    """Return the answer in the shape it was asked for.

    Args:
        answer: as `lfassess.clients.llm.LlmClient.complete` gives it, stored or fresh.
        shape: what was asked for.

    Raises:
        ContentRefusedError: the model refused, or its answer was cut off or filtered.
        InvalidResponseError: the answer is whole and does not fit the shape.
    """
    if refusal := answer.get("refusal"):
        said = " ".join(str(refusal).split())[:_MOST_WORDS]
        raise ContentRefusedError(f"The language model refused: {said}", provider="openai")
    if cut_off := answer.get("cut_off"):
        filtered = cut_off == "content_filter"
        why = "was filtered" if filtered else "was cut off at its length limit"
        raise ContentRefusedError(f"The language model's answer {why}.", provider="openai")
    try:
        return shape.model_validate_json(str(answer.get("text") or ""))
    except ValidationError as e:
        raise InvalidResponseError(
            f"The language model's answer does not fit the schema ({e.error_count()} faults).",
            provider="openai",
        ) from e
