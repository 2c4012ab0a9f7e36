"""Pairs of briefs that match, and the introductions proposed between their organisations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import post_data, see_other
from accounts.permissions import broker_or_404
from broker.queries import introductions as queries
from partnerships.case.views import case_redirect
from partnerships.matching.actions import introductions as actions
from partnerships.matching.forms import OpenMatchedCaseForm, ProposeIntroductionForm
from partnerships.matching.queries.matches import matches_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Introduction, Partnership


@require_safe
def matches(request: HttpRequest) -> HttpResponse:
    """Show the pairs of briefs that match, best first, and the introductions proposed."""
    broker_or_404(request.user)
    context = {
        "page": matches_page(at=now(), number=request.GET.get("page", 1)),
        "introductions": queries.introduction_rows(at=now()),
    }
    return render(request, "broker/matches/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Ask which briefs to introduce, show what each will read, and propose the introduction."""
    broker = broker_or_404(request.user)
    brief_ids = request.GET.getlist("brief")
    form = ProposeIntroductionForm(
        post_data(request), initial={"associations": brief_ids, "companies": brief_ids}
    )
    proposed: list[Introduction] = []

    def save() -> None:
        words = form.cleaned_data["words"]
        proposed.append(actions.propose(brief_ids=form.brief_ids(), broker=broker, words=words, at=now()))

    if submit_form(form, save):
        messages.success(
            request,
            _(
                "Mise en relation proposée. Chaque organisation reçoit la description de l’autre, "
                "sans aucun nom."
            ),
        )
        return see_other("broker:introduction", proposed[0].pk)
    context = {"form": form, "portraits": queries.portraits(form.briefs_by_key, brief_ids)}
    return render(request, "broker/matches/propose.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest, introduction_id: UUID) -> HttpResponse:
    """Show every answer; open the case once all said yes."""
    broker = broker_or_404(request.user)
    page = queries.introduction_page(introduction_id, at=now())
    form = OpenMatchedCaseForm(post_data(request), initial={"title": page.title})
    opened: list[Partnership] = []

    def save() -> None:
        title = form.cleaned_data["title"]
        opened.append(
            actions.open_case_from_introduction(
                introduction_id=introduction_id, broker=broker, title=title, at=now()
            )
        )

    if submit_form(form, save):
        messages.success(request, _("Dossier ouvert. Toutes les parties reçoivent un courriel."))
        return case_redirect(opened[0], "scoping")
    context = {"page": page, "form": form}
    return render(request, "broker/matches/introduction.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, introduction_id: UUID) -> HttpResponse:
    """End an introduction that awaits answers."""
    broker = broker_or_404(request.user)
    queries.introduction_page(introduction_id, at=now())
    run_action(
        request,
        lambda: actions.withdraw(introduction_id=introduction_id, broker=broker, at=now()),
        _("Mise en relation retirée. Toutes les organisations l’apprennent dans les mêmes mots."),
    )
    return see_other("broker:introduction", introduction_id)
