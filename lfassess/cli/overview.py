"""`lfassess status` without a batch or lead: everything at a glance."""

from __future__ import annotations

from typing import Any

from lfassess.cli.common import err_console, settings
from lfassess.cli.style import STATUS_STYLE


def load(database_url: str) -> dict[str, Any]:
    """Return the object that `status --json` prints."""
    from lfassess import stack
    from lfassess.cli.status import totals_json
    from lfassess.db import progress
    from lfassess.db.pages import system
    from lfassess.db.session import session_scope, workers_seen

    with session_scope(database_url) as session:
        totals = progress.totals(session)
        answer = {
            "leads": totals.leads,
            "assessments": {
                k: v
                for k, v in totals_json(totals).items()
                if k in {"pending", "in_progress", "completed", "partial", "failed", "cost_usd"}
            },
            "paused": system.pause(session),
            "workers": workers_seen(session),
            "queues": system.queues(session),
            "held_back": system.parked(session),
            "providers": providers(system.providers(session)),
            "batches": [_batch(batch) for batch in system.newest_batches(session)],
        }
    parts = stack.ps(settings())
    return answer | {
        "stack": [
            {"name": p.name, "state": p.state, "pid": p.pid, "rss_mb": p.rss_mb} for p in parts
        ]
    }


def _batch(batch: dict[str, Any]) -> dict[str, Any]:
    return batch | {"spent_usd": round(batch["spent_usd"], 4)}


def providers(found: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    """Return per provider: calls and cost of 24 hours, what is left of today, the breaker."""
    from datetime import UTC, datetime

    from lfassess.assessment.limits import limits_of

    now = datetime.now(UTC)
    rows = []
    for name, about in found.items():
        limits, state, day = limits_of(name), about.get("state", {}), about.get("day", {})
        used = state.get("day_calls", 0) if state.get("day") == limits.today(now) else 0
        open_until = state.get("open_until")
        rows.append(
            {
                "provider": name,
                "in_flight": about.get("in_flight", 0),
                "calls_24h": day.get("calls", 0),
                "failed_24h": day.get("failed", 0),
                "cost_24h_usd": round(day.get("cost_usd") or 0.0, 4),
                "left_today": limits.requests_per_day - used if limits.requests_per_day else None,
                "failing_until": open_until if open_until and open_until > now else None,
                "last_error": state.get("last_error"),
            }
        )
    return rows


def show(answer: dict[str, Any]) -> None:
    """Print it for people."""
    console = err_console()
    a = answer["assessments"]
    console.print(
        f"[bold]{answer['leads']}[/bold] leads · assessments: {a['pending']} pending, "
        f"{a['in_progress']} in progress, [green]{a['completed']} completed[/green] "
        f"({a['partial']} partial), [red]{a['failed']} failed[/red] · ${a['cost_usd']:.2f}"
    )
    if answer["paused"]:
        console.print(
            f"[bold yellow]Paused:[/bold yellow] {answer['paused']['reason']}. "
            "Go on with: lfassess resume"
        )
    _show_queues(answer)
    _show_providers(answer["providers"])
    _show_batches(answer["batches"])
    running = [p["name"] for p in answer["stack"] if p["state"] == "running"]
    if running:
        console.print(f"[dim]Running here: {', '.join(running)}[/dim]")


def _show_queues(answer: dict[str, Any]) -> None:
    from rich.table import Table
    from rich.text import Text

    console = err_console()
    if answer["queues"]:
        table = Table("Queue", "Waiting", "Running", "Held back", box=None, padding=(0, 2, 0, 0))
        for q in answer["queues"]:
            table.add_row(q["queue"], *(str(q[k]) for k in ("waiting", "running", "held_back")))
        console.print(table)
    for held in answer["held_back"]:
        console.print(
            Text(
                f"  {held['checks']} checks wait: {held['reason']} "
                f"(next at {held['next_at']:%Y-%m-%d %H:%M})",
                style=STATUS_STYLE["pending"],
            )
        )


def _show_providers(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    if not rows:
        return
    columns = ("Provider", "Now", "Calls 24 h", "Failed", "USD 24 h", "Left today", "")
    table = Table(*columns, box=None, padding=(0, 2, 0, 0))
    for r in rows:
        broken = r["failing_until"]
        table.add_row(
            r["provider"],
            str(r["in_flight"]),
            str(r["calls_24h"]),
            str(r["failed_24h"]),
            f"{r['cost_24h_usd']:.2f}",
            "" if r["left_today"] is None else f"{r['left_today']:,}",
            f"[red]failing ({r['last_error']}), next try {broken:%H:%M:%S}[/red]" if broken else "",
        )
    err_console().print(table)


def _show_batches(batches: list[dict[str, Any]]) -> None:
    from rich.table import Table

    if not batches:
        return
    columns = ("Batch", "Name", "Leads", "Created", "USD", "Budget")
    table = Table(*columns, box=None, padding=(0, 2, 0, 0))
    for b in batches:
        table.add_row(
            str(b["id"]),
            b["name"],
            str(b["leads"]),
            f"{b['created_at']:%Y-%m-%d %H:%M}",
            f"{b['spent_usd']:.2f}",
            "" if b["budget_usd"] is None else f"{b['budget_usd']:.2f}",
        )
    err_console().print(table)
