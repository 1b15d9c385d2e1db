"""What `lfassess doctor` found out about one thing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

State = Literal["ok", "note", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's answer."""

    name: str
    area: Literal["system", "service", "tool", "provider"]
    state: State
    detail: str
    fix: str | None = None
    source: str = ""  # where the value came from
