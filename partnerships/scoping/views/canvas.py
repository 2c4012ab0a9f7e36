"""The nine boxes of a case, on the screen and on paper, and the guide of the interviews."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.session import post_data, reader
from partnerships.case.views import case_of, case_page, invalid, see, took
from partnerships.permissions import Right
from partnerships.scoping.actions import canvas as actions
from partnerships.scoping.actions import interviews
from partnerships.scoping.forms.canvas import CanvasForm, InterviewForm
from partnerships.scoping.queries import canvas as queries
from partnerships.scoping.queries.interview import guide_of
from partnerships.scoping.queries.scoping import thread_party

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def canvas(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the case on one page, as it is printed."""
    partnership = case_of(request, reference, Right.READ)
    page = queries.canvas_page(partnership, reader(request))
    return case_page(request, partnership, "partnerships/scoping/canvas/page.html", tab="scoping", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_canvas(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the boxes and keep what the broker writes, unless another version came in between."""
    partnership = case_of(request, reference, Right.BROKER)
    page = queries.canvas_page(partnership, reader(request))
    initial = {**queries.known(page.canvas), "seen_number": page.number}
    form = CanvasForm(post_data(request), initial=initial)

    def act() -> None:
        actions.write_canvas(
            partnership_id=partnership.pk,
            broker=reader(request),
            boxes=form.boxes(),
            seen_number=form.cleaned_data["seen_number"],
            at=now(),
        )

    if request.method == "POST" and took(form, act):
        messages.success(request, _("C’est enregistré. Les parties le lisent dès maintenant."))
        return see(partnership, "canvas")
    is_overtaken = request.method == "POST" and queries.is_overtaken(form.cleaned_data, page)
    if is_overtaken:
        form.reads(page.number)
    told = {"page": page, "form": form, "is_overtaken": is_overtaken}
    template = "partnerships/scoping/canvas/edit.html"
    return case_page(request, partnership, template, tab="scoping", status=invalid(form), **told)


@require_http_methods(["GET", "HEAD", "POST"])
def interview(request: HttpRequest, reference: str, party_id: int) -> HttpResponse:
    """Show the questions to put to one side, and keep what this broker notes for themselves alone."""
    partnership = case_of(request, reference, Right.BROKER)
    party = thread_party(partnership, reader(request), None, party_id)
    guide = guide_of(party, reader(request))
    form = InterviewForm(post_data(request), initial={each.code: text for each, text in guide.rows})

    def act() -> None:
        interviews.keep_notes(party_id=party.pk, broker=reader(request), notes=form.cleaned_data, at=now())

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Vos notes sont gardées. Personne d’autre ne les lit."))
        return see(partnership, "interview", party.pk)
    told = {"guide": guide, "form": form}
    template = "partnerships/scoping/interview.html"
    return case_page(request, partnership, template, tab="scoping", status=invalid(form), **told)
