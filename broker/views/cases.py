"""The board of the cases, a new case, and the neutrality page of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.session import post_data
from accounts.permissions import broker_or_404
from broker.forms.cases import OpenCaseForm
from broker.forms.search import BoardSearch
from broker.queries import pipeline as queries
from broker.queries.neutrality import neutrality_of
from broker.queries.pipeline import PipelineStage
from partnerships.case.views import case_of, case_page, case_redirect
from partnerships.history.queries.disclosures import disclosures_of
from partnerships.permissions import Right
from partnerships.scoping import actions as scoping

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show every case in the column of its stage."""
    broker = broker_or_404(request.user)
    search = BoardSearch(request.GET)
    filters = search.filters()
    context = {
        "board": queries.board(broker, filters, page=search.values()["page"], at=now()),
        "filters": filters,
        "stages": PipelineStage.choices,
        "query": search.query_string(),
        "query_without_stage": search.query_string(without="stage"),
    }
    return render(request, "broker/pipeline/page.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest) -> HttpResponse:
    """Ask for the action and the organisations, and open their case."""
    broker = broker_or_404(request.user)
    form = OpenCaseForm(post_data(request))
    opened: list[Partnership] = []

    def save() -> None:
        title, organisations = form.cleaned_data["title"], form.organisations()
        opened.append(scoping.open_case(broker=broker, title=title, organisations=organisations, at=now()))

    if submit_form(form, save):
        messages.success(request, _("Dossier ouvert. Toutes les parties reçoivent un courriel."))
        return case_redirect(opened[0], "scoping")
    return render(request, "broker/opening/page.html", {"form": form}, status=422 if form.errors else 200)


@require_safe
def neutrality(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the parties and the broker how many notes and mails each side had."""
    partnership = case_of(request, reference, Right.READ)
    page = neutrality_of(partnership)
    disclosed = disclosures_of(partnership, at=now())
    return case_page(request, partnership, "broker/neutrality/page.html", page=page, disclosed=disclosed)
