"""A new case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.permissions import broker_or_404
from broker.forms.console import OpenCase
from partnerships.case.views import invalid, see, took
from partnerships.scoping import actions as scoping

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership


@require_http_methods(["GET", "HEAD", "POST"])
def open_case(request: HttpRequest) -> HttpResponse:
    """Ask who acts together and for what, and open their case."""
    broker = broker_or_404(request.user)
    form = OpenCase(request.POST if request.method == "POST" else None)
    opened: list[Partnership] = []

    def act() -> None:
        title, chosen = form.cleaned_data["title"], form.chosen()
        opened.append(scoping.open_case(broker=broker, title=title, organisations=chosen, at=now()))

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Dossier ouvert. Les deux parties en reçoivent l’annonce."))
        return see(opened[0], "scoping")
    return render(request, "broker/opening/page.html", {"form": form}, status=invalid(form))
