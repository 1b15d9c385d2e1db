"""The commands that docs/operations.md names, as a reader copies them."""

from __future__ import annotations

import re
from pathlib import Path

OPERATIONS = Path(__file__).parents[1] / "docs" / "operations.md"


def commands(after: str) -> list[str]:
    """Return the lines of the first shell block after these words, without their comments."""
    _, found, rest = OPERATIONS.read_text().partition(after)
    assert found, f"docs/operations.md does not say {after!r}"
    block = rest.split("```sh\n", 1)[1].split("```", 1)[0]
    lines = [re.sub(r"\s{2,}#.*", "", line).strip() for line in block.splitlines()]
    return [line for line in lines if line]
