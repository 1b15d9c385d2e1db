"""An agency's name, logo and colours for its reports, from a TOML file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from lfassess import language as languages
from lfassess.checks.base import Area
from lfassess.errors import ConfigurationError
from lfassess.report.image_type import content_type
from lfassess.report.text import clean, clean_or_none, web_link
from lfassess.settings import Settings

# What may be left out. Verdict, gaps and method can't: a report must say what it rests on.
SECTIONS: Final = frozenset(
    {
        "cover_picture",
        "headlines",
        "scorecard",
        "grades",
        "matrix",
        "priorities",
        "benchmark",
        "competitors",
    }
    | {"since", "customers", "glossary", "developer"}
    | {area.value for area in Area}
)
# Sections were once named by their checks.
_FORMERLY: Final = {
    "pagespeed": "speed",
    "gbp": "google_profile",
    "semrush": "search_visibility",
    "visual": "first_impression",
}
_KEYS: Final = frozenset(
    {
        "name",
        "language",
        "logo",
        "footer",
        "offer",
        "link",
        "colours",
        "contact",
        "sections",
        "fields",
    }
)
_MAX_FIELDS: Final = 8
_CONTACT: Final = ("person", "phone", "email", "website")
_MIN_CONTRAST: Final = 4.5  # of text on white: WCAG 2.2, 1.4.3
_LARGEST_LOGO: Final = 300_000  # bytes
_LONGEST_LINK: Final = 200
_HEX: Final = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Logo:
    """A bitmap."""

    content_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Branding:
    """Whose report it is; without any, nobody's."""

    name: str | None = None
    language: str | None = None  # of reports
    logo: Logo | None = None
    accent: str | None = None  # "#rrggbb", dark enough on white
    contact: tuple[str, ...] = ()
    footer: str | None = None
    offer: str | None = None  # what the closing page offers
    link: str | None = None  # where it leads, http or https
    hidden: frozenset[str] = field(default_factory=frozenset)  # of SECTIONS
    fields: Mapping[str, str] = field(default_factory=dict)  # custom field of the lead: its label

    @property
    def has_offer(self) -> bool:
        """Whether a reader can be shown where to turn."""
        return bool(self.offer or self.link or self.contact)

    def shows(self, section: str) -> bool:
        return section not in self.hidden


def load(path: Path | None) -> Branding:
    """Return the branding in a file shaped like configs/branding.example.toml.

    Raises:
        ConfigurationError: it can't be read, a colour is too pale to read, a logo is no bitmap, or
            a key or section is unknown.
    """
    if path is None:
        return Branding()
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as e:
        raise ConfigurationError(f"Branding {path.name} can't be read: {e}.") from e
    return of_table(table, path.parent)


def with_language(settings: Settings) -> Settings:
    """Return the settings with the branding file's language, where it names one.

    Whatever writes texts ahead of the report writes them in the report's language then. A file that
    can't be used changes nothing: the report says what is wrong with it.
    """
    try:
        language = load(settings.branding_file).language
    except ConfigurationError:
        return settings
    return settings.model_copy(update={"report_language": language}) if language else settings


def of_table(table: Mapping[str, Any], folder: Path) -> Branding:
    """Return the branding that a file says; its paths are the folder's.

    Raises:
        ConfigurationError: as `load` has it.
    """
    if unknown := sorted(set(table) - _KEYS):
        raise _wrong(f"unknown: {', '.join(unknown)}", f"It may have {', '.join(sorted(_KEYS))}.")
    contact = _table(table, "contact")
    return Branding(
        name=clean_or_none(table.get("name"), 80),
        language=_language(table.get("language")),
        logo=_logo(table.get("logo"), folder),
        accent=_accent(_table(table, "colours").get("accent")),
        contact=tuple(filter(None, (clean(contact.get(key), 120) for key in _CONTACT))),
        footer=clean_or_none(table.get("footer"), 300),
        offer=clean_or_none(table.get("offer"), 600),
        link=_link(table.get("link")),
        hidden=_hidden(_table(table, "sections")),
        fields=_fields(_table(table, "fields")),
    )


def _table(table: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise _wrong(f"{key} is no table")
    return found


def _language(code: object) -> str | None:
    if code is not None and code not in languages.codes():
        raise _wrong(
            f"there is no language {clean(str(code), 20)}",
            f"There are {', '.join(languages.codes())}.",
        )
    return str(code) if code is not None else None


def _logo(name: object, folder: Path) -> Logo | None:
    if name is None:
        return None
    try:
        data = (folder / str(name)).read_bytes()
    except OSError as e:
        raise _wrong(f"the logo can't be read: {e.strerror}") from e
    kind = content_type(data)
    if kind is None or len(data) > _LARGEST_LOGO:
        raise _wrong("the logo must be a PNG, JPEG, GIF or WebP of 300 kB at most")
    return Logo(kind, data)


def _link(value: object) -> str | None:
    if value is None:
        return None
    if (link := web_link(value)) is None or len(link) > _LONGEST_LINK:
        raise _wrong(
            f"link is not an address like https://agency.example/offer: {clean(value, 60)}"
        )
    return link


def _accent(colour: object) -> str | None:
    if colour is None:
        return None
    if not isinstance(colour, str) or not _HEX.fullmatch(colour):
        raise _wrong(f"accent is no colour like #173f6b: {clean(str(colour), 20)}")
    if (found := contrast(colour)) < _MIN_CONTRAST:
        raise _wrong(
            f"accent {colour} is too pale: contrast {found:.1f} to 1 on white, 4.5 is needed",
            "Take a darker shade.",
        )
    return colour.lower()


def contrast(colour: str) -> float:
    """Return the contrast of "#rrggbb" with white, 1 to 21 (WCAG 2.2, relative luminance)."""
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]  # noqa: PLR2004 - sRGB
    luminance = sum(w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
    return 1.05 / (luminance + 0.05)


def _fields(table: Mapping[str, Any]) -> dict[str, str]:
    labels = {name: clean(label, 60) for name, label in table.items() if isinstance(label, str)}
    if unlabelled := sorted(name for name in table if not labels.get(name)):
        raise _wrong(
            f"the field {clean(unlabelled[0], 40)} has no label",
            'A field is written as: "Account owner" = "Your contact".',
        )
    if len(labels) > _MAX_FIELDS:
        raise _wrong(f"{len(labels)} fields, but the cover has room for {_MAX_FIELDS}")
    return labels


def _hidden(table: Mapping[str, Any]) -> frozenset[str]:
    table = {_FORMERLY.get(name, name): shown for name, shown in table.items()}
    if unknown := sorted(set(table) - SECTIONS):
        raise _wrong(
            f"no section {', '.join(unknown)}", f"There are {', '.join(sorted(SECTIONS))}."
        )
    return frozenset(name for name, shown in table.items() if shown is False)


def _wrong(what: str, hint: str | None = None) -> ConfigurationError:
    return ConfigurationError(f"Branding: {what}.", hint=hint)
