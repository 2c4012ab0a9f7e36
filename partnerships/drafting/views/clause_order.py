"""The broker sets the order of the clauses, and takes one out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.session import reader
from partnerships.case.views import case_of, press, see
from partnerships.drafting.actions import clause_order
from partnerships.drafting.forms.clause_order import MoveForm
from partnerships.drafting.queries import clause_form, latest_change
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
def move_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Put a clause at another place under its heading; who was faster is named."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = clause_form.clause_page(partnership, clause_id)
    place = see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}")
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Cette place n’existe pas. Relisez l’ordre, puis déplacez."))
        return place

    def act() -> None:
        clause_order.move_clause(
            clause_id=clause_id,
            broker=reader(request),
            to=form.cleaned_data["to"],
            seen=form.cleaned_data["seen"],
            at=now(),
        )

    try:
        return press(request, act, _("Clause déplacée."), place, let_through=(clause_order.OrderHasChanged,))
    except clause_order.OrderHasChanged:
        messages.error(request, latest_change.order_told(partnership))
    return place


@require_POST
def remove_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Take out a clause that no party has seen yet."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = clause_form.clause_page(partnership, clause_id)
    return press(
        request,
        lambda: clause_order.remove_clause(clause_id=clause_id, broker=reader(request), at=now()),
        _("Clause retirée."),
        see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}"),
    )
