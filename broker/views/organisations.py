"""The organisations: who waits for a decision, who decides what, who is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.actions import vetting
from accounts.permissions import Right, broker_or_404, organisation_for
from accounts.views.session import see_other
from broker.forms import Decide, OrganisationSearch, Search
from broker.queries import organisations as queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show the organisations that wait for a decision."""
    broker_or_404(request.user)
    listing = queries.vetting_rows(at=now(), page=Search(request.GET).found()["page"])
    return render(request, "broker/vetting/queue.html", {"listing": listing})


@require_safe
def everyone(request: HttpRequest) -> HttpResponse:
    """Show every organisation, whatever its state."""
    broker_or_404(request.user)
    search = OrganisationSearch(request.GET)
    found = search.found()
    listing = queries.organisation_rows(
        words=found["q"], state=found["state"], side=found["side"], at=now(), page=found["page"]
    )
    told = {"listing": listing, "found": found, "search": search, "query": search.kept()}
    return render(request, "broker/organisations/page.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def vet(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show what an organisation declared; take a decision on it."""
    broker = broker_or_404(request.user)
    organisation = organisation_for(broker, organisation_id, Right.VET)
    page = queries.vetting_page(organisation, user=broker, at=now())
    form = Decide(request.POST if request.method == "POST" else None, allowed=page.decisions)
    if request.method == "POST" and form.is_valid():
        try:
            vetting.decide(
                organisation_id=organisation.pk,
                broker=broker,
                decision=form.decided(),
                reason=form.cleaned_data["reason"],
                at=now(),
            )
        except vetting.ReasonIsMissing as error:
            form.add_error("reason", str(error.sentence))
        except vetting.VettingError as error:
            form.add_error(None, str(error.sentence))
        else:
            messages.success(request, _("Décision enregistrée. L’organisation la reçoit par courriel."))
            return see_other("broker:vet", organisation.pk)
    status = 422 if form.errors else 200
    return render(request, "broker/vetting/page.html", {"page": page, "form": form}, status=status)
