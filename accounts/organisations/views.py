"""Pages of one organisation: documents, ties of its board, ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core import ratelimit
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.datastructures import MultiValueDict
from django.utils.http import content_disposition_header
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import keep_unsent, run_action, take_unsent
from accounts.organisations import pending_uploads
from accounts.organisations.actions import documents, interests
from accounts.organisations.forms import BoardLinkForm, DocumentForm
from accounts.organisations.queries.documents import (
    document_by_id,
    next_expected_kind,
    organisation_documents,
)
from accounts.organisations.queries.interests import board_interests, board_link
from accounts.organisations.queries.ledger import organisation_ledger, organisation_ledger_entry
from accounts.pages.session import post_data, reader, see_other
from accounts.permissions import Organisation, OrganisationRight, organisation_for
from accounts.portals import ORGANISATION_PAGES
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from uuid import UUID

    from django.http import HttpRequest


@require_http_methods(["GET", "HEAD", "POST"])
def document_list(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show the documents of an organisation with their history; a POST by an administrator adds one."""
    right = OrganisationRight.ADMINISTER if request.method == "POST" else OrganisationRight.READ
    organisation = organisation_for(request.user, organisation_id, right)
    form = document_form(request, organisation)
    if request.method == "POST" and save_document(request, organisation, form):
        return see_other("documents", organisation.pk)
    page = organisation_documents(organisation, user=reader(request), at=now())
    context = {"page": page, "form": form, "organisation": organisation}
    status = 422 if form.is_bound and form.errors else 200
    return render(request, "accounts/organisations/documents/page.html", context, status=status)


@require_safe
def download_document(request: HttpRequest, organisation_id: UUID, document_id: UUID) -> HttpResponse:
    """Return a document as a download, to members of the organisation and to brokers."""
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.READ)
    document = document_by_id(organisation, document_id)
    if document is None:
        raise Http404
    try:
        content = documents.read_document(document=document, reader=reader(request), at=now())
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return see_other("documents", organisation.pk)
    return file_response(document.name, document.content_type, content)


def file_response(name: str, content_type: str, content: bytes) -> HttpResponse:
    """Return the bytes as a download that no browser renders within this origin."""
    headers = {
        "Content-Disposition": content_disposition_header(True, name) or "attachment",  # noqa: FBT003
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(content, content_type=content_type, headers=headers)


def document_form(
    request: HttpRequest, organisation: Organisation, *, initial: Mapping[str, object] | None = None
) -> DocumentForm:
    """Return the form of a new document, bound to a POST; `initial`: what was typed before."""
    purpose = str(organisation.pk)
    if request.method == "POST" and ("drop_file" in request.POST or request.FILES):
        pending_uploads.drop(request, purpose)
    waiting = pending_uploads.pending(request, purpose)
    if request.method == "POST":
        files = MultiValueDict({"file": [waiting]}) if waiting else request.FILES
        is_rate_limited = bool(request.FILES) and not ratelimit.consume(
            request, action="add_document", key="all"
        )
        form = DocumentForm(organisation.side, request.POST, files, is_rate_limited=is_rate_limited)
    else:
        first = {"kind": next_expected_kind(organisation), **(initial or {})}
        form = DocumentForm(organisation.side, initial=first)
    if waiting:
        form.set_file_name(str(waiting.name))
    return form


def save_document(request: HttpRequest, organisation: Organisation, form: DocumentForm) -> bool:
    """Add the document of a form, with a message; return whether it was added.

    A file that is accepted waits while another field is corrected.
    """
    if not form.is_valid() or not _add_document(request, organisation, form):
        if "file" in form.cleaned_data:
            file = form.cleaned_data["file"]
            pending_uploads.keep(request, str(organisation.pk), name=file.name, content=file.content)
            form.set_file_name(file.name)
        return False
    pending_uploads.drop(request, str(organisation.pk))
    return True


def _add_document(request: HttpRequest, organisation: Organisation, form: DocumentForm) -> bool:
    try:
        document = documents.add_document(
            organisation_id=organisation.pk,
            administrator=reader(request),
            new_document=form.new_document(),
            at=now(),
        )
    except documents.DocumentExpired as refusal:
        form.add_error("expires_date", refusal.message)
        return False
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    messages.success(request, _("La pièce « %(name)s » est ajoutée.") % {"name": document.name})
    return True


@require_http_methods(["GET", "HEAD", "POST"])
def declare_board_link(
    request: HttpRequest, organisation_id: UUID, link_id: int | None = None
) -> HttpResponse:
    """Show the declared ties of the board; a POST declares one, which replaces `link_id` if given."""
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    replaced = board_link(organisation, link_id) if link_id is not None else None
    initial = replaced._asdict() if replaced else {}
    form = BoardLinkForm(
        post_data(request),
        side=organisation.side,
        initial=initial | take_unsent(request, _links_page(organisation)),
    )
    if form.is_valid():
        try:
            interests.declare_link(
                organisation_id=organisation.pk,
                administrator=reader(request),
                link=form.link(),
                replaces=link_id,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(
                request, _("Lien d’intérêts déclaré. Les parties de vos dossiers peuvent le lire.")
            )
            return see_other("interests", organisation.pk)
    context = {
        "organisation": organisation,
        "interests": board_interests([organisation.pk], at=now())[organisation.pk],
        "form": form,
        "replaced": link_id,
        "back": ORGANISATION_PAGES[organisation.side],
    }
    status = 422 if form.errors else 200
    return render(request, "accounts/organisations/profile/interests.html", context, status=status)


@require_POST
def withdraw_link(request: HttpRequest, organisation_id: UUID, link_id: int) -> HttpResponse:
    return _post_response(
        request,
        organisation_id,
        lambda pk: interests.withdraw_link(
            organisation_id=pk, administrator=reader(request), link_id=link_id, at=now()
        ),
        _("Lien d’intérêts retiré. Le journal conserve la déclaration."),
    )


@require_POST
def confirm_links(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Confirm that the list of ties is complete."""
    return _post_response(
        request,
        organisation_id,
        lambda pk: interests.confirm_links(organisation_id=pk, administrator=reader(request), at=now()),
        _("Déclaration datée d’aujourd’hui. Elle est valable un an."),
    )


def _post_response(
    request: HttpRequest, organisation_id: UUID, action: Callable[[UUID], object], success: str
) -> HttpResponse:
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    run_action(request, lambda: action(organisation.pk), success)
    # The button of a row sends the form of the page, whose own button was not pressed.
    keep_unsent(request, BoardLinkForm(request.POST, side=organisation.side), _links_page(organisation))
    return see_other("interests", organisation.pk)


def _links_page(organisation: Organisation) -> str:
    return f"interests-{organisation.pk}"


@require_safe
def ledger(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show one page of the ledger; with `?verifier=1` the whole chain is recomputed."""
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.READ)
    page = organisation_ledger(
        organisation,
        user=reader(request),
        number=request.GET.get("page", 1),
        is_checked="verifier" in request.GET,
    )
    context = {"organisation": organisation, "page": page, "back": ORGANISATION_PAGES[organisation.side]}
    return render(request, "accounts/organisations/ledger/page.html", context)


@require_safe
def ledger_entry(request: HttpRequest, organisation_id: UUID, sequence: int) -> HttpResponse:
    """Show one entry with its whole fingerprint."""
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.READ)
    page = organisation_ledger_entry(organisation, user=reader(request), sequence=sequence)
    context = {"organisation": organisation, "page": page, "back": ORGANISATION_PAGES[organisation.side]}
    return render(request, "accounts/organisations/ledger/entry.html", context)
