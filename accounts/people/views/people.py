"""The people of an organisation: asking in, roles, leaving, mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people.actions import mandates, people
from accounts.people.forms.people import GuestForm, MandateForm, RolesForm
from accounts.people.queries import desk
from accounts.people.views.reauthentication import require_fresh, require_fresh_to_give
from accounts.permissions import Organisation, Right, member_for, organisation_for
from accounts.refusals import Refusal
from accounts.session import reader, see_other, sent

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse

PAGES = {"association": "associations:organisation", "company": "companies:organisation"}
page = require_http_methods(["GET", "HEAD", "POST"])


@page
def invite(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Write an invitation."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    form = GuestForm(sent(request), initial={"is_referent": True})

    def act() -> None:
        require_fresh_to_give(request, form.roles())
        people.invite(
            organisation_id=organisation.pk,
            administrator=reader(request),
            guest=form.guest(),
            roles=form.roles(),
            at=now(),
        )

    return _answer(
        request,
        organisation,
        form,
        act,
        "accounts/organisations/profile/invite.html",
        _("L’invitation part."),
    )


@require_POST
def resend(request: HttpRequest, organisation_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Send an invitation again."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    return _press(
        request,
        organisation,
        lambda: people.resend_invitation(
            organisation_id=organisation.pk,
            administrator=reader(request),
            invitation_id=invitation_id,
            at=now(),
        ),
        _("L’invitation repart, valable quatorze jours de plus."),
    )


@require_POST
def revoke(request: HttpRequest, organisation_id: UUID, invitation_id: UUID) -> HttpResponse:
    """Make an invitation worthless."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    return _press(
        request,
        organisation,
        lambda: people.revoke_invitation(
            organisation_id=organisation.pk,
            administrator=reader(request),
            invitation_id=invitation_id,
            at=now(),
        ),
        _("L’invitation est annulée : son lien ne mène plus à rien."),
    )


@page
def member(request: HttpRequest, organisation_id: UUID, member_id: UUID) -> HttpResponse:
    """Give a member other roles."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    membership = member_for(organisation, member_id)
    known = {name: getattr(membership, name) for name in people.Roles._fields}
    # An unticked box sends nothing, so an empty POST is still an answer.
    form = RolesForm(request.POST if request.method == "POST" else None, initial=known)

    def act() -> None:
        require_fresh(request)
        people.change_roles(
            organisation_id=organisation.pk,
            administrator=reader(request),
            member_id=member_id,
            roles=form.roles(),
            at=now(),
        )

    told = {"membership": membership}
    return _answer(
        request,
        organisation,
        form,
        act,
        "accounts/organisations/profile/member.html",
        _("Rôles enregistrés."),
        **told,
    )


@require_POST
def remove(request: HttpRequest, organisation_id: UUID, member_id: UUID) -> HttpResponse:
    """End the membership of somebody."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    require_fresh(request)
    return _press(
        request,
        organisation,
        lambda: people.remove_member(
            organisation_id=organisation.pk,
            administrator=reader(request),
            member_id=member_id,
            at=now(),
        ),
        _("Cette personne ne fait plus partie de l’organisation."),
    )


@page
def mandate(request: HttpRequest, organisation_id: UUID, member_id: UUID) -> HttpResponse:
    """Record the mandate of a signatory."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    membership = member_for(organisation, member_id)
    form = MandateForm(
        sent(request),
        initial={"valid_from_date": now().date()},
        proofs=desk.proofs_of(organisation),
    )

    def act() -> None:
        require_fresh(request)
        mandates.record_mandate(
            organisation_id=organisation.pk,
            administrator=reader(request),
            signatory_id=member_id,
            terms=form.terms(),
            at=now(),
        )

    told = {
        "membership": membership,
        "has_factor": desk.has_second_factor(membership.user),
        "is_own": membership.user == request.user,
    }
    return _answer(
        request,
        organisation,
        form,
        act,
        "accounts/organisations/profile/mandate.html",
        _("Mandat enregistré."),
        **told,
    )


@require_POST
def end_mandate(request: HttpRequest, organisation_id: UUID, mandate_id: int) -> HttpResponse:
    """End a mandate now."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    require_fresh(request)
    return _press(
        request,
        organisation,
        lambda: mandates.revoke_mandate(
            organisation_id=organisation.pk,
            administrator=reader(request),
            mandate_id=mandate_id,
            at=now(),
        ),
        _("Le mandat est terminé."),
    )


def _answer(
    request: HttpRequest,
    organisation: Organisation,
    form: forms.Form,
    act: Callable[[], object],
    template: str,
    done: str,
    **told: object,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, done)
            return see_other(PAGES[organisation.side])
    told |= {"organisation": organisation, "form": form, "back": PAGES[organisation.side]}
    return render(request, template, told, status=422 if form.is_bound and form.errors else 200)


def _press(
    request: HttpRequest, organisation: Organisation, act: Callable[[], object], done: str
) -> HttpResponse:
    try:
        act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return see_other(PAGES[organisation.side])
