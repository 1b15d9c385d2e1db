"""Tries providers' keys with the cheapest call that shows whether an audit would get an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from lfassess.clients import llm_endpoint, pagespeed, places, semrush
from lfassess.clients.endpoint import Endpoint
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
    endpoint: Callable[[Settings], Endpoint | None]
    ask: Callable[[Endpoint, Settings], str]  # returns what it says of the key; raises CheckError


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
    at = trial.endpoint(settings)
    if at is None or at.sandbox:
        return Outcome(trial.service, taken=True, said="isn't asked: the sandbox stands in for it")
    try:
        return Outcome(trial.service, taken=True, said=trial.ask(at, settings))
    except CheckError as e:
        return Outcome(trial.service, taken=False, said=e.message, hint=e.hint)


def _deadline() -> float:
    return time.monotonic() + _LIMIT_S


def _pagespeed(at: Endpoint, _settings: Settings) -> str:
    with suppress(TargetBlockedError, TargetUnreachableError):  # it took the key, and tried
        pagespeed.ask(_PAGE, at=at, strategy="desktop", deadline=_deadline())
    return "takes the key"


def _places(at: Endpoint, _settings: Settings) -> str:
    with places.PlacesClient(at) as client:
        client.send(places.search_request(_PLACE, limit=1), deadline=_deadline())
    return "takes the key"


def _semrush(at: Endpoint, _settings: Settings) -> str:
    with semrush.SemrushClient(at) as client:
        return f"takes the key; {client.balance(deadline=_deadline()):,} API units are left"


def _openai(at: Endpoint, settings: Settings) -> str:
    llm_endpoint.require_package()
    from pydantic import BaseModel  # noqa: PLC0415 - what follows takes a second to load

    from lfassess.clients.llm import LlmClient, Question  # noqa: PLC0415 - as above

    class Reply(BaseModel):
        word: str

    with LlmClient(at, settings) as client:
        client.complete(Question("Answer briefly.", "Say yes.", Reply), deadline=_deadline())
    return f"takes the key for {settings.openai_model}"


TRIALS: Final[Mapping[str, tuple[Trial, ...]]] = {
    "google_api_key": (
        Trial("PageSpeed", "free", pagespeed.endpoint, _pagespeed),
        Trial("Places", "free", places.endpoint, _places),
    ),
    "semrush_api_key": (Trial("SEMrush", "free", semrush.endpoint, _semrush),),
    "openai_api_key": (Trial("OpenAI", "less than a cent", llm_endpoint.endpoint, _openai),),
}
