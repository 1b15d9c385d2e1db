"""How long workers, messages and leases wait for each other, and what must hold between these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Timings:
    """All in seconds; a set that would lose work, or do it twice, can't be made."""

    heartbeat: float = 1.5  # from one extension of a worker's leases to the next
    lease: float = 6.0  # a killed worker's checks are taken up again after this
    restart_grace: float = 10.0  # after a start of Postgres heartbeats come first

    repair_every: float = 2.0  # from one try of a worker to get the turn at repairing to the next
    repair_pause: float = 1.5  # from one turn to the next, of all workers
    retry_grace: float = 1.0  # a check that is due has its message on the way for so long
    message_grace: float = 4.0  # how long a message may be unseen while its queue is empty
    resend: float = 60.0  # a message unanswered for so long is sent again
    close_grace: float = 5.0  # a lead whose checks have ended is closed by others after this

    longest_attempt: float = 235.0  # at a check of ours, with every setting at its most
    visibility: float = 240.0  # Redis delivers a message again that was not acknowledged by then

    def __post_init__(self) -> None:
        rules = {
            "a lease outlives two heartbeats that are missed": self.lease > 3 * self.heartbeat,
            "after a restart every worker has extended its leases before any is called lost":
                self.restart_grace > self.lease + self.heartbeat,
            "one worker alone gets each turn": self.repair_pause < self.repair_every,
            "a message is not called lost within the turn that sent it":
                self.message_grace > self.repair_every + self.repair_pause,
            "a retry's message has time to arrive": self.retry_grace < self.message_grace,
            "a message is sent again only when its loss would have been seen":
                self.resend > self.message_grace,
            "whoever ran the last check closes the lead": self.close_grace > self.repair_every,
            "Redis delivers nothing again that is being worked on":
                self.visibility > self.longest_attempt,
        }  # fmt: skip
        if broken := [rule for rule, holds in rules.items() if not holds]:
            raise ValueError(f"timings that don't fit together: {'; '.join(broken)}")


TIMINGS: Final = Timings()
