"""From the library into the text: what it offers under a heading, and a form that begins with it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.session import reader
from partnerships.case.views import case_of, case_page, invalid, see, took
from partnerships.drafting.actions import library_clauses
from partnerships.drafting.forms import composing
from partnerships.drafting.forms.clause import ClauseForm
from partnerships.drafting.forms.row import PartyChoice
from partnerships.drafting.queries import clause_form, prefill, regulation
from partnerships.drafting.queries import library as queries
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def shelf(request: HttpRequest, reference: str, heading: int) -> HttpResponse:
    """Show what the library offers under a heading."""
    partnership = case_of(request, reference, Right.BROKER)
    found = queries.shelf_of(partnership, heading)
    return case_page(
        request,
        partnership,
        "partnerships/drafting/shelf.html",
        tab="drafting",
        shelf=found,
        taken=prefill.query_of(composing.taken(request)),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def insert_clause(request: HttpRequest, reference: str, version_id: int) -> HttpResponse:
    """Add a clause whose form begins with a clause of the library."""
    partnership = case_of(request, reference, Right.BROKER)
    offered = queries.offered(partnership, version_id)
    shown = clause_form.new_clause(partnership, offered.heading)
    posted = request.POST if request.method == "POST" else {}
    is_sent = request.method == "POST" and composing.is_final(posted)
    begun = prefill.begun(partnership, shown, composing.taken(request))
    words = {"title": offered.title, "body": offered.body, "plain_words": offered.plain_words}
    given = prefill.added(words, begun, is_begun=True)
    if request.method == "POST" and not is_sent:
        given = composing.given(posted, shown)
    form = ClauseForm(
        request.POST if is_sent else None,
        heading=offered.heading,
        parties=[PartyChoice(each.code, each.organisation.name, each.side) for each in shown.parties],
        taken=shown.taken,
        is_revision=False,
        given=given,
    )

    def act() -> None:
        library_clauses.insert_clause(
            partnership_id=partnership.pk,
            broker=reader(request),
            version_id=version_id,
            wording=replace(form.wording(), line_ids=begun.line_ids),
            responsible=form.cleaned_data["responsible"],
            at=now(),
        )

    if is_sent and took(form, act):
        messages.success(request, _("Clause ajoutée."))
        return see(partnership, "drafting", anchor=f"#rubrique-{offered.heading}")
    return case_page(
        request,
        partnership,
        "partnerships/drafting/clause.html",
        tab="drafting",
        status=invalid(form),
        page=shown,
        begun=begun,
        form=form,
        number=0,
        overtaken=None,
        removed=None,
        kept=composing.kept(posted),
        supports=regulation.supports() if form.regulation else (),
        added=posted.get("add", ""),
    )
