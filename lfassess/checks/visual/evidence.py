"""What the visual check's fetch gathers. Reading stored JSON back is tolerant, and only here.

Lengths are CSS pixels, shares 0-1. A part that is None was not measured.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Final, Literal, get_args

from lfassess.checks.base import Json
from lfassess.checks.shared.record import read_record, write_record
from lfassess.checks.shared.visit import NOT_SEEN, SITE, Met, Visit, meet, met_in

Aspect = Literal["offer", "hierarchy", "readability", "trust", "action", "imagery", "age"]
Screen = Literal["desktop", "mobile"]

ASPECTS: Final[tuple[Aspect, ...]] = get_args(Aspect)
SCREENS: Final[dict[Screen, tuple[int, int]]] = {"desktop": (1366, 768), "mobile": (390, 844)}

_COVERED: Final = 0.9  # of the screen: nothing beneath can be reached
_BLANK_SHARE: Final = 0.9999  # of the first screen in one colour
_HARDLY_A_WORD: Final = 40  # characters
_WORD: Final = " word"


@dataclass(frozen=True, slots=True)
class Box:
    """A place on the screenshot, from the page's top left."""

    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None

    @property
    def visible(self) -> bool:
        known = None not in (self.x, self.y, self.width, self.height)
        return known and (self.width or 0) > 0 and (self.height or 0) > 0


@dataclass(frozen=True, slots=True)
class Vitals:
    """Load times in milliseconds since the navigation began."""

    first_byte_ms: float | None = None
    first_paint_ms: float | None = None
    content_ms: float | None = None
    load_ms: float | None = None
    layout_shift: float | None = None  # web.dev/articles/cls
    dialogs: float = 0  # message boxes opened


@dataclass(frozen=True, slots=True)
class Head:
    lang: str | None = None
    viewport: str | None = None  # the meta tag's content
    h1: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Width:
    """The page beside its window."""

    page_width: float | None = None
    page_height: float | None = None
    sideways_px: float | None = None  # how far it scrolls sideways
    zoom: float | None = None
    wide_elements: tuple[str, ...] = ()
    wide_boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Tap:
    """A link or button that is small."""

    text: str = ""
    px: float | None = None
    box: Box = Box()


