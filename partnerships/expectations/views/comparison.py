"""What was opened: the broker regroups it by hand, and anybody of the case checks the fingerprints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page, invalid, see, took
from partnerships.expectations.actions.comparison import regroup as regroup_lines
from partnerships.expectations.forms.comparison import RegroupForm
from partnerships.expectations.queries.expectations import expectations_page
from partnerships.permissions import Right
from partnerships.rounds.queries import fingerprints_page

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.forms.boundfield import BoundField
    from django.http import HttpRequest, HttpResponse

    from partnerships.expectations.queries.comparison import Compared
    from partnerships.models import Line


@dataclass(frozen=True, kw_only=True)
class Bin:
    """A place where lines are put: a group, or apart when `rank` is empty."""

    rank: str
    fields: Sequence[BoundField]
    lines: Sequence[tuple[Line, BoundField]]


@require_http_methods(["GET", "HEAD", "POST"])
def regroup(request: HttpRequest, reference: str) -> HttpResponse:
    """Show every opened line with the group it is in; put what the broker chose in its place."""
    partnership = case_of(request, reference, Right.BROKER)
    at = now()
    page = expectations_page(case_header(partnership, reader(request), at, tab="expectations"), at)
    if page.asked is None or page.compared is None:
        raise Http404
    round_id = page.asked.pk
    form = _form(request, page.compared)

    def act() -> None:
        regroup_lines(
            round_id=round_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            groups=form.grouped(),
            at=now(),
        )

    if request.method == "POST" and took(form, act):
        messages.success(request, _("C’est regroupé. Toutes les parties le lisent dès maintenant."))
        return see(partnership, "expectations", anchor="#comparaison")
    return case_page(
        request,
        partnership,
        "partnerships/expectations/regroup.html",
        tab="expectations",
        status=invalid(form),
        page=page,
        form=form,
        bins=_bins(form, page.compared),
    )


@require_safe
def fingerprints(request: HttpRequest, reference: str, round_id: UUID) -> HttpResponse:
    """Check each envelope of an opened round: recomputed, and compared with the ledger."""
    partnership = case_of(request, reference, Right.READ)
    header = case_header(partnership, reader(request), now())
    page = fingerprints_page(header, round_id)
    return case_page(request, partnership, "partnerships/expectations/fingerprints.html", page=page)


def _form(request: HttpRequest, compared: Compared) -> RegroupForm:
    ranks = {group.rank: place for place, group in enumerate(compared.groups, 1)}
    placed = {
        shown.line.pk: str(ranks[group.rank])
        for group in compared.groups
        for column in (*group.left, *group.right)
        for shown in column.lines
    }
    return RegroupForm(
        request.POST if request.method == "POST" else None,
        number=compared.number,
        groups=[{"name": each.name, "verdict": each.verdict, "why": each.why} for each in compared.groups],
        lines={line.pk: placed.get(line.pk, "") for line in compared.lines},
    )


def _bins(form: RegroupForm, compared: Compared) -> list[Bin]:
    places = ["", *(str(rank) for rank in form.ranks)]
    return [
        Bin(
            rank=place,
            fields=form.fields_of(int(place)) if place else [],
            lines=[
                (line, form[f"line-{line.pk}"]) for line in compared.lines if form.chosen(line.pk) == place
            ],
        )
        for place in places
    ]
