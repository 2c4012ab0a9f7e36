"""The broker freezes an agreed text for signature, or takes a frozen one back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.session import reader
from partnerships.case.views import case_of, case_page, invalid, press, see, took
from partnerships.drafting.forms.text_actions import WithdrawForm
from partnerships.permissions import Right
from partnerships.signing.actions import freezing, signing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


@require_POST
def freeze(request: HttpRequest, reference: str) -> HttpResponse:
    """Freeze the agreed text and ask the signatories."""
    partnership = case_of(request, reference, Right.BROKER)
    return press(
        request,
        lambda: freezing.freeze(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("Le texte est figé. Les signataires reçoivent un courriel."),
        see(partnership, "charter"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask why a frozen text is taken back, and take it back."""
    partnership = case_of(request, reference, Right.BROKER)
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        signing.withdraw(partnership_id=partnership.pk, broker=reader(request), reason=reason, at=now())

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Le texte revient en négociation. Toutes les parties savent pourquoi."))
        return see(partnership, "charter")
    template = "partnerships/signing/withdraw.html"
    return case_page(request, partnership, template, tab="charter", status=invalid(form), form=form)
