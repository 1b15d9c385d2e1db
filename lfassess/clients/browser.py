"""Chromium for everybody: one per process, a fresh context per lead, all traffic guarded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from lfassess.clients.chromium.binaries import find_browser, find_driver
from lfassess.clients.chromium.handlers import without_listener
from lfassess.clients.chromium.loading import browser_pool, require_packages, shutdown
from lfassess.clients.chromium.pdf import draw_png, print_pdf
from lfassess.settings import Settings

if TYPE_CHECKING:
    from lfassess.clients.chromium.page import Page

__all__ = [
    "browser_page",
    "draw_png",
    "find_tools",
    "print_pdf",
    "require_packages",
    "shutdown",
    "without_listener",
]


@contextmanager
def browser_page(
    settings: Settings, *, width: int, height: int, mobile: bool = False, deadline: float
) -> Iterator[Page]:
    """Lend the process's browser, one lead at a time, with an empty page of the given size.

    Args:
        settings: for the programs and the guard.
        width: of the window, in CSS pixels.
        height: likewise.
        mobile: be a phone: touch, two device pixels per CSS pixel, a phone's user agent.
        deadline: time.monotonic() by which it must be given back; a page that hangs until then is
            ended with the browser.

    Raises:
        ToolMissingError: there is no browser, no driver or nothing that speaks to them.
        BrowserCrashedError: it did not start, or died.
        BrowserBusyError: other leads had it for too long.
    """
    with browser_pool().page(settings, deadline=deadline) as page:
        page.emulate(width, height, mobile=mobile)
        yield page


def find_tools(settings: Settings) -> tuple[Path, Path]:
    """Return the programs (browser, driver) that would be used; raises ToolMissingError."""
    return find_browser(settings), find_driver(settings)
