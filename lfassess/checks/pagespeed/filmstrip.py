"""The frames of a phone's visit as files beside the evidence."""

from __future__ import annotations

import base64

from lfassess.checks.base import Artefact, Fetched, Json
from lfassess.checks.shared.json_access import get_number, get_objects


def with_files(evidence: Json, *, sandbox: bool = False) -> Fetched:
    """Return what was fetched, its frames as files: "filmstrip-3s.webp" after three seconds.

    Args:
        evidence: with the result of the phone, its ``frames`` as the client gives them.
        sandbox: the data are emulated.
    """
    phone = evidence["mobile"]
    files = tuple(
        Artefact(f"filmstrip-{second:.0f}s.webp", "image/webp", base64.b64decode(frame["webp"]))
        for frame in get_objects(phone, "frames")
        if (second := get_number(frame, "second")) is not None
    )
    rest = {key: value for key, value in phone.items() if key != "frames"}
    return Fetched({**evidence, "mobile": rest}, files, sandbox=sandbox)
