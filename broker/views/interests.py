"""What a broker had from whom, and the marks of independence of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.organisations.actions import finances
from accounts.organisations.actions import interests as actions
from accounts.organisations.queries.finances import thresholds as standing_thresholds
from accounts.permissions import broker_or_404
from accounts.refusals import Refusal
from accounts.session import see_other
from broker.forms.interests import InterestForm, ThresholdsForm
from broker.queries import interests as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

page = require_http_methods(["GET", "HEAD", "POST"])


@page
def interests(request: HttpRequest, interest_id: int | None = None) -> HttpResponse:
    """Show what the brokers declared; take a new one, in the place of one's own `interest_id`."""
    broker = broker_or_404(request.user)
    replaced = queries.own_interest(broker, interest_id) if interest_id is not None else None
    typed = request.POST if request.method == "POST" else None
    form = InterestForm(typed, initial=queries.known(replaced) if replaced else None)
    if replaced:
        form.fix_organisation(replaced.organisation)
    if form.is_valid():
        try:
            actions.declare_broker_interest(
                broker=broker,
                organisation_id=form.organisation_id(),
                details=form.held(),
                replaces=interest_id,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Déclaré. Les deux côtés de vos dossiers le lisent."))
            return see_other("broker:interests")
    told = {
        "rows": queries.interest_rows(broker),
        "form": form,
        "replaced": replaced,
    }
    return render(request, "broker/interests/page.html", told, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, interest_id: int) -> HttpResponse:
    """Take off what was declared by mistake."""
    broker = broker_or_404(request.user)
    own = queries.own_interest(broker, interest_id)
    try:
        actions.withdraw_broker_interest(
            broker=broker, organisation_id=own.organisation_id, interest_id=interest_id, at=now()
        )
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, _("Retiré. Le journal de l’organisation le garde."))
    return see_other("broker:interests")


@page
def thresholds(request: HttpRequest) -> HttpResponse:
    """Show and set from which part of the income on the house asks a question."""
    broker = broker_or_404(request.user)
    typed = request.POST if request.method == "POST" else None
    form = ThresholdsForm(typed, initial=standing_thresholds()._asdict())
    if form.is_valid():
        try:
            finances.set_thresholds(broker=broker, thresholds=form.told(), at=now())
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Repères enregistrés. Ils valent dès maintenant pour toutes."))
            return see_other("broker:thresholds")
    told = {"form": form, "history": queries.thresholds_history()}
    return render(request, "broker/interests/thresholds.html", told, status=422 if form.errors else 200)
