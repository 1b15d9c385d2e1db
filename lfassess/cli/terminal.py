"""The console that shows others' text and takes no orders from it."""

from __future__ import annotations

from collections.abc import Iterable

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from lfassess.plain_text import plain


class PlainConsole(Console):
    """Rich's console without control characters in what it prints.

    Rich passes ESC and the 8-bit controls of a website's header on to the terminal, where they
    clear the screen, forge output or fill the clipboard. Its own (colours, the live table) stay.
    """

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        """Yield the segments, their text plain."""
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(plain(segment.text), segment.style)

    def on_broken_pipe(self) -> None:
        """Leave it to `run_with_error_handling`, which ends quietly: `| head` is no failure."""
        raise BrokenPipeError
