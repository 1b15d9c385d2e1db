"""Asks the language model on behalf of a check: through the ledger, in a given shape."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from lfassess.checks.base import BilledResponse, CheckContext, Usage, UsualCost
from lfassess.clients.endpoint import Endpoint
from lfassess.clients.llm_endpoint import endpoint, require_package
from lfassess.clients.llm_prices import price_of
from lfassess.config_files import read_toml
from lfassess.errors import ContentRefusedError, CredentialError, InvalidResponseError
from lfassess.language import ENGLISH
from lfassess.settings import Settings

if TYPE_CHECKING:
    from lfassess.clients.llm import LlmClient, Question

Json = dict[str, Any]
T = TypeVar("T", bound=BaseModel)

# Marks the second request for the same, so that the ledger does not answer it from the first.
_AGAIN: Final = " again"

_MAX_WORDS: Final = 200


@dataclass(frozen=True, slots=True)
class ModelReply(Generic[T]):
    """What the model said in the end, and the tokens of all the answers that took."""

    parsed: T
    model: str  # as the provider names it in the answer
    tokens: dict[str, int]  # input, cached (part of input), output, reasoning (part of output)
    asked: int  # 1, or 2 where the first answer did not fit the shape
    sandbox: bool


def usual_cost(settings: Settings) -> UsualCost:
    """Return the cost of one question of the usual length to the configured model."""
    config = read_toml("providers.toml")["openai"]
    sent, received = config["usual_input_tokens"], config["usual_output_tokens"]
    price = price_of(config["models"], settings.openai_model)
    usd = (sent * price["input"] + received * price["output"]) / 1e6
    return UsualCost("openai", 1, usd, sent + received)


def in_language(instructions: str, language: str) -> str:
    """Return instructions, written for American English, that ask for another language's texts."""
    if language == ENGLISH:
        return instructions
    return (
        f"{instructions.rstrip()}\n- Write all texts in the language `{language}` instead, as "
        "plainly, with figures and dates in its form.\n"
    )


def ask_model(
    ctx: CheckContext,
    instructions: str,
    prompt: str,
    shape: type[T],
    *,
    images: Sequence[bytes] = (),
) -> ModelReply[T]:
    """Return the model's answer in the given shape; an answer that does not fit is asked for again.

    Every answer goes through the ledger, those that turn out refused or cut off, too: they were
    paid for, and asking the same again would bring the same.

    Args:
        ctx: with the ledger and the deadline.
        instructions: what to do; ours alone.
        prompt: what to do it with, foreign text fenced as data.
        shape: a pydantic model; sent as a strict JSON schema.
        images: JPEGs that go with the prompt.

    Raises:
        ContentRefusedError: the model refused, or its answer was cut off or filtered.
        InvalidResponseError: neither answer fits the shape.
        ToolMissingError: the extra `llm` isn't installed.
        CheckError: as `lfassess.clients.llm.LlmClient.complete`, and DeferredError by the ledger.
    """
    at = endpoint(ctx.settings)
    if at is None:
        raise CredentialError("There is no OPENAI_API_KEY.", provider="openai")
    require_package()
    from lfassess.clients.llm import LlmClient, Question  # noqa: PLC0415 - its SDK loads for 1 s

    question = Question(instructions, prompt, shape, images)
    with LlmClient(at, ctx.settings) as client:
        first = _buy(client, question, ctx, "")
        try:
            return _said([first], shape, at)
        except InvalidResponseError:
            return _said([first, _buy(client, question, ctx, _AGAIN)], shape, at)


def _buy(client: LlmClient, question: Question, ctx: CheckContext, mark: str) -> Json:
    def do() -> BilledResponse:
        ctx.time_left()
        done = client.complete(question, deadline=ctx.deadline)
        return BilledResponse(
            done.answer, Usage(calls=1, cost_usd=done.cost_usd, units=done.tokens)
        )

    return ctx.ledger.call("openai", client.request_id(question) + mark, do)


def _said(answers: list[Json], shape: type[T], at: Endpoint) -> ModelReply[T]:
    names = ("input", "cached", "output", "reasoning")
    tokens = {name: sum(int(a.get(f"{name}_tokens") or 0) for a in answers) for name in names}
    last = answers[-1]
    parsed = parse(last, shape)
    return ModelReply(parsed, str(last.get("model") or ""), tokens, len(answers), at.sandbox)


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
        said = " ".join(str(refusal).split())[:_MAX_WORDS]
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
