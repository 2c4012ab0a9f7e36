"""Pages of a postponement: the request of the owner, the answer of another party."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.contrib import messages
from django.utils import timezone
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.submission import submit_form
from accounts.pages.session import reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.following.actions import postponement as actions
from partnerships.following.forms import PostponementAnswerForm, PostponementForm
from partnerships.following.queries.follow_up import milestone_row
from partnerships.following.queries.postponement import postponement_row
from partnerships.permissions import Right, answering_party_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

# What the form proposes, counted from the due date, or from today for a late milestone.
PROPOSED: Final = timedelta(days=14)


@require_http_methods(["GET", "HEAD", "POST"])
def postpone(request: HttpRequest, reference: str, milestone_id: int) -> HttpResponse:
    """Show the form of a request to postpone a milestone; on POST, ask the other parties."""
    partnership = case_of(request, reference, Right.ANSWER)
    party = answering_party_of(reader(request), partnership)
    row = milestone_row(partnership, milestone_id, now(), answering_party=party)
    proposed = max(row.milestone.due_date, timezone.localdate(now())) + PROPOSED
    posted = request.POST if request.method == "POST" else None
    form = PostponementForm(posted, initial={"due_date": proposed})

    def act() -> None:
        actions.ask_postponement(
            milestone_id=milestone_id,
            partnership_id=partnership.pk,
            speaker=reader(request),
            due_date=form.cleaned_data["due_date"],
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(
            request, _("Report demandé. Les autres parties et le passeur sont prévenus par courriel.")
        )
        return case_redirect(partnership, "follow_up")
    template = "partnerships/following/postpone.html"
    return case_page(
        request, partnership, template, tab="follow_up", status=form_status(form), row=row, form=form
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str, request_id: int) -> HttpResponse:
    """Show a request to postpone a milestone with the form of an answer; on POST, accept or refuse it."""
    partnership = case_of(request, reference, Right.ANSWER)
    party = answering_party_of(reader(request), partnership)
    row = postponement_row(partnership, request_id, answering_party=party)
    form = PostponementAnswerForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.answer_postponement(
            request_id=request_id,
            speaker=reader(request),
            is_accepted=form.is_accepted,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse envoyée aux autres parties et au passeur."))
        return case_redirect(partnership, "follow_up")
    template = "partnerships/following/answer_postponement.html"
    return case_page(
        request, partnership, template, tab="follow_up", status=form_status(form), row=row, form=form
    )
