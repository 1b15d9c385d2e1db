"""A run's figures, and two runs side by side, as tables."""

from __future__ import annotations

from typing import Any

from rich.console import Console
from rich.table import Table

console = Console(highlight=False)


def show(figures: dict[str, Any], title: str) -> None:
    """Print one run."""
    table = Table(title=title, title_justify="left", box=None, show_header=False)
    rate = figures["leads_per_hour"]
    rows = {
        "leads": figures["leads"],
        "leads an hour": f"{rate['overall']:,} overall, {rate['steady']:,} steady",
        "CPU s per lead": _sum_of(figures["cpu_s_per_lead"]),
        "peak memory, MB": _sum_of(figures["peak_mb"]),
    }
    if "lead_s" in figures:
        rows |= {
            "leads failed": f"{figures['failed']:.1%}",
            "time per lead": _times(figures["lead_s"]),
        }
    if "checks" in figures:
        rows |= {
            "beyond its critical path": _times(figures["beyond_critical_path_s"]),
            "memory growth, MB": _pairs(figures["growth_mb"]) or "-",
            "checks failed": f"{figures['checks_failed']:.1%}",
            "transactions per lead": figures["transactions_per_lead"],
            "Valkey commands per lead": figures["valkey_commands_per_lead"],
            "provider calls per lead": figures["provider_calls_per_lead"],
            "USD per lead, emulated": figures["usd_per_lead"],
        }
    for name, value in rows.items():
        table.add_row(name, str(value))
    console.print(table)
    if figures.get("checks"):
        console.print(_checks(figures["checks"]))


def _checks(checks: dict[str, dict[str, Any]]) -> Table:
    table = Table("check", "work", "wait", "attempts", "failed", box=None)
    for name, measured in checks.items():
        table.add_row(
            name, _times(measured["work_s"]), _times(measured["wait_s"]),
            str(measured["attempts"]), str(measured["failed"]),
        )  # fmt: skip
    return table


def ratios(ours: dict[str, Any], plain: dict[str, Any]) -> dict[str, float]:
    """Return ours as multiples of the plain design's: leads an hour, CPU per lead, memory.

    Leads an hour from beginning to end: the plain design's leads end nearly all at once.
    """
    workers = {n: mb for n, mb in ours["peak_mb"].items() if n.startswith("worker-")}
    plain_workers = {n: mb for n, mb in plain["peak_mb"].items() if n.startswith("worker-")}
    return {
        "leads_per_hour": _ratio(
            ours["leads_per_hour"]["overall"], plain["leads_per_hour"]["overall"]
        ),
        "cpu_per_lead": _ratio(_worker_cpu(ours), _worker_cpu(plain)),
        "memory": _ratio(sum(workers.values()), sum(plain_workers.values())),
    }


def _worker_cpu(figures: dict[str, Any]) -> float:
    """Return what workers and their browsers take; servers and sandbox serve both designs."""
    kinds = figures["cpu_s_per_lead"]
    return sum(s for kind, s in kinds.items() if "worker" in kind or kind == "chromium")


def _ratio(a: float, b: float) -> float:
    return round(a / b, 2) if b else 0.0


def _times(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value} s" for name, value in values.items()) or "-"


def _pairs(values: dict[str, float]) -> str:
    return ", ".join(f"{name} {value}" for name, value in values.items())


def _sum_of(values: dict[str, float]) -> str:
    return f"{sum(values.values()):.4g}: {_pairs(values)}"


def show_growth(found: list[dict[str, Any]]) -> None:
    """Print the figures of a store that grew, a column for each size."""
    table = Table(title="What the next lead costs", title_justify="left", box=None)
    table.add_column("")
    for size in found:
        table.add_column(f"{size['leads']:,} leads", justify="right")
    for name, values in growth_rows(found):
        table.add_row(name, *(f"{value:,.4g}" for value in values))
    console.print(table)


def growth_rows(found: list[dict[str, Any]]) -> list[tuple[str, list[float]]]:
    """Return the figures by name, a value for each size."""
    plain = {
        "let in a lead, ms": lambda of: 1000 * of["let_in_s"] / of["let_in"],
        "idle checks, CPU ms a lead": lambda of: of["idle"]["cpu_ms_per_lead_in_all"],
        "of which Postgres": lambda of: of["idle"]["cpu_ms_per_lead"]["postgres"],
        "all checks, CPU ms a lead": lambda of: of["emulated"]["cpu_ms_per_lead_in_all"],
        "of which Postgres ": lambda of: of["emulated"]["cpu_ms_per_lead"]["postgres"],
        "start as many as there is room for, s": lambda of: of["admit_s"],
        "no room, ms": lambda of: of["admit_none_ms"],
        "reconcile, ms": lambda of: of["reconcile_ms"],
        "retention, ms": lambda of: of["retention_ms"],
        "vacuum and analyze, s": lambda of: of["vacuum_s"],
        "database, kB a lead": lambda of: of["database_bytes_per_lead"] / 1000,
        "files, kB a lead": lambda of: of["file_bytes_per_lead"] / 1000,
    }
    rows = [(name, [float(value(of)) for of in found]) for name, value in plain.items()]
    for kind in ("commands_ms", "pages_ms"):
        rows += [
            (f"{name}, ms", [float(of[kind][name]) for of in found]) for name in found[0][kind]
        ]
    return rows
