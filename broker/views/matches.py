"""Who might meet whom: the briefs, the pairs with their reasons, the introductions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.permissions import broker_or_404
from accounts.session import post_data, see_other
from broker.queries import introductions as queries
from partnerships.case.views import SeeOther, invalid, press, see, took
from partnerships.matching.actions import introductions as actions
from partnerships.matching.forms import OpenCaseForm, ProposeIntroductionForm
from partnerships.matching.queries.matches import matches_page

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership


@require_safe
def matches(request: HttpRequest) -> HttpResponse:
    """Show the pairs that might meet, best first, and the introductions under way."""
    broker_or_404(request.user)
    told = {
        "found": matches_page(at=now(), number=request.GET.get("page", 1)),
        "introductions": queries.introduction_rows(at=now()),
    }
    return render(request, "broker/matches/page.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest) -> HttpResponse:
    """Ask which briefs are put in touch, show what each will read, and propose it."""
    broker = broker_or_404(request.user)
    wanted = request.GET.getlist("brief")
    form = ProposeIntroductionForm(post_data(request), initial={"associations": wanted, "companies": wanted})
    made = []

    def act() -> None:
        words = form.cleaned_data["words"]
        made.append(actions.propose(brief_ids=form.brief_ids(), broker=broker, words=words, at=now()))

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Proposé. Chaque côté reçoit la description de l’autre, sans aucun nom."))
        return see_other("broker:introduction", made[0].pk)
    told = {"form": form, "portraits": queries.portraits(form.briefs_by_key, wanted)}
    return render(request, "broker/matches/propose.html", told, status=invalid(form))


@require_http_methods(["GET", "HEAD", "POST"])
def introduction(request: HttpRequest, introduction_id: UUID) -> HttpResponse:
    """Show who answered what; open the case once all said yes."""
    broker = broker_or_404(request.user)
    page = queries.introduction_page(introduction_id, at=now())
    form = OpenCaseForm(post_data(request), initial={"title": page.title})
    opened: list[Partnership] = []

    def act() -> None:
        title = form.cleaned_data["title"]
        opened.append(
            actions.open_case_from_introduction(
                introduction_id=introduction_id, broker=broker, title=title, at=now()
            )
        )

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Dossier ouvert. Les deux parties en reçoivent l’annonce."))
        return see(opened[0], "scoping")
    told = {"page": page, "form": form}
    return render(request, "broker/matches/introduction.html", told, status=invalid(form))


@require_POST
def withdraw(request: HttpRequest, introduction_id: UUID) -> HttpResponse:
    """End an introduction that still waits."""
    broker = broker_or_404(request.user)
    queries.introduction_page(introduction_id, at=now())
    return press(
        request,
        lambda: actions.withdraw(introduction_id=introduction_id, broker=broker, at=now()),
        _("Mise en relation retirée. Chacun l’apprend dans les mêmes mots."),
        SeeOther(reverse("broker:introduction", args=[introduction_id])),
    )
