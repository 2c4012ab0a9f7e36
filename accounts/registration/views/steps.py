"""The steps of a registration: their names, their navigation, and the page around the form of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.organisations.queries import organisations as queries
from accounts.permissions import Organisation, Right, organisation_for
from accounts.registration.actions import registration as organisations
from accounts.session import reader, see_other

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from accounts.organisations.portal import OrganisationPortal

STEPS = {
    "identite": gettext_lazy("Identité"),
    "pieces": gettext_lazy("Pièces"),
    "personnes": gettext_lazy("Personnes"),
    "regles": gettext_lazy("Règles"),
}
# The way back from a mail: it leads to the step that was reached.
RESUME = "reprendre"


class Step(NamedTuple):
    """A step as it is shown; `url` is "" until it is reached."""

    label: str | Promise
    is_current: bool
    url: str


def onward(request: HttpRequest, portal: OrganisationPortal, step: str) -> HttpResponse:
    """Go to the next step, or away for now when that button was pressed."""
    if "later" in request.POST:
        messages.success(
            request, _("C’est enregistré. Reprenez quand vous voulez : il suffit de vous connecter.")
        )
        return see_other("landing")
    return see_other(portal.url_name("registration"), step)


def step_page(
    request: HttpRequest,
    portal: OrganisationPortal,
    step: str,
    form: forms.Form,
    organisation: Organisation | None,
    **more: object,
) -> HttpResponse:
    """Show a step with its form and what else its template prints."""
    told = {
        "is_taken": False,
        "title": portal.registration_title,
        "side": portal.side,
        "step": step,
        "steps": _steps(step, portal, organisation),
        "form": form,
        "organisation": organisation,
        "rules_version": organisations.RULES_VERSION,
        "page": _page_of(request, organisation),
        **more,
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"accounts/registration/{step}.html", told, status=status)


def _page_of(request: HttpRequest, organisation: Organisation | None) -> queries.OrganisationPage | None:
    if organisation is None:
        return None
    organisation = organisation_for(request.user, organisation.pk, Right.ADMINISTER)
    return queries.organisation_page(organisation, user=reader(request), at=now())


def _steps(current: str, portal: OrganisationPortal, organisation: Organisation | None) -> list[Step]:
    names = list(STEPS)
    reached = names.index(organisation.registration_step) if organisation else 0
    return [
        Step(
            STEPS[name],
            name == current,
            reverse(portal.url_name("registration"), args=[name]) if place <= reached else "",
        )
        for place, name in enumerate(names)
    ]
