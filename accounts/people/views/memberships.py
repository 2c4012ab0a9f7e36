"""Members of an organisation: invitations, roles, departures, mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import localdate, now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.pages.session import post_data, reader, see_other
from accounts.people.actions import mandates, memberships
from accounts.people.forms import InvitationForm, MandateForm, RolesForm
from accounts.people.queries.account import has_second_factor
from accounts.people.queries.mandates import mandate_proofs
from accounts.people.queries.memberships import sole_duties
from accounts.people.views.authentication import (
    require_recent_authentication,
    require_recent_authentication_to_grant,
)
from accounts.permissions import Organisation, OrganisationRight, member_for, organisation_for
from accounts.portals import HOME_PAGES, ORGANISATION_PAGES
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django import forms
    from django.http import HttpRequest, HttpResponse


form_methods = require_http_methods(["GET", "HEAD", "POST"])


@form_methods
def invite(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    form = InvitationForm(post_data(request), initial={"is_referent": True})

    def action() -> None:
        require_recent_authentication_to_grant(request, form.roles())
        memberships.invite(
            organisation_id=organisation.pk,
            administrator=reader(request),
            guest=form.guest(),
            roles=form.roles(),
            at=now(),
        )

    return _form_response(
        request,
        organisation,
        form,
        action,
        "accounts/organisations/profile/invite.html",
        _("Invitation envoyée."),
    )


@require_POST
def resend(request: HttpRequest, organisation_id: UUID, invitation_id: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    return _post_response(
        request,
        organisation,
        lambda: memberships.resend_invitation(
            organisation_id=organisation.pk,
            administrator=reader(request),
            invitation_id=invitation_id,
            at=now(),
        ),
        _("Invitation renvoyée, valable quatorze jours de plus."),
    )


@require_POST
def revoke(request: HttpRequest, organisation_id: UUID, invitation_id: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    return _post_response(
        request,
        organisation,
        lambda: memberships.revoke_invitation(
            organisation_id=organisation.pk,
            administrator=reader(request),
            invitation_id=invitation_id,
            at=now(),
        ),
        _("L’invitation est annulée : son lien n’est plus valable."),
    )


@form_methods
def member(request: HttpRequest, organisation_id: UUID, member_id: UUID) -> HttpResponse:
    """Change the roles of a member."""
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    membership = member_for(organisation, member_id)
    initial = {name: getattr(membership, name) for name in memberships.Roles._fields}
    form = RolesForm(post_data(request), initial=initial)

    def action() -> None:
        require_recent_authentication(request)
        memberships.change_roles(
            organisation_id=organisation.pk,
            administrator=reader(request),
            member_id=member_id,
            roles=form.roles(),
            at=now(),
        )

    return _form_response(
        request,
        organisation,
        form,
        action,
        "accounts/organisations/profile/member.html",
        _("Rôles enregistrés."),
        membership=membership,
    )


@require_POST
def remove(request: HttpRequest, organisation_id: UUID, member_id: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    require_recent_authentication(request)
    return _post_response(
        request,
        organisation,
        lambda: memberships.remove_member(
            organisation_id=organisation.pk,
            administrator=reader(request),
            member_id=member_id,
            at=now(),
        ),
        _("Cette personne ne fait plus partie de l’organisation."),
    )


@form_methods
def mandate(request: HttpRequest, organisation_id: UUID, member_id: UUID) -> HttpResponse:
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    membership = member_for(organisation, member_id)
    form = MandateForm(
        post_data(request),
        initial={"valid_from_date": localdate(now())},
        proofs=mandate_proofs(organisation),
    )

    def action() -> None:
        require_recent_authentication(request)
        mandates.record_mandate(
            organisation_id=organisation.pk,
            administrator=reader(request),
            signatory_id=member_id,
            terms=form.terms(),
            at=now(),
        )

    context = {
        "membership": membership,
        "has_factor": has_second_factor(membership.user),
        "is_own": membership.user == request.user,
    }
    return _form_response(
        request,
        organisation,
        form,
        action,
        "accounts/organisations/profile/mandate.html",
        _("Mandat enregistré."),
        **context,
    )


@require_POST
def end_mandate(request: HttpRequest, organisation_id: UUID, mandate_id: int) -> HttpResponse:
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    require_recent_authentication(request)
    return _post_response(
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


def _form_response(
    request: HttpRequest,
    organisation: Organisation,
    form: forms.Form,
    action: Callable[[], object],
    template: str,
    success: str,
    **context: object,
) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            action()
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, success)
            return see_other(ORGANISATION_PAGES[organisation.side])
    context |= {"organisation": organisation, "form": form, "back": ORGANISATION_PAGES[organisation.side]}
    return render(request, template, context, status=422 if form.is_bound and form.errors else 200)


def _post_response(
    request: HttpRequest, organisation: Organisation, action: Callable[[], object], success: str
) -> HttpResponse:
    try:
        action()
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, success)
    return see_other(ORGANISATION_PAGES[organisation.side])


@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show the consequences of leaving; a POST ends the membership."""
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.READ)
    membership = member_for(organisation, reader(request).pk)
    refusal = ""
    if request.method == "POST":
        require_recent_authentication(request)
        try:
            memberships.leave(organisation_id=organisation.pk, member=reader(request), at=now())
        except Refusal as refused:
            refusal = str(refused.sentence)
        else:
            messages.success(request, _("Vous avez quitté %(name)s.") % {"name": organisation.name})
            return see_other("home")
    context = {
        "organisation": organisation,
        "duties": sole_duties(membership, at=now()),
        "refusal": refusal,
        "back": ORGANISATION_PAGES[organisation.side],
    }
    return render(
        request, "accounts/organisations/profile/leave.html", context, status=422 if refusal else 200
    )


@require_POST
def acknowledge_handover(request: HttpRequest, organisation_id: UUID, handover_id: int) -> HttpResponse:
    """Mark a handover as seen."""
    organisation = organisation_for(request.user, organisation_id, OrganisationRight.ADMINISTER)
    memberships.acknowledge_handover(
        organisation_id=organisation.pk, administrator=reader(request), handover_id=handover_id, at=now()
    )
    return see_other(HOME_PAGES[organisation.side])
