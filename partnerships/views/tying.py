"""The broker ties the opened lines to a clause that says them already, and unties them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.views.session import reader
from partnerships.actions import tying
from partnerships.forms import composing
from partnerships.forms.tying import TieForm
from partnerships.permissions import Right
from partnerships.queries import latest
from partnerships.queries.tying import tying_page
from partnerships.views.page import case_of, case_page, invalid, see, took

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
        tying.tie_lines(
            clause_id=clause_id,
            broker=reader(request),
            seen=form.cleaned_data["seen"],
            line_ids=form.line_ids(),
            at=now(),
        )

    try:
        if request.method == "POST" and took(form, act, let_through=(tying.SomebodyTied,)):
            messages.success(request, _("C’est noté au journal. Le texte et les accords n’ont pas bougé."))
            return see(partnership, "drafting", anchor=f"#clause-{page.clause.position}")
    except tying.SomebodyTied as error:
        form.add_error(None, latest.tying_told(partnership) or str(error.sentence))
        # Asked again: they may have been tied since the beginning of this very request.
        page = tying_page(partnership, clause_id)
        form.tied = page.tied
    template = "partnerships/drafting/tie.html"
    return case_page(
        request, partnership, template, tab="drafting", status=invalid(form), page=page, form=form
    )
