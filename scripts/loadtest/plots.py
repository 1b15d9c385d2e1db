"""Line charts of a run as SVG."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any, Final

Points = Sequence[tuple[float, float]]

_WIDTH, _HEIGHT = 720, 260
_LEFT, _BOTTOM, _TOP = 64, 36, 32
_TICKS: Final = 4
_WINDOW_S: Final = 20.0


def chart(title: str, unit: str, points: Points, *, across_unit: str = "s") -> str:
    """Return a chart of (seconds, value) as an SVG document with a text alternative.

    Args:
        title: what it shows.
        unit: of the values.
        points: the line's.
        across_unit: of what the values lie over.
    """
    points = points or [(0.0, 0.0)]
    across = max(x for x, _ in points) or 1.0
    up = max(y for _, y in points) or 1.0
    wide, high = _WIDTH - _LEFT - 16, _HEIGHT - _TOP - _BOTTOM
    line = " ".join(
        f"{_LEFT + wide * x / across:.1f},{_TOP + high * (1 - y / up):.1f}" for x, y in points
    )
    shares = [n / _TICKS for n in range(_TICKS + 1)]
    grid = "".join(_tick(up * share, _TOP + high * (1 - share)) for share in shares)
    said = f"{title}: up to {up:,.0f} {unit} over {across:,.0f} {across_unit}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" '
        f'font-family="sans-serif" font-size="12"><title>{escape(said)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>'
        f'<text x="{_LEFT}" y="18" font-weight="bold">{escape(title)} ({escape(unit)})</text>{grid}'
        f'<polyline points="{line}" fill="none" stroke="#0a5a8c" stroke-width="2"/>'
        f'<text x="{_LEFT}" y="{_HEIGHT - 10}">0 {across_unit}</text>'
        f'<text x="{_WIDTH - 16}" y="{_HEIGHT - 10}" text-anchor="end">{across:,.0f} '
        f"{across_unit}</text>"
        "</svg>\n"
    )


def _tick(value: float, y: float) -> str:
    return (
        f'<line x1="{_LEFT}" x2="{_WIDTH - 16}" y1="{y:.1f}" y2="{y:.1f}" stroke="#ddd"/>'
        f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{value:,.0f}</text>'
    )


def write(figures: dict[str, Any], folder: Path) -> list[Path]:
    """Write throughput, latency and memory over time; returns the files."""
    ended: list[float] = figures["ended_at"]
    charts = {
        "throughput": ("Leads ended", "an hour", _rate(ended)),
        "latency": (
            "Time per lead", "s", list(zip(ended, figures["lead_seconds"], strict=True)),
        ),
        "memory": ("Memory of all parts", "MB", [(s["s"], s["mb"]) for s in figures["samples"]]),
    }  # fmt: skip
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for name, (title, unit, points) in charts.items():
        files.append(folder / f"{name}.svg")
        files[-1].write_text(chart(title, unit, points))
    return files


def _rate(ended: Sequence[float]) -> Points:
    """Return leads an hour over the last twenty seconds, second by second."""
    last = int(ended[-1]) + 1 if ended else 0
    return [
        (t, 3600 * sum(t - _WINDOW_S < e <= t for e in ended) / min(t, _WINDOW_S))
        for t in map(float, range(1, last + 1))
    ]


def growth_chart(found: Sequence[dict[str, Any]]) -> str:
    """Return what a lead costs Postgres and the workers as the store grows, as an SVG document."""
    points = [(float(of["leads"]), of["idle"]["cpu_ms_per_lead_in_all"]) for of in found]
    return chart("CPU per lead, checks that do nothing", "ms", points, across_unit="leads")
