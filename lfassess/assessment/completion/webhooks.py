"""Sends events to others: stored with what they speak of, signed, and retried until delivered."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC
from http import HTTPStatus
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from lfassess.clients import webhook
from lfassess.db.commands import webhooks
from lfassess.db.commands.webhooks import Due
from lfassess.db.database import Database
from lfassess.errors import CheckError
from lfassess.log import redact
from lfassess.settings import Settings, webhook_key

logger = logging.getLogger(__name__)

EVENTS: Final = (
    *("assessment.completed", "assessment.failed", "batch.completed"),
    *("lead.changed", "share.opened"),
)

# Seconds before the second, third ... try: five minutes' trouble costs minutes, a weekend's hours.
WAITS_S: Final = (10.0, 60.0, 300.0, 1_800.0, 7_200.0, 21_600.0, 43_200.0, 86_400.0)
_TIMEOUT_S: Final = 10.0
_AT_ONCE: Final = 8
_LEASE_S: Final = 60.0  # longer than a round of tries can take
_NO_SECRET_S: Final = 300.0


def enqueue_event(
    session: Session,
    settings: Settings,
    event: str,
    *,
    assessment_id: int | None = None,
    batch_id: int | None = None,
    facts: dict[str, Any] | None = None,
) -> bool:
    """Store ``event`` for delivery, in the transaction that makes it true.

    Args:
        session: the open transaction.
        settings: without a webhook URL nothing is noted.
        event: one of EVENTS.
        assessment_id: of an assessment event.
        batch_id: of a batch event.
        facts: what the event says, where that is more than how the assessment or batch stands.

    Returns:
        Whether anything was noted.
    """
    if settings.webhook_url is None:
        return False
    if event not in EVENTS:
        raise ValueError(f"{event!r} is none of {EVENTS}")
    if facts is None:
        facts = (
            webhooks.assessment_facts(session, assessment_id)
            if assessment_id is not None
            else webhooks.batch_facts(session, batch_id or 0)
        )
    if facts is None:
        return False
    webhooks.insert(
        session,
        event=event,
        assessment_id=assessment_id,
        batch_id=batch_id,
        url=_origin(settings.webhook_url),
        payload=facts,
    )
    return True


def signature(secret: str, message_id: str, timestamp: int, body: bytes) -> str:
    """Return what webhook-signature carries (Standard Webhooks 1.0, symmetric signatures).

    Args:
        secret: ``whsec_`` and the key in base64; any other text is the key itself.
        message_id: what webhook-id carries.
        timestamp: Unix seconds, what webhook-timestamp carries.
        body: the bytes that are sent.

    Returns:
        ``v1,`` and the HMAC-SHA256 over ``message_id.timestamp.body`` in base64.
    """
    signed = f"{message_id}.{timestamp}.".encode() + body
    digest = hmac.new(webhook_key(secret), signed, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"


@dataclass(frozen=True, slots=True)
class DeliveryResult:
    """How one try ended."""

    due: Due
    status: int | None = None
    error: str | None = None
    wait_s: float | None = None  # until the next one; None with an error: given up


def deliver_due(settings: Settings, database: Database) -> int:
    """Try the deliveries whose time has come, and return how many were delivered.

    At most 8, side by side, within about 10 s; no transaction is open meanwhile. To be called
    again and again, outside of any thread that must not wait.

    Raises:
        ServiceUnreachableError: Postgres can't be reached.
    """
    if settings.webhook_url is None:
        return 0
    with database.session() as session:
        claimed = webhooks.claim_due(session, limit=_AT_ONCE, lease_s=_LEASE_S)
    if not claimed:
        return 0
    with ThreadPoolExecutor(len(claimed), thread_name_prefix="webhook") as pool:
        results = list(pool.map(lambda due: _deliver(settings, due), claimed))
    return _store_results(database, results)


def _store_results(database: Database, results: Iterable[DeliveryResult]) -> int:
    delivered = 0
    with database.session() as session:
        for t in results:
            if t.error is None and t.status is not None:
                webhooks.delivered(session, t.due.id, t.status)
                delivered += 1
            else:
                webhooks.failed(
                    session, t.due, wait_s=t.wait_s, status=t.status, error=t.error or ""
                )
    return delivered


def _deliver(settings: Settings, due: Due) -> DeliveryResult:
    if settings.webhook_secret is None:
        return DeliveryResult(due, error="LFASSESS_WEBHOOK_SECRET is not set.", wait_s=_NO_SECRET_S)
    body = _body(due)
    try:
        status = webhook.post(
            settings.webhook_url or "",
            body,
            _headers(settings.webhook_secret.get_secret_value(), due, body),
            settings=settings,
            timeout_s=_TIMEOUT_S,
        )
    except CheckError as e:
        return _failed_deliveries(due, None, redact(str(e)))
    if 200 <= status < 300:  # noqa: PLR2004 - any success
        return DeliveryResult(due, status)
    return _failed_deliveries(due, status, f"It answered {status}.")


def _body(due: Due) -> bytes:
    payload = {
        "type": due.event,
        "timestamp": due.created_at.astimezone(UTC).isoformat().replace("+00:00", "Z"),
        "data": due.payload,
    }
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _headers(secret: str, due: Due, body: bytes) -> dict[str, str]:
    now, message_id = int(time.time()), f"msg_{due.id}"
    return {
        "Content-Type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(secret, message_id, now, body),
    }


def _failed_deliveries(due: Due, status: int | None, error: str) -> DeliveryResult:
    wait = None if status == HTTPStatus.GONE or due.tries > len(WAITS_S) else WAITS_S[due.tries - 1]
    if wait is None:
        logger.warning("Webhook %s (%s) is given up: %s", due.id, due.event, error)
    return DeliveryResult(due, status, error, wait)


def _origin(url: str) -> str:
    """Return the URL without what may be secret in it: user, path and query."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/"
