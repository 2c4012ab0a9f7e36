"""The neutrality panel of a case, the same for both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.timezone import now
from django.views.decorators.http import require_safe

from broker.queries.neutrality import neutrality_of
from partnerships.case.views import case_of, case_page
from partnerships.history.queries.disclosures import disclosures_of
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def neutrality(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the parties and the broker what each side had of the broker's time."""
    partnership = case_of(request, reference, Right.READ)
    page = neutrality_of(partnership)
    disclosed = disclosures_of(partnership, at=now())
    return case_page(request, partnership, "broker/neutrality/page.html", page=page, disclosed=disclosed)
