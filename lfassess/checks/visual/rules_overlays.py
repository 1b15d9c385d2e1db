"""Tells apart what lies over a page: age checks, loading screens, cookie notices, pop-ups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Final

from lfassess.checks.base import Finding
from lfassess.checks.visual.catalogue import finding, quoted
from lfassess.checks.visual.evidence import Device, Layer, Overlay, Preloader
from lfassess.quantities import number, percent

_POPUP_SHARE: Final = 0.3
_WALL_SHARE: Final = 0.5  # a cookie notice has to be somewhere
_PATIENCE_MS: Final = 2_000  # of a loading screen once the page has loaded
_FLAGS: Final = re.IGNORECASE


class Cover(StrEnum):
    AGE = "age"
    LOADING = "loading"
    COOKIES = "cookies"
    CHAT = "chat"
    POPUP = "popup"


# An age and a question about it; laws require it where alcohol or tobacco is sold.
_OLD_ENOUGH: Final = (
    r"\b(?:18|19|20|21)(?:\+|\b ?(?:years|yrs|\?|of age|(?:or|and) (?:older|over|above)))"
)
_AGE: Final = re.compile(
    r"\bage[ -]?(?:verif|gate|check|restrict|confirm)|\bof (?:legal|drinking|smoking) age\b"
    r"|legal (?:drinking|smoking|purchase) age"
    r"|(?:verify|confirm|enter|what is|state) your (?:age|date of birth|birth)"
    rf"|\b(?:are you|you are|must be|i am|i'm|you're)\b[^.?!]{{0,30}}{_OLD_ENOUGH}"
    r"|\b(?:are you|i am|i'm) (?:over|under|at least) (?:18|19|20|21)\b"
    r"|(?:alters|jugendschutz)(?:prüfung|kontrolle|verifikation|abfrage|freigabe)|volljährig"
    r"|\b(?:über|mindestens|schon) (?:16|18)\b|\b(?:16|18) jahre (?:alt|oder)"
    r"|mayor(?:es)? de edad|(?:tienes|tengo) (?:más de )?18|plus de 18 ans|majeure?\b"
    r"|maggiorenne",
    _FLAGS,
)
_LOADING: Final = re.compile(
    r"^\W*(?:loading|please wait|one moment|lädt|wird geladen|bitte warten|chargement|cargando"
    r"|\d+ ?%)?\W*$",
    _FLAGS,
)
_LOADER: Final = re.compile(r"load(?:er|ing)|spinner|splash", _FLAGS)
_COOKIES: Final = re.compile(
    r"cookie|consent|gdpr|privacy|datenschutz|zustimm|einwillig|confidentialité|privacidad"
    r"|onetrust|cmp\b",
    _FLAGS,
)
_CHAT: Final = re.compile(
    r"\bchat|intercom|drift-|tawk|crisp|zendesk|livechat|tidio|messenger|hubspot-messages|olark",
    _FLAGS,
)


def layers(device: Device) -> list[tuple[Cover, Layer]]:
    """Return what lies over a device's page, each with its kind."""
    return [(_kind(layer), layer) for layer in (device.overlay or Overlay()).each]


def _kind(layer: Layer) -> Cover:
    text, marks = layer.text, layer.marks
    if _AGE.search(text) or re.search(r"age[-_ ]?(?:gate|verif|check)", marks, _FLAGS):
        return Cover.AGE
    if _CHAT.search(marks):
        return Cover.CHAT
    if _COOKIES.search(f"{text} {marks}"):
        return Cover.COOKIES
    silent = _LOADING.match(text) is not None and not layer.buttons
    if silent and (text or _LOADER.search(marks)) and not layer.fields:
        return Cover.LOADING
    return Cover.POPUP


def findings(mobile: Device) -> Iterator[Finding]:
    """Yield what covers a phone's screen; an age check, which a law may ask for, is a remark."""
    if mobile.preloader:
        yield from _loading(mobile.preloader)
    for kind, layer in layers(mobile):
        said = f": {quoted(layer.text)}" if layer.text else ""
        seen = f"covers {percent(layer.share)} of a phone's screen{said}"
        if kind is Cover.AGE and layer.share > _POPUP_SHARE:
            yield finding("visual-age-gate", seen)
        elif kind is Cover.COOKIES and layer.share > _WALL_SHARE:
            yield finding("visual-cookie-wall", seen)
        elif kind in {Cover.POPUP, Cover.CHAT} and layer.share > _POPUP_SHARE:
            yield finding("visual-popup", seen)


def _loading(screen: Preloader) -> Iterator[Finding]:
    seconds = screen.waited_ms / 1000
    if screen.gone is False:
        yield finding("visual-loading-screen", f"still there {number(seconds)} s after loading")
    elif screen.waited_ms > _PATIENCE_MS:
        yield finding("visual-loading-screen", f"until {number(seconds, 1)} s after loading")
