"""The reader of a request, their organisation, and helpers for POST requests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.permissions import Organisation, User, signed_in
from accounts.portals import ORGANISATION_FIELD, open_portal_of, portal_of_request
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, QueryDict

# Session keys of what a person started before signing in.
REGISTERING = "registering"
INVITATION = "invitation"


class FormOfNoOrganisation(Refusal):
    """A form of somebody with several organisations does not say for which one it was opened."""

    sentence = gettext_lazy(
        "Ce formulaire ne dit pas pour laquelle de vos organisations il était ouvert. "
        "Ouvrez-le de nouveau depuis l’espace de l’organisation, puis envoyez-le."
    )


class FormOfAnotherOrganisation(Refusal):
    """A form was opened for an organisation of which its sender is not a member, or no longer."""

    sentence = gettext_lazy(
        "Ce formulaire était ouvert pour une organisation dont vous n’êtes pas membre, ou plus membre. "
        "Demandez à un gestionnaire de vous inviter, ou ouvrez le formulaire d’une de vos organisations."
    )


def reader(request: HttpRequest) -> User:
    """Return the signed-in user. Raises Http404."""
    return signed_in(request.user)


def current_organisation(request: HttpRequest, side: str = "") -> Organisation:
    """Return the organisation for which the reader uses the site: the one they switched to, else the first.

    With a `side`, the first organisation of that side in the same order. For a POST, the organisation for
    which the form was opened; if that is another one, the reader is switched to it and told so.
    1 query, shared with the portal of the page.
    Raises Http404 when there is none, FormOfNoOrganisation, FormOfAnotherOrganisation.
    """
    portal = portal_of_request(request)
    organisations = [
        organisation
        for organisation in (portal.organisation, *portal.other_organisations)
        if organisation and side in ("", organisation.side)
    ]
    posted = organisation_of_form(request)
    if request.method == "POST" and (posted or len(organisations) > 1):
        return _organisation_of_post(request, organisations, posted)
    if not organisations:
        raise Http404
    return organisations[0]


def organisation_of_form(request: HttpRequest) -> str:
    """Return the key of the organisation for which the posted form was opened, "" if it names none."""
    return request.POST.get(ORGANISATION_FIELD, "")


def _organisation_of_post(
    request: HttpRequest, organisations: list[Organisation], posted: str
) -> Organisation:
    if not posted:
        raise FormOfNoOrganisation
    organisation = next((each for each in organisations if str(each.pk) == posted), None)
    if organisation is None:
        raise FormOfAnotherOrganisation
    if organisation != organisations[0]:
        open_portal_of(request, organisation)
        messages.info(
            request,
            _("Ce formulaire était ouvert pour %(name)s\u00a0: vous voici de nouveau dans son espace.")
            % {"name": organisation.name},
        )
    return organisation


def post_data(request: HttpRequest) -> QueryDict | None:
    """Return the data of a POST, None for any other method."""
    return request.POST if request.method == "POST" else None


def see_other(to: str, *args: object) -> HttpResponse:
    """Return the redirection after a successful POST, with status 303."""
    response = redirect(to, *args)
    response.status_code = 303
    return response
