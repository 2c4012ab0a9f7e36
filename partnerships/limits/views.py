"""Pages of the limits of a signed text: alerts and declared actions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.session import reader
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_redirect, form_status
from partnerships.lifecycle import Case
from partnerships.limits import actions, queries
from partnerships.limits.forms import ActionAnswerForm, ActionForm, AlertForm
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.models import Partnership


@require_safe
def limits(request: HttpRequest, reference: str) -> HttpResponse:
    """List the alerts and the declared actions of a case, the latest first."""
    partnership = case_of(request, reference, Right.READ)
    header = _header(request, partnership)
    is_active = partnership.state == Case.ACTIVE
    context = {
        "header": header,
        "alerts": queries.alerts_of(partnership),
        "actions": queries.actions_of(header),
        "may_alert": is_active and (header.reader.is_broker or header.reader.may_answer),
        "may_declare": is_active and header.reader.may_answer,
    }
    return render(request, "partnerships/limits/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def raise_alert(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form of an alert; on POST, raise it. `?point=` and `?action=` fill it in."""
    right = Right.BROKER if reader(request).is_broker else Right.ANSWER
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    initial = {"subject": request.GET.get("point", ""), "action": counted(request.GET.get("action", ""))}
    posted = request.POST if request.method == "POST" else None
    form = AlertForm(posted, points=queries.points_of(partnership), initial=initial)
    raised = []

    def act() -> None:
        number = form.cleaned_data["action"]
        about = queries.action_row(header, number).action.pk if number else None
        raised.append(
            actions.raise_alert(
                partnership_id=partnership.pk, person=reader(request), alert=form.alert(about), at=now()
            )
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(
            request, _("Alerte envoyée. Toutes les parties et le passeur sont prévenus par courriel.")
        )
        return case_redirect(partnership, "alert", raised[0].number)
    context = {"header": header, "form": form, "is_active": partnership.state == Case.ACTIVE}
    return render(request, "partnerships/limits/raise.html", context, status=form_status(form))


@require_safe
def alert(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show an alert, with what it opened."""
    partnership = case_of(request, reference, Right.READ)
    context = {
        "header": _header(request, partnership),
        "alert": queries.alert_of(partnership, number),
    }
    return render(request, "partnerships/limits/alert.html", context)


@require_safe
def choose_action(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the kinds of action that a party may declare."""
    partnership = case_of(request, reference, Right.ANSWER)
    context = {
        "header": _header(request, partnership),
        "kinds": queries.kinds(),
        "is_active": partnership.state == Case.ACTIVE,
    }
    return render(request, "partnerships/limits/choose.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def declare_action(request: HttpRequest, reference: str, kind: str) -> HttpResponse:
    """Show the form of an action of that kind with the points that it touches; on POST, declare it."""
    partnership = case_of(request, reference, Right.ANSWER)
    declared_kind = queries.kind_named(kind)
    if declared_kind is None:
        raise Http404
    posted = request.POST if request.method == "POST" else None
    points = queries.concerned(queries.points_of(partnership), declared_kind)
    form = ActionForm(posted, kind=declared_kind, points=points)
    declared = []

    def act() -> None:
        declared.append(
            actions.declare_action(
                partnership_id=partnership.pk, speaker=reader(request), action=form.action(), at=now()
            )
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(
            request, _("Action déclarée. Les autres parties et le passeur sont prévenus par courriel.")
        )
        return case_redirect(partnership, "declared_action", declared[0].number)
    context = {
        "header": _header(request, partnership),
        "form": form,
        "kind_label": declared_kind.label,
        "is_active": partnership.state == Case.ACTIVE,
    }
    return render(request, "partnerships/limits/declare.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def declared_action(request: HttpRequest, reference: str, number: int) -> HttpResponse:
    """Show a declared action; on POST, answer that the reader's party sees no obstacle."""
    right = Right.ANSWER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    header = _header(request, partnership)
    row = queries.action_row(header, number)
    form = ActionAnswerForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.answer_action(
            action_id=row.action.pk, speaker=reader(request), text=form.cleaned_data["text"], at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Réponse enregistrée. L’autre partie est prévenue par courriel."))
        return case_redirect(partnership, "declared_action", number)
    context = {"header": header, "row": row, "form": form}
    return render(request, "partnerships/limits/action.html", context, status=form_status(form))


def _header(request: HttpRequest, partnership: Partnership) -> CaseHeader:
    return case_header(partnership, reader(request), now(), tab="limits")
