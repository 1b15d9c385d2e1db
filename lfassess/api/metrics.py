"""Prometheus metrics, from one look at Postgres and Redis for each scrape."""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any, Final

from celery import Celery
from prometheus_client import CollectorRegistry
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    InfoMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector
from sqlalchemy.orm import Session

from lfassess import __version__
from lfassess.assessment.execution import enqueue
from lfassess.assessment.execution.rate_limits import PROVIDERS, limits_of
from lfassess.assessment.runtime import Runtime
from lfassess.assessment.worker.celery_config import QUEUES
from lfassess.db.database import count_connected_workers
from lfassess.db.queries import metrics
from lfassess.db.queries.metrics import BOUNDS_S, Past, Present
from lfassess.errors import ServiceUnreachableError

_PREFIX: Final = "lfassess_"
_STATUSES: Final = ("pending", "in_progress", "completed", "failed", "cancelled")
_REST: Final = 20  # counting the past may take a twentieth of Postgres's time


def registry(runtime: Runtime) -> CollectorRegistry:
    """Return a registry of its own; nothing of this process is in it."""
    own = CollectorRegistry(auto_describe=False)
    own.register(_Work(runtime))
    return own


class _Work(Collector):
    """Counts when it is scraped; what can't be reached is left out, and said."""

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._past = _PastKept()

    def collect(self) -> Iterator[Metric]:
        yield InfoMetricFamily("lfassess", "This version.", {"version": __version__})
        yield from _of_redis(self._runtime.broker)
        try:
            with self._runtime.database.session() as session:
                present, past = metrics.present(session), self._past.count(session)
                workers = count_connected_workers(session)
        except ServiceUnreachableError:
            yield _gauge("postgres_up", "Whether Postgres answers.", 0)
            return
        yield _gauge("postgres_up", "Whether Postgres answers.", 1)
        yield _gauge("workers", "Worker processes connected to Postgres.", workers)
        yield from _of_queues(present)
        yield from _of_assessments(present, past)
        yield from _of_checks(past)
        yield from _of_calls(past)
        yield from _of_providers(present)


