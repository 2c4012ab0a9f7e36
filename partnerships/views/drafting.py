"""The broker writes: the text under its headings, one clause at a time, and sends it on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.views.session import reader
from partnerships.actions import amending, drafting, freezing, signing
from partnerships.forms.drafting import ClauseForm, WithdrawForm, as_typed, given_by
from partnerships.forms.rows import PartyChoice
from partnerships.permissions import Right, partnership_for
from partnerships.queries import drafting as queries
from partnerships.views.page import case_page, invalid, press, see, took

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership
    from partnerships.queries.drafting import ClausePage

page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def text(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the text under its nineteen headings, and what it lacks."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    shown = queries.drafting_page(partnership)
    return case_page(request, partnership, "partnerships/drafting/page.html", tab="drafting", page=shown)


@page
def new_clause(request: HttpRequest, reference: str, heading: int) -> HttpResponse:
    """Add a clause under a heading."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    shown = queries.new_clause(partnership, heading)
    form = _form(request, shown)

    def act() -> None:
        drafting.add_clause(
            partnership_id=partnership.pk,
            broker=reader(request),
            heading=shown.heading,
            wording=form.wording(),
            responsible=form.cleaned_data["responsible"],
            at=now(),
        )

    if _is_sent(request) and took(form, act):
        messages.success(request, _("Clause ajoutée."))
        return see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}")
    return _clause_page(request, partnership, shown, form)


@page
def clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Revise a clause; who was faster is shown beside what was typed."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    shown = queries.clause_page(partnership, clause_id)
    form = _form(request, shown)

    def act() -> None:
        drafting.revise_clause(
            clause_id=clause_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"] or 0,
            wording=form.wording(),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if _is_sent(request):
        if took(form, act):
            messages.success(request, _("Clause enregistrée."))
            return see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}")
        # Asked again: it may have been rewritten since the beginning of this very request.
        shown = queries.clause_page(partnership, clause_id)
    return _clause_page(request, partnership, shown, form)


@require_POST
def remove_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Take out a clause that no party has seen yet."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    shown = queries.clause_page(partnership, clause_id)
    return press(
        request,
        lambda: drafting.remove_clause(clause_id=clause_id, broker=reader(request), at=now()),
        _("Clause retirée."),
        see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}"),
    )


@require_POST
def freeze(request: HttpRequest, reference: str) -> HttpResponse:
    """Freeze the agreed text and ask the signatories."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    return press(
        request,
        lambda: freezing.freeze(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("Le texte est figé. Les signataires reçoivent un courriel."),
        see(partnership, "charter"),
    )


@page
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask why a frozen text is taken back, and take it back."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        signing.withdraw(partnership_id=partnership.pk, broker=reader(request), reason=reason, at=now())

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Le texte revient en négociation. Toutes les parties savent pourquoi."))
        return see(partnership, "charter")
    template = "partnerships/drafting/withdraw.html"
    return case_page(request, partnership, template, tab="charter", status=invalid(form), form=form)


@require_POST
def open_amendment(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the next edition of the text, beginning with what was signed."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    return press(
        request,
        lambda: amending.open_amendment(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("L’avenant est ouvert, avec le texte signé pour départ."),
        see(partnership, "drafting"),
    )


def _is_sent(request: HttpRequest) -> bool:
    return request.method == "POST" and "add" not in request.POST


def _form(request: HttpRequest, shown: ClausePage) -> ClauseForm:
    given = {}
    if request.method == "POST" and not _is_sent(request):
        given = as_typed(request.POST, heading=shown.heading)
    elif shown.revision is not None:
        given = given_by(drafting.wording_of(shown.revision), shown.revision.number)
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
    request: HttpRequest, partnership: Partnership, shown: ClausePage, form: ClauseForm
) -> HttpResponse:
    number = shown.revision.number if shown.revision else 0
    seen = request.POST.get("seen_number", "") if request.method == "POST" else str(number)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/clause.html",
        tab="drafting",
        status=invalid(form),
        page=shown,
        form=form,
        number=number,
        is_overtaken=shown.revision is not None and seen != str(number),
        added=request.POST.get("add", ""),
    )
