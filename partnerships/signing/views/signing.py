"""The frozen text: read, signed, refused, witnessed; and its sealed PDF."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from accounts.lifecycle import READ_ONLY
from accounts.organisations.queries.decisions import read_only_reason
from accounts.refusals import Refusal
from accounts.session import reader
from partnerships.case.views import address_of, case_of, case_page, invalid, see, took
from partnerships.permissions import Right, belongs_to, signs_for
from partnerships.signing.actions import signing as actions
from partnerships.signing.forms import identity_proof
from partnerships.signing.forms.signing import DeclineForm, SignForm
from partnerships.signing.queries import signatures as queries

if TYPE_CHECKING:
    from django.http import HttpRequest

    from partnerships.models import Partnership, Party
    from partnerships.signing.queries.signatures import SignPage

page = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def charter(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the frozen texts of the case: who signed, who is next, what is sealed."""
    partnership = case_of(request, reference, Right.READ)
    signed_for = signs_for(reader(request), partnership)
    shown = queries.charter_page(partnership, reader(request), signed_for, now())
    return case_page(request, partnership, "partnerships/signing/page.html", tab="charter", page=shown)


@never_cache
@page
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the text to sign; take a signature, or the broker's as a witness."""
    partnership, party = _signable(request, reference)
    shown = queries.sign_page(partnership, reader(request), party, now())
    form = _sign_form(request, shown)
    if request.method != "POST" or form is None:
        return _sign_page(request, partnership, shown, form, status=422 if request.method == "POST" else 200)
    if not form.is_valid():
        return _sign_page(request, partnership, shown, form, status=422)
    try:
        _take(request, partnership, form)
    except Refusal as error:
        return _refused(request, partnership, party, error)
    messages.success(request, _("C’est signé. Votre signature est au journal, avec l’empreinte du texte lu."))
    return see(partnership, "charter")


@page
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask why a party does not sign, and tell all."""
    partnership = case_of(request, reference, Right.SIGN)
    form = DeclineForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        actions.decline(partnership_id=partnership.pk, signatory=reader(request), reason=reason, at=now())

    if request.method == "POST" and took(form, act):
        messages.success(request, _("Votre refus est dit à tous. Le texte revient en négociation."))
        return see(partnership, "charter")
    template = "partnerships/signing/decline.html"
    return case_page(request, partnership, template, tab="charter", status=invalid(form), form=form)


@require_safe
def charter_pdf(request: HttpRequest, reference: str, edition: int) -> HttpResponse:
    """Give the sealed bytes, as they were stored."""
    partnership = case_of(request, reference, Right.READ)
    name, pdf = queries.sealed_pdf(partnership, edition)
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _signable(request: HttpRequest, reference: str) -> tuple[Partnership, Party | None]:
    """Return the case, and for whom the reader signs; tell who may only read it who does."""
    user = reader(request)
    partnership = case_of(request, reference, Right.BROKER if user.is_broker else Right.READ)
    signed_for = signs_for(user, partnership)
    if user.is_broker or signed_for:
        return partnership, signed_for
    own = belongs_to(user, partnership)
    if own and own.organisation.state in READ_ONLY:
        raise PermissionDenied(read_only_reason(own.organisation))
    names = queries.who_signs(partnership, own, now()) if own else ""
    if names:
        raise PermissionDenied(
            _("Seule la personne mandatée peut signer. Demandez à %(names)s.") % {"names": names}
        )
    raise PermissionDenied(
        _("Seule la personne mandatée peut signer. Un administrateur de votre organisation la nomme.")
    )


def _sign_form(request: HttpRequest, shown: SignPage, *, is_fresh: bool = False) -> SignForm | None:
    method = identity_proof.method_of(reader(request))
    if method is None or shown.frozen is None or shown.refusal:
        return None
    is_posted = request.method == "POST" and not is_fresh
    return SignForm(
        request.POST if is_posted else None,
        request=request,
        method=method,
        for_whom=shown.party.organisation.name if shown.party else "",
        fingerprint=shown.frozen.charter.fingerprint,
        name=request.POST.get("typed_name", "") if is_fresh else "",
    )


def _take(request: HttpRequest, partnership: Partnership, form: SignForm) -> None:
    consent = actions.Consent(
        fingerprint=form.cleaned_data["fingerprint"],
        typed_name=form.cleaned_data["typed_name"],
        words=form.consent_words,
        method=form.method,
        address=address_of(request),
        user_agent=request.headers.get("User-Agent", ""),
    )
    user = reader(request)
    if user.is_broker:
        actions.countersign(partnership_id=partnership.pk, broker=user, consent=consent, at=now())
    else:
        actions.sign(partnership_id=partnership.pk, signatory=user, consent=consent, at=now())


def _refused(
    request: HttpRequest, partnership: Partnership, party: Party | None, error: Refusal
) -> HttpResponse:
    """Show the text as it stands now; the consents were given to another one, so they are asked again."""
    shown = queries.sign_page(partnership, reader(request), party, now())
    form = _sign_form(request, shown, is_fresh=True)
    return _sign_page(request, partnership, shown, form, status=422, refused=error.message)


def _sign_page(
    request: HttpRequest,
    partnership: Partnership,
    shown: SignPage,
    form: SignForm | None,
    *,
    status: int,
    refused: str = "",
) -> HttpResponse:
    return case_page(
        request,
        partnership,
        "partnerships/signing/sign.html",
        tab="charter",
        status=status,
        page=shown,
        form=form,
        refused=refused,
        **shown.words,
    )
