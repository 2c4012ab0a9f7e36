"""The ties of the board of an organisation: declared, replaced, withdrawn, confirmed each year."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.organisations.actions import interests
from accounts.organisations.forms.interests import LinkForm
from accounts.organisations.queries.disclosures import interests_of, link_of
from accounts.permissions import Right, organisation_for
from accounts.refusals import Refusal
from accounts.session import reader, see_other

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

PAGES = {"association": "associations:organisation", "company": "companies:organisation"}


@require_http_methods(["GET", "HEAD", "POST"])
def board(request: HttpRequest, organisation_id: UUID, link_id: int | None = None) -> HttpResponse:
    """Show the ties that stand; take a new one, in the place of `link_id` if it is named."""
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    replaced = link_of(organisation, link_id) if link_id is not None else None
    typed = request.POST if request.method == "POST" else None
    form = LinkForm(typed, side=organisation.side, initial=replaced._asdict() if replaced else None)
    if form.is_valid():
        try:
            interests.declare_link(
                organisation_id=organisation.pk,
                administrator=reader(request),
                tie=form.tie(),
                replaces=link_id,
                at=now(),
            )
        except Refusal as refusal:
            form.add_error(None, refusal.message)
        else:
            messages.success(request, _("Lien déclaré. Les parties de vos dossiers le lisent."))
            return see_other("interests", organisation.pk)
    told = {
        "organisation": organisation,
        "interests": interests_of([organisation.pk], at=now())[organisation.pk],
        "form": form,
        "replaced": link_id,
        "back": PAGES[organisation.side],
    }
    return render(
        request, "accounts/organisations/profile/interests.html", told, status=422 if form.errors else 200
    )


@require_POST
def withdraw(request: HttpRequest, organisation_id: UUID, link_id: int) -> HttpResponse:
    """Take a tie off the list."""
    return _press(
        request,
        organisation_id,
        lambda own: interests.withdraw_link(
            organisation_id=own, administrator=reader(request), link_id=link_id, at=now()
        ),
        _("Lien retiré. Le journal garde ce qui avait été déclaré."),
    )


@require_POST
def confirm(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """State that the list is whole."""
    return _press(
        request,
        organisation_id,
        lambda own: interests.confirm_links(organisation_id=own, administrator=reader(request), at=now()),
        _("Déclaration datée d’aujourd’hui. Elle vaut un an."),
    )


def _press(
    request: HttpRequest, organisation_id: UUID, act: Callable[[UUID], object], done: str
) -> HttpResponse:
    organisation = organisation_for(request.user, organisation_id, Right.ADMINISTER)
    try:
        act(organisation.pk)
    except Refusal as refusal:
        messages.error(request, refusal.message)
    else:
        messages.success(request, done)
    return see_other("interests", organisation.pk)
