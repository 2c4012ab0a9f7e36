"""What brokers received from organisations, and the independence thresholds of the house."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.submission import keep_unsent, run_action, submit_form, take_unsent
from accounts.organisations.actions import finances
from accounts.organisations.actions import interests as actions
from accounts.organisations.queries.finances import thresholds as current_thresholds
from accounts.pages.session import post_data, see_other
from accounts.permissions import broker_or_404
from broker.forms.interests import InterestForm, ThresholdsForm
from broker.queries import interests as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

PAGE = "broker:interests"
form_page = require_http_methods(["GET", "HEAD", "POST"])


@form_page
def interests(request: HttpRequest, interest_id: int | None = None) -> HttpResponse:
    """Show what the brokers declared; save a declaration, in place of the reader's own `interest_id`."""
    broker = broker_or_404(request.user)
    replaced = queries.own_interest(broker, interest_id) if interest_id is not None else None
    initial = queries.initial_interest(replaced) if replaced else {}
    form = InterestForm(post_data(request), initial=initial | take_unsent(request, PAGE))
    if replaced:
        form.fix_organisation(replaced.organisation)

    def save() -> None:
        actions.declare_broker_interest(
            broker=broker,
            organisation_id=form.organisation_id(),
            details=form.interest(),
            replaces=interest_id,
            at=now(),
        )

    if submit_form(form, save):
        messages.success(request, _("Déclaré. Les parties de vos dossiers peuvent le lire."))
        return see_other("broker:interests")
    context = {"rows": queries.interest_rows(broker), "form": form, "replaced": replaced}
    return render(request, "broker/interests/page.html", context, status=422 if form.errors else 200)


@require_POST
def withdraw(request: HttpRequest, interest_id: int) -> HttpResponse:
    """Withdraw a declaration made by mistake."""
    broker = broker_or_404(request.user)
    interest = queries.own_interest(broker, interest_id)
    run_action(
        request,
        lambda: actions.withdraw_broker_interest(
            broker=broker, organisation_id=interest.organisation_id, interest_id=interest_id, at=now()
        ),
        _("Retiré. Le journal de l’organisation le conserve."),
    )
    keep_unsent(request, InterestForm(request.POST), PAGE)
    return see_other("broker:interests")


@form_page
def thresholds(request: HttpRequest) -> HttpResponse:
    """Show and set the shares of income from which the house asks questions."""
    broker = broker_or_404(request.user)
    form = ThresholdsForm(post_data(request), initial=current_thresholds()._asdict())

    def save() -> None:
        finances.set_thresholds(broker=broker, thresholds=form.thresholds(), at=now())

    if submit_form(form, save):
        messages.success(
            request, _("Seuils enregistrés. Ils s’appliquent dès maintenant à toutes les associations.")
        )
        return see_other("broker:thresholds")
    context = {"form": form, "history": queries.thresholds_history()}
    return render(request, "broker/interests/thresholds.html", context, status=422 if form.errors else 200)
