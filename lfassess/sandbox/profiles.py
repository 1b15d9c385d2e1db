"""How the emulated providers behave: prompt, as slow as the real ones, or sick."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from random import Random
from typing import Final

from lfassess.errors import UsageError

Range = tuple[float, float]  # seconds, from and to

FAULTS: Final = ("429", "500", "503", "cut", "timeout", "malformed", "drip")


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
            "psi": (10.0, 30.0),
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


def with_faults(profile: Profile, rate: float | None, shares: Sequence[str]) -> Profile:
    """Return the profile with other faults.

    Args:
        profile: whose latencies stay.
        rate: share of all calls to spoil (0-1), spread evenly over the kinds; None = the profile's.
        shares: "KIND=SHARE" each, on top.

    Raises:
        UsageError: no such kind, no such share, or more than all calls.
    """
    faults = dict(profile.faults) if rate is None else dict.fromkeys(FAULTS, rate / len(FAULTS))
    for share in shares:
        kind, _, value = share.partition("=")
        faults[kind] = _share(kind, value)
    if not 0 <= sum(faults.values()) <= 1 or min(faults.values(), default=0) < 0:
        raise UsageError("The shares of faults must lie between 0 and 1 together.")
    return replace(profile, faults=faults)


def _share(kind: str, value: str) -> float:
    try:
        if kind in FAULTS:
            return float(value)
    except ValueError:
        pass
    raise UsageError(
        f"{kind}={value} is no fault with its share.",
        hint=f"Write KIND=SHARE, such as 429=0.02; kinds are {', '.join(FAULTS)}.",
    )
