"""Figures and dates for people, by Babel: in the reader's form and the unit that suits them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from babel import Locale

_KB: Final = 1000
_SECOND_MS: Final = 1000
_MAX_DIGITS: Final = 4
_SMALL_CHANGE: Final = 0.1
_TENTH: Final = 0.01  # a share below it needs a digit after the point


@dataclass(frozen=True, slots=True)
class Quantities:
    """Writes figures and dates as the readers of one locale do, never rounded to nothing.

    ``under``, ``just_over`` and ``just_under`` are words with {figure} for where they go.
    """

    locale: str = "en_US"  # of the CLDR
    under: str = "under {figure}"
    just_over: str = "just over {figure}"
    just_under: str = "just under {figure}"

    def number(self, value: float, digits: int = 0) -> str:
        """Return 1234.56 with no digits after the point as "1,235", in German as "1.235"."""
        from babel.numbers import format_decimal  # noqa: PLC0415 - Babel is slow to import

        pattern = "#,##0" + ("." + "0" * digits if digits else "")
        return format_decimal(Decimal(f"{value:.{digits}f}"), pattern, _locale(self.locale))

    def exact(self, value: float) -> str:
        """Return a number with the digits it has, ten at most."""
        return self.number(value, len(f"{value:.10g}".partition(".")[2].partition("e")[0]))

    @property
    def decimal_mark(self) -> str:
        """What stands before a fraction: a point, or a comma."""
        from babel.numbers import get_decimal_symbol  # noqa: PLC0415 - as above

        return get_decimal_symbol(_locale(self.locale))

    def money(self, amount: float, currency: str = "USD") -> str:
        """Return an amount as "$1,234.50"; below ten cents with four places, as calls cost less."""
        from babel.numbers import format_currency  # noqa: PLC0415 - as above

        locale = _locale(self.locale)
        pattern = str(locale.currency_formats["standard"].pattern)
        places = 2 if not amount or abs(amount) >= _SMALL_CHANGE else 4
        return format_currency(
            Decimal(f"{amount:.{places}f}"),
            currency,
            pattern.replace("0.00", f"0.{'0' * places}"),
            locale,
            currency_digits=False,
        )

    def percent(self, share: float, digits: int | None = None) -> str:
        """Return 0.38 as "38%", in German as "38 %".

        Args:
            share: 0 to 1.
            digits: behind the point; unless given, one for less than one percent, else none.
        """
        from babel.numbers import format_percent  # noqa: PLC0415 - as above

        locale = _locale(self.locale)
        if digits is None:
            digits = 1 if 0 < share < _TENTH else 0
        pattern = str(locale.percent_formats[None].pattern)
        if digits:
            pattern = pattern.replace("0", f"0.{'0' * digits}")
        return format_percent(Decimal(f"{share:.{2 + digits}f}"), pattern, locale)

    def plural(self, count: float, one: str, many: str | None = None) -> str:
        """Return "1 picture" or "2 pictures"; languages with more forms have none here."""
        return f"{self.number(count)} {self.form(count, one, many or one + 's')}"

    def form(self, count: float, one: str, many: str) -> str:
        """Return the word that goes with a number, by the CLDR's rules."""
        return one if _locale(self.locale).plural_form(abs(count)) == "one" else many

    def duration(self, ms: float, more_digits: int = 0) -> str:
        """Return milliseconds as "740 ms" or "5.4 s"; or "740.2 ms" and "5.43 s"."""
        if 0 < ms < 0.5 and not more_digits:  # noqa: PLR2004 - rounds to 0
            return self.under.format(figure="1 ms")
        if round(ms, more_digits) < _SECOND_MS:
            return f"{self.number(ms, more_digits)} ms"
        return f"{self.number(ms / _SECOND_MS, 1 + more_digits)} s"

    def data_size(self, size: float, more_digits: int = 0) -> str:
        """Return bytes as "312 KB" or "6.2 MB", a thousand bytes to the KB; never as "0.0 MB"."""
        if 0 < size < _KB:
            return self.under.format(figure="1 KB")
        if round(size / _KB, more_digits) < _KB:
            return f"{self.number(size / _KB, more_digits)} KB"
        return f"{self.number(size / _KB**2, 1 + more_digits)} MB"

    def apart(self, value: float, bound: float, show: Callable[[float, int], str]) -> str:
        """Return a value in as many digits as tell it from the bound that it exceeds.

        So that nothing reads "4.0 s; above 4.0 s is poor".

        Args:
            value: what was measured.
            bound: the figure it is held against; shown as ``show(bound, 0)``.
            show: writes a figure with so many digits more than usual.
        """
        for digits in range(_MAX_DIGITS):
            if value == bound or show(value, digits) != show(bound, digits):
                return show(value, digits)
        words = self.just_over if value > bound else self.just_under
        return words.format(figure=show(bound, 0))

    def day(self, at: datetime) -> str:
        """Return the day in UTC: "November 23, 2026", in Britain "23 November 2026"."""
        from babel.dates import format_date  # noqa: PLC0415 - as above

        return format_date(at.astimezone(UTC), "long", _locale(self.locale))

    def month(self, at: datetime) -> str:
        """Return the month in UTC: "November 2026"."""
        from babel.dates import format_skeleton  # noqa: PLC0415 - as above

        return format_skeleton("yMMMM", at.astimezone(UTC), locale=_locale(self.locale))


@cache
def _locale(name: str) -> Locale:
    from babel import Locale  # noqa: PLC0415 - as above

    return Locale.parse(name)


US: Final = Quantities()
number, exact, percent, plural, money = US.number, US.exact, US.percent, US.plural, US.money
duration, data_size, apart = US.duration, US.data_size, US.apart
