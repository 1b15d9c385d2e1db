"""A site's answer, as it came."""

from __future__ import annotations

from dataclasses import dataclass

from lfassess.clients.charset import decode
from lfassess.clients.html_limits import truncate_pathological_html
from lfassess.clients.tls import TlsInfo

Headers = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Hop:
    """One answer on the way to the page."""

    url: str
    status: int
    headers: Headers
    tls: TlsInfo | None


@dataclass(frozen=True, slots=True)
class Page:
    """A site's final answer, and the way to it."""

    requested_url: str
    url: str
    status: int
    headers: Headers  # as sent, with repeats
    body: bytes  # decompressed
    redirects: tuple[Hop, ...]
    tls: TlsInfo | None
    elapsed_s: float
    ip: str | None = None  # the address we were connected to
    truncated: bool = False  # the body was longer than the limit, or its end can't be unpacked
    unread: str | None = None  # why the body is no page that a browser could show; else None

    @property
    def hops(self) -> tuple[Hop, ...]:
        """Return every answer, the page's own last."""
        return (*self.redirects, Hop(self.url, self.status, self.headers, self.tls))

    @property
    def verified(self) -> bool:
        """Whether no certificate on the way was untrusted."""
        return all(hop.tls is None or hop.tls.verified for hop in self.hops)

    def header(self, name: str) -> str | None:
        """Return a header's value, repeats joined by a comma."""
        return joined(self.headers, name)

    @property
    def text(self) -> str:
        """Return the body as text, in the character set that browsers would take it for.

        Where a page is made to overwhelm whoever parses it, that is its beginning
        (`truncate_pathological_html`); "" of one that is ``unread``.
        """
        return truncate_pathological_html(self._decoded())

    @property
    def cut(self) -> bool:
        """Whether ``text`` is not the whole page."""
        return self.truncated or len(self.text) < len(self._decoded())

    def _decoded(self) -> str:
        return "" if self.unread else decode(self.body, self.header("content-type"))


def joined(headers: Headers, name: str) -> str | None:
    """Return a header's values joined by a comma, or None if it was not sent."""
    values = [value for key, value in headers if key.lower() == name.lower()]
    return ", ".join(values) if values else None
