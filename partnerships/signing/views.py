"""Pages of the charter: freezing, signing, declining, withdrawing, sealed PDF and public verification."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from allauth.core import ratelimit
from allauth.core.exceptions import RateLimited
from allauth.decorators import rate_limit
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.inspection import sandbox
from accounts.inspection.slots import TooManyInspections
from accounts.lifecycle import READ_ONLY
from accounts.organisations.queries.decisions import read_only_reason
from accounts.organisations.views import file_response
from accounts.pages.session import reader
from accounts.refusals import Refusal
from partnerships.case.views import (
    CaseRedirect,
    case_of,
    case_page,
    case_redirect,
    client_address,
    form_status,
)
from partnerships.charter.verification import QUESTIONS, normal_code
from partnerships.drafting.forms.text_actions import WithdrawForm
from partnerships.permissions import Right, own_party_of, signing_party_of
from partnerships.signing import frozen_pdf as pdf_files
from partnerships.signing import identity_proof
from partnerships.signing.actions import freezing, signing
from partnerships.signing.forms import DeclineForm, SignForm, TakeBackForm, VerifyForm
from partnerships.signing.queries import charter_pages, verification

if TYPE_CHECKING:
    from django.http import HttpRequest

    from partnerships.charter.verification import VerificationVerdict
    from partnerships.models import Partnership, Party
    from partnerships.signing.queries.charter_pages import SignPage

_TOO_COMPLEX = gettext_lazy(
    "Ce fichier demande trop de temps ou de mémoire pour être examiné. Il n’est pas une charte telle que "
    "nous l’avons scellée\u00a0: demandez l’original à l’une des parties."
)
page_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def charter(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the frozen texts of the case: who signed, who is next, what is sealed."""
    partnership = case_of(request, reference, Right.READ)
    signing_party = signing_party_of(reader(request), partnership)
    page = charter_pages.charter_page(partnership, reader(request), signing_party, now())
    return case_page(request, partnership, "partnerships/signing/page.html", tab="charter", page=page)


@require_POST
def freeze(request: HttpRequest, reference: str) -> HttpResponse:
    partnership = case_of(request, reference, Right.BROKER)
    run_action(
        request,
        lambda: freezing.freeze(partnership_id=partnership.pk, broker=reader(request), at=now()),
        _("Le texte est figé. Les signataires reçoivent un courriel."),
    )
    return case_redirect(partnership, "charter")


