"""Before the text: what the case is about, the private threads, going on or stopping."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.session import reader
from partnerships.case.views import case_of, case_page, invalid, press, see, took
from partnerships.history.queries.disclosures import disclosures_of
from partnerships.permissions import Right, own_party_of
from partnerships.scoping.actions import scoping as actions
from partnerships.scoping.forms.scoping import AbandonForm, DescribeForm, NoteForm
from partnerships.scoping.queries import scoping as queries

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership

FIELDS = ("title", "plain_words", "evidence_of_need", "broker_interests")


@require_http_methods(["GET", "HEAD", "POST"])
def scoping(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the case is about; take the words of the broker."""
    right = Right.BROKER if request.method == "POST" else Right.READ
    partnership = case_of(request, reference, right)
    form = DescribeForm(request.POST if request.method == "POST" else None, initial=_given(partnership))

    def act() -> None:
        description = actions.Description(**form.cleaned_data)
        actions.describe(
            partnership_id=partnership.pk, broker=reader(request), description=description, at=now()
        )

    if request.method == "POST" and took(form, act):
        messages.success(request, _("C’est enregistré. Les parties le lisent dès maintenant."))
        return see(partnership, "scoping")
    return _page(request, partnership, form)


@require_POST
def prepare(request: HttpRequest, reference: str) -> HttpResponse:
    """Pass from scoping to drafting."""
    partnership = case_of(request, reference, Right.BROKER)
    return press(
        request,
        lambda: actions.prepare(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("Le dossier passe à la rédaction."),
        see(partnership, "scoping"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def abandon(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask why the case ends, and end it."""
    partnership = case_of(request, reference, Right.BROKER)
    form = AbandonForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.abandon(
            partnership_id=partnership.pk,
            broker=reader(request),
            reason=form.cleaned_data["reason"],
            grounds=form.chosen(),
            at=now(),
        )

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Le dossier est arrêté. Toutes les parties reçoivent votre raison."))
        return see(partnership, "scoping")
    page = "partnerships/scoping/abandon.html"
    return case_page(request, partnership, page, tab="scoping", status=invalid(form), form=form)


@require_POST
def note(request: HttpRequest, reference: str, party_id: int) -> HttpResponse:
    """Add a private word to the thread between a party and the broker."""
    partnership = case_of(request, reference, Right.READ)
    own = own_party_of(reader(request), partnership)
    party = queries.thread_party(partnership, reader(request), own, party_id)
    form = NoteForm(request.POST, prefix=f"note-{party.pk}")

    def act() -> None:
        actions.write_note(
            party_id=party.pk, author=reader(request), text=form.cleaned_data["text"], at=now()
        )

    if took(form, act):
        messages.success(request, _("Note ajoutée. Aucune autre partie ne la lit."))
        return see(partnership, "scoping", anchor=f"#fil-{party.pk}")
    return _page(request, partnership, DescribeForm(initial=_given(partnership)), note=form)


def _given(partnership: Partnership) -> dict[str, str]:
    return {name: getattr(partnership, name) for name in FIELDS}


def _page(
    request: HttpRequest, partnership: Partnership, form: DescribeForm, note: NoteForm | None = None
) -> HttpResponse:
    own = own_party_of(reader(request), partnership)
    page = queries.scoping_page(partnership, reader(request), own)
    threads = [(thread, _note_form(thread.party.pk, note)) for thread in page.threads]
    return case_page(
        request,
        partnership,
        "partnerships/scoping/page.html",
        tab="scoping",
        status=max(invalid(form), invalid(note) if note else 200),
        page=page,
        form=form,
        threads=threads,
        disclosed=disclosures_of(partnership, at=now()),
    )


def _note_form(party_id: int, typed: NoteForm | None) -> NoteForm:
    prefix = f"note-{party_id}"
    return typed if typed and typed.prefix == prefix else NoteForm(prefix=prefix)
