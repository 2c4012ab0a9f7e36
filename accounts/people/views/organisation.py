"""The page of an organisation and the form of its profile, alike in both portals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.organisations.queries.interests import board_interests
from accounts.pages.session import current_organisation, post_data, reader, see_other
from accounts.people.queries.memberships import organisation_page
from accounts.permissions import OrganisationRight, organisation_for

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from accounts.organisations.portal import OrganisationPortal


@require_safe
def organisation(request: HttpRequest, portal: OrganisationPortal) -> HttpResponse:
    """Show the identity, the profile, the people, the mandates and the verification."""
    organisation, at = current_organisation(request, portal.side), now()
    context = {
        "organisation": organisation,
        "page": organisation_page(organisation, user=reader(request), at=at),
        "interests": board_interests([organisation.pk], at=at)[organisation.pk],
        **portal.page_context(organisation, at),
    }
    return render(request, portal.page_template, context)


@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, portal: OrganisationPortal) -> HttpResponse:
    """Show and save the profile."""
    organisation = current_organisation(request, portal.side)
    organisation_for(request.user, organisation.pk, OrganisationRight.ADMINISTER)
    form = portal.profile_form(post_data(request), initial=portal.initial_profile(organisation))

    def save() -> None:
        portal.save_profile(
            organisation_id=organisation.pk,
            administrator=reader(request),
            presentation=form.presentation(),
            profile=portal.profile_data(**form.details()),
            at=now(),
        )

    if submit_form(form, save):
        messages.success(request, _("Profil enregistré."))
        return see_other(portal.url_name("organisation"))
    context = {"organisation": organisation, "form": form, "back": portal.url_name("organisation")}
    status = 422 if form.errors else 200
    return render(request, "accounts/organisations/profile/profile.html", context, status=status)
