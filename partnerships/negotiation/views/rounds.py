"""Views of rounds of criticism: open, cancel, seal, take an envelope back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from accounts.refusals import Refusal
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.drafting.queries import unsaved_wordings
from partnerships.drafting.queries.completeness import blocking_items_under_work
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.rounds_page import rounds_page, running_round
from partnerships.permissions import Right
from partnerships.rounds.actions import envelopes, extensions
from partnerships.rounds.forms import CancelForm, ExtensionForm, ExtensionRequestForm, RoundForm

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Round

SEEN_PREFIX = "seen-"
page = require_http_methods(["GET", "HEAD", "POST"])


@page
def open_negotiation(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form of the first round, and open the round."""
    return _open_round(request, reference, negotiation.open_negotiation)


@page
def ask_again(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form of a later round, and open the round."""
    return _open_round(request, reference, negotiation.ask_again)


@require_POST
def resume_agreement(request: HttpRequest, reference: str) -> HttpResponse:
    """Mark a text as agreed again after a refusal to sign that changed nothing."""
    partnership = case_of(request, reference, Right.BROKER)
    run_action(
        request,
        lambda: negotiation.resume_agreement(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("L’accord de toutes les parties reste valable. Le texte peut être figé de nouveau."),
    )
    return case_redirect(partnership, "rounds", anchor="#suite")


def _open_round(request: HttpRequest, reference: str, action: Callable[..., Round]) -> HttpResponse:
    partnership = case_of(request, reference, Right.BROKER)
    form = RoundForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        action(partnership_id=partnership.pk, broker=reader(request), asking=form.round_settings(), at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Le tour est ouvert. Toutes les parties ont la même date limite."))
        return case_redirect(partnership, "rounds")
    return case_page(
        request,
        partnership,
        "partnerships/negotiation/ask.html",
        tab="rounds",
        status=form_status(form),
        form=form,
        is_first=action is negotiation.open_negotiation,
        blocking_items=blocking_items_under_work(partnership, at=now()),
        unsaved=unsaved_wordings.own_links(partnership, reader(request)),
    )


@page
def cancel_round(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form to cancel the running round, and cancel it."""
    partnership = case_of(request, reference, Right.BROKER)
    form = CancelForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        negotiation.cancel_round(
            partnership_id=partnership.pk,
            broker=reader(request),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Le tour est annulé. Toutes les parties en reçoivent la raison."))
        return case_redirect(partnership, "rounds")
    template = "partnerships/negotiation/cancel.html"
    return case_page(request, partnership, template, tab="rounds", status=form_status(form), form=form)


@page
def seal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what will be sealed; seal exactly the displayed versions."""
    partnership = case_of(request, reference, Right.ANSWER)
    round_ = running_round(partnership)

    def act() -> Round:
        return envelopes.seal(
            round_id=_running(round_).pk,
            speaker=reader(request),
            seen_numbers=_seen_numbers(request.POST),
            at=now(),
        )

    if request.method == "POST":
        _seal(request, act)
        return case_redirect(partnership, "rounds", anchor="#suite")
    header = case_header(partnership, reader(request), now(), tab="rounds")
    shown = rounds_page(header, now())
    if not shown.may.seal:
        return redirect("partnerships:rounds", reference)
    return case_page(request, partnership, "partnerships/negotiation/seal.html", tab="rounds", page=shown)


def _seal(request: HttpRequest, act: Callable[[], Round]) -> None:
    """Seal, and say whether the seal has opened the round."""
    try:
        round_ = act()
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return
    if round_.opened_at:
        messages.success(request, _("Toutes les enveloppes sont ouvertes. Lisez les réponses."))
    else:
        messages.success(request, _("Votre enveloppe est scellée. Elle s’ouvrira avec les autres."))


@page
def ask_for_time(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form of a request for more time, and send it to the broker."""
    partnership = case_of(request, reference, Right.ANSWER)
    form = ExtensionRequestForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        extensions.ask_for_time(
            round_id=_running(running_round(partnership)).pk,
            speaker=reader(request),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Demande envoyée au passeur. Sa réponse vaudra pour toutes les parties."))
        return case_redirect(partnership, "rounds", anchor="#delai")
    header = case_header(partnership, reader(request), now(), tab="rounds")
    shown = rounds_page(header, now())
    if request.method != "POST" and (not shown.may.ask_for_time or shown.undecided_extension):
        return redirect("partnerships:rounds", reference)
    template = "partnerships/negotiation/ask_for_time.html"
    return case_page(
        request, partnership, template, tab="rounds", status=form_status(form), form=form, page=shown
    )


@page
def decide_on_time(request: HttpRequest, reference: str, request_id: int) -> HttpResponse:
    """Show a request for more time; grant it to all parties, or keep the deadline and say why."""
    partnership = case_of(request, reference, Right.BROKER)
    header = case_header(partnership, reader(request), now(), tab="rounds")
    shown = rounds_page(header, now())
    asked = next((each for each in shown.extensions if each.id == request_id), None)
    if asked is None:
        messages.info(request, _("Ce tour est terminé\u00a0: la demande de délai n’attend plus de réponse."))
        is_sent = request.method == "POST"
        return case_redirect(partnership, "rounds") if is_sent else redirect("partnerships:rounds", reference)
    is_granted = request.POST.get("decision") != "refuse"
    form = ExtensionForm(request.POST if request.method == "POST" else None, is_granted=is_granted)

    def act() -> None:
        broker, answer = reader(request), form.cleaned_data["answer"]
        if is_granted:
            days = form.cleaned_data["days"]
            extensions.grant(request_id=request_id, broker=broker, days=days, answer=answer, at=now())
        else:
            extensions.refuse(request_id=request_id, broker=broker, answer=answer, at=now())

    if request.method == "POST" and submit_form(form, act):
        done = (
            _("Délai prolongé pour toutes les parties.") if is_granted else _("La date limite reste la même.")
        )
        messages.success(request, done)
        return case_redirect(partnership, "rounds", anchor="#delai")
    if request.method != "POST" and asked.is_granted is not None:
        return redirect("partnerships:rounds", reference)
    template = "partnerships/negotiation/decide_on_time.html"
    return case_page(
        request,
        partnership,
        template,
        tab="rounds",
        status=form_status(form),
        form=form,
        page=shown,
        asked=asked,
    )


@require_POST
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Unseal the envelope of the reader's party, while the other side has not sealed."""
    partnership = case_of(request, reference, Right.ANSWER)
    round_ = running_round(partnership)
    run_action(
        request,
        lambda: envelopes.take_back(round_id=_running(round_).pk, speaker=reader(request), at=now()),
        _(
            "L’enveloppe est de nouveau ouverte, pour votre organisation seule. Scellez-la avant "
            "la date limite."
        ),
    )
    return case_redirect(partnership, "rounds")


def _seen_numbers(data: Mapping[str, str]) -> dict[str, int]:
    """Return how often each position had been saved when the page was displayed."""
    typed = {
        name.removeprefix(SEEN_PREFIX): value for name, value in data.items() if name.startswith(SEEN_PREFIX)
    }
    return {name: counted(value) or 0 for name, value in typed.items()}


def _running(round_: Round | None) -> Round:
    if round_ is None:
        raise envelopes.RoundIsOver
    return round_
