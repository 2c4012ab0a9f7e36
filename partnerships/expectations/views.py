"""Round 0: the broker asks, each party fills and seals its envelope; then comparison and fingerprints."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import reswap, retarget

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import reader
from accounts.refusals import Refusal
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.expectations import actions, forms
from partnerships.expectations.forms import AskExpectationsForm, RegroupForm, SkipExpectationsForm
from partnerships.expectations.queries.expectations import PARTS, expectations_page, last_round
from partnerships.permissions import Right
from partnerships.rounds.actions import envelopes
from partnerships.rounds.queries import fingerprints_page

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any
    from uuid import UUID

    from django.forms.boundfield import BoundField
    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.expectations.forms import PartFormSet
    from partnerships.expectations.queries.comparison import ComparisonView
    from partnerships.expectations.queries.expectations import ExpectationsPage, OwnEnvelope
    from partnerships.models import Line, Partnership

PAGE = "partnerships/expectations/page.html"


@dataclass(frozen=True, kw_only=True)
class EnvelopePartForm:
    """One part of the reader's envelope as a form; `colleague_rows`: what a colleague saved meanwhile."""

    name: str
    form: PartFormSet
    number: int
    error: str = ""
    colleague_rows: Sequence[Mapping[str, Any]] | None = None

    @property
    def is_stale(self) -> bool:
        return self.colleague_rows is not None


