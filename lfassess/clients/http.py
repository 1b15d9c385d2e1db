"""Plain HTTP to the providers, and the one place where its failures become ours."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3
from requests import Response, Session

from lfassess import __version__
from lfassess.errors import (
    DeadlineExceededError,
    InvalidResponseError,
    ProviderTimeoutError,
    ProviderUnavailableError,
)

USER_AGENT = f"lfassess/{__version__} (+website audit)"
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Answer:
    """What a provider answered; names of headers in any case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    def retry_after(self) -> float | None:
        """Return the seconds of a Retry-After header (RFC 9110 §10.2.3), dates included."""
        value = self.headers.get("Retry-After", "").strip()
        if value.isdigit():
            return float(value)
        if not value:
            return None
        try:
            return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
        except (TypeError, ValueError):
            return None


def provider_session() -> Session:
    """Return a session for one provider's address, which the operator configured.

    No retries, no proxies or credentials from the environment.
    """
    session = Session()
    session.trust_env = False
    session.headers["User-Agent"] = USER_AGENT
    session.headers["Accept-Encoding"] = "gzip, deflate"
    return session


def request(
    session: Session,
    method: str,
    url: str,
    *,
    provider: str,
    read_timeout: float,
    connect_timeout: float = 5.0,
    deadline: float | None = None,
    max_bytes: int = 20_000_000,
    **options: Any,
) -> Answer:
    """Send one request and read its whole body, within a total time limit.

    Args:
        session: from provider_session.
        method: GET, POST, ...
        url: where to.
        provider: whose name errors carry.
        read_timeout: seconds for the whole answer.
        connect_timeout: seconds to connect.
        deadline: time.monotonic() by which it must be done, if that is sooner.
        max_bytes: largest body taken, decompressed.
        options: as requests takes them.

    Raises:
        ProviderUnavailableError: no connection, or it broke.
        ProviderTimeoutError: too slow.
        InvalidResponseError: the body is larger than allowed or can't be decoded.
        DeadlineExceededError: the deadline has passed already.
    """
    end = time.monotonic() + read_timeout
    if deadline is not None:
        end = min(end, deadline)
    left = end - time.monotonic()
    if left <= 0:
        raise DeadlineExceededError(f"No time was left to ask {provider}.", provider=provider)
    try:
        response = session.request(
            method, url, timeout=(min(connect_timeout, left), left), stream=True, **options
        )
        with response:
            body = _read(response, end, max_bytes, provider)
    except requests.Timeout as e:
        raise ProviderTimeoutError(_too_slow(provider, read_timeout), provider=provider) from e
    except urllib3.exceptions.ReadTimeoutError as e:
        raise ProviderTimeoutError(_too_slow(provider, read_timeout), provider=provider) from e
    except (requests.exceptions.ContentDecodingError, urllib3.exceptions.DecodeError) as e:
        raise InvalidResponseError(f"{provider}'s answer is garbled.", provider=provider) from e
    except (requests.RequestException, urllib3.exceptions.HTTPError) as e:
        raise ProviderUnavailableError(
            f"{provider} can't be reached: {_safe_reason(e)}.", provider=provider
        ) from e
    return Answer(response.status_code, response.headers, body)


def _read(response: Response, end: float, max_bytes: int, provider: str) -> bytes:
    """Return the body, minding time and size however slowly it drips."""
    body = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > max_bytes:
            raise InvalidResponseError(f"{provider}'s answer is too large.", provider=provider)
        if time.monotonic() > end:
            raise ProviderTimeoutError(f"{provider} took too long to answer.", provider=provider)
    return bytes(body)


def _too_slow(provider: str, seconds: float) -> str:
    return f"{provider} did not answer within {seconds:g} s."


def _safe_reason(error: Exception) -> str:
    """Return the reason without the URL, which may hold a key."""
    text = str(error).lower()
    for sign, reason in (
        ("refused", "connection refused"),
        ("name or service not known", "its name can't be resolved"),
        ("failed to resolve", "its name can't be resolved"),
        ("certificate", "its certificate is not trusted"),
        ("reset", "connection reset"),
        ("aborted", "connection broken"),
        ("incompleteread", "the answer was cut off"),
    ):
        if sign in text:
            return reason
    return type(error).__name__
