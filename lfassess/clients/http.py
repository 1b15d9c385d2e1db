"""Plain HTTP to the providers, and the one place where its failures become ours."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3
from requests import Response, Session

from lfassess import __version__
from lfassess.errors import (
    CheckError,
    CredentialError,
    DeadlineExceededError,
    InvalidResponseError,
    ProviderRejectedError,
    ProviderTimeoutError,
    ProviderUnavailableError,
    RateLimitedError,
)
from lfassess.settings import Settings

USER_AGENT = f"lfassess/{__version__} (+website audit)"
_CHUNK = 64 * 1024


def provider_session(settings: Settings, provider: str) -> Session:  # noqa: ARG001 - see below
    """Return a session for one provider's address, which the operator configured.

    No retries, no proxies or credentials from the environment. Both arguments are there for what a
    provider's session will need of its own.
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
) -> Response:
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
            _read(response, end, max_bytes, provider)
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
    return response


def _read(response: Response, end: float, max_bytes: int, provider: str) -> None:
    """Read the body into the response, minding time and size however slowly it drips."""
    body = bytearray()
    while chunk := response.raw.read1(_CHUNK, decode_content=True):
        body += chunk
        if len(body) > max_bytes:
            raise InvalidResponseError(f"{provider}'s answer is too large.", provider=provider)
        if time.monotonic() > end:
            raise ProviderTimeoutError(f"{provider} took too long to answer.", provider=provider)
    response._content = bytes(body)  # noqa: SLF001 - requests offers no other way to bound a read


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


def retry_after(response: Response) -> float | None:
    """Return the seconds of a Retry-After header (RFC 9110 §10.2.3), dates included."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdigit():
        return float(value)
    if not value:
        return None
    try:
        return max(parsedate_to_datetime(value).timestamp() - time.time(), 0.0)
    except (TypeError, ValueError):
        return None


_REFUSED = (401, 403)
_TOO_MANY = 429
_SERVER = 500
_CLIENT = 400
_TIMEOUTS = (408, 504)


def raise_for_provider(response: Response, provider: str, detail: str = "") -> None:
    """Raise our error for a status of 400 and above, for answers without a better sign.

    Args:
        response: the answer.
        provider: whose name the error carries.
        detail: the provider's own words, without secrets.
    """
    if response.status_code >= _CLIENT:
        raise error_for_status(response, provider, detail)


def error_for_status(response: Response, provider: str, detail: str = "") -> CheckError:
    """Return our error for an answer's status."""
    status = response.status_code
    said = f"{provider} answered {status}" + (f": {detail}" if detail else "") + "."
    if status == _TOO_MANY:
        return RateLimitedError(
            said, provider=provider, status=status, retry_after=retry_after(response)
        )
    if status in _TIMEOUTS:
        return ProviderTimeoutError(said, provider=provider, status=status)
    if status >= _SERVER:
        return ProviderUnavailableError(
            said, provider=provider, status=status, retry_after=retry_after(response)
        )
    if status in _REFUSED:
        return CredentialError(said, provider=provider, status=status)
    return ProviderRejectedError(said, provider=provider, status=status)