@dataclass(frozen=True, slots=True)
class Taps:
    """Links and buttons outside of running text, and how many are narrower than 24 and 48 px."""

    count: float | None = None
    under_24: float | None = None
    under_48: float | None = None
    examples: tuple[Tap, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """Something on the first screen that can be tapped."""

    text: str = ""
    href: str = ""
    look: str = ""  # filled, framed, boxed, picture, alone, plain
    place: str = ""  # page, nav, footer, over
    width: float = 0
    height: float = 0
    top: float | None = None
    submits: str | None = None  # form, search, login, other
    reached: bool | None = None  # a finger hits it


@dataclass(frozen=True, slots=True)
class Targets:
    taps: Taps = Taps()
    fold_form: bool = False  # a form on the first screen
    fold_actions: tuple[Action, ...] = ()  # texts and links alone, of audits before ``actions``


@dataclass(frozen=True, slots=True)
class Layer:
    """Something that lies over the page."""

    share: float = 0  # of the screen
    text: str = ""
    marks: str = ""  # its ids and classes
    box: Box = Box()
    buttons: tuple[str, ...] = ()
    fields: float = 0


@dataclass(frozen=True, slots=True)
class Overlay(Layer):
    """All layers together; audits before ``layers`` stored the fields of a single one."""

    layers: tuple[Layer, ...] = ()

    @property
    def each(self) -> tuple[Layer, ...]:
        if self.layers or not self.share:
            return self.layers
        return (Layer(self.share, self.text, self.marks, self.box, self.buttons, self.fields),)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two texts that are painted over one another."""

    text: str = ""
    over: str = ""
    box: Box = Box()


@dataclass(frozen=True, slots=True)
class Old:
    obsolete_tags: float = 0
    flash: float = 0


@dataclass(frozen=True, slots=True)
class Preloader:
    """A loading screen over a page that has loaded."""

    waited_ms: float = 0
    gone: bool | None = None


@dataclass(frozen=True, slots=True)
class Faint:
    """A text of low contrast."""

    text: str = ""
    ratio: float | None = None  # to one
    box: Box = Box()


@dataclass(frozen=True, slots=True)
class Contrast:
    checked_chars: float = 0
    low_share: float | None = None  # of them, below WCAG's bounds
    examples: tuple[Faint, ...] = ()


@dataclass(frozen=True, slots=True)
class Text:
    chars: float | None = None
    smallest_px: float | None = None
    common_px: float | None = None  # size of most characters
    small_share: float | None = None  # below 12 px
    contrast: Contrast = Contrast()


@dataclass(frozen=True, slots=True)
class Phones:
    """Links that call a number; a template's are left out."""

    links: float = 0
    in_fold: bool | None = None  # on the first screen
    reached: bool | None = None  # ... where a finger hits it
    numbers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()  # callto: and chat links


@dataclass(frozen=True, slots=True)
class Oversized:
    """A picture that has far more pixels than it shows."""

    url: str = ""
    width: float | None = None
    height: float | None = None
    shown_width: float | None = None
    box: Box = Box()


@dataclass(frozen=True, slots=True)
class Images:
    count: float | None = None
    broken: tuple[str, ...] = ()  # addresses
    broken_count: float = 0
    broken_boxes: tuple[Box, ...] = ()
    oversized: tuple[Oversized, ...] = ()
    oversized_count: float = 0
    alt_missing: float | None = None


@dataclass(frozen=True, slots=True)
class Violation:
    """A rule of axe-core's that the page breaks."""

    id: str = ""
    impact: str | None = None
    help: str = ""
    count: float = 0  # places
    example: str = ""  # CSS selector
    boxes: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Axe:
    version: str | None = None
    passes: float = 0  # rules
    violations: tuple[Violation, ...] | None = None


@dataclass(frozen=True, slots=True)
class DeadLink:
    text: str = ""
    box: Box = Box()


@dataclass(frozen=True, slots=True)
class DeadLinks:
    """Links to nowhere that no script listens to."""

    count: float = 0
    examples: tuple[DeadLink, ...] = ()


@dataclass(frozen=True, slots=True)
class Failed:
    """A part of the page that did not come."""

    url: str = ""
    kind: str = ""  # Image, Script, Stylesheet, ...
    why: str = ""  # an HTTP status or Chromium's name of the error


@dataclass(frozen=True, slots=True)
class Tags:
    """What was loaded on a page that loads a tag manager."""

    technologies: tuple[str, ...] = ()  # that scripts asked for: ids of configs/technologies.toml
    others: tuple[str, ...] = ()  # hosts besides the page's own and those technologies'
    consent: bool = False  # the page may wait for its visitor's consent
    watched_s: float = 0  # from when it had loaded to the last look


@dataclass(frozen=True, slots=True)
class Device:
    """The page on one device."""

    visit: Json = field(default_factory=dict)  # what stands there: checks.shared.visit
    url: str = ""  # after redirects
    title: str = ""
    status: int | None = None
    load_finished: bool | None = None
    requests: int | None = None
    received_bytes: int | None = None
    refused: tuple[str, ...] = ()  # requests to private addresses
    script_errors: tuple[str, ...] | None = None
    failed_requests: tuple[Failed, ...] | None = None
    uniform_share: float = 0  # of the first screen in its commonest colour
    vitals: Vitals = Vitals()
    page: Head | None = None
    width: Width | None = None
    targets: Targets | None = None
    overlay: Overlay | None = None
    actions: tuple[Action, ...] = ()
    clash: tuple[Clash, ...] = ()
    old: Old = Old()
    failed_parts: tuple[str, ...] = ()  # measurements that broke off
    preloader: Preloader | None = None
    text_chars: float = 0
    text_start: str = ""
    text: Text | None = None
    placeholder: bool = False  # "lorem ipsum"
    copyright_year: int | None = None  # the latest
    phones: Phones | None = None
    phone_numbers: tuple[str, ...] = ()  # as written in the text
    phone_numbers_in_fold: tuple[str, ...] = ()
    placeholders: tuple[str, ...] = ()  # a template's numbers and mail addresses
    images: Images | None = None
    axe: Axe | None = None
    dead_links: DeadLinks = DeadLinks()
    tags: Tags | None = None
    html: str | None = None  # as rendered, where that is much more than the server sent

    @classmethod
    def from_json(cls, value: object) -> Device:
        """Return the record; what is missing or malformed counts as not measured."""
        return read_record(cls, value)

    def measured(self, *parts: str) -> bool:
        """Return whether all these parts were measured without failure."""
        return all(getattr(self, p) is not None and p not in self.failed_parts for p in parts)

    @property
    def covered(self) -> bool:
        """Whether nothing on the first screen can be reached for what lies over it."""
        return self.overlay is not None and self.overlay.share >= _COVERED

    def met(self, requested_url: str | None) -> Met:
        """Return what the visit met; audits that did not store it are judged by their text."""
        if met := met_in({"visit": self.visit}):
            return met
        # Only the text's beginning was stored: words in place of the rest make bounds count it.
        missing = round(self.text_chars - len(self.text_start)) // len(_WORD)
        rest = _WORD * min(5_000, max(0, missing))
        url = self.url or requested_url or ""
        visit = Visit(
            requested_url=requested_url or url,
            url=url,
            status=self.status,
            title=self.title,
            text=self.text_start + rest,
            rendered=True,
        )
        return meet(visit)

    def is_blank(self, met: Met) -> bool:
        """Return whether the first screen has one colour, and nothing follows or says why."""
        if self.text_chars >= _HARDLY_A_WORD:
            return False  # it begins further down
        one_colour = self.uniform_share >= _BLANK_SHARE
        return (
            one_colour
            and (self.status or 0) < HTTPStatus.BAD_REQUEST
            and (met.judged or met.code == "empty")
        )

    def is_unseen(self, met: Met) -> bool:
        """Return whether the page did not get to be seen: a wall, a refusal, a blank screen."""
        return met.kind in NOT_SEEN or self.is_blank(met)


@dataclass(frozen=True, slots=True)
class Rating:
    """A language model's stars for one aspect, and the place they rest on, in thousandths."""

    aspect: str = ""
    stars: float | None = None  # 1 (poor) to 5 (good)
    because: str = ""
    picture: str = ""  # desktop or mobile
    x: float | None = None
    y: float | None = None
    width: float | None = None
    height: float | None = None


@dataclass(frozen=True, slots=True)
class Vision:
    """The ratings, or the reason why there are none."""

    ratings: tuple[Rating, ...] = ()
    model: str | None = None
    tokens: Json = field(default_factory=dict)  # input, cached, output, reasoning
    rubric: str | None = None  # which version
    language: str | None = None  # of the reasons; unknown of old ones
    reason: str | None = None  # a code of the catalogue's
    error: str | None = None  # an error's code


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that the browser saw, and what a language model said of it."""

    url: str = ""  # the lead's
    fetched_at: str = ""  # ISO 8601, UTC
    desktop: Device | None = None
    mobile: Device | None = None
    vision: Vision | None = None

    @classmethod
    def from_json(cls, value: object) -> Evidence:
        """Return the record; what is missing or malformed counts as not seen."""
        return read_record(cls, value)

    def to_json(self) -> Json:
        """Return the record as it is stored, without what was not looked at."""
        return {name: part for name, part in write_record(self).items() if part is not None}

    @property
    def devices(self) -> dict[Screen, Device]:
        """The devices that were looked at, by name."""
        seen: dict[Screen, Device | None] = {"desktop": self.desktop, "mobile": self.mobile}
        return {name: device for name, device in seen.items() if device is not None}

    @property
    def year(self) -> int | None:
        """The year of the visit."""
        try:
            return datetime.fromisoformat(self.fetched_at).year
        except ValueError:
            return None

    def met(self) -> tuple[Met, str | None]:
        """Return what both devices met together, and at which address.

        What either did not get to see counts first, then what a phone was shown.
        """
        met = [(d.met(self.url), d.url or None) for d in self.devices.values()]
        unseen = [each for each in met if each[0].kind in NOT_SEEN]
        return next(iter([*unseen, *reversed(met)]), (SITE, None))
