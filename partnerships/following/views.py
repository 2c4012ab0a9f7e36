"""After the signature: milestones with their evidence, and promises."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.session import reader
from partnerships.case.views import case_of, case_page, invalid, see, took
from partnerships.following import actions, queries
from partnerships.following.forms import EvidenceForm
from partnerships.permissions import Right, speaks_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def follow_up(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the milestones, late ones first, and what each party promised."""
    partnership = case_of(request, reference, Right.READ)
    own = speaks_for(reader(request), partnership)
    shown = queries.follow_up(partnership, now(), speaks_for=own)
    return case_page(request, partnership, "partnerships/following/page.html", tab="follow_up", page=shown)


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, reference: str, milestone_id: int) -> HttpResponse:
    """Take the evidence that a milestone was reached."""
    partnership = case_of(request, reference, Right.ANSWER)
    own = speaks_for(reader(request), partnership)
    step = queries.step_of(partnership, milestone_id, now(), speaks_for=own)
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

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Preuve déposée. Les autres parties et le passeur la reçoivent."))
        return see(partnership, "follow_up")
    template = "partnerships/following/evidence.html"
    return case_page(
        request, partnership, template, tab="follow_up", status=invalid(form), step=step, form=form
    )
