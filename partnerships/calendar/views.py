"""Pages of the mails to come, of the rules of a case and of a snooze, and the calendar of a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.core.exceptions import RateLimited
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.session import reader, see_other
from partnerships.calendar import actions
from partnerships.calendar.forms import CaseRulesForm, SnoozeForm
from partnerships.calendar.queries import feed as feeds
from partnerships.calendar.queries.rules import case_rules
from partnerships.calendar.queries.snoozes import snoozed_milestone
from partnerships.calendar.queries.upcoming import upcoming_mails
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest

form_page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def mails_to_come(request: HttpRequest) -> HttpResponse:
    """List the mails that the reader will get, the next one first."""
    number = request.GET.get("page", "")
    page = int(number) if number.isdecimal() and len(number) < 6 else 1  # noqa: PLR2004
    context = {"mails": upcoming_mails(reader(request), now(), page=page)}
    return render(request, "partnerships/calendar/mails.html", context)


@form_page
def calendar(request: HttpRequest) -> HttpResponse:
    """Show the secret address of the reader's calendar; on POST, make a new one, or take it away."""
    person = reader(request)
    if request.method == "POST":
        if "revoke" in request.POST:
            actions.revoke_feed(person=person)
            messages.success(request, _("Adresse retirée\u00a0: elle ne donne plus aucune date."))
        else:
            actions.make_feed(person=person, at=now())
            messages.success(request, _("Adresse créée. Copiez-la dans votre agenda."))
        return see_other("partnerships:calendar")
    feed = feeds.feed_of(person)
    context = {"feed": feed, "url": feeds.feed_url(feed) if feed else ""}
    return render(request, "partnerships/calendar/feed.html", context)


@form_page
def reminder_rules(request: HttpRequest, reference: str) -> HttpResponse:
    """Show on which days the reminders of a case leave; on POST, the broker sets them."""
    right = Right.BROKER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    shown = case_rules(partnership)
    follows = CaseRulesForm.OWN if shown.is_own else CaseRulesForm.DEFAULT
    posted = request.POST if request.method == "POST" else None
    form = CaseRulesForm(posted, rules=shown.rules, follows=follows)

    def act() -> None:
        actions.set_case_rules(
            partnership_id=partnership.pk, broker=reader(request), rules=form.own_rules(), at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Rappels enregistrés. Ceux à venir suivent déjà ces jours."))
        return case_redirect(partnership, "reminder_rules")
    template = "partnerships/calendar/rules.html"
    return case_page(
        request, partnership, template, tab="reminder_rules", status=form_status(form), shown=shown, form=form
    )


@form_page
def snooze(request: HttpRequest, reference: str, milestone_id: int) -> HttpResponse:
    """Show the next reminder of a milestone to the reader; on POST, put it off."""
    partnership = case_of(request, reference, Right.ANSWER)
    row = snoozed_milestone(partnership, milestone_id, reader(request), now())
    posted = request.POST if request.method == "POST" else None
    form = SnoozeForm(posted, initial={"until_date": row.until})

    def act() -> None:
        actions.snooze(
            milestone_id=milestone_id,
            partnership_id=partnership.pk,
            person=reader(request),
            until=form.cleaned_data["until_date"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Rappel enregistré. L’échéance du jalon ne change pas."))
        return see_other("partnerships:mails_to_come")
    template = "partnerships/calendar/snooze.html"
    return case_page(
        request, partnership, template, tab="follow_up", status=form_status(form), row=row, form=form
    )


@login_not_required
@require_safe
@sensitive_variables("token")
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:
    """Return the calendar of the person with this secret address; 404 for any other."""
    try:
        _count_reading(request)
    except RateLimited:
        return HttpResponse(status=429, headers={"Retry-After": "60", "Cache-Control": "private, no-store"})
    person = feeds.reader_of(token)
    if person is None:
        return HttpResponse(status=404, headers={"Cache-Control": "private, no-store"})
    return HttpResponse(
        feeds.calendar_file(person, at=now()),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": "private, max-age=3600",
            "Content-Disposition": 'inline; filename="lucky-link.ics"',
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        },
    )


@rate_limit(action="calendar_feed", limit_get=True, raise_exception=True)  # type: ignore[untyped-decorator]
def _count_reading(_request: HttpRequest) -> None:
    """Count one reading from the address of the request. Raises RateLimited."""
