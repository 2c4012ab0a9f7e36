"""Registering an organisation: the choice of a side, then four steps alike for both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import NON_FIELD_ERRORS
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.lifecycle import TransitionNotAllowed
from accounts.organisations.actions.profile import save_presentation
from accounts.organisations.queries import documents as papers
from accounts.organisations.queries import organisations as queries
from accounts.organisations.transitions import IdentityTaken
from accounts.organisations.views import documents
from accounts.people.actions import people
from accounts.people.forms.people import GuestForm
from accounts.people.views.reauthentication import require_fresh_to_give
from accounts.permissions import Organisation, User
from accounts.refusals import Refusal
from accounts.registration.actions import registration as organisations
from accounts.registration.actions import resuming
from accounts.registration.forms import IdentityForm, RulesForm
from accounts.registration.views import joining
from accounts.registration.views.steps import RESUME, STEPS, onward, step_page
from accounts.session import REGISTERING, reader, see_other, sent

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.organisations.portal import OrganisationPortal


@login_not_required
@require_safe
def doors(request: HttpRequest) -> HttpResponse:
    """Ask whether an association or a company comes in."""
    return render(request, "accounts/registration/doors.html")


@login_not_required
@require_safe
def enter(request: HttpRequest, side: str) -> HttpResponse:
    """Remember which portal was taken, and open an account first if there is none."""
    request.session[REGISTERING] = side
    if request.user.is_authenticated:
        return (
            redirect("home")
            if reader(request).is_broker
            else redirect(f"{_room(side)}:registration", "identite")
        )
    return redirect("account_signup")


@require_http_methods(["GET", "HEAD", "POST"])
def registration(request: HttpRequest, step: str, portal: OrganisationPortal) -> HttpResponse:
    """Answer one step; nobody goes past the first before it is kept."""
    if step not in (*STEPS, RESUME) or reader(request).is_broker:
        raise Http404
    organisation = queries.open_registration(reader(request), portal.side)
    if step == "identite":
        return _identity(request, portal, organisation)
    if organisation is None:
        return redirect(portal.url_name("registration"), "identite")
    if step == RESUME:
        return redirect(portal.url_name("registration"), organisation.registration_step)
    later = {"pieces": _papers, "personnes": _people, "regles": _rules}
    return later[step](request, portal, organisation)


def _identity(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation | None
) -> HttpResponse:
    form = portal.identity_form(sent(request), initial=_known(portal, organisation))
    if request.method != "POST" or not form.is_valid():
        return step_page(request, portal, "identite", form, organisation)
    if not ratelimit.consume(request, action="identity_taken", dry_run=True):
        form.add_error(None, joining.TOO_MANY_TRIES)
    elif "join" in request.POST:
        if joining.asked(request, form):
            request.session.pop(REGISTERING, None)
            return see_other("home")
    elif _kept(request, portal, organisation, form):
        request.session.pop(REGISTERING, None)
        return onward(request, portal, "pieces")
    is_taken = form.has_error(NON_FIELD_ERRORS, "taken")
    return step_page(request, portal, "identite", form, organisation, is_taken=is_taken)


def _known(portal: OrganisationPortal, organisation: Organisation | None) -> dict[str, Any]:
    if organisation is None:
        return {}
    names = (*organisations.Identity._fields, "purpose", "website")
    return {**{name: getattr(organisation, name) for name in names}, **portal.initial_details(organisation)}


def _kept(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation | None, form: IdentityForm
) -> bool:
    user = reader(request)
    try:
        kept = _keep_identity(user, portal, organisation, form.identity())
        save_presentation(
            organisation_id=kept.pk,
            administrator=user,
            purpose=form.cleaned_data["purpose"],
            website=form.cleaned_data["website"],
            at=now(),
        )
        portal.save_details(organisation_id=kept.pk, administrator=user, form=form, at=now())
    except IdentityTaken as refusal:
        ratelimit.consume(request, action="identity_taken")
        form.add_error(None, forms.ValidationError(refusal.message, code="taken"))
        return False
    except Refusal as refusal:
        form.add_error(None, refusal.message)
        return False
    return True


def _keep_identity(
    user: User,
    portal: OrganisationPortal,
    organisation: Organisation | None,
    identity: organisations.Identity,
) -> Organisation:
    if organisation is None:
        return organisations.start_registration(founder=user, side=portal.side, identity=identity, at=now())
    return organisations.save_identity(
        organisation_id=organisation.pk, administrator=user, identity=identity, at=now()
    )


def _papers(request: HttpRequest, portal: OrganisationPortal, organisation: Organisation) -> HttpResponse:
    form = documents.document_form(request, organisation)
    if request.method == "POST" and not form.is_bound:
        return _reached(request, portal, organisation, "personnes")
    if form.is_bound and documents.brought(request, organisation, form):
        return see_other(portal.url_name("registration"), "pieces")
    shelves = papers.papers_page(organisation, user=reader(request), at=now())
    return step_page(request, portal, "pieces", form, organisation, papers=shelves)


def _reached(
    request: HttpRequest, portal: OrganisationPortal, organisation: Organisation, step: str
) -> HttpResponse:
    user = reader(request)
    resuming.reach(organisation_id=organisation.pk, administrator=user, step=step, at=now())
    return onward(request, portal, step)


def _people(request: HttpRequest, portal: OrganisationPortal, organisation: Organisation) -> HttpResponse:
    if "next" in request.POST or "later" in request.POST:
        return _reached(request, portal, organisation, "regles")
    form = GuestForm(sent(request))
    if request.method == "POST" and form.is_valid():
        require_fresh_to_give(request, form.roles())
        try:
            people.invite(
                organisation_id=organisation.pk,
                administrator=reader(request),
                guest=form.guest(),
                roles=form.roles(),
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("L’invitation part. Vous pouvez en écrire une autre."))
            return see_other(portal.url_name("registration"), "personnes")
    return step_page(request, portal, "personnes", form, organisation)


def _rules(request: HttpRequest, portal: OrganisationPortal, organisation: Organisation) -> HttpResponse:
    form = RulesForm(sent(request), initial={"version": organisations.RULES_VERSION})
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
            return see_other(portal.url_name("home"))
    return step_page(request, portal, "regles", form, organisation)


def _room(side: str) -> str:
    return "associations" if side == "association" else "companies"
