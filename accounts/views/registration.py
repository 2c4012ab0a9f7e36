"""Registering an organisation: two doors, then four steps that both sides walk alike."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts import queries
from accounts.actions import organisations, people
from accounts.actions.advance import Refusal
from accounts.forms.registration import GuestForm, IdentityForm, RulesForm
from accounts.lifecycle import TransitionNotAllowed
from accounts.permissions import Organisation, Right, User, organisation_for
from accounts.views.session import REGISTERING, reader, see_other

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

STEPS = {
    "identite": gettext_lazy("Identité"),
    "profil": gettext_lazy("Profil"),
    "personnes": gettext_lazy("Personnes"),
    "regles": gettext_lazy("Règles"),
}


@dataclass(frozen=True, kw_only=True)
class Door:
    """What differs between the registration of an association and that of a company.

    `profile_form` is built from POST data or None and what is already known (`known_profile`).
    """

    side: str
    url_name: str
    home: str
    title: str | Promise
    identity_form: Callable[..., IdentityForm]
    profile_form: Callable[..., forms.Form]
    known_profile: Callable[[Organisation], Mapping[str, Any]]
    save_profile: Callable[[Organisation, User, Any], None]


@login_not_required
@require_safe
def doors(request: HttpRequest) -> HttpResponse:
    """Ask whether an association or a company comes in."""
    return render(request, "accounts/registration/doors.html")


@login_not_required
@require_safe
def enter(request: HttpRequest, side: str) -> HttpResponse:
    """Remember which door was taken, and open an account first if there is none."""
    request.session[REGISTERING] = side
    if request.user.is_authenticated:
        return (
            redirect("home")
            if reader(request).is_broker
            else redirect(f"{_room(side)}:registration", "identite")
        )
    return redirect("account_signup")


def answer(request: HttpRequest, step: str, door: Door) -> HttpResponse:
    """Answer one step; nobody goes past the first before it is kept."""
    if step not in STEPS or reader(request).is_broker:
        raise Http404
    organisation = queries.open_registration(reader(request), door.side)
    if step == "identite":
        return _identity(request, door, organisation)
    if organisation is None:
        return redirect(door.url_name, "identite")
    later = {"profil": _profile, "personnes": _people, "regles": _rules}
    return later[step](request, door, organisation)


def _identity(request: HttpRequest, door: Door, organisation: Organisation | None) -> HttpResponse:
    known = {name: getattr(organisation, name, "") for name in organisations.Identity._fields}
    form = door.identity_form(request.POST or None, initial=known)
    if request.method == "POST" and form.is_valid():
        try:
            _keep_identity(reader(request), door, organisation, form.identity())
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            request.session.pop(REGISTERING, None)
            return _onward(request, door, "profil")
    return _page(request, door, "identite", form, organisation)


def _keep_identity(
    user: User, door: Door, organisation: Organisation | None, identity: organisations.Identity
) -> None:
    if organisation is None:
        organisations.start_registration(founder=user, side=door.side, identity=identity, at=now())
    else:
        organisations.save_identity(
            organisation_id=organisation.pk, administrator=user, identity=identity, at=now()
        )


def _profile(request: HttpRequest, door: Door, organisation: Organisation) -> HttpResponse:
    form = door.profile_form(request.POST or None, initial=door.known_profile(organisation))
    if request.method == "POST" and form.is_valid():
        try:
            door.save_profile(organisation, reader(request), form)
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            return _onward(request, door, "personnes")
    return _page(request, door, "profil", form, organisation)


def _people(request: HttpRequest, door: Door, organisation: Organisation) -> HttpResponse:
    form = GuestForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            people.invite(
                organisation_id=organisation.pk,
                administrator=reader(request),
                guest=form.guest(),
                roles=form.roles(),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal.sentence))
        else:
            messages.success(request, _("L’invitation part. Vous pouvez en écrire une autre."))
            return see_other(door.url_name, "personnes")
    return _page(request, door, "personnes", form, organisation)


def _rules(request: HttpRequest, door: Door, organisation: Organisation) -> HttpResponse:
    form = RulesForm(request.POST or None, initial={"version": organisations.RULES_VERSION})
    if request.method == "POST" and form.is_valid():
        try:
            organisations.submit(
                organisation_id=organisation.pk,
                administrator=reader(request),
                rules_version=form.cleaned_data["version"],
                at=now(),
            )
        except (Refusal, TransitionNotAllowed) as refusal:
            form.add_error(None, str(getattr(refusal, "sentence", Refusal.sentence)))
        else:
            messages.success(request, _("Inscription transmise. Le passeur la vérifie et vous écrit."))
            return see_other(door.home)
    return _page(request, door, "regles", form, organisation)


def _onward(request: HttpRequest, door: Door, step: str) -> HttpResponse:
    if "later" in request.POST:
        messages.success(
            request, _("C’est enregistré. Reprenez quand vous voulez : il suffit de vous connecter.")
        )
        return see_other("landing")
    return see_other(door.url_name, step)


def _page(
    request: HttpRequest, door: Door, step: str, form: forms.Form, organisation: Organisation | None
) -> HttpResponse:
    told = {
        "door": door,
        "side": door.side,
        "step": step,
        "steps": _steps(step),
        "form": form,
        "organisation": organisation,
        "rules_version": organisations.RULES_VERSION,
        "page": _page_of(request, organisation),
    }
    status = 422 if form.is_bound and form.errors else 200
    return render(request, f"accounts/registration/{step}.html", told, status=status)


def _page_of(request: HttpRequest, organisation: Organisation | None) -> queries.OrganisationPage | None:
    if organisation is None:
        return None
    organisation = organisation_for(request.user, organisation.pk, Right.ADMINISTER)
    return queries.organisation_page(organisation, user=reader(request), at=now())


def _steps(current: str) -> list[tuple[str | Promise, bool]]:
    return [(label, step == current) for step, label in STEPS.items()]


def _room(side: str) -> str:
    return "associations" if side == "association" else "companies"
