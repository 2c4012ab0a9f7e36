"""A changed Word file that a party brings back while a round runs."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from allauth.core import ratelimit
from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods

from accounts.forms.submission import run_action
from accounts.organisations import pending_uploads
from accounts.organisations.file_kinds import InvalidUpload
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_redirect, form_status
from partnerships.negotiation.queries.rounds_page import rounds_page
from partnerships.permissions import Right
from partnerships.rounds.actions.envelopes import RoundIsOver
from partnerships.text_files.actions import draft_positions
from partnerships.text_files.comparison import compared
from partnerships.text_files.forms import ChangeForm, ReturnForm
from partnerships.text_files.upload import require_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.models import Partnership
    from partnerships.negotiation.queries.rounds_page import RoundsPage
    from partnerships.text_files.comparison import FileComparison

BRING = "partnerships/text_files/bring_back.html"
CHOOSE = "partnerships/text_files/choose_changes.html"
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@sensitive_variables()
@page_methods
def bring_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form of a changed file; on POST, read it and lead to its changes. Nothing is saved yet."""
    partnership = case_of(request, reference, Right.ANSWER)
    header, page = _page(request, partnership, now())
    if request.method == "POST" and not page.may.answer:
        return _refused(request, partnership)
    form = _return_form(request, header)
    if request.method == "POST" and form.is_valid():
        content = json.dumps(form.cleaned_data["file"]).encode()
        pending_uploads.keep(request, _purpose(partnership), name="changes.json", content=content)
        return case_redirect(partnership, "choose_changes")
    context = {
        "header": header,
        "page": page,
        "form": form,
        "is_waiting": bool(_waiting(request, partnership)),
    }
    return render(request, BRING, context, status=form_status(form))


@sensitive_variables()
@page_methods
def choose_changes(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the changes of the file; on POST, save the chosen ones in the draft envelope of the party."""
    partnership, at = case_of(request, reference, Right.ANSWER), now()
    header, page = _page(request, partnership, at)
    comparison = _comparison(request, header, at) if page.may.answer else None
    if comparison is None:
        return _refused(request, partnership) if not page.may.answer else _expired(request, partnership)
    forms = _change_forms(request, comparison, page)
    if request.method == "POST" and _is_saved(request, partnership, page, forms, at):
        return case_redirect(partnership, "rounds")
    rows = [
        {"change": change, "form": form, "draft": _drafts(page).get(change.revision_id)}
        for change, form in zip(comparison.changed, forms, strict=True)
    ]
    context = {"header": header, "page": page, "comparison": comparison, "rows": rows}
    return render(request, CHOOSE, context, status=422 if request.method == "POST" else 200)


def _page(request: HttpRequest, partnership: Partnership, at: datetime) -> tuple[CaseHeader, RoundsPage]:
    header = case_header(partnership, reader(request), at, tab="rounds")
    return header, rounds_page(header, at)


def _refused(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    messages.error(
        request,
        _(
            "Votre organisation ne peut pas répondre maintenant\u00a0: aucun tour n’est en cours, ou sa "
            "réponse est scellée. Gardez votre fichier\u00a0: il pourra être rapporté pendant un tour."
        ),
    )
    return _led_to(request, partnership, "rounds")


def _expired(request: HttpRequest, partnership: Partnership) -> HttpResponse:
    messages.error(
        request, _("Le fichier n’est gardé qu’une heure, ou le texte a changé. Rapportez-le de nouveau.")
    )
    return _led_to(request, partnership, "bring_back")


def _led_to(request: HttpRequest, partnership: Partnership, name: str) -> HttpResponse:
    if request.method == "POST":
        return case_redirect(partnership, name)
    return redirect(f"partnerships:{name}", partnership.reference)


def _return_form(request: HttpRequest, header: CaseHeader) -> ReturnForm:
    reference, edition = header.partnership.reference, header.edition.edition if header.edition else 0
    if request.method != "POST":
        return ReturnForm(reference=reference, edition=edition)
    return ReturnForm(
        request.POST,
        request.FILES,
        reference=reference,
        edition=edition,
        is_rate_limited=not ratelimit.consume(request, action="add_document", key="all"),
    )


def _purpose(partnership: Partnership) -> str:
    return f"changed-text-{partnership.pk}"


@sensitive_variables()
def _waiting(request: HttpRequest, partnership: Partnership) -> Mapping[str, Any] | None:
    """Return what the file that waits for this page contains, None when none does."""
    waiting = pending_uploads.pending(request, _purpose(partnership))
    return json.loads(waiting.read()) if waiting else None


@sensitive_variables()
def _comparison(request: HttpRequest, header: CaseHeader, at: datetime) -> FileComparison | None:
    facts = _waiting(request, header.partnership)
    if facts is None or header.edition is None:
        return None
    try:
        identity = require_text(facts, reference=header.partnership.reference, edition=header.edition.edition)
    except InvalidUpload:
        return None
    return compared(facts, identity, header, at)


def _drafts(page: RoundsPage) -> Mapping[int, Any]:
    return page.own.positions if page.own else {}


@sensitive_variables()
def _change_forms(request: HttpRequest, comparison: FileComparison, page: RoundsPage) -> list[ChangeForm]:
    """Return one form for each changed clause; on POST, only those that are taken are bound."""
    forms = []
    for change in comparison.changed:
        draft = _drafts(page).get(change.revision_id)
        seen_number = draft.number if draft else 0
        data = request.POST if request.method == "POST" else None
        forms.append(ChangeForm(data, change=change, seen_number=seen_number))
    return forms


@sensitive_variables()
def _is_saved(
    request: HttpRequest,
    partnership: Partnership,
    page: RoundsPage,
    forms: Sequence[ChangeForm],
    at: datetime,
) -> bool:
    """Save the chosen changes, with a message; return whether they were saved."""
    taken = [form for form in forms if form.is_taken]
    if not taken:
        messages.error(request, _("Cochez au moins une clause à mettre dans votre enveloppe."))
        return False
    # Each form is validated, so that all errors show at once.
    if sum(not form.is_valid() for form in taken):
        messages.error(request, _("Un champ est à corriger. Vos choix sont conservés ci-dessous."))
        return False

    def act() -> None:
        if page.running is None:
            raise RoundIsOver
        draft_positions(
            round_id=page.running.pk,
            speaker=reader(request),
            chosen=[form.chosen() for form in taken],
            at=at,
        )

    done = ngettext(
        "%(n)s clause du fichier est dans votre enveloppe, qui n’est pas scellée. Complétez vos réponses, "
        "puis scellez.",
        "%(n)s clauses du fichier sont dans votre enveloppe, qui n’est pas scellée. Complétez vos réponses, "
        "puis scellez.",
        len(taken),
    ) % {"n": len(taken)}
    if not run_action(request, act, done):
        return False
    pending_uploads.drop(request, _purpose(partnership))
    return True
