"""Pages of the meetings of a case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from partnerships import lifecycle
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_redirect, form_status
from partnerships.meetings import queries
from partnerships.meetings.actions import meetings as actions
from partnerships.meetings.actions import tasks
from partnerships.meetings.forms import (
    AgendaForm,
    CancelMeetingForm,
    MeetingForm,
    MeetingMinutesForm,
    MinutesAnswerForm,
    TaskForm,
)
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django import forms
    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.meetings.queries import MeetingRow
    from partnerships.models import Partnership


@require_safe
def meetings(request: HttpRequest, reference: str) -> HttpResponse:
    """List the meetings of a case, the latest first."""
    partnership = case_of(request, reference, Right.READ)
    header = _header(request, partnership)
    context = {
        "header": header,
        "rows": queries.meetings_of(header, now()),
        "may_set": header.reader.is_broker and partnership.state not in lifecycle.FINAL,
    }
    return render(request, "partnerships/meetings/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def set_meeting(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form that sets a meeting; on POST, set it."""
    partnership = case_of(request, reference, Right.BROKER)
    form = MeetingForm(_posted(request))
    opened = []

    def act() -> None:
        opened.append(
            actions.set_meeting(
                partnership_id=partnership.pk, broker=reader(request), plan=form.plan(), at=now()
            )
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réunion fixée."))
        return case_redirect(partnership, "meeting", opened[0].number)
    return _form_page(request, _header(request, partnership), form, name="set")


@require_http_methods(["GET", "HEAD", "POST"])
def meeting(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show a meeting; on POST, add a point to its agenda."""
    partnership = case_of(request, reference, Right.READ)
    header = _header(request, partnership)
    row = queries.meeting_row(header, number, now())
    form = AgendaForm(_posted(request))

    def act() -> None:
        text = form.cleaned_data["text"]
        actions.add_to_agenda(meeting_id=row.meeting.pk, person=reader(request), text=text, at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Point ajouté à l’ordre du jour."))
        return case_redirect(partnership, "meeting", number, anchor="#ordre-du-jour")
    return _page(request, header, row, form, name="agenda" if row.may_add or form.errors else "")


@require_http_methods(["GET", "HEAD", "POST"])
def change_meeting(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form that changes when and where a meeting is; on POST, change it."""
    partnership = case_of(request, reference, Right.BROKER)
    header = _header(request, partnership)
    row = queries.meeting_row(header, number, now())
    form = MeetingForm(_posted(request), initial=MeetingForm.initial_of(row.meeting))

    def act() -> None:
        actions.change_meeting(meeting_id=row.meeting.pk, broker=reader(request), plan=form.plan(), at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réunion enregistrée."))
        return case_redirect(partnership, "meeting", number)
    return _form_page(request, header, form, name="change", row=row)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel_meeting(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form that cancels a meeting; on POST, cancel it."""
    partnership = case_of(request, reference, Right.BROKER)
    header = _header(request, partnership)
    row = queries.meeting_row(header, number, now())
    form = CancelMeetingForm(_posted(request))

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.cancel_meeting(meeting_id=row.meeting.pk, broker=reader(request), reason=reason, at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réunion annulée. Toutes les parties sont prévenues par courriel."))
        return case_redirect(partnership, "meeting", number)
    return _form_page(request, header, form, name="cancel", row=row)


@require_http_methods(["GET", "HEAD", "POST"])
def minutes(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form of the minutes of a meeting; on POST, ask all parties to agree to them."""
    partnership = case_of(request, reference, Right.BROKER)
    header = _header(request, partnership)
    row = queries.meeting_row(header, number, now())
    written = {"minutes": row.meeting.minutes, "decisions": row.meeting.decisions}
    form = MeetingMinutesForm(_posted(request), initial=written)

    def act() -> None:
        actions.file_minutes(
            meeting_id=row.meeting.pk,
            broker=reader(request),
            minutes=form.cleaned_data["minutes"],
            decisions=form.cleaned_data["decisions"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Compte rendu envoyé à toutes les parties."))
        return case_redirect(partnership, "meeting", number)
    return _page(request, header, row, form, name="minutes")


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the minutes of a meeting with the form of an answer; on POST, agree to them or refuse them."""
    partnership = case_of(request, reference, Right.ANSWER)
    header = _header(request, partnership)
    row = queries.meeting_row(header, number, now())
    form = MinutesAnswerForm(_posted(request), initial={"seen_number": row.meeting.minutes_number})

    def act() -> None:
        actions.answer_meeting(
            meeting_id=row.meeting.pk, speaker=reader(request), reply=form.reply(), at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse enregistrée. Toutes les parties et le passeur la lisent."))
        return case_redirect(partnership, "meeting", number)
    return _page(request, header, row, form, name="answer" if row.may_answer or form.errors else "")


@require_http_methods(["GET", "HEAD", "POST"])
def add_task(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show the form of a task; on POST, add it."""
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    row = queries.meeting_row(header, number, now())
    broker = header.broker if header.reader.is_broker else ""
    form = TaskForm(_posted(request), owners=queries.task_owners(header), broker=broker)

    def act() -> None:
        tasks.add_task(
            meeting_id=row.meeting.pk,
            person=reader(request),
            owner=form.chosen_owner(),
            text=form.cleaned_data["text"],
            due_date=form.cleaned_data["due_date"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Tâche ajoutée. Toutes les parties et le passeur la lisent."))
        return case_redirect(partnership, "meeting", number, anchor="#taches")
    return _form_page(request, header, form, name="task", row=row)


@require_http_methods(["GET", "HEAD", "POST"])
def task(request: HttpRequest, reference: str, task_id: int) -> HttpResponse:
    """Show a task; on POST, say that it is done, or withdraw it."""
    partnership = case_of(request, reference, Right.READ)
    header = _header(request, partnership)
    row = queries.task_row(header, task_id, now())
    if request.method != "POST":
        return render(request, "partnerships/meetings/task.html", {"header": header, "row": row})
    if not (header.reader.is_broker or header.reader.may_answer):
        raise PermissionDenied
    if "withdraw" in request.POST:
        run_action(
            request,
            lambda: tasks.withdraw_task(task_id=task_id, broker=reader(request), at=now()),
            _("Tâche retirée."),
        )
    else:
        run_action(
            request,
            lambda: tasks.finish_task(task_id=task_id, person=reader(request), at=now()),
            _("Tâche faite."),
        )
    return case_redirect(partnership, "meeting", row.task.meeting.number, anchor="#taches")


def _posted(request: HttpRequest) -> dict[str, str] | None:
    return request.POST if request.method == "POST" else None


def _header(request: HttpRequest, partnership: Partnership) -> CaseHeader:
    return case_header(partnership, reader(request), now(), tab="meetings")


def _page(
    request: HttpRequest, header: CaseHeader, row: MeetingRow, form: forms.Form, *, name: str
) -> HttpResponse:
    """Return the page of a meeting with the form of that name, "" for none."""
    context = {"header": header, "row": row, "form": form, "form_name": name}
    return render(request, "partnerships/meetings/page.html", context, status=form_status(form))


def _form_page(
    request: HttpRequest,
    header: CaseHeader,
    form: forms.Form,
    *,
    name: str,
    row: MeetingRow | None = None,
) -> HttpResponse:
    """Return the page of a form about a meeting that has none of the meeting itself."""
    context = {"header": header, "row": row, "form": form, "form_name": name}
    return render(request, "partnerships/meetings/form.html", context, status=form_status(form))
