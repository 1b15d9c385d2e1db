"""Brings the embedded database's schema up to date, and remembers it, since asking is slow."""

from __future__ import annotations

from pathlib import Path

import lfassess.db
from lfassess.paths import Layout


def bring_up_to_date(layout: Layout) -> None:
    """Run the migrations that this code has and the data has not seen.

    Raises:
        ServiceUnreachableError: Postgres went away meanwhile.
    """
    if _is_up_to_date(layout):
        return
    from lfassess.db import schema  # noqa: PLC0415 - imports SQLAlchemy: half a second
    from lfassess.db.database import Database  # noqa: PLC0415 - see above

    with Database(layout.database_url) as database:
        schema.bring_up_to_date(database)
    _marker(layout).write_text(_newest())


def warm_up(layout: Layout) -> None:
    """Do the slow imports now, while the server is starting, if they will be needed."""
    if not _is_up_to_date(layout):
        import lfassess.db.migrate  # noqa: F401, PLC0415 - for its time, not its names


def _is_up_to_date(layout: Layout) -> bool:
    marker = _marker(layout)
    return marker.exists() and marker.read_text() == _newest()


def _marker(layout: Layout) -> Path:
    return layout.postgres_dir / "schema"  # beside the data: it goes when they go


def _newest() -> str:
    folder = Path(lfassess.db.__path__[0]) / "migrations/versions"
    return "\n".join(sorted(path.stem for path in folder.glob("*.py")))
