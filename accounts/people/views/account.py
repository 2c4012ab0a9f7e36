"""The account of the reader: its address and its preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.views import EmailView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.shortcuts import render
from django.utils import translation
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from accounts.pages.session import post_data, reader, see_other
from accounts.people.actions import account
from accounts.people.forms import PreferencesForm
from accounts.people.queries.account import (
    address_change_by_token,
    message_rhythms,
    monthly_cap,
    pending_address_change,
)
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("token")
def answer_address_change(request: HttpRequest, token: str) -> HttpResponse:
    """Show a change of address to the owner of the current one; a POST confirms or refuses it."""
    pending = address_change_by_token(token, at=now())
    if pending is None:
        return render(request, "accounts/people/address/closed.html", status=410)
    refusal = ""
    if request.method == "POST":
        try:
            if "refuse" in request.POST:
                account.refuse_address_change(token=token, at=now())
                messages.success(request, _("Changement refusé : votre adresse reste la même."))
                return see_other("account_change_password")
            account.confirm_address_change(token=token, at=now())
        except Refusal as refused:
            refusal = str(refused.sentence)
        else:
            messages.success(request, _("C’est fait : votre compte a une nouvelle adresse."))
            return see_other("account_email")
    context = {"change": pending, "refusal": refusal}
    return render(request, "accounts/people/address/change.html", context, status=422 if refusal else 200)


@require_POST
def cancel_address_change(request: HttpRequest) -> HttpResponse:
    account.cancel_address_change(user=reader(request), at=now())
    messages.success(request, _("Vous gardez votre adresse actuelle."))
    return see_other("account_email")


def email_page(request: HttpRequest) -> HttpResponse:
    """Return allauth's page of addresses, with the pending change in its context."""
    pending = pending_address_change(reader(request), at=now())
    response: HttpResponse = EmailView.as_view(extra_context={"pending": pending})(request)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and save the language, the time zone, the public holidays and the rhythm of messages."""
    user = reader(request)
    form = PreferencesForm(user, message_rhythms(user), monthly_cap(user), post_data(request))
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "accounts/people/preferences/page.html", {"form": form}, status=status)
    language = form.cleaned_data["language"]
    account.save_preferences(
        user_id=user.pk,
        language=language,
        time_zone=form.cleaned_data["time_zone"],
        territory=form.cleaned_data["territory"],
        rhythms=form.rhythms(),
        monthly_cap=form.cleaned_data["monthly_cap"],
    )
    with translation.override(language):
        messages.success(request, _("Préférences enregistrées."))
    response = see_other("preferences")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", max_age=31_536_000)
    return response
