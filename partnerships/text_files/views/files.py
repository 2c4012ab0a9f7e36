"""The text of a case as files to take away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import Http404
from django.utils import translation
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.organisations.views import file_response
from accounts.pages.session import reader
from accounts.refusals import Refusal
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_redirect
from partnerships.permissions import Right
from partnerships.text_files import docx_writer, pdf, xlsx_writer
from partnerships.text_files.queries import TakenText, taken_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

PDF = "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def text_pdf(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the text of `?edition=` as a PDF with numbered lines, in the language of `?langue=`."""
    return _file(request, reference, pdf.draft_pdf, ".pdf", PDF)


@require_safe
def text_docx(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the text of `?edition=` as a Word file, in the language of `?langue=`."""
    return _file(request, reference, docx_writer.draft_docx, ".docx", DOCX)


@require_safe
def text_tables(request: HttpRequest, reference: str) -> HttpResponse:
    """Return the tables of the text of `?edition=` as a spreadsheet, in the language of `?langue=`."""
    return _file(request, reference, xlsx_writer.draft_xlsx, ".xlsx", XLSX)


def _file(
    request: HttpRequest,
    reference: str,
    write: Callable[[TakenText], bytes],
    extension: str,
    content_type: str,
) -> HttpResponse:
    """Return a file of the text; a refusal leads back to the page of the text."""
    partnership, at = case_of(request, reference, Right.READ), now()
    language = _language(request)
    edition = _edition(request)
    with translation.override(language):
        header = case_header(partnership, reader(request), at)
        taken = taken_text(header, at, edition=edition, language=language)
        try:
            content = write(taken)
        except Refusal as refusal:
            messages.error(request, refusal.message)
            return case_redirect(partnership, "roadmap")
    return file_response(f"{taken.name}-{language}{extension}", content_type, content)


def _language(request: HttpRequest) -> str:
    """Return the language of `?langue=`, else that of the page."""
    asked = request.GET.get("langue", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language()


def _edition(request: HttpRequest) -> int | None:
    asked = request.GET.get("edition", "")
    if asked and counted(asked) is None:
        raise Http404
    return counted(asked) if asked else None
