"""How a person wishes to be spoken to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.organisations.queries import organisations
from accounts.people.actions.settings import save_settings
from accounts.people.forms.people import SettingsForm
from accounts.session import reader, see_other, sent

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """Show and keep the language, the time zone and the rhythm of messages."""
    user = reader(request)
    form = SettingsForm(user, organisations.rhythms_of(user), sent(request))
    if request.method != "POST" or not form.is_valid():
        status = 422 if form.errors else 200
        return render(request, "accounts/people/preferences/page.html", {"form": form}, status=status)
    language = form.cleaned_data["language"]
    save_settings(
        user_id=user.pk,
        language=language,
        time_zone=form.cleaned_data["time_zone"],
        rhythms=form.rhythms(),
    )
    with translation.override(language):
        messages.success(request, _("Préférences enregistrées."))
    answer = see_other("preferences")
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", max_age=31_536_000)
    return answer
