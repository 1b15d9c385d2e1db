"""On which page of a printed report each chapter begins."""

from __future__ import annotations

import io


def pages_of(pdf: bytes) -> dict[str, int]:
    """Return {anchor: page, from 1} of what links within the document lead to.

    A file that can't be read gives {}: page numbers are then left out.
    """
    from pypdf import PdfReader  # noqa: PLC0415 - of an extra, as is the browser that prints
    from pypdf.errors import PyPdfError  # noqa: PLC0415

    try:
        reader = PdfReader(io.BytesIO(pdf))
        found = {
            name.removeprefix("/"): reader.get_destination_page_number(destination)
            for name, destination in reader.named_destinations.items()
        }
    except PyPdfError:
        return {}
    return {name: number + 1 for name, number in found.items() if number is not None}
