"""What the check saw of a website's icon."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from lfassess.checks.base import Json
from lfassess.checks.shared.json_access import get_number, get_text


@dataclass(frozen=True, slots=True)
class Evidence:
    """The icon that the home page declares, else /favicon.ico; stored under the fields' names."""

    page_status: int  # HTTP; 0: none stored
    url: str | None = None  # of the icon
    declared: bool = False  # by the page
    status: int | None = None  # of the icon; None: no answer
    type: str | None = None  # MIME type
    size: int = 0  # bytes

    @classmethod
    def from_json(cls, stored: Json) -> Evidence:
        status = get_number(stored, "status")
        return cls(
            page_status=int(get_number(stored, "page_status") or 0),
            url=get_text(stored, "url"),
            declared=stored.get("declared") is True,
            status=None if status is None else int(status),
            type=get_text(stored, "type"),
            size=int(get_number(stored, "size") or 0),
        )

    def to_json(self) -> Json:
        return asdict(self)
