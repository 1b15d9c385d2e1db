"""What must be true afterwards, by Postgres, the sandbox's request log and the logs."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from lfassess.clients.storage import storage_for
from lfassess.settings import Settings
from tests.chaos.faults import Notes
from tests.chaos.installation import Installation

PAID = ("places", "semrush", "openai")
FREE = "/semrush/users/countapiunits.html"


def findings_of(installation: Installation, leads: int, notes: Notes) -> dict[str, Any]:
    """Return the figures of one run; ``faults_found`` names each rule that does not hold."""
    statuses = Counter(r["status"] for r in installation.rows("SELECT status FROM assessments"))
    checks = Counter(
        r["status"]
        for r in installation.rows("SELECT status FROM check_runs WHERE status <> 'skipped'")
    )
    figures: dict[str, Any] = {
        "leads": leads,
        "assessments": dict(statuses),
        "checks": dict(checks),
        "faults": notes.injected,
        "lost": leads - statuses["completed"] - statuses["failed"],
        "stuck": _stuck(installation),
        "double_finalised": _double_finalised(installation),
        "without_result": _without_result(installation),
        "reports_missing": _reports_missing(installation),
        "ended_without_s3": notes.ended_without_s3,
        "repeated_paid_calls": _repeated(installation),
        "in_flight_at_kills": notes.in_flight_at_kills,
        "resumed_s": [round(s, 1) for s in notes.resumed_s],
        "errors": _errors(installation),
    }
    return figures | {"broken": _broken(figures)}


def _broken(figures: dict[str, Any]) -> list[str]:
    """Return the rules that don't hold."""
    none = ("lost", "stuck", "double_finalised", "without_result", "reports_missing")
    broken = [n for n in none if figures[n]]
    if figures["repeated_paid_calls"] > figures["in_flight_at_kills"]:
        broken.append("repeated_paid_calls")
    return broken


def _stuck(installation: Installation) -> int:
    """Checks and counters that have not come to an end."""
    (row,) = installation.rows(
        "SELECT (SELECT count(*) FROM check_runs WHERE status IN ('pending', 'in_progress'))"
        " + (SELECT count(*) FROM assessments WHERE open_checks <> 0 OR open_independent_checks <> 0)"
        " AS n"
    )
    return int(row["n"])


def _double_finalised(installation: Installation) -> int:
    """Assessments that more than one worker says it has closed."""
    closed = Counter(
        number
        for text in installation.logs().values()
        for number in re.findall(r"assessment (\d+) (?:completed|failed)\b", text)
    )
    return sum(1 for times in closed.values() if times > 1)


def _without_result(installation: Installation) -> int:
    """Checks that ended with neither a result nor an error."""
    (row,) = installation.rows(
        "SELECT count(*) AS n FROM check_runs WHERE (status = 'completed' AND evidence IS NULL)"
        " OR (status = 'failed' AND error_code IS NULL)"
    )
    return int(row["n"])


def _reports_missing(installation: Installation) -> int:
    """Leads that have ended, and whose report the storage does not hold."""
    stored = storage_for(Settings(data_dir=installation.settings.data_dir))
    rows = installation.rows(
        "SELECT a.id, f.uri FROM assessments a LEFT JOIN artefacts f"
        " ON f.assessment_id = a.id AND f.name = 'report.html'"
        " WHERE a.status IN ('completed', 'failed')"
    )
    return sum(1 for row in rows if row["uri"] is None or stored.get(row["uri"]) is None)


def _repeated(installation: Installation) -> int:
    """Answers that were bought again: given beyond those booked, or booked twice for one lead.

    Providers are compared one by one, and none can make up for another: an answer that was spoilt
    on its way and booked all the same must not hide a repeat. SEMrush's balance is free, and read
    again by whoever takes a dead worker's check up: its readings are no purchases.
    """
    given = Counter(
        call["provider"]
        for call in installation.provider_calls()
        if call["provider"] in PAID
        and call["status"] == 200
        and not call["fault"]
        and call["path"] != FREE
    )
    booked = {
        r["provider"]: int(r["n"])
        for r in installation.rows(
            "SELECT provider, count(*) AS n FROM provider_calls"
            " WHERE state = 'answered' GROUP BY provider"
        )
    }
    (twice,) = installation.rows(
        "SELECT COALESCE(sum(n - 1), 0) AS n FROM (SELECT count(*) AS n FROM provider_calls p"
        " JOIN check_runs c ON c.id = p.check_run_id"
        " WHERE p.state = 'answered' AND p.provider = ANY(%s)"
        " GROUP BY c.assessment_id, p.provider, p.request_key) same",
        list(PAID),
    )
    return int(twice["n"]) + sum(max(given[p] - booked.get(p, 0), 0) for p in PAID)


def _errors(installation: Installation) -> dict[str, int]:
    rows = installation.rows(
        "SELECT concat_ws(': ', name, error_code, min(error_message)) AS what, count(*) AS n"
        " FROM check_runs WHERE status = 'failed' GROUP BY name, error_code ORDER BY 2 DESC"
    )
    return {r["what"]: r["n"] for r in rows}
