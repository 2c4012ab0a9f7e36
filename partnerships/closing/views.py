"""Pages of the review and the closing of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.closing import actions
from partnerships.closing.forms import CloseForm
from partnerships.following.queries import follow_up as queries
from partnerships.lifecycle import UNDER_WORK
from partnerships.permissions import Right
from partnerships.questionnaires.queries import has_evaluation

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the completed and open milestones; on POST, close the case with its lessons."""
    right = Right.BROKER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    is_evaluated = has_evaluation(partnership)
    form = CloseForm(request.POST if request.method == "POST" else None, is_evaluated=is_evaluated)

    def act() -> None:
        actions.close(
            partnership_id=partnership.pk,
            broker=reader(request),
            lessons=form.cleaned_data["lessons"],
            without_evaluation=form.cleaned_data.get("without_evaluation", ""),
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Le dossier est clos. Toutes les parties reçoivent le bilan."))
        return case_redirect(partnership, "closing")
    page = queries.follow_up(partnership, now())
    template = "partnerships/closing/page.html"
    return case_page(
        request,
        partnership,
        template,
        tab="closing",
        status=form_status(form),
        page=page,
        form=form,
        is_evaluated=is_evaluated,
        open_states=UNDER_WORK,
    )


@require_POST
def start_review(request: HttpRequest, reference: str) -> HttpResponse:
    partnership = case_of(request, reference, Right.BROKER)
    run_action(
        request,
        lambda: actions.start_review(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("Le bilan est ouvert."),
    )
    return case_redirect(partnership, "closing")
