"""An HTML document as PDF or picture, without network or scripts."""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal

from lfassess.clients.chromium.loading import browser_pool
from lfassess.settings import Settings

if TYPE_CHECKING:
    from lfassess.clients.chromium.page import Page

Paper = Literal["A4", "Letter"]

_INCHES: Final[dict[str, tuple[float, float]]] = {"A4": (8.27, 11.69), "Letter": (8.5, 11.0)}
_LIMIT_S: Final = 60.0
_HEIGHT: Final = 100  # of a window that shows a document as high as it is, in CSS pixels
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


_PAGE: Final = re.compile(rb"/Type /Page\b")
_TIGHTEN: Final = "document.documentElement.classList.add('tight'); true"
_FILL_IN: Final = """
for (const [id, page] of Object.entries(%s)) {
  for (const place of document.querySelectorAll(`[data-page="${CSS.escape(id)}"]`)) {
    place.textContent = page;
  }
}
true
"""


def print_pdf(
    html: str,
    settings: Settings,
    *,
    paper: Paper = "A4",
    pages_of: Callable[[bytes], Mapping[str, int]] | None = None,
    most_pages: int | None = None,
) -> bytes:
    """Return a tagged PDF of a self-contained document, its headings as bookmarks.

    Backgrounds are printed. The document's own ``@page`` rules come first; one that has none gets
    page numbers. It has no network and no scripts.

    Args:
        html: the document; pictures and fonts as data: URLs.
        settings: for the programs.
        paper: its size, where the document names none.
        pages_of: reads {anchor: page} from a first print, which no one else sees. Elements with
            an anchor in ``data-page`` are given its page.
        most_pages: of the first print; where it has more, the root element gets the class
            ``tight``, by which the document may set itself more closely.

    Raises:
        ToolMissingError, BrowserCrashedError, DeadlineExceededError: no browser, it died, or more
            than 60 s.
    """
    with _opened(html, settings) as page:
        if pages_of is not None:
            first = _printed(page, html, paper, final=False)
            if most_pages is not None and len(_PAGE.findall(first)) > most_pages:
                page.evaluate(_TIGHTEN)
                first = _printed(page, html, paper, final=False)
            found = pages_of(first)
            page.evaluate(_FILL_IN % json.dumps(dict(found)))
        return _printed(page, html, paper, final=True)


def draw_png(html: str, settings: Settings, *, width: int) -> bytes:
    """Return a picture of a whole self-contained document, with two pixels to each CSS pixel.

    It has no network and no scripts.

    Args:
        html: the document; pictures and fonts as data: URLs.
        settings: for the programs.
        width: of the window, in CSS pixels; the picture is as high as the document.

    Raises:
        ToolMissingError, BrowserCrashedError, DeadlineExceededError: as ``print_pdf``.
    """
    with _opened(html, settings, width=width) as page:
        return page.screenshot_png(scale=2)


@contextmanager
def _opened(html: str, settings: Settings, *, width: int | None = None) -> Iterator[Page]:
    with browser_pool().page(settings, deadline=time.monotonic() + _LIMIT_S) as page:
        if width is not None:
            page.emulate(width, _HEIGHT, mobile=False)
        page.command("Network.emulateNetworkConditions", **_OFFLINE)
        page.command("Emulation.setScriptExecutionDisabled", value=True)
        page.command("Page.setDocumentContent", _LIMIT_S, frameId=page.window, html=html)
        page.evaluate(_IMAGES_READY)
        yield page


def _printed(page: Page, html: str, paper: Paper, *, final: bool) -> bytes:
    width, height = _INCHES[paper]
    printed = page.command(
        "Page.printToPDF",
        _LIMIT_S,
        paperWidth=width,
        paperHeight=height,
        printBackground=True,
        preferCSSPageSize=True,
        generateTaggedPDF=final,
        generateDocumentOutline=final,
        displayHeaderFooter="@page" not in html,
        headerTemplate="<span></span>",
        footerTemplate=_FOOTER,
    )
    return base64.b64decode(printed["data"])
