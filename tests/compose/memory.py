"""What a container's control group tells about its memory."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from tests.compose.project import inspect

CGROUPS = Path("/sys/fs/cgroup")
MIB = 2**20


@dataclass(frozen=True)
class ControlGroup:
    """One container's group, of either version; it goes when the container ends."""

    folder: Path
    second: bool

    @classmethod
    def of(cls, container: str) -> Self:
        whole = inspect(container)["Id"]
        first = CGROUPS / "memory" / "docker" / whole
        if first.exists():
            return cls(first, second=False)
        return cls(CGROUPS / "system.slice" / f"docker-{whole}.scope", second=True)

    def held(self) -> float:
        """Return the MiB that the kernel can't take back; files it has cached are not held."""
        kinds = ("anon", "shmem") if self.second else ("rss", "shmem")
        return sum(self._figures("memory.stat")[kind] for kind in kinds) / MIB

    def peak(self) -> float:
        """Return the most MiB there ever were, cached files included."""
        name = "memory.peak" if self.second else "memory.max_usage_in_bytes"
        return int((self.folder / name).read_text()) / MIB

    def kills(self) -> int:
        """Return how many processes the kernel has ended for want of memory."""
        return self._figures("memory.events" if self.second else "memory.oom_control")["oom_kill"]

    def _figures(self, name: str) -> dict[str, int]:
        lines = (self.folder / name).read_text().splitlines()
        return {words[0]: int(words[1]) for line in lines if len(words := line.split()) == 2}
