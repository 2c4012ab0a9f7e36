"""The dialogue of a case: the private threads of each party and the broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.submission import submit_form
from accounts.pages.session import reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.dialogue import actions, queries
from partnerships.dialogue.forms import PrivateNoteForm
from partnerships.permissions import Right, own_party_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership


@require_safe
def dialogue(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the private threads that the reader may read."""
    partnership = case_of(request, reference, Right.READ)
    return _dialogue_page(request, partnership)


@require_POST
def note(request: HttpRequest, reference: str, party_id: int) -> HttpResponse:
    """Add a private message to the thread between a party and the broker."""
    partnership = case_of(request, reference, Right.READ)
    own = own_party_of(reader(request), partnership)
    party = queries.thread_party(partnership, reader(request), own, party_id)
    form = PrivateNoteForm(request.POST, prefix=_prefix(party.pk))

    def act() -> None:
        actions.write_note(
            party_id=party.pk, author=reader(request), text=form.cleaned_data["text"], at=now()
        )

    is_written = submit_form(form, act)
    _keep_unsent(request, partnership, sent=_prefix(party.pk))
    if is_written:
        messages.success(request, _("Message ajouté. Aucune autre partie ne le lit."))
        return case_redirect(partnership, "dialogue", anchor=f"#fil-{party.pk}")
    return _dialogue_page(request, partnership, form)


def _prefix(party_id: int) -> str:
    return f"note-{party_id}"


def _keep_unsent(request: HttpRequest, partnership: Partnership, *, sent: str) -> None:
    """Keep for the next display what was typed in the other threads and not sent.

    `sent`: prefix of the form that was pressed.
    """
    unsent = {
        name: str(typed)
        for name, typed in request.POST.items()
        if name.startswith("note-") and name != f"{sent}-text" and str(typed).strip()
    }
    if unsent:
        request.session[_unsent_key(partnership)] = unsent
        messages.warning(
            request,
            _("Ce que vous avez écrit ailleurs sur cette page y est encore, sans être enregistré."),
        )


def _unsent_key(partnership: Partnership) -> str:
    return f"dialogue-unsent-{partnership.pk}"


def _dialogue_page(
    request: HttpRequest, partnership: Partnership, submitted: PrivateNoteForm | None = None
) -> HttpResponse:
    own = own_party_of(reader(request), partnership)
    unsent: dict[str, str] = request.session.pop(_unsent_key(partnership), {})
    threads = [
        (thread, _note_form(thread.party.pk, submitted, unsent))
        for thread in queries.threads_of(partnership, reader(request), own)
    ]
    return case_page(
        request,
        partnership,
        "partnerships/dialogue/page.html",
        tab="dialogue",
        status=form_status(submitted) if submitted else 200,
        threads=threads,
    )


def _note_form(
    party_id: int, submitted: PrivateNoteForm | None, unsent: Mapping[str, str]
) -> PrivateNoteForm:
    prefix = _prefix(party_id)
    if submitted and submitted.prefix == prefix:
        return submitted
    return PrivateNoteForm(prefix=prefix, initial={"text": unsent.get(f"{prefix}-text", "")})
