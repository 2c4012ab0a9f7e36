"""Beginning a text, and filling its blanks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from accounts.forms.submission import submit_form
from accounts.pages.session import post_data, reader
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.drafting.actions import beginning as beginning_actions
from partnerships.drafting.actions import blanks as blank_actions
from partnerships.drafting.forms.beginning import BeginTextForm, FillBlanksForm
from partnerships.drafting.queries.beginning import beginning_page, may_begin
from partnerships.drafting.queries.blanks import blanks_page
from partnerships.permissions import Right

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

form_view = require_http_methods(["GET", "HEAD", "POST"])


@form_view
def begin_text(request: HttpRequest, reference: str) -> HttpResponse:
    """Offer the model charters, a blank text and earlier texts; write edition 1 from the chosen one."""
    partnership = case_of(request, reference, Right.BROKER)
    if request.method != "POST" and not may_begin(partnership):
        return case_redirect(partnership, "drafting")
    page = beginning_page(partnership, reader(request))
    form = BeginTextForm(post_data(request), page=page)

    def act() -> None:
        beginning_actions.begin_text(
            partnership_id=partnership.pk,
            broker=reader(request),
            code=form.cleaned_data["beginning"],
            skip_reason=form.cleaned_data.get("reason", ""),
            at=now(),
        )

    if submit_form(form, act):
        messages.success(
            request, _("Le texte est commencé. Remplissez ses blancs, puis relisez chaque clause.")
        )
        return case_redirect(partnership, "drafting")
    template = "partnerships/drafting/begin.html"
    return case_page(
        request, partnership, template, tab="drafting", status=form_status(form), page=page, form=form
    )


@form_view
def fill_blanks(request: HttpRequest, reference: str) -> HttpResponse:
    """Show every blank of the text with a field, and fill in those that were typed."""
    partnership = case_of(request, reference, Right.BROKER)
    page = blanks_page(partnership)
    form = FillBlanksForm(post_data(request), rows=page.rows, needs_reason=page.needs_reason)

    def act() -> None:
        blank_actions.fill_blanks(
            partnership_id=partnership.pk,
            broker=reader(request),
            values=form.values(),
            seen_numbers=form.seen_numbers(),
            reason=form.cleaned_data.get("reason", ""),
            at=now(),
        )

    if submit_form(form, act):
        left = len(blanks_page(partnership).rows)
        if left:
            sentence = ngettext("%(n)s blanc reste à compléter.", "%(n)s blancs restent à compléter.", left)
            messages.success(request, sentence % {"n": left})
        else:
            messages.success(request, _("Tous les blancs du texte sont remplis."))
        return case_redirect(partnership, "drafting")
    template = "partnerships/drafting/blanks.html"
    return case_page(
        request, partnership, template, tab="drafting", status=form_status(form), page=page, form=form
    )
