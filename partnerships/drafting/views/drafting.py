"""The broker writes: the text under its headings, one clause at a time, and sends it on its way."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.session import reader
from partnerships.case.views import case_of, case_page, invalid, press, see, took
from partnerships.drafting.actions import amendments
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.forms import composing
from partnerships.drafting.forms.clause import ClauseForm, given_by
from partnerships.drafting.forms.row import PartyChoice
from partnerships.drafting.queries import clause_form, prefill, regulation
from partnerships.drafting.queries import drafting as queries
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.charter.terms import Terms
    from partnerships.drafting.queries.clause_form import ClausePage
    from partnerships.drafting.queries.prefill import Begun
    from partnerships.models import Partnership

page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def text(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the text under its nineteen headings, and what it lacks."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = queries.drafting_page(partnership, now())
    return case_page(request, partnership, "partnerships/drafting/page.html", tab="drafting", page=shown)


@page
def new_clause(request: HttpRequest, reference: str, heading: int) -> HttpResponse:
    """Add a clause under a heading."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = clause_form.new_clause(partnership, heading)
    begun = prefill.begun(partnership, shown, composing.taken(request))
    form = _form(request, shown, begun)

    def act() -> None:
        drafting.add_clause(
            partnership_id=partnership.pk,
            broker=reader(request),
            heading=shown.heading,
            wording=replace(form.wording(), line_ids=begun.line_ids),
            responsible=form.cleaned_data["responsible"],
            at=now(),
        )

    if _is_sent(request) and took(form, act):
        messages.success(request, _("Clause ajoutée."))
        return see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}")
    return _clause_page(request, partnership, shown, form, begun)


@page
def clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Revise a clause; what somebody faster wrote is shown, word by word, beside what was typed."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = clause_form.clause_page(partnership, clause_id, is_sent=request.method == "POST")
    begun = prefill.begun(partnership, shown, composing.taken(request))
    form = _form(request, shown, begun)
    typed: list[Terms] = []

    def act() -> None:
        wording = replace(form.wording(), line_ids=begun.line_ids)
        typed.append(wording.terms)
        drafting.revise_clause(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"] or 0,
            wording=wording,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if _is_sent(request):
        if took(form, act):
            messages.success(request, _("Clause enregistrée."))
            return see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}")
        # Asked again: it may have been rewritten since the beginning of this very request.
        shown = clause_form.clause_page(partnership, clause_id, is_sent=True)
    return _clause_page(request, partnership, shown, form, begun, typed=typed[0] if typed else None)


@require_POST
def open_amendment(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the next edition of the text, beginning with what was signed."""
    partnership = case_of(request, reference, Right.BROKER)
    return press(
        request,
        lambda: amendments.open_amendment(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("L’avenant est ouvert, avec le texte signé pour départ."),
        see(partnership, "drafting"),
    )


def _is_sent(request: HttpRequest) -> bool:
    return request.method == "POST" and composing.is_final(request.POST)


def _form(request: HttpRequest, shown: ClausePage, begun: Begun) -> ClauseForm:
    given: dict[str, Any] = {}
    if request.method == "POST" and not _is_sent(request) and request.POST.get("take") != "theirs":
        given = composing.given(request.POST, shown)
    elif shown.revision is not None:
        given = given_by(drafting.wording_of(shown.revision), shown.revision.number)
    if request.method != "POST":
        given = prefill.added(given, begun, is_begun=shown.revision is not None)
    parties = [PartyChoice(each.code, each.organisation.name, each.side) for each in shown.parties]
    return ClauseForm(
        request.POST if _is_sent(request) else None,
        heading=shown.heading,
        parties=parties,
        taken=shown.taken,
        is_revision=shown.revision is not None,
        given=given,
    )


def _clause_page(
    request: HttpRequest,
    partnership: Partnership,
    shown: ClausePage,
    form: ClauseForm,
    begun: Begun,
    *,
    typed: Terms | None = None,
) -> HttpResponse:
    number = shown.revision.number if shown.revision else 0
    posted = request.POST if request.method == "POST" else {}
    seen = composing.seen_number(posted, number)
    is_overtaken = shown.revision is not None and seen != number and _is_sent(request)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/clause.html",
        tab="drafting",
        status=invalid(form),
        page=shown,
        begun=begun,
        form=form,
        number=number,
        overtaken=clause_form.overtaken(shown, seen, posted, typed) if is_overtaken else None,
        removed=clause_form.who_removed(partnership, shown),
        kept=composing.kept(posted),
        supports=regulation.supports() if form.regulation else (),
        added=posted.get("add", ""),
    )
