"""Being put in touch: who the other is, without a name, and one's own yes or no."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.session import post_data, reader, see_other
from partnerships.case.views import invalid, took
from partnerships.matching.actions import introductions as actions
from partnerships.matching.actions.briefs import NotAWriter
from partnerships.matching.forms.introductions import YES, AnswerForm
from partnerships.matching.queries import introductions as queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest, introduction_id: UUID) -> HttpResponse:
    """Describe the others without a name; take the answer of those who speak for the organisation."""
    found, membership, own = queries.introduction_for(reader(request), introduction_id)
    page = queries.introduction_page(found, membership, own, at=now())
    if request.method == "POST" and not (membership.is_referent or membership.is_administrator):
        raise PermissionDenied(NotAWriter.sentence)
    form = AnswerForm(post_data(request))

    def act() -> None:
        actions.answer(
            introduction_id=found.pk,
            speaker=reader(request),
            is_yes=form.cleaned_data["answer"] == YES,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and took(form, act):
        messages.success(request, _("C’est dit. Le passeur a votre réponse."))
        return see_other("partnerships:introduction", found.pk)
    told = {"page": page, "form": form}
    return render(request, "partnerships/matching/introductions/page.html", told, status=invalid(form))