@page_methods
def withdraw(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form for the reason; on POST, return the frozen text to negotiation."""
    partnership = case_of(request, reference, Right.BROKER)
    form = WithdrawForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        reason = form.cleaned_data["reason"]
        signing.withdraw(partnership_id=partnership.pk, broker=reader(request), reason=reason, at=now())

    if request.method == "POST" and submit_form(form, act):
        messages.success(
            request, _("Le texte revient en négociation. Toutes les parties en reçoivent la raison.")
        )
        return case_redirect(partnership, "charter")
    template = "partnerships/signing/withdraw.html"
    return case_page(request, partnership, template, tab="charter", status=form_status(form), form=form)


@never_cache
@page_methods
def sign(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the text to sign; on POST, record the signature of a party, or of the broker as a witness."""
    partnership, party = _case_to_sign(request, reference)
    page = charter_pages.sign_page(partnership, reader(request), party, now())
    form = _sign_form(request, page)
    if request.method != "POST" or form is None:
        status = 422 if request.method == "POST" else 200
        return _render_sign_page(request, partnership, page, form, status=status)
    if not form.is_valid():
        return _render_sign_page(request, partnership, page, form, status=422)
    try:
        _record_signature(request, partnership, form)
    except Refusal as error:
        return _render_refusal(request, partnership, party, error)
    messages.success(
        request, _("Vous avez signé. Votre signature est au journal, avec l’empreinte du texte lu.")
    )
    return case_redirect(partnership, "charter")


@page_methods
def decline(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the form for the reason; on POST, void the frozen text on behalf of a party.

    A party that has signed takes its signature back, with the same proof of identity as for giving it.
    """
    partnership = case_of(request, reference, Right.SIGN)
    page = charter_pages.sign_page(
        partnership, reader(request), signing_party_of(reader(request), partnership), now()
    )
    form = _ending_form(request, page)

    status = 200
    if request.method == "POST":
        if form and submit_form(form, partial(_end_signing, request, partnership, form)):
            messages.success(
                request,
                _(
                    "Votre signature est retirée. Toutes les parties en reçoivent la raison, et "
                    "le texte revient en négociation."
                )
                if page.has_signed
                else _(
                    "Votre refus est enregistré. Toutes les parties en reçoivent la raison. Le "
                    "texte revient en négociation."
                ),
            )
            return case_redirect(partnership, "charter")
        status = 422
    template = "partnerships/signing/decline.html"
    return case_page(request, partnership, template, tab="charter", status=status, page=page, form=form)


def _end_signing(request: HttpRequest, partnership: Partnership, form: DeclineForm | TakeBackForm) -> None:
    reason, user = form.cleaned_data["reason"], reader(request)
    if isinstance(form, TakeBackForm):
        signing.take_back(
            partnership_id=partnership.pk, signatory=user, reason=reason, method=form.method, at=now()
        )
    else:
        signing.decline(partnership_id=partnership.pk, signatory=user, reason=reason, at=now())


def _ending_form(request: HttpRequest, page: SignPage) -> DeclineForm | TakeBackForm | None:
    """Return the form of who declines or takes a signature back; None when it can be neither."""
    data = request.POST if request.method == "POST" else None
    if not page.has_signed:
        return DeclineForm(data)
    method = identity_proof.method_of(reader(request))
    if method is None or page.frozen is None or page.frozen.parties_have_signed:
        return None
    return TakeBackForm(data, request=request, method=method)


@require_safe
def charter_pdf(request: HttpRequest, reference: str, edition: int) -> HttpResponse:
    """Return the sealed bytes as they are stored."""
    partnership = case_of(request, reference, Right.READ)
    name, pdf = charter_pages.sealed_pdf(partnership, edition)
    headers = {
        "Content-Disposition": f'inline; filename="{name}"',
        "Cache-Control": "private, no-store",
        "X-Content-Type-Options": "nosniff",
    }
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


@require_safe
def frozen_pdf(request: HttpRequest, reference: str, edition: int) -> HttpResponse:
    """Return a frozen text before its seal as a PDF; a refusal leads to the page of the charter."""
    partnership = case_of(request, reference, Right.READ)
    charter = charter_pages.frozen_charter(partnership, edition)
    try:
        content = pdf_files.frozen_pdf(charter)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return case_redirect(partnership, "charter")
    return file_response(f"{partnership.reference}-{edition}-texte-fige.pdf", "application/pdf", content)


def _case_to_sign(request: HttpRequest, reference: str) -> tuple[Partnership, Party | None]:
    """Return the case and the party for which the reader signs (None for the broker).

    Raises PermissionDenied, naming who may sign, for a reader who may not.
    """
    user = reader(request)
    partnership = case_of(request, reference, Right.BROKER if user.is_broker else Right.READ)
    signing_party = signing_party_of(user, partnership)
    if user.is_broker or signing_party:
        return partnership, signing_party
    own_party = own_party_of(user, partnership)
    if own_party and own_party.organisation.state in READ_ONLY:
        raise PermissionDenied(read_only_reason(own_party.organisation))
    names = charter_pages.mandated_names(partnership, own_party, now()) if own_party else ""
    if names:
        raise PermissionDenied(
            _("Seul le signataire peut signer. Demandez à : %(names)s.") % {"names": names}
        )
    raise PermissionDenied(
        _(
            "Seul un signataire peut signer. Un gestionnaire de votre organisation doit donner "
            "un mandat de signature."
        )
    )


def _sign_form(request: HttpRequest, page: SignPage, *, is_reset: bool = False) -> SignForm | None:
    """Return the form, or None when there is nothing to sign.

    `is_reset`: ignore what was posted but the typed name.
    """
    method = identity_proof.method_of(reader(request))
    if method is None or page.frozen is None or page.obstacle:
        return None
    is_bound = request.method == "POST" and not is_reset
    return SignForm(
        request.POST if is_bound else None,
        request=request,
        method=method,
        organisation=page.party.organisation.name if page.party else "",
        fingerprint=page.frozen.charter.fingerprint,
        name=request.POST.get("typed_name", "") if is_reset else "",
    )


def _record_signature(request: HttpRequest, partnership: Partnership, form: SignForm) -> None:
    consent = signing.Consent(
        fingerprint=form.cleaned_data["fingerprint"],
        typed_name=form.cleaned_data["typed_name"],
        words=form.consent_words,
        method=form.method,
        address=client_address(request),
        user_agent=request.headers.get("User-Agent", ""),
    )
    user = reader(request)
    if user.is_broker:
        signing.countersign(partnership_id=partnership.pk, broker=user, consent=consent, at=now())
    else:
        signing.sign(partnership_id=partnership.pk, signatory=user, consent=consent, at=now())


def _render_refusal(
    request: HttpRequest, partnership: Partnership, party: Party | None, error: Refusal
) -> HttpResponse:
    """Show the current text with empty consents: those given were for another text."""
    page = charter_pages.sign_page(partnership, reader(request), party, now())
    form = _sign_form(request, page, is_reset=True)
    return _render_sign_page(request, partnership, page, form, status=422, refusal=error.message)


def _render_sign_page(
    request: HttpRequest,
    partnership: Partnership,
    page: SignPage,
    form: SignForm | None,
    *,
    status: int,
    refusal: str = "",
) -> HttpResponse:
    return case_page(
        request,
        partnership,
        "partnerships/signing/sign.html",
        tab="charter",
        status=status,
        page=page,
        form=form,
        refusal=refusal,
        **page.charter_context,
    )


@login_not_required
@page_methods
def verification_page(request: HttpRequest) -> HttpResponse:
    """Show the form for a code or a file; on POST, redirect to the code or show the verdict on the file."""
    is_rate_limited = request.method == "POST" and _is_rate_limited(request)
    if request.method != "POST" or is_rate_limited:
        status = 429 if is_rate_limited else 200
        return _render_verification(request, _verify_form(), status=status, is_rate_limited=is_rate_limited)
    form = _verify_form(request.POST, request.FILES)
    if not form.is_valid():
        return _render_verification(request, form, status=422)
    if form.cleaned_data["pdf"]:
        return _verification_result(request, form)
    return CaseRedirect(reverse("verification_code", args=[form.cleaned_data["code"]]))


def _verify_form(*args: Any, **options: Any) -> VerifyForm:
    return VerifyForm(*args, max_bytes=verification.largest_upload(), **options)


def _verdict(request: HttpRequest, pdf: bytes) -> VerificationVerdict:
    """Return the verdict on a file; all files that are no sealed charter are limited together.

    Raises TooManyInspections, FileTooComplex, InspectionUnavailable.
    """
    if not verification.is_stored(pdf) and not ratelimit.consume(request, action="verify_file", key="all"):
        raise TooManyInspections
    return verification.verdict_on(pdf, is_public=not request.user.is_authenticated)


def _verification_result(request: HttpRequest, form: VerifyForm) -> HttpResponse:
    try:
        verdict = _verdict(request, form.cleaned_data["pdf"].read())
    except sandbox.FileTooComplex:
        form.add_error("pdf", _TOO_COMPLEX)
        return _render_verification(request, form, status=422)
    except (TooManyInspections, sandbox.InspectionUnavailable) as refusal:
        form.add_error("pdf", refusal.message)
        return _render_verification(request, form, status=503)
    summary = verification.summary_for_code(verdict.charter.verification_code) if verdict.charter else None
    checks = [(QUESTIONS[check.name], check) for check in verdict.checks]
    return _render_verification(request, _verify_form(), verdict=verdict, summary=summary, checks=checks)


@login_not_required
@require_safe
def verification_code_page(request: HttpRequest, code: str) -> HttpResponse:
    """Show the sealed charter that bears this code, if any, and the fingerprints to compare a file with."""
    # A code of nothing but signs that nobody sees is as unknown as any other.
    code = normal_code(code) or "?"
    form = _verify_form(initial={"code": code.strip("?")})
    if _is_rate_limited(request):
        return _render_verification(request, form, status=429, is_rate_limited=True)
    return _render_verification(request, form, code=code, summary=verification.summary_for_code(code))


def _is_rate_limited(request: HttpRequest) -> bool:
    try:
        _count_attempt(request)
    except RateLimited:
        return True
    return False


@rate_limit(action="verify_charter", limit_get=True, raise_exception=True)  # type: ignore[untyped-decorator]
def _count_attempt(_request: HttpRequest) -> None:
    """Count one attempt from the address of the request. Raises RateLimited."""


def _render_verification(
    request: HttpRequest, form: VerifyForm, *, status: int = 200, **context: object
) -> HttpResponse:
    context = {
        "form": form,
        "verdict": None,
        "checks": [],
        "code": "",
        "summary": None,
        "is_rate_limited": False,
        **context,
    }
    return render(request, "partnerships/signing/verification/page.html", context, status=status)
