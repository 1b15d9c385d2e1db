"""Loads what drives the browser when it is first needed: its packages are an extra."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from lfassess.runtime_hints import require_extra

if TYPE_CHECKING:
    from lfassess.clients.chromium.pool import BrowserPool

_POOL: Final = "lfassess.clients.chromium.pool"


def require_packages() -> None:
    """Raise ToolMissingError where the extra `browser` isn't installed."""
    for module in ("selenium", "websocket", "pypdf"):
        require_extra("browser", module, "The browser", provider="browser")


def browser_pool() -> BrowserPool:
    """Return this process's browser; raises ToolMissingError as `require_packages`."""
    require_packages()
    from lfassess.clients.chromium.pool import browser_pool as pool  # noqa: PLC0415 - an extra

    return pool


def shutdown() -> None:
    """End this process's browser, if there is one; the next page starts another."""
    pool = getattr(sys.modules.get(_POOL), "browser_pool", None)  # none while it is being loaded
    if pool is not None:
        pool.shutdown()
