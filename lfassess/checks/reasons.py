"""Why a check could not judge: whether it stays so, who must act, and what a customer reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Actor = Literal["us", "provider", "site"]  # site: the business, on its website or profile


@dataclass(frozen=True, slots=True)
class Reason:
    """One entry of a check's closed list of reasons for "not assessed"."""

    actor: Actor
    wording: str  # for customers: no provider's internals, no blame
    permanent: bool = False  # the same question would get the same answer tomorrow


def as_json(code: str, reasons: Mapping[str, Reason]) -> dict[str, Any]:
    """Return the reason as it is stored in a check's metrics."""
    reason = reasons[code]
    return {"code": code, "permanent": reason.permanent, "actor": reason.actor}
