"""Tells apart what lies over a page: age checks, loading screens, cookie notices, pop-ups."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Any, Final

from lfassess.checks.base import Finding
from lfassess.checks.shared.json_access import (
    get_number,
    get_object,
    get_objects,
    get_text,
    get_texts,
)
from lfassess.checks.visual.catalogue import finding, quoted

Json = dict[str, Any]

_POPUP_SHARE: Final = 0.3
_WALL_SHARE: Final = 0.5  # a cookie notice has to be somewhere
_COVERED: Final = 0.9  # nothing beneath can be reached
_PATIENCE_MS: Final = 2_000  # of a loading screen once the page has loaded
_FLAGS: Final = re.IGNORECASE


class Layer(StrEnum):
    AGE = "age"
    LOADING = "loading"
    COOKIES = "cookies"
    CHAT = "chat"
    POPUP = "popup"


# An age and a question about it; laws want it asked where alcohol or tobacco is sold.
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


def layers(device: Json) -> list[tuple[Layer, Json]]:
    """Return what lies over a device's page, each with its kind; as stored earlier, one at most."""
    overlay = get_object(device, "overlay")
    each = get_objects(overlay, "layers")
    if not each and get_number(overlay, "share"):
        each = [overlay]
    return [(_kind(layer), layer) for layer in each]


def _kind(layer: Json) -> Layer:
    text, marks = get_text(layer, "text") or "", get_text(layer, "marks") or ""
    if _AGE.search(text) or re.search(r"age[-_ ]?(?:gate|verif|check)", marks, _FLAGS):
        return Layer.AGE
    if _CHAT.search(marks):
        return Layer.CHAT
    if _COOKIES.search(f"{text} {marks}"):
        return Layer.COOKIES
    silent = _LOADING.match(text) is not None and not get_texts(layer, "buttons")
    if silent and (text or _LOADER.search(marks)) and not get_number(layer, "fields"):
        return Layer.LOADING
    return Layer.POPUP


def covered(device: Json) -> bool:
    """Return whether nothing on the first screen can be reached for what lies over it."""
    return (get_number(get_object(device, "overlay"), "share") or 0) >= _COVERED


def findings(mobile: Json) -> Iterator[Finding]:
    """Yield what covers a phone's screen; an age check that the law may want is worth a remark."""
    yield from _loading(mobile)
    for kind, layer in layers(mobile):
        share = get_number(layer, "share") or 0
        text = get_text(layer, "text") or ""
        said = f": {quoted(text)}" if text else ""
        seen = f"covers {share:.0%} of a phone's screen{said}"
        if kind is Layer.AGE and share > _POPUP_SHARE:
            yield finding("visual-age-gate", seen)
        elif kind is Layer.COOKIES and share > _WALL_SHARE:
            yield finding("visual-cookie-wall", seen)
        elif kind in {Layer.POPUP, Layer.CHAT} and share > _POPUP_SHARE:
            yield finding("visual-popup", seen)


def _loading(mobile: Json) -> Iterator[Finding]:
    screen = get_object(mobile, "preloader")
    waited = get_number(screen, "waited_ms") or 0
    if screen.get("gone") is False:
        yield finding("visual-loading-screen", f"still there {waited / 1000:.0f} s after loading")
    elif waited > _PATIENCE_MS:
        yield finding("visual-loading-screen", f"until {waited / 1000:.1f} s after loading")
