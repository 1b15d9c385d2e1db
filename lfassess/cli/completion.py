"""What the shell offers for an option's value; see `lfassess --install-completion`.

Nothing is started for it, and nothing is said when it fails: what is being typed stays whole.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from typing import Final

Offer = str | tuple[str, str]  # a word, with what it means
Offers = Callable[[str], list[Offer]]

_NEWEST: Final = 30  # batches that are offered


def _pair(offer: Offer) -> tuple[str, str]:
    return (offer, "") if isinstance(offer, str) else offer


def _beginning(words: Iterable[Offer], incomplete: str) -> list[Offer]:
    """Return the words that begin so; large letters are as good as small ones."""
    start = incomplete.casefold()
    return [word for word in words if _pair(word)[0].casefold().startswith(start)]


def one_of(words: Callable[[], Iterable[Offer]]) -> Offers:
    """Return what completes one of the words."""
    return lambda incomplete: _beginning(words(), incomplete)


def some_of(words: Callable[[], Iterable[Offer]]) -> Offers:
    """Return what completes the last of several words with commas."""

    def offers(incomplete: str) -> list[Offer]:
        before, comma, last = incomplete.rpartition(",")
        named = before.split(",")
        found = map(_pair, _beginning(words(), last))
        return [(before + comma + word, about) for word, about in found if word not in named]

    return offers


def _checks() -> Iterator[Offer]:
    from lfassess.checks import all_checks

    yield from ((name, check.title) for name, check in all_checks().items())


def _error_codes() -> Iterator[Offer]:
    from lfassess.errors import cause_of, check_codes

    yield from ((code, cause_of(code)) for code in check_codes())


def _presets() -> Sequence[Offer]:
    from lfassess.assessment.export.presets import PRESETS

    return list(PRESETS)


def _columns() -> Sequence[Offer]:
    from lfassess.assessment.export.columns import COLUMNS, GROUPS

    return [*GROUPS, *COLUMNS]


def _export_formats() -> Sequence[Offer]:
    from lfassess.assessment.export.files import FORMATS

    return list(FORMATS)


def _languages() -> Sequence[Offer]:
    from lfassess.language import codes

    return list(codes())


def _parts() -> Sequence[Offer]:
    from lfassess import stack
    from lfassess.settings import get_settings

    return list(stack.log_files(get_settings()))


def conditions(incomplete: str) -> list[Offer]:
    """Complete a condition of --where: a key with its values, or a finding's code."""
    from lfassess.assessment.export.filter_keys import KEYS, findings

    name, equals, value = incomplete.partition("=")
    if equals:
        words = list(KEYS[name].words()) if name in KEYS else []
        offered = batches(value) if name == "batch" else some_of(lambda: words)(value)
        return [(f"{name}={word}", about) for word, about in map(_pair, offered)]
    keys = [
        (name + ("<" if key.kind == "numbers" else "="), key.about) for name, key in KEYS.items()
    ]
    return _beginning([*keys, *findings().items()], incomplete)


def batches(incomplete: str) -> list[Offer]:
    """Complete a batch's id; nothing where the store isn't running."""
    with suppress(Exception):
        from lfassess import stack
        from lfassess.db.database import Database
        from lfassess.db.queries.system import newest_batches
        from lfassess.paths import Layout
        from lfassess.settings import get_settings

        settings = get_settings()
        if settings.embedded_postgres and not Layout(settings.data_dir).postgres_socket.exists():
            return []
        with (
            Database(stack.endpoints(settings).database_url) as database,
            database.session() as session,
        ):
            rows = newest_batches(session, _NEWEST)
        return _beginning([(str(row["id"]), str(row["name"])) for row in rows], incomplete)
    return []


check = one_of(_checks)
checks = some_of(_checks)
error_code = one_of(_error_codes)
preset = one_of(_presets)
columns = some_of(_columns)
export_format = one_of(_export_formats)
language = one_of(_languages)
part = one_of(_parts)
