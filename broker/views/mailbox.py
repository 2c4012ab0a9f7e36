"""The delivery log: every mail, what became of it, and another try."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.csp import CSP
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.csp import csp_override
from django.views.decorators.http import require_POST, require_safe

from accounts.permissions import broker_or_404
from accounts.session import see_other
from broker import actions
from broker.forms.console import MailSearch
from broker.queries import mailbox as queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest

# A mail carries its own style and nothing else: no script, no picture, no form, no way out of its frame.
MAIL_CSP = {
    "default-src": [CSP.NONE],
    "style-src": [CSP.UNSAFE_INLINE],
    "frame-ancestors": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "form-action": [CSP.NONE],
    "sandbox": "",
}


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Show every mail, the latest first."""
    broker_or_404(request.user)
    search = MailSearch(request.GET)
    found = search.found()
    box = queries.mailbox(words=found["q"], state=found["state"], page=found["page"])
    return render(
        request,
        "broker/mailbox/page.html",
        {"box": box, "found": found, "query": search.kept(), "words": search.kept(without="state")},
    )


@require_safe
def mail(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Show one mail: to whom, when, with what outcome, in which words."""
    broker_or_404(request.user)
    return render(request, "broker/mailbox/mail.html", {"mail": queries.mail(delivery_id)})


@require_safe
@xframe_options_sameorigin
@csp_override(MAIL_CSP)
def picture(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Return the HTML of a mail as it left, for a frame of the page that shows it."""
    broker_or_404(request.user)
    shown = queries.mail(delivery_id)
    if not shown.html:
        raise Http404
    return HttpResponse(shown.html)


@require_POST
def send_again(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """Try a failed mail once more."""
    broker_or_404(request.user)
    queries.mail(delivery_id)
    try:
        actions.send_again(delivery_id=delivery_id, at=now())
    except actions.NothingToSend:
        messages.error(request, _("Ce courriel n’est pas en échec : il n’y a rien à renvoyer."))
    except actions.TextIsGone:
        messages.error(
            request,
            _("Le texte de ce courriel n’a pas été gardé\u00a0: son destinataire en demande un autre."),
        )
    else:
        messages.success(request, _("Le courriel repart. Son état change ici dès que le serveur répond."))
    return see_other("broker:mail", delivery_id)
