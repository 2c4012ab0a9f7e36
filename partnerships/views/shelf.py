"""From the library into the text: what it offers under a heading, and a form that begins with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.views.session import reader
from partnerships.actions import inserting
from partnerships.forms.drafting import ClauseForm, as_typed
from partnerships.forms.rows import PartyChoice
from partnerships.permissions import Right, partnership_for
from partnerships.queries import drafting as drafting_queries
from partnerships.queries import shelf as queries
from partnerships.views.page import case_page, invalid, see, took

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_safe
def shelf(request: HttpRequest, reference: str, heading: int) -> HttpResponse:
    """Show what the library offers under a heading."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    found = queries.shelf_of(partnership, heading)
    return case_page(request, partnership, "partnerships/drafting/shelf.html", tab="drafting", shelf=found)


@require_http_methods(["GET", "HEAD", "POST"])
def insert_clause(request: HttpRequest, reference: str, version_id: int) -> HttpResponse:
    """Add a clause whose form begins with a clause of the library."""
    partnership = partnership_for(reader(request), reference, Right.BROKER)
    offered = queries.offered(partnership, version_id)
    shown = drafting_queries.new_clause(partnership, offered.heading)
    is_sent = request.method == "POST" and "add" not in request.POST
    given = {"title": offered.title, "body": offered.body, "plain_words": offered.plain_words}
    if request.method == "POST" and not is_sent:
        given = as_typed(request.POST, heading=offered.heading)
    form = ClauseForm(
        request.POST if is_sent else None,
        heading=offered.heading,
        parties=[PartyChoice(each.code, each.organisation.name, each.side) for each in shown.parties],
        taken=shown.taken,
        is_revision=False,
        given=given,
    )

    def act() -> None:
        inserting.insert_clause(
            partnership_id=partnership.pk,
            broker=reader(request),
            version_id=version_id,
            wording=form.wording(),
            responsible=form.cleaned_data["responsible"],
            at=now(),
        )

    if is_sent and took(form, act):
        messages.success(request, _("Clause ajoutée."))
        return see(partnership, "drafting", anchor=f"#rubrique-{offered.heading}")
    template, added = "partnerships/drafting/clause.html", request.POST.get("add", "")
    told = {"page": shown, "form": form, "number": 0, "is_overtaken": False, "added": added}
    return case_page(request, partnership, template, tab="drafting", status=invalid(form), **told)