class _PastKept:
    """Counts the past again only after twenty times as long as counting it took."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cached: Past | None = None
        self._until = 0.0

    def count(self, session: Session) -> Past:
        with self._lock:
            started = time.monotonic()
            if self._cached is None or started >= self._until:
                self._cached = metrics.past(session)
                ended = time.monotonic()
                self._until = ended + _REST * (ended - started)
            return self._cached


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, text, value=value)


def _by(
    kind: type[GaugeMetricFamily | CounterMetricFamily],
    name: str,
    text: str,
    labels: list[str],
    samples: Iterable[tuple[list[str], float]],
) -> Metric:
    family = kind(_PREFIX + name, text, labels=labels)
    for values, number in samples:
        family.add_metric(values, number)
    return family


def _of_redis(broker: Celery) -> Iterator[Metric]:
    up = enqueue.broker_is_up(broker)
    yield _gauge("redis_up", "Whether Redis answers.", int(up))
    if up:
        lengths = [([q], enqueue.queue_length(q, broker)) for q in QUEUES]
        yield _by(
            GaugeMetricFamily,
            "redis_queue_messages",
            "Messages that wait in Redis.",
            ["queue"],
            [(labels, float(n)) for labels, n in lengths if n is not None],
        )


def _of_queues(present: Present) -> Iterator[Metric]:
    rows = {row["queue"]: row for row in present.queues}

    def family(name: str, text: str, column: str) -> Metric:
        numbers = [([q], float(rows.get(q, {}).get(column, 0))) for q in QUEUES]
        return _by(GaugeMetricFamily, name, text, ["queue"], numbers)

    yield family("queue_depth", "Checks that could run and wait.", "waiting")
    yield family("checks_in_flight", "Checks under way.", "in_flight")
    yield family("checks_deferred", "Checks deferred until a later time.", "deferred")
    yield family("oldest_wait_seconds", "How long the oldest check waits.", "oldest_s")


def _of_assessments(present: Present, past: Past) -> Iterator[Metric]:
    yield _by(
        GaugeMetricFamily,
        "assessments",
        "Assessments by status.",
        ["status"],
        [([s], float(present.assessments.get(s, 0))) for s in _STATUSES],
    )
    yield _gauge(
        "oldest_lead_wait_seconds", "How long the oldest lead waits.", present.oldest_lead_s
    )
    yield _gauge("paused", "Whether new leads are deferred.", int(present.paused))
    yield _gauge("webhooks_waiting", "Webhooks to be delivered.", present.webhooks_waiting)
    yield _gauge("webhooks_given_up", "Webhooks nobody took.", present.webhooks_given_up)
    histogram = HistogramMetricFamily(
        f"{_PREFIX}assessment_duration_seconds", "From an assessment's start to its end."
    )
    histogram.add_metric([], *_histogram(past.durations))
    yield histogram


def _of_checks(past: Past) -> Iterator[Metric]:
    outcomes: Counter[tuple[str, str, str]] = Counter()
    by_check: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in past.attempts:
        outcomes[row["check"], row["outcome"], row["code"]] += row["n"]
        by_check[row["check"]].append(row)
    yield _by(
        CounterMetricFamily,
        "check_attempts",
        "Attempts at checks by outcome and error code.",
        ["check", "outcome", "code"],
        [(list(labels), float(n)) for labels, n in sorted(outcomes.items())],
    )
    histogram = HistogramMetricFamily(
        f"{_PREFIX}check_duration_seconds", "From an attempt's start to its end.", labels=["check"]
    )
    for check, rows in sorted(by_check.items()):
        histogram.add_metric([check], *_histogram(rows))
    yield histogram


def _histogram(rows: Iterable[dict[str, Any]]) -> tuple[list[tuple[str, float]], float]:
    """Return (cumulated buckets, sum) as prometheus-client takes them."""
    counts = [0] * (len(BOUNDS_S) + 1)
    seconds = 0.0
    for row in rows:
        counts[row["bucket"]] += row["n"]
        seconds += row["seconds"]
    names = [*(str(b) for b in BOUNDS_S), "+Inf"]
    return [(name, float(sum(counts[: i + 1]))) for i, name in enumerate(names)], seconds


def _of_calls(past: Past) -> Iterator[Metric]:
    for name, column, text in (
        ("provider_calls", "calls", "Calls to providers."),
        ("provider_units", "units", "Units bought: SEMrush API units, tokens."),
        ("provider_cost_usd", "cost_usd", "What calls cost, by configs/providers.toml."),
    ):
        numbers = [([c.provider, c.state], float(getattr(c, column))) for c in past.calls]
        yield _by(CounterMetricFamily, name, text, ["provider", "state"], numbers)


def _of_providers(present: Present) -> Iterator[Metric]:
    states = {row["provider"]: row for row in present.states}
    yield _by(
        GaugeMetricFamily,
        "provider_breaker_open",
        "Whether calls are deferred because the provider fails.",
        ["provider"],
        [([p], float(states.get(p, {}).get("breaker_open", False))) for p in PROVIDERS],
    )
    yield _by(
        GaugeMetricFamily,
        "provider_quota_left",
        "Calls left until the provider's midnight.",
        ["provider"],
        [([p], left) for p in PROVIDERS if (left := _left(p, states.get(p))) is not None],
    )
    yield _by(
        GaugeMetricFamily,
        "provider_balance_units",
        "Units left, as the provider last said.",
        ["provider"],
        [([p], float(r["balance_units"])) for p, r in states.items() if r["balance_units"]],
    )


def _left(provider: str, state: dict[str, Any] | None) -> float | None:
    limits = limits_of(provider)
    if limits.requests_per_day is None:
        return None
    today = state is not None and state["day"] == limits.today(datetime.now(UTC))
    used = state["day_calls"] if state is not None and today else 0
    return float(max(0, limits.requests_per_day - used))
