"""Before the text: the case, going on or stopping; the canvas; the interview guide."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import post_data, reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.dialogue.queries import thread_party
from partnerships.history.queries.disclosures import disclosures_of
from partnerships.permissions import Right
from partnerships.scoping import actions, queries
from partnerships.scoping.forms import (
    AbandonCaseForm,
    CanvasForm,
    CaseDescriptionForm,
    InterviewForm,
)

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership

DESCRIPTION_FIELDS = ("title", "plain_words", "evidence_of_need", "broker_interests")


@require_http_methods(["GET", "HEAD", "POST"])
def scoping(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the case before its text; save the description written by the broker."""
    right = Right.BROKER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    form = CaseDescriptionForm(
        request.POST if request.method == "POST" else None, initial=_description_initial(partnership)
    )

    def act() -> None:
        description = actions.CaseDescription(**form.cleaned_data)
        actions.describe(
            partnership_id=partnership.pk, broker=reader(request), description=description, at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Enregistré. Les parties peuvent le lire dès maintenant."))
        return case_redirect(partnership, "scoping")
    return _scoping_page(request, partnership, form)


@require_POST
def prepare(request: HttpRequest, reference: str) -> HttpResponse:
    """Advance the case from scoping to drafting."""
    partnership = case_of(request, reference, Right.BROKER)
    run_action(
        request,
        lambda: actions.prepare(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("Le dossier passe à la rédaction."),
    )
    _keep_unsent(request, partnership)
    return case_redirect(partnership, "scoping")


@require_http_methods(["GET", "HEAD", "POST"])
def abandon(request: HttpRequest, reference: str) -> HttpResponse:
    """End the case with a reason."""
    partnership = case_of(request, reference, Right.BROKER)
    form = AbandonCaseForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.abandon(
            partnership_id=partnership.pk,
            broker=reader(request),
            reason=form.cleaned_data["reason"],
            grounds=form.selected_grounds(),
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Le dossier est arrêté. Toutes les parties en reçoivent la raison."))
        return case_redirect(partnership, "scoping")
    page = "partnerships/scoping/abandon.html"
    return case_page(request, partnership, page, tab="scoping", status=form_status(form), form=form)


@require_safe
def canvas(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the canvas of the case."""
    partnership = case_of(request, reference, Right.READ)
    page = queries.canvas_page(partnership, reader(request))
    return case_page(request, partnership, "partnerships/scoping/canvas/page.html", tab="scoping", page=page)


@require_http_methods(["GET", "HEAD", "POST"])
def edit_canvas(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the canvas form and save it, unless another version was saved meanwhile."""
    partnership = case_of(request, reference, Right.BROKER)
    page = queries.canvas_page(partnership, reader(request))
    initial = {**queries.canvas_initial(page.canvas), "seen_number": page.number}
    form = CanvasForm(post_data(request), initial=initial)

    def act() -> None:
        actions.write_canvas(
            partnership_id=partnership.pk,
            broker=reader(request),
            boxes=form.boxes(),
            seen_number=form.cleaned_data["seen_number"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Enregistré. Les parties peuvent le lire dès maintenant."))
        return case_redirect(partnership, "canvas")
    is_stale = request.method == "POST" and queries.is_stale(form.cleaned_data, page)
    if is_stale:
        form.set_seen_number(page.number)
    context = {"page": page, "form": form, "is_stale": is_stale}
    template = "partnerships/scoping/canvas/edit.html"
    return case_page(request, partnership, template, tab="scoping", status=form_status(form), **context)


@require_http_methods(["GET", "HEAD", "POST"])
def interview(request: HttpRequest, reference: str, party_id: int) -> HttpResponse:
    """Show the interview guide of one side, and save the broker's own notes."""
    partnership = case_of(request, reference, Right.BROKER)
    party = thread_party(partnership, reader(request), None, party_id)
    guide = queries.interview_guide(party, reader(request))
    form = InterviewForm(post_data(request), initial={question.code: text for question, text in guide.rows})

    def act() -> None:
        actions.save_interview_notes(
            party_id=party.pk, broker=reader(request), notes=form.cleaned_data, at=now()
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Vos notes sont enregistrées. Vous seul pouvez les lire."))
        return case_redirect(partnership, "interview", party.pk)
    context = {"guide": guide, "form": form}
    template = "partnerships/scoping/interview.html"
    return case_page(request, partnership, template, tab="dialogue", status=form_status(form), **context)


def _description_initial(partnership: Partnership) -> dict[str, str]:
    return {name: getattr(partnership, name) for name in DESCRIPTION_FIELDS}


def _keep_unsent(request: HttpRequest, partnership: Partnership) -> None:
    """Keep for the next display what was typed in the description and not saved."""
    stored = _description_initial(partnership)
    unsent = {
        name: str(typed)
        for name, typed in request.POST.items()
        if name in stored and str(typed).splitlines() != stored[name].splitlines()
    }
    if unsent:
        request.session[_unsent_key(partnership)] = unsent
        messages.warning(
            request,
            _("Ce que vous avez écrit ailleurs sur cette page y est encore, sans être enregistré."),
        )


def _unsent_key(partnership: Partnership) -> str:
    return f"scoping-unsent-{partnership.pk}"


def _scoping_page(
    request: HttpRequest,
    partnership: Partnership,
    form: CaseDescriptionForm,
) -> HttpResponse:
    page = queries.scoping_page(partnership, reader(request))
    unsent: dict[str, str] = request.session.pop(_unsent_key(partnership), {})
    if not form.is_bound:
        form.initial.update({name: value for name, value in unsent.items() if name in form.fields})
    return case_page(
        request,
        partnership,
        "partnerships/scoping/page.html",
        tab="scoping",
        status=form_status(form),
        page=page,
        form=form,
        disclosed=disclosures_of(partnership, at=now()),
    )
