"""How the emulated providers behave: prompt, as slow as the real ones, or sick."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Final

from lfassess.errors import UsageError

Range = tuple[float, float]  # seconds, from and to

FAULTS: Final = ("429", "500", "503", "cut", "timeout", "malformed")


@dataclass(frozen=True, slots=True)
class Profile:
    """Answering times by provider, and the share of calls that each fault spoils (0-1)."""

    latency: Mapping[str, Range] = field(default_factory=dict)
    faults: Mapping[str, float] = field(default_factory=dict)

    def draw_latency(self, provider: str, rng: Random) -> float:
        """Return the seconds this call is to take."""
        low, high = self.latency.get(provider, (0.0, 0.0))
        return rng.uniform(low, high)

    def draw_fault(self, rng: Random) -> str | None:
        """Return the fault this call is to suffer, or None."""
        point = rng.random()
        for fault, share in self.faults.items():
            point -= share
            if point < 0:
                return fault
        return None


PROFILES: Final[Mapping[str, Profile]] = {
    "fast": Profile(),
    "realistic": Profile(
        latency={
            "places": (0.2, 0.8),
            "semrush": (0.3, 1.2),
            "openai": (5.0, 15.0),
            "psi": (7.0, 22.0),
        }
    ),
    "chaos": Profile(
        faults={
            "429": 0.05,
            "503": 0.05,
            "500": 0.02,
            "cut": 0.03,
            "malformed": 0.02,
            "timeout": 0.01,
        }
    ),
}


def profile_named(name: str) -> Profile:
    """Return the profile; raises UsageError for an unknown name."""
    try:
        return PROFILES[name]
    except KeyError:
        raise UsageError(
            f"There is no sandbox profile {name!r}", hint=f"Choose from {', '.join(PROFILES)}."
        ) from None
