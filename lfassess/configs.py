"""Finds and reads the TOML files in configs/."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

_CHECKOUT = Path(__file__).parents[1] / "configs"
_INSTALLED = Path(__file__).parent / "_configs"


def config_path(name: str) -> Path:
    """Return where configs/NAME is: in the checkout, or inside the installed package."""
    checkout = _CHECKOUT / name
    return checkout if checkout.exists() else _INSTALLED / name


@cache
def read_toml(name: str) -> dict[str, Any]:
    """Return configs/NAME without ``meta`` (source, date); treat it as read-only, it is shared."""
    with config_path(name).open("rb") as f:
        content = tomllib.load(f)
    content.pop("meta", None)
    return content
