"""From the rows of a finished run to its figures."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Any

from loadtest.usage import Usage
from loadtest.world import World

_LEADS = """
SELECT status, created_at, started_at, finished_at,
       EXTRACT(epoch FROM finished_at - started_at) AS seconds,
       EXTRACT(epoch FROM finished_at - (SELECT min(started_at) FROM assessments)) AS at
  FROM assessments WHERE finished_at IS NOT NULL ORDER BY finished_at
"""
_CHECKS = """
SELECT c.name, c.status, t.worked, t.attempts,
       EXTRACT(epoch FROM c.finished_at - GREATEST(c.runnable_at, a.started_at)) AS whole
  FROM check_runs c JOIN assessments a ON a.id = c.assessment_id
  JOIN LATERAL (SELECT sum(EXTRACT(epoch FROM finished_at - started_at)) AS worked,
                       count(*) AS attempts
                  FROM attempts WHERE check_run_id = c.id) t ON true
 WHERE c.finished_at IS NOT NULL AND c.status IN ('completed', 'failed')
"""
_BEYOND = """
SELECT EXTRACT(epoch FROM a.finished_at - a.created_at)
       - max(t.worked) FILTER (WHERE NOT c.depends_on_others)
       - COALESCE(max(t.worked) FILTER (WHERE c.depends_on_others), 0) AS seconds
  FROM assessments a JOIN check_runs c ON c.assessment_id = a.id
  JOIN LATERAL (SELECT EXTRACT(epoch FROM sum(finished_at - started_at)) AS worked
                  FROM attempts WHERE check_run_id = c.id) t ON true
 WHERE a.finished_at IS NOT NULL AND t.worked IS NOT NULL
 GROUP BY a.id
"""
_STATEMENTS = """
SELECT xact_commit + xact_rollback AS n FROM pg_stat_database WHERE datname = current_database()
"""


def percentiles(values: Sequence[float]) -> dict[str, float]:
    """Return p50, p95 and p99; of nothing, nothing."""
    if not values:
        return {}
    ordered = sorted(values)
    return {
        f"p{share}": round(ordered[min(len(ordered) - 1, len(ordered) * share // 100)], 2)
        for share in (50, 95, 99)
    }


def throughput(ended_at: Sequence[float]) -> dict[str, float]:
    """Return leads an hour: over everything, and between the first and the last tenth."""
    if not ended_at:
        return {"overall": 0.0, "steady": 0.0}
    overall = 3600 * len(ended_at) / max(ended_at[-1], 0.001)
    low, high = len(ended_at) // 10, len(ended_at) - 1 - len(ended_at) // 10
    span = ended_at[high] - ended_at[low]
    steady = 3600 * (high - low) / span if span > 0 else overall
    return {"overall": round(overall), "steady": round(steady)}


def growth(samples: Sequence[dict[str, Any]]) -> dict[str, int]:
    """Return by how many MB each worker was larger in the last third than in the middle one."""
    third = len(samples) // 3
    found = {}
    for name in sorted({n for sample in samples for n in sample["parts"] if "worker-" in n}):
        middle, last = (
            [s["parts"][name] for s in part if name in s["parts"]]
            for part in (samples[third : 2 * third], samples[2 * third :])
        )
        if middle and last:
            found[name] = round(statistics.median(last) - statistics.median(middle))
    return found


def counters(world: World) -> dict[str, int]:
    """Return what the servers have counted so far: transactions and commands."""
    return {"transactions": int(world.rows(_STATEMENTS)[0]["n"]), "commands": world.commands()}


def per_check(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return for each check how long it worked and waited, its attempts and failures."""
    found = {}
    for name in sorted({row["name"] for row in rows}):
        own = [row for row in rows if row["name"] == name]
        worked = [float(row["worked"] or 0) for row in own]
        waited = [max(0.0, float(row["whole"]) - w) for row, w in zip(own, worked, strict=True)]
        found[name] = {
            "work_s": percentiles(worked),
            "wait_s": percentiles(waited),
            "attempts": round(statistics.fmean(row["attempts"] for row in own), 2),
            "failed": sum(row["status"] == "failed" for row in own),
        }
    return found


def summary(
    world: World, usage: Usage, before: dict[str, int], **settings: object
) -> dict[str, Any]:
    """Return all figures of a run."""
    leads, checks = world.rows(_LEADS), world.rows(_CHECKS)
    count = max(1, len(leads))
    after, traffic = counters(world), world.traffic()
    failed = sum(lead["status"] == "failed" for lead in leads)
    return {
        "settings": settings,
        "leads": len(leads),
        "leads_per_hour": throughput([float(lead["at"]) for lead in leads]),
        "failed": round(failed / count, 4),
        "checks_failed": round(
            sum(c["status"] == "failed" for c in checks) / max(1, len(checks)), 4
        ),
        "lead_s": percentiles([float(lead["seconds"]) for lead in leads]),
        # from being accepted to being closed, less the longest check and the dependent one
        "beyond_critical_path_s": percentiles(
            [float(row["seconds"]) for row in world.rows(_BEYOND)]
        ),
        "checks": per_check(checks),
        "cpu_s_per_lead": {k: round(v / count, 3) for k, v in sorted(usage.cpu_s().items())},
        "cpu_s_per_lead_in_all": round(sum(usage.cpu_s().values()) / count, 3),
        "peak_mb": {name: round(mb) for name, mb in sorted(usage.peak_mb.items())},
        "growth_mb": growth(usage.samples),
        "transactions_per_lead": round((after["transactions"] - before["transactions"]) / count, 1),
        "valkey_commands_per_lead": round((after["commands"] - before["commands"]) / count, 1),
        "provider_calls_per_lead": round(traffic["total"] / count, 2),
        "usd_per_lead": round(traffic["cost_usd"] / count, 4),
        "ended_at": [round(float(lead["at"]), 2) for lead in leads],
        "lead_seconds": [round(float(lead["seconds"]), 2) for lead in leads],
        "samples": usage.samples,
    }
