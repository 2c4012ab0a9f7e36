"""The dialogue of a case: the private threads of each party and the broker, and those that all read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import submit_form
from accounts.organisations import pending_uploads
from accounts.pages.session import reader
from partnerships.case.file_form import bound_form, keep_file
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.dialogue import actions, queries
from partnerships.dialogue.forms import PrivateNoteForm, ThreadMailsForm, ThreadMessageForm
from partnerships.permissions import Right, own_party_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import HttpRequest, HttpResponse

    from partnerships.models import Partnership


@require_safe
def dialogue(request: HttpRequest, reference: str) -> HttpResponse:
    """List the shared threads, and show the private threads that the reader may read."""
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


@require_http_methods(["GET", "HEAD", "POST"])
def thread(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """Show a shared thread, which marks it as read; on POST, write in it."""
    partnership = case_of(request, reference, Right.READ)
    header = case_header(partnership, reader(request), now(), tab="threads")
    subject = queries.subject_of(header, slug)
    purpose = f"thread-{reference}-{slug}"
    people = queries.mentionable(partnership, reader(request))
    form = bound_form(ThreadMessageForm, request, purpose, people=people)

    def act() -> None:
        actions.write_message(
            partnership_id=partnership.pk,
            author=reader(request),
            subject=subject,
            message=form.message(),
            at=now(),
        )

    if request.method == "POST":
        if submit_form(form, act):
            pending_uploads.drop(request, purpose)
            messages.success(request, _("Message ajouté. Toutes les parties et le passeur le lisent."))
            return case_redirect(partnership, "thread", slug, anchor="#ecrire")
        keep_file(form, request, purpose)
    page = queries.thread_page(header, subject, before=counted(request.GET.get("avant", "")))
    if request.method == "GET" and page.thread and page.last_id:
        actions.mark_read(thread_id=page.thread.pk, person=reader(request), last_id=page.last_id)
    context = {"header": header, "page": page, "form": form}
    return render(request, "partnerships/dialogue/shared.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def thread_mails(request: HttpRequest, reference: str, slug: str) -> HttpResponse:
    """Show which messages of a shared thread the reader gets by mail; on POST, set it."""
    partnership = case_of(request, reference, Right.READ)
    header = case_header(partnership, reader(request), now(), tab="threads")
    page = queries.thread_page(header, queries.subject_of(header, slug))
    if page.thread is None:
        raise Http404
    form = ThreadMailsForm(request.POST if request.method == "POST" else None, initial={"mails": page.mails})
    thread_id = page.thread.pk

    def act() -> None:
        actions.set_mails(thread_id=thread_id, person=reader(request), mails=form.chosen())

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Choix enregistré."))
        return case_redirect(partnership, "thread", slug)
    context = {"header": header, "page": page, "form": form}
    return render(request, "partnerships/dialogue/mails.html", context, status=form_status(form))


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
        shared=queries.thread_rows(partnership, reader(request)),
    )


def _note_form(
    party_id: int, submitted: PrivateNoteForm | None, unsent: Mapping[str, str]
) -> PrivateNoteForm:
    prefix = _prefix(party_id)
    if submitted and submitted.prefix == prefix:
        return submitted
    return PrivateNoteForm(prefix=prefix, initial={"text": unsent.get(f"{prefix}-text", "")})
