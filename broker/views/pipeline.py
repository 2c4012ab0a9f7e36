"""The board of the cases."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import render
from django.utils.timezone import now
from django.views.decorators.http import require_safe

from accounts.permissions import broker_or_404
from broker.forms.console import BoardSearch
from broker.queries import pipeline as queries
from broker.queries.stages import Stage

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Show every case in the column of its stage."""
    broker = broker_or_404(request.user)
    search = BoardSearch(request.GET)
    wish = search.wish()
    found = queries.board(broker, wish, page=search.found()["page"], at=now())
    told = {
        "board": found,
        "wish": wish,
        "stages": Stage.choices,
        "query": search.kept(),
        "elsewhere": search.kept(without="stage"),
    }
    return render(request, "broker/pipeline/page.html", told)
