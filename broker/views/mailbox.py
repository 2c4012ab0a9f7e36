"""The delivery log: every mail with its state, and another attempt for those that failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from accounts.forms.submission import run_action
from accounts.pages.session import see_other
from accounts.permissions import broker_or_404
from broker import actions
from broker.forms.search import MailSearch
from broker.queries import mailbox as queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

# A mail may use its own styles and nothing else: no script, image or form, no navigation of its frame.
MAIL_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "sandbox": "",
}


@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """Show the mails that match, the latest first."""
    broker_or_404(request.user)
    search = MailSearch(request.GET)
    values = search.values()
    context = {
        "mailbox": queries.mailbox(words=values["q"], state=values["state"], page=values["page"]),
        "values": values,
        "query": search.query_string(),
        "query_without_state": search.query_string(without="state"),
    }
    return render(request, "broker/mailbox/page.html", context)


@require_safe
def mail(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Show the recipient, the times, the state and the text of one mail."""
    broker_or_404(request.user)
    return render(request, "broker/mailbox/mail.html", {"mail": queries.mail(delivery_id)})


@require_safe
@xframe_options_sameorigin
@csp_override(MAIL_CSP)
def mail_html(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Return the HTML of a mail as it was sent, for a frame of the page that shows it."""
    broker_or_404(request.user)
    html = queries.mail(delivery_id).html
    if not html:
        raise Http404
    return HttpResponse(html)


@require_POST
def send_again(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Try a failed mail once more."""
    broker_or_404(request.user)
    queries.mail(delivery_id)
    run_action(
        request,
        lambda: actions.send_again(delivery_id=delivery_id, at=now()),
        _("Courriel renvoyé. Son état change ici dès que le serveur répond."),
    )
    return see_other("broker:mail", delivery_id)
