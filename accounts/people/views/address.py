"""The address of an account: its change waits for a yes from the address in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.views import EmailView
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.people.actions import addresses
from accounts.people.queries import desk
from accounts.refusals import Refusal
from accounts.session import reader, see_other

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def change(request: HttpRequest, token: str) -> HttpResponse:
    """Show the change to the owner of the address in use; a POST confirms it or refuses it."""
    waiting = desk.address_change_of(token, at=now())
    if waiting is None:
        return render(request, "accounts/people/address/closed.html", status=410)
    refusal = ""
    if request.method == "POST":
        try:
            if "refuse" in request.POST:
                addresses.refuse_change(token=token, at=now())
                messages.success(request, _("Changement refusé : votre adresse reste la même."))
                return see_other("account_change_password")
            addresses.confirm_change(token=token, at=now())
        except Refusal as refused:
            refusal = str(refused.sentence)
        else:
            messages.success(request, _("C’est fait : votre compte a une nouvelle adresse."))
            return see_other("account_email")
    told = {"change": waiting, "refusal": refusal}
    return render(request, "accounts/people/address/change.html", told, status=422 if refusal else 200)


@require_POST
def withdraw(request: HttpRequest) -> HttpResponse:
    """Give up the change that waits."""
    addresses.withdraw_change(user=reader(request), at=now())
    messages.success(request, _("Vous gardez votre adresse actuelle."))
    return see_other("account_email")


def own(request: HttpRequest) -> HttpResponse:
    """Show and take the address of the account: allauth's page, with the change that waits."""
    waiting = desk.waiting_address(reader(request), at=now())
    answer: HttpResponse = EmailView.as_view(extra_context={"waiting": waiting})(request)
    return answer
