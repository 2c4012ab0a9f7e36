"""The model charters: the list, one model with its versions, its revision and its retirement."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.session import post_data, see_other
from accounts.permissions import broker_or_404
from broker.forms.model_charters import RetireModelForm, ReviseModelForm
from broker.queries import model_charters as queries
from partnerships.drafting.actions import model_charters as actions

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def model_charters(request: HttpRequest) -> HttpResponse:
    """Show the model charters."""
    broker_or_404(request.user)
    return render(request, "broker/models/page.html", {"rows": queries.model_rows()})


@form_page
def model_charter(request: HttpRequest, model_id: int) -> HttpResponse:
    """Show a model with its versions, and save the next version."""
    broker = broker_or_404(request.user)
    page = queries.model_page(model_id)
    form = _revise_form(request, page)

    def save() -> None:
        actions.revise_model(
            model_id=model_id,
            broker=broker,
            seen_number=form.cleaned_data["seen_number"],
            content=form.content(),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if submit_form(form, save):
        messages.success(request, _("Nouvelle version du modèle enregistrée."))
        return see_other("broker:model_charter", model_id)
    if form.errors:
        # A refusal often means that another broker saved a version meanwhile: show it.
        page = queries.model_page(model_id)
    context = {"page": page, "form": form, "number": page.current.number}
    return render(request, "broker/models/model.html", context, status=422 if form.errors else 200)


def _revise_form(request: HttpRequest, page: queries.ModelPage) -> ReviseModelForm:
    current = page.current
    names = ("title", "description", "title_en", "description_en", "kinds")
    return ReviseModelForm(
        post_data(request),
        initial={name: getattr(current, name) for name in names} | {"seen_number": current.number},
        clauses=queries.offered_clauses(),
        chosen=current.clause_ids,
    )


@form_page
def retire(request: HttpRequest, model_id: int) -> HttpResponse:
    """Retire a model, with a reason."""
    broker = broker_or_404(request.user)
    page = queries.model_page(model_id)
    form = RetireModelForm(post_data(request))

    def save() -> None:
        actions.retire_model(model_id=model_id, broker=broker, reason=form.cleaned_data["reason"], at=now())

    if submit_form(form, save):
        messages.success(request, _("Modèle retiré. Ses versions restent lisibles ici."))
        return see_other("broker:model_charter", model_id)
    context = {"page": page, "form": form}
    return render(request, "broker/models/retire.html", context, status=422 if form.errors else 200)
