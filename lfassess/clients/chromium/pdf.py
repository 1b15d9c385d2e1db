"""Prints an HTML document to PDF, without network or scripts."""

from __future__ import annotations

import base64
import time
from typing import Any, Final, Literal

from lfassess.clients.chromium.pool import browser_pool
from lfassess.settings import Settings

Paper = Literal["A4", "Letter"]

_INCHES: Final[dict[str, tuple[float, float]]] = {"A4": (8.27, 11.69), "Letter": (8.5, 11.0)}
_LIMIT_S: Final = 60.0
_OFFLINE: Final[dict[str, Any]] = {
    "offline": True,
    "latency": 0,
    "downloadThroughput": 0,
    "uploadThroughput": 0,
}
_FOOTER: Final = (
    '<div style="font:8px sans-serif;width:100%;text-align:center;color:#666">'
    '<span class="pageNumber"></span> / <span class="totalPages"></span></div>'
)
_IMAGES_READY: Final = """
Promise.all([document.fonts.ready, ...[...document.images].map(i => i.decode().catch(() => 0))])
  .then(() => true)
"""


def print_pdf(html: str, settings: Settings, *, paper: Paper = "A4") -> bytes:
    """Return a tagged PDF of a self-contained document.

    Backgrounds are printed. The document's own ``@page`` rules come first; one that numbers its
    pages by them gets no footer, any other gets page numbers. It has no network and no scripts.

    Args:
        html: the document; pictures and fonts as data: URLs.
        settings: for the programs.
        paper: its size, where the document names none.

    Raises:
        ToolMissingError, BrowserCrashedError, DeadlineExceededError: no browser, it died, or more
            than 60 s.
    """
    with browser_pool.page(settings, deadline=time.monotonic() + _LIMIT_S) as page:
        page.command("Network.emulateNetworkConditions", **_OFFLINE)
        page.command("Emulation.setScriptExecutionDisabled", value=True)
        page.command("Page.setDocumentContent", _LIMIT_S, frameId=page.window, html=html)
        page.evaluate(_IMAGES_READY)
        width, height = _INCHES[paper]
        printed = page.command(
            "Page.printToPDF",
            _LIMIT_S,
            paperWidth=width,
            paperHeight=height,
            printBackground=True,
            preferCSSPageSize=True,
            generateTaggedPDF=True,
            displayHeaderFooter="counter(page)" not in html,
            headerTemplate="<span></span>",
            footerTemplate=_FOOTER,
        )
    return base64.b64decode(printed["data"])
