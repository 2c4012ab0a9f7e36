"""The broker ties the opened lines to a clause that says them already, and unties them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.session import reader
from partnerships.case.views import case_of, case_page, invalid, see, took
from partnerships.drafting.actions import source_links
from partnerships.drafting.forms import composing
from partnerships.drafting.forms.source_links import TieForm
from partnerships.drafting.queries import latest_change
from partnerships.drafting.queries.source_links import tying_page
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_http_methods(["GET", "HEAD", "POST"])
def tie_lines(request: HttpRequest, reference: str, clause_id: int) -> HttpResponse:
    """Show every opened line with its box; keep which of them the clause puts into words."""
    partnership = case_of(request, reference, Right.BROKER)
    page = tying_page(partnership, clause_id)
    form = TieForm(
        request.POST if request.method == "POST" else None,
        lines=page.lines,
        tied=page.tied,
        wanted=composing.taken(request),
    )

    def act() -> None:
        source_links.tie_lines(
            clause_id=clause_id,
            broker=reader(request),
            seen=form.cleaned_data["seen"],
            line_ids=form.line_ids(),
            at=now(),
        )

    try:
        if request.method == "POST" and took(form, act, let_through=(source_links.SomebodyTied,)):
            messages.success(request, _("C’est noté au journal. Le texte et les accords n’ont pas bougé."))
            return see(partnership, "drafting", anchor=f"#clause-{page.clause.position}")
    except source_links.SomebodyTied as error:
        form.add_error(None, latest_change.tying_told(partnership) or error.message)
        # Asked again: they may have been tied since the beginning of this very request.
        page = tying_page(partnership, clause_id)
        form.tied = page.tied
    template = "partnerships/drafting/tie.html"
    return case_page(
        request, partnership, template, tab="drafting", status=invalid(form), page=page, form=form
    )
