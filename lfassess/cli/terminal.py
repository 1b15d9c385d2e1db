"""The console that shows others' text and takes no orders from it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Final

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


_LOCAL_FLAGS: Final = 3  # of what tcgetattr() returns


@contextmanager
def quiet_keys() -> Iterator[None]:
    """Keep keys that are pressed meanwhile off the screen, and from the shell's next line.

    A live table is drawn over itself: a line that the terminal echoes leaves half a table behind.
    Ctrl-C and Ctrl-Z work as ever.
    """
    if (keys := _own_keys()) is None:
        yield
        return
    import termios

    before = termios.tcgetattr(keys)
    silent = [*before]
    silent[_LOCAL_FLAGS] = before[_LOCAL_FLAGS] & ~(termios.ECHO | termios.ECHONL)
    termios.tcsetattr(keys, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        with suppress(termios.error):
            termios.tcsetattr(keys, termios.TCSAFLUSH, before)


def _own_keys() -> int | None:
    """Return the terminal's descriptor; None without one, or in the background."""
    try:
        keys = sys.stdin.fileno()
        return keys if os.isatty(keys) and os.tcgetpgrp(keys) == os.getpgrp() else None
    except (AttributeError, OSError, ValueError):  # no such calls here; no stdin
        return None
