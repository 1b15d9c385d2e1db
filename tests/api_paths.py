"""Every operation an application describes, as a path that can be asked for."""

from __future__ import annotations

import re

from fastapi import FastAPI


def operations(app: FastAPI) -> list[tuple[str, str]]:
    """Return [(method, path)] with 1 for each parameter."""
    return [
        (method.upper(), re.sub(r"\{[^}]*\}", "1", path))
        for path, found in app.openapi()["paths"].items()
        for method in found
    ]
