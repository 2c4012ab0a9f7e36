"""Pages of the follow-up: milestones with their evidence, and commitments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.cache import cached_page
from accounts.pages.session import reader
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page, case_redirect, case_version, form_status
from partnerships.following import actions, queries
from partnerships.following.forms import EvidenceForm
from partnerships.permissions import Right, answering_party_of

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def follow_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the milestones, late ones first, and the commitments of each party.

    Cached as the page of the text is; the time of a reminder that has left may stay a quarter of an hour.
    """
    at = now()
    partnership = case_of(request, reference, Right.READ)

    def context() -> dict[str, object]:
        answering_party = answering_party_of(reader(request), partnership)
        page = queries.follow_up(partnership, at, answering_party=answering_party)
        return {"header": case_header(partnership, reader(request), at, tab="follow_up"), "page": page}

    key = case_version(request, partnership, at)
    return cached_page(request, key, "partnerships/following/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, reference: str, milestone_id: int) -> HttpResponse:
    """Show the form for evidence; on POST, complete the milestone with it."""
    partnership = case_of(request, reference, Right.ANSWER)
    answering_party = answering_party_of(reader(request), partnership)
    row = queries.milestone_row(partnership, milestone_id, now(), answering_party=answering_party)
    form = EvidenceForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.complete_milestone(
            milestone_id=milestone_id,
            partnership_id=partnership.pk,
            speaker=reader(request),
            text=form.cleaned_data["text"],
            link=form.cleaned_data["link"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Preuve déposée. Les autres parties et le passeur la reçoivent."))
        return case_redirect(partnership, "follow_up")
    template = "partnerships/following/evidence.html"
    return case_page(
        request, partnership, template, tab="follow_up", status=form_status(form), row=row, form=form
    )
