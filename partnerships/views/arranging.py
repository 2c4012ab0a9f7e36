"""The broker sets the order of the clauses, and takes one out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.session import reader
from partnerships.actions import arranging
from partnerships.forms.arranging import MoveForm
from partnerships.permissions import Right
from partnerships.queries import clauses, latest
from partnerships.views.page import case_of, press, see

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
def move_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Put a clause at another place under its heading; who was faster is named."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = clauses.clause_page(partnership, clause_id)
    place = see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}")
    form = MoveForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Cette place n’existe pas. Relisez l’ordre, puis déplacez."))
        return place

    def act() -> None:
        arranging.move_clause(
            clause_id=clause_id,
            broker=reader(request),
            to=form.cleaned_data["to"],
            seen=form.cleaned_data["seen"],
            at=now(),
        )

    try:
        return press(request, act, _("Clause déplacée."), place, let_through=(arranging.OrderHasChanged,))
    except arranging.OrderHasChanged:
        messages.error(request, latest.order_told(partnership))
    return place


@require_POST
def remove_clause(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Take out a clause that no party has seen yet."""
    partnership = case_of(request, reference, Right.BROKER)
    shown = clauses.clause_page(partnership, clause_id)
    return press(
        request,
        lambda: arranging.remove_clause(clause_id=clause_id, broker=reader(request), at=now()),
        _("Clause retirée."),
        see(partnership, "drafting", anchor=f"#rubrique-{shown.heading}"),
    )
