"""The rules of reminders of all cases without rules of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.forms.submission import submit_form
from accounts.pages.session import post_data, see_other
from accounts.permissions import broker_or_404
from partnerships.calendar import actions
from partnerships.calendar.forms import ReminderRulesForm
from partnerships.calendar.queries.rules import default_rules

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def rules(request: HttpRequest) -> HttpResponse:
    """Show and set on which days the reminders of a milestone leave."""
    broker = broker_or_404(request.user)
    shown = default_rules()
    form = ReminderRulesForm(post_data(request), rules=shown.rules)

    def save() -> None:
        actions.set_default_rules(broker=broker, rules=form.rules(), at=now())

    if submit_form(form, save):
        messages.success(request, _("Rappels enregistrés. Ceux à venir suivent déjà ces jours."))
        return see_other("broker:reminder_rules")
    context = {"form": form, "history": shown.history}
    return render(request, "broker/reminders/page.html", context, status=422 if form.errors else 200)
