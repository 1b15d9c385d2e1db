"""Tries providers' keys with the cheapest call that shows whether an audit would get an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from lfassess.clients import pagespeed, places, semrush
from lfassess.errors import CheckError, TargetBlockedError, TargetUnreachableError
from lfassess.settings import Settings

_LIMIT_S: Final = 60.0  # PageSpeed Insights audits a page
_PAGE: Final = "https://example.com/"
_PLACE: Final = "Eiffel Tower, Paris"


@dataclass(frozen=True, slots=True)
class Trial:
    """One service that a key is for, and how it is asked."""

    service: str
    price: str  # of the trial, in words
    ask: Callable[[Settings], str]  # returns what it says of the key; raises CheckError


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a service said of a key."""

    service: str
    taken: bool
    said: str  # after the service's name where the key is taken, else a sentence
    hint: str | None = None


def try_key(name: str, settings: Settings) -> list[Outcome]:
    """Ask every service that a key is for; nothing where the key isn't set.

    Args:
        name: the setting, a key of TRIALS.
        settings: with the key. Where the sandbox stands in for a provider, no key is tried.
    """
    if getattr(settings, name) is None:
        return []
    return [_outcome(trial, settings) for trial in TRIALS[name]]


def _outcome(trial: Trial, settings: Settings) -> Outcome:
    try:
        return Outcome(trial.service, taken=True, said=trial.ask(settings))
    except CheckError as e:
        return Outcome(trial.service, taken=False, said=e.message, hint=e.hint)


def _deadline() -> float:
    return time.monotonic() + _LIMIT_S


def _pagespeed(settings: Settings) -> str:
    at = pagespeed.endpoint(settings)
    if at is None or at.sandbox:
        return _SANDBOX
    with suppress(TargetBlockedError, TargetUnreachableError):  # it took the key, and tried
        pagespeed.ask(_PAGE, at=at, strategy="desktop", deadline=_deadline())
    return "takes the key"


def _places(settings: Settings) -> str:
    at = places.endpoint(settings)
    if at is None or at.sandbox:
        return _SANDBOX
    with places.PlacesClient(at) as client:
        client.send(places.search_request(_PLACE, limit=1), deadline=_deadline())
    return "takes the key"


def _semrush(settings: Settings) -> str:
    at = semrush.endpoint(settings)
    if at is None or at.sandbox:
        return _SANDBOX
    with semrush.SemrushClient(at) as client:
        return f"takes the key; {client.balance(deadline=_deadline()):,} API units are left"


def _openai(settings: Settings) -> str:
    from pydantic import BaseModel  # noqa: PLC0415 - what follows takes a second to load

    from lfassess.clients.llm import LlmClient, Question  # noqa: PLC0415 - as above
    from lfassess.clients.llm_endpoint import endpoint  # noqa: PLC0415 - as above

    class Reply(BaseModel):
        word: str

    at = endpoint(settings)
    if at is None or at.sandbox:
        return _SANDBOX
    with LlmClient(at, settings) as client:
        client.complete(Question("Answer briefly.", "Say yes.", Reply), deadline=_deadline())
    return f"takes the key for {settings.openai_model}"


_SANDBOX: Final = "isn't asked: the sandbox stands in for it"

TRIALS: Final[Mapping[str, tuple[Trial, ...]]] = {
    "google_api_key": (
        Trial("PageSpeed", "free", _pagespeed),
        Trial("Places", "free", _places),
    ),
    "semrush_api_key": (Trial("SEMrush", "free", _semrush),),
    "openai_api_key": (Trial("OpenAI", "less than a cent", _openai),),
}
