"""From stored rows, pictures and decisions to the audit report in its formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, Literal

from lfassess.assessment.completion.printed import Printed
from lfassess.assessment.completion.review import ReviewDecision
from lfassess.clients.browser import draw_png, print_pdf
from lfassess.clients.storage import storage_for
from lfassess.db.commands.assessments import AssessmentRecord
from lfassess.db.models import Lead
from lfassess.errors import UsageError
from lfassess.language import of_country
from lfassess.report import branding, build, pdf_page_numbers, render
from lfassess.report.compare import compare
from lfassess.report.comparison import Comparison
from lfassess.report.images import needed
from lfassess.report.model import AuditReport
from lfassess.report.render import Paper
from lfassess.settings import Settings

Format = Literal["html", "pdf", "json", "teaser", "teaser-html", "teaser-png"]

MEDIA_TYPES: Final[Mapping[Format, str]] = {
    "html": "text/html",
    "pdf": "application/pdf",
    "json": "application/json",
    "teaser": "application/pdf",
    "teaser-html": "text/html",
    "teaser-png": "image/png",
}
STORED: Final = ("report.html", "report.json")  # as files, where there are any
_MAX_PAGES: Final = 16  # of a small site's report; a longer one is set more closely
_WITHOUT_SITE: Final = 1  # page of a report that there is no website
_TEASER_WIDTH: Final = 800  # of its picture, in CSS pixels
_printed = Printed()


def audit_report(
    stored: AssessmentRecord,
    settings: Settings,
    decided: ReviewDecision,
    *,
    language: str | None = None,
) -> AuditReport:
    """Return the audit report of an assessment; no provider is asked.

    Args:
        stored: its rows.
        settings: for storage, branding and language.
        decided: what people decided about it; an audit that is not approved is a draft.
        language: instead of the branding file's, the setting's, or that of the lead's country.

    Raises:
        ConfigurationError: the branding file or the language can't be used.
        UsageError: it measures a competitor, which has no report of its own.
    """
    if stored.lead.rival:
        raise UsageError(
            f"Assessment {stored.assessment.id} measures a competitor, {stored.lead.name}: it has "
            "no report of its own.",
            hint="The reports of the leads it was measured for show it.",
        )
    storage, brand = storage_for(settings), branding.load(settings.branding_file)
    pictures = [a for a in stored.artefacts if a.content_type.startswith("image/")]
    shown = needed([a.name for a in pictures])
    images = {
        a.name: data
        for a in pictures
        if a.name in shown and (data := storage.get(a.uri)) is not None
    }
    language = chosen_language(language, brand, settings, stored.lead.country)
    report = build.build(
        stored.lead,
        stored.assessment,
        stored.check_runs,
        images,
        language=language,
        branding=brand,
        dismissed=decided.dismissed,
        draft=decided.draft,
        measured=stored.rivals,
    )
    return replace(report, since=_since(report, stored, language))


def _since(report: AuditReport, stored: AssessmentRecord, language: str) -> Comparison | None:
    """Return what has changed since the lead's earlier audit, if that is anything."""
    if stored.earlier is None:
        return None
    before = build.build(
        stored.lead,
        stored.earlier.assessment,
        stored.earlier.check_runs,
        {},
        language=language,
        dismissed=stored.earlier.dismissed,
    )
    found = compare(before, report)
    return found if found.tells else None


def chosen_language(
    asked: str | None, brand: branding.Branding, settings: Settings, country: str | None
) -> str:
    """Return the code of a report's language.

    As asked for, else the branding file's, else the setting's, else that of the lead's country.
    """
    return asked or brand.language or settings.report_language or of_country(country)


def render_texts(
    stored: AssessmentRecord,
    settings: Settings,
    decided: ReviewDecision,
    *,
    language: str | None = None,
    paper: Paper = "A4",
) -> list[tuple[str, str, str]]:
    """Return [(file name, content type, text)] of the report in its text formats."""
    report = audit_report(stored, settings, decided, language=language)
    return [
        ("report.html", "text/html; charset=utf-8", render.render_html(report, paper)),
        ("report.json", "application/json", render.render_json(report)),
    ]


def require_allowed(lead: Lead, fmt: Format) -> None:
    """Raise UsageError for a teaser of a lead that nobody may contact."""
    if fmt.startswith("teaser") and lead.do_not_contact:
        raise UsageError(
            f"{lead.name} (lead {lead.id}) is on the do-not-contact list: it has no teaser.",
            hint="`lfassess leads suppress` shows the list.",
        )


def render_as(report: AuditReport, settings: Settings, fmt: Format, paper: Paper = "A4") -> bytes:
    """Return the report, or its one-page teaser, in one of ``FORMATS``.

    Raises:
        ToolMissingError, BrowserCrashedError, DeadlineExceededError: as ``print_pdf``, for a PDF or
            a picture.
    """
    if fmt == "json":
        return render.render_json(report).encode()
    teaser = fmt.startswith("teaser")
    html = render.render_teaser(report, paper) if teaser else render.render_html(report, paper)
    if fmt.endswith("html"):
        return html.encode()
    how = f"{fmt} {paper} {settings.browser_path}"
    return _printed.of(html, how, lambda: _print(html, report, settings, fmt, paper))


def _print(html: str, report: AuditReport, settings: Settings, fmt: Format, paper: Paper) -> bytes:
    if fmt == "teaser-png":
        return draw_png(html, settings, width=_TEASER_WIDTH)
    if fmt == "teaser":
        return print_pdf(html, settings, paper=paper)
    pages_of = pdf_page_numbers.pages_of
    most = _WITHOUT_SITE if report.no_website else _MAX_PAGES
    return print_pdf(html, settings, paper=paper, pages_of=pages_of, most_pages=most)


def named(fmt: Format) -> tuple[str, str]:
    """Return what a file of the format holds and how its name ends: "teaser", "pdf"."""
    kind = "teaser" if fmt.startswith("teaser") else "audit"
    return kind, "pdf" if fmt == "teaser" else fmt.removeprefix("teaser-")


def file_name(assessment_id: int, fmt: Format) -> str:
    """Return what the file is called where nobody gives it a name, as "audit-12.pdf"."""
    kind, ending = named(fmt)
    return f"{kind}-{assessment_id}.{ending}"
