"""The papers of an organisation: shown, brought, given to whom may read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.organisations.actions import documents as actions
from accounts.organisations.forms.documents import DocumentForm
from accounts.organisations.queries import documents as papers
from accounts.permissions import Organisation, Right, organisation_for
from accounts.refusals import Refusal
from accounts.session import reader, see_other

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def documents(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show the papers of an organisation with their history; take one from an administrator."""
    right = Right.ADMINISTER if request.method == "POST" else Right.READ
    organisation = organisation_for(request.user, organisation_id, right)
    form = document_form(request, organisation)
    if request.method == "POST" and brought(request, organisation, form):
        return see_other("documents", organisation.pk)
    page = papers.papers_page(organisation, user=reader(request), at=now())
    told = {"page": page, "form": form, "organisation": organisation}
    return render(
        request,
        "accounts/organisations/documents/page.html",
        told,
        status=422 if form.is_bound and form.errors else 200,
    )


@require_safe
def document(request: HttpRequest, organisation_id: UUID, document_id: UUID) -> HttpResponse:
    """Give the bytes of a paper to its members and to brokers, as a file to keep and never as a page."""
    organisation = organisation_for(request.user, organisation_id, Right.READ)
    found = papers.document_of(organisation, document_id)
    if found is None:
        raise Http404
    try:
        content = actions.read(document=found, reader=reader(request), at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return see_other("documents", organisation.pk)
    return given(found.name, found.content_type, content)


def given(name: str, content_type: str, content: bytes) -> HttpResponse:
    """Return the bytes of a paper as a file to keep: no browser reads it as a page of ours."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",  # noqa: FBT003
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)


def document_form(request: HttpRequest, organisation: Organisation) -> DocumentForm:
    """Return the form of a paper, filled with what was sent, if anything was."""
    if request.method == "POST" and "next" not in request.POST and "later" not in request.POST:
        return DocumentForm(organisation.side, request.POST, request.FILES)
    return DocumentForm(organisation.side, initial={"kind": papers.next_kind(organisation)})


def brought(request: HttpRequest, organisation: Organisation, form: DocumentForm) -> bool:
    """Keep the paper of a form and say so; tell whether it was kept."""
    if not form.is_valid():
        return False
    try:
        kept = actions.bring(
            organisation_id=organisation.pk, administrator=reader(request), paper=form.paper(), at=now()
        )
    except actions.AlreadyOver as refusal:
        form.add_error("expires_date", refusal.message)
        return False
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("La pièce « %(name)s » est gardée.") % {"name": kept.name})
    return True
