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
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.drafting.queries.completeness import blocking_items_under_work
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.rounds_page import rounds_page, running_round
from partnerships.permissions import Right
from partnerships.rounds.actions import envelopes
from partnerships.rounds.forms import CancelForm, RoundForm

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
        _("L’accord de tous tient. Le texte peut être figé de nouveau."),
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

    def act() -> None:
        envelopes.seal(
            round_id=_running(round_).pk,
            speaker=reader(request),
            seen_numbers=_seen_numbers(request.POST),
            at=now(),
        )

    if request.method == "POST":
        done = _("La réponse de votre organisation est scellée. Elle s’ouvrira avec les autres.")
        run_action(request, act, done)
        return case_redirect(partnership, "rounds", anchor="#suite")
    header = case_header(partnership, reader(request), now(), tab="rounds")
    shown = rounds_page(header, now())
    if not shown.may.seal:
        return redirect("partnerships:rounds", reference)
    return case_page(request, partnership, "partnerships/negotiation/seal.html", tab="rounds", page=shown)


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