@never_cache
@require_safe
def expectations(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the round: the reader's own envelope, the state of the others, the comparison once opened."""
    partnership = case_of(request, reference, Right.READ)
    header, page = _header_and_page(request, partnership, number=counted(request.GET.get("tour", "")))
    return _render(request, header, page)


@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Open the expectations round for all parties."""
    partnership = case_of(request, reference, Right.BROKER)
    form = AskExpectationsForm(request.POST)

    def act() -> None:
        actions.open_expectations(
            partnership_id=partnership.pk, broker=reader(request), asking=form.round_settings(), at=now()
        )

    if submit_form(form, act):
        messages.success(request, _("La question est envoyée à toutes les parties, au même moment."))
        return case_redirect(partnership, "expectations")
    header, page = _header_and_page(request, partnership)
    return _render(request, header, page, ask_form=form, status=422)


@require_POST
def skip(request: HttpRequest, reference: str) -> HttpResponse:
    """Go on without the expectations round, with a reason."""
    partnership = case_of(request, reference, Right.BROKER)
    form = SkipExpectationsForm(request.POST)

    def act() -> None:
        actions.skip_expectations(
            partnership_id=partnership.pk,
            broker=reader(request),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if submit_form(form, act):
        messages.success(request, _("Étape passée. Toutes les parties lisent votre raison."))
        return case_redirect(partnership, "begin_text")
    header, page = _header_and_page(request, partnership)
    return _render(request, header, page, skip_form=form, status=422)


@sensitive_post_parameters()
@sensitive_variables()
@require_POST
def draft(request: HttpRequest, reference: str, part: str) -> HttpResponse:
    """Save one part of the envelope; htmx receives only the fragment with its save status.

    Without htmx the form contains all parts: those that were changed are saved too.
    """
    partnership = case_of(request, reference, Right.ANSWER)
    if part not in PARTS:
        raise Http404
    submitted = [forms.part_form_set(part, request.POST)]
    if not request.htmx:  # type: ignore[attr-defined]
        submitted += _other_changed_parts(request, partnership, part)
    refusals = {
        form.name: _save_draft(request, partnership, form) if form.is_valid() else None for form in submitted
    }
    header, page = _header_and_page(request, partnership)
    own = page.own
    if own is None:
        raise Http404
    refused = [
        EnvelopePartForm(**_refused_part(own, form, refusals[form.name]))
        for form in submitted
        if refusals[form.name] or not form.is_valid()
    ]
    if not refused:
        return _saved_response(request, header, page, part)
    return _refused_response(request, header, page, refused)


@sensitive_variables()
def _other_changed_parts(request: HttpRequest, partnership: Partnership, part: str) -> list[PartFormSet]:
    """Return the other parts that were posted, without those whose text is the stored one."""
    _header, page = _header_and_page(request, partnership)
    stored = page.own.rows if page.own else {}
    posted = [
        forms.part_form_set(name, request.POST)
        for name in PARTS
        if name != part and f"{name}-TOTAL_FORMS" in request.POST
    ]
    return [form for form in posted if not form.is_valid() or form.value() != list(stored.get(form.name, ()))]


@sensitive_variables()
def _save_draft(request: HttpRequest, partnership: Partnership, form: PartFormSet) -> Refusal | None:
    try:
        envelopes.draft(
            round_id=last_round(partnership).pk,
            speaker=reader(request),
            part=form.name,
            value=form.value(),
            seen_number=counted(request.POST.get(f"{form.name}-seen_number", "")) or 0,
            at=now(),
        )
    except Refusal as error:
        return error
    return None


@sensitive_variables()
def _refused_part(own: OwnEnvelope, form: PartFormSet, refusal: Refusal | None) -> dict[str, Any]:
    name, is_stale = form.name, isinstance(refusal, envelopes.PartHasChanged)
    message = (
        refusal.message
        if refusal
        else _("Une ligne est à corriger. Rien n’est enregistré dans cette partie.")
    )
    colleague_rows = own.rows[name] if is_stale else None
    return {
        "name": name,
        "form": form,
        "number": own.numbers[name],
        "error": message,
        "colleague_rows": colleague_rows,
    }


def _saved_response(
    request: HttpRequest, header: CaseHeader, page: ExpectationsPage, part: str
) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Brouillon enregistré. Seule votre organisation peut le lire."))
        return case_redirect(header.partnership, "expectations", anchor=f"#partie-{part}")
    saved_part = next(row for row in _parts(page) if row.name == part)
    fragment = "part" if "add" in request.POST else "saved"
    context = {"header": header, "page": page, "part": saved_part, "is_fragment": True}
    return render(request, f"{PAGE}#{fragment}", context)


@sensitive_variables()
def _refused_response(
    request: HttpRequest, header: CaseHeader, page: ExpectationsPage, refused: Sequence[EnvelopePartForm]
) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return _render(request, header, page, submitted=refused, status=422)
    (submitted,) = refused
    context = {"header": header, "page": page, "part": submitted, "is_fragment": True}
    answer = render(request, f"{PAGE}#part", context, status=422)
    return reswap(retarget(answer, f"#partie-{submitted.name}"), "outerHTML")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what will be sealed; seal exactly the versions that were shown."""
    partnership = case_of(request, reference, Right.ANSWER)
    if request.method == "POST":
        run_action(
            request,
            lambda: envelopes.seal(
                round_id=last_round(partnership).pk,
                speaker=reader(request),
                seen_numbers=_seen_numbers(request.POST),
                at=now(),
            ),
            _("Enveloppe scellée. Son empreinte est au journal."),
        )
        return case_redirect(partnership, "expectations")
    header, page = _header_and_page(request, partnership)
    if page.own is None or not page.may_write:
        raise Http404
    return render(request, "partnerships/expectations/seal.html", {"header": header, "page": page})


@require_POST
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Unseal the reader's own envelope, while nobody of the other side has sealed."""
    partnership = case_of(request, reference, Right.ANSWER)
    run_action(
        request,
        lambda: envelopes.take_back(round_id=last_round(partnership).pk, speaker=reader(request), at=now()),
        _("Enveloppe rouverte. Modifiez-la, puis scellez-la de nouveau."),
    )
    return case_redirect(partnership, "expectations")


def _seen_numbers(data: Mapping[str, str]) -> dict[str, int]:
    numbers = {name: counted(data.get(f"seen-{name}", "")) for name in PARTS}
    return {name: -1 if number is None else number for name, number in numbers.items() if number != 0}


def _header_and_page(
    request: HttpRequest, partnership: Partnership, number: int | None = None
) -> tuple[CaseHeader, ExpectationsPage]:
    at = now()
    header = case_header(partnership, reader(request), at, tab="expectations")
    return header, expectations_page(header, at, number=number)


@sensitive_variables()
def _render(  # noqa: PLR0913 - the forms of the page
    request: HttpRequest,
    header: CaseHeader,
    page: ExpectationsPage,
    *,
    submitted: Sequence[EnvelopePartForm] = (),
    ask_form: AskExpectationsForm | None = None,
    skip_form: SkipExpectationsForm | None = None,
    status: int = 200,
) -> HttpResponse:
    # A part posted too late is shown too, so that its text is not lost.
    by_name = {part.name: part for part in submitted}
    parts = [by_name.get(part.name, part) for part in _parts(page) or submitted]
    form = ask_form or (AskExpectationsForm() if page.may_ask else None)
    context = {
        "header": header,
        "page": page,
        "parts": parts,
        "ask_form": form,
        "form": ask_form or skip_form,
        "skip_form": skip_form or (SkipExpectationsForm() if page.may_skip else None),
    }
    return render(request, PAGE, context, status=status)


@sensitive_variables()
def _parts(page: ExpectationsPage) -> list[EnvelopePartForm]:
    own = page.own
    if own is None or not page.may_write:
        return []
    return [
        EnvelopePartForm(
            name=name, form=forms.part_form_set(name, None, own.rows[name]), number=own.numbers[name]
        )
        for name in PARTS
    ]


@dataclass(frozen=True, kw_only=True)
class GroupBin:
    """A drop target for lines: a group, or the ungrouped lines when `rank` is empty."""

    rank: str
    fields: Sequence[BoundField]
    lines: Sequence[tuple[Line, BoundField]]


@require_http_methods(["GET", "HEAD", "POST"])
def regroup(request: HttpRequest, reference: str) -> HttpResponse:
    """Show every opened line with its group; save the groups chosen by the broker."""
    partnership = case_of(request, reference, Right.BROKER)
    at = now()
    page = expectations_page(case_header(partnership, reader(request), at, tab="expectations"), at)
    if page.round is None or page.comparison is None:
        raise Http404
    round_id = page.round.pk
    form = _regroup_form(request, page.comparison)

    def act() -> None:
        actions.regroup(
            round_id=round_id,
            broker=reader(request),
            seen_number=form.cleaned_data["seen_number"],
            groups=form.groups(),
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(
            request, _("Attentes regroupées. Toutes les parties peuvent le lire dès maintenant.")
        )
        return case_redirect(partnership, "expectations", anchor="#comparaison")
    return case_page(
        request,
        partnership,
        "partnerships/expectations/regroup.html",
        tab="expectations",
        status=form_status(form),
        page=page,
        form=form,
        bins=_bins(form, page.comparison),
    )


@require_safe
def fingerprints(request: HttpRequest, reference: str, round_id: UUID) -> HttpResponse:
    """Show the recomputed fingerprints of an opened round, compared with the ledger."""
    partnership = case_of(request, reference, Right.READ)
    header = case_header(partnership, reader(request), now())
    page = fingerprints_page(header, round_id)
    return case_page(request, partnership, "partnerships/expectations/fingerprints.html", page=page)


def _regroup_form(request: HttpRequest, comparison: ComparisonView) -> RegroupForm:
    ranks = {group.rank: position for position, group in enumerate(comparison.groups, 1)}
    rank_by_line = {
        row.line.pk: str(ranks[group.rank])
        for group in comparison.groups
        for column in (*group.left, *group.right)
        for row in column.lines
    }
    return RegroupForm(
        request.POST if request.method == "POST" else None,
        number=comparison.number,
        groups=[
            {"name": group.name, "verdict": group.verdict, "why": group.why} for group in comparison.groups
        ],
        lines={line.pk: rank_by_line.get(line.pk, "") for line in comparison.lines},
    )


def _bins(form: RegroupForm, comparison: ComparisonView) -> list[GroupBin]:
    ranks = ["", *(str(rank) for rank in form.ranks)]
    return [
        GroupBin(
            rank=rank,
            fields=form.group_fields(int(rank)) if rank else [],
            lines=[
                (line, form[f"line-{line.pk}"]) for line in comparison.lines if form.rank_of(line.pk) == rank
            ],
        )
        for rank in ranks
    ]
