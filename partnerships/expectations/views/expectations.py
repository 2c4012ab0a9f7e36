"""Round 0: the broker asks, each party writes in its own envelope, seals it, takes it back while it may."""

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

from accounts.refusals import Refusal
from accounts.session import reader
from partnerships.case.form_fields import counted
from partnerships.case.header import case_header
from partnerships.case.views import case_of, press, see, took
from partnerships.expectations.actions.expectations import open_expectations
from partnerships.expectations.forms import expectations as forms
from partnerships.expectations.forms.expectations import AskForm
from partnerships.expectations.queries.envelope_lines import PARTS
from partnerships.expectations.queries.expectations import expectations_page, last_round
from partnerships.permissions import Right
from partnerships.rounds.actions import envelopes

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from django.http import HttpRequest, HttpResponse

    from partnerships.case.header import CaseHeader
    from partnerships.expectations.forms.expectations import Part
    from partnerships.expectations.queries.expectations import ExpectationsPage, OwnEnvelope
    from partnerships.models import Partnership

PAGE = "partnerships/expectations/page.html"


@dataclass(frozen=True, kw_only=True)
class PartShown:
    """One part of the reader's envelope as a form; `theirs`: what a colleague saved meanwhile."""

    name: str
    form: Part
    number: int
    error: str = ""
    theirs: Sequence[Mapping[str, Any]] | None = None

    @property
    def is_overtaken(self) -> bool:
        return self.theirs is not None


@never_cache
@require_safe
def expectations(request: HttpRequest, reference: str) -> HttpResponse:
    """Show the round: one's own envelope, the state of the others, then what was opened."""
    partnership = case_of(request, reference, Right.READ)
    header, page = _asked(request, partnership, number=counted(request.GET.get("tour", "")))
    return _render(request, header, page)


@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    """Ask all parties at once what they expect."""
    partnership = case_of(request, reference, Right.BROKER)
    form = AskForm(request.POST)

    def act() -> None:
        open_expectations(
            partnership_id=partnership.pk, broker=reader(request), asking=form.asking(), at=now()
        )

    if took(form, act):
        messages.success(request, _("La question est posée à toutes les parties, au même moment."))
        return see(partnership, "expectations")
    header, page = _asked(request, partnership)
    return _render(request, header, page, ask_form=form, status=422)


@sensitive_post_parameters()
@sensitive_variables()
@require_POST
def draft(request: HttpRequest, reference: str, part: str) -> HttpResponse:
    """Keep what was typed in one part of the envelope; with script only the sign of it comes back."""
    partnership = case_of(request, reference, Right.ANSWER)
    if part not in PARTS:
        raise Http404
    form, refusal = forms.part(part, request.POST), None
    if form.is_valid():
        refusal = _keep(request, partnership, form)
    header, page = _asked(request, partnership)
    if page.own is None:
        raise Http404
    if form.is_valid() and refusal is None:
        return _kept(request, header, page, part)
    return _not_kept(request, header, page, PartShown(**_refused(page.own, form, refusal)))


@sensitive_variables()
def _keep(request: HttpRequest, partnership: Partnership, form: Part) -> Refusal | None:
    try:
        envelopes.draft(
            round_id=last_round(partnership).pk,
            speaker=reader(request),
            part=form.name,
            value=form.value(),
            seen_number=counted(request.POST.get("seen_number", "")) or 0,
            at=now(),
        )
    except Refusal as error:
        return error
    return None


@sensitive_variables()
def _refused(own: OwnEnvelope, form: Part, refusal: Refusal | None) -> dict[str, Any]:
    name, is_overtaken = form.name, isinstance(refusal, envelopes.PartHasChanged)
    words = (
        refusal.message
        if refusal
        else _("Une ligne est à corriger. Rien n’est enregistré dans cette partie.")
    )
    theirs = own.rows[name] if is_overtaken else None
    return {"name": name, "form": form, "number": own.numbers[name], "error": words, "theirs": theirs}


def _kept(request: HttpRequest, header: CaseHeader, page: ExpectationsPage, part: str) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        messages.success(request, _("Brouillon enregistré. Votre organisation seule peut le lire."))
        return see(header.partnership, "expectations", anchor=f"#partie-{part}")
    shown = next(each for each in _parts(page) if each.name == part)
    fragment = "part" if "add" in request.POST else "kept"
    told = {"header": header, "page": page, "part": shown, "is_fragment": True}
    return render(request, f"{PAGE}#{fragment}", told)


@sensitive_variables()
def _not_kept(
    request: HttpRequest, header: CaseHeader, page: ExpectationsPage, typed: PartShown
) -> HttpResponse:
    if not request.htmx:  # type: ignore[attr-defined]
        return _render(request, header, page, typed=typed, status=422)
    told = {"header": header, "page": page, "part": typed, "is_fragment": True}
    answer = render(request, f"{PAGE}#part", told, status=422)
    return reswap(retarget(answer, f"#partie-{typed.name}"), "outerHTML")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def seal(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what will be sealed and what happens then; seal what was shown, and nothing else."""
    partnership = case_of(request, reference, Right.ANSWER)
    if request.method == "POST":
        return press(
            request,
            lambda: envelopes.seal(
                round_id=last_round(partnership).pk,
                speaker=reader(request),
                seen_numbers=_seen(request.POST),
                at=now(),
            ),
            _("Enveloppe scellée. Son empreinte est au journal."),
            see(partnership, "expectations"),
        )
    header, page = _asked(request, partnership)
    if page.own is None or not page.may_write:
        raise Http404
    return render(request, "partnerships/expectations/seal.html", {"header": header, "page": page})


@require_POST
def take_back(request: HttpRequest, reference: str) -> HttpResponse:
    """Open one's own envelope again, while nobody of the other side has sealed."""
    partnership = case_of(request, reference, Right.ANSWER)
    return press(
        request,
        lambda: envelopes.take_back(round_id=last_round(partnership).pk, speaker=reader(request), at=now()),
        _("Enveloppe reprise. Changez-la, puis scellez-la de nouveau."),
        see(partnership, "expectations"),
    )


def _seen(data: Mapping[str, str]) -> dict[str, int]:
    numbers = {name: counted(data.get(f"seen-{name}", "")) for name in PARTS}
    return {name: -1 if number is None else number for name, number in numbers.items() if number != 0}


def _asked(
    request: HttpRequest, partnership: Partnership, number: int | None = None
) -> tuple[CaseHeader, ExpectationsPage]:
    at = now()
    header = case_header(partnership, reader(request), at, tab="expectations")
    return header, expectations_page(header, at, number=number)


@sensitive_variables()
def _render(
    request: HttpRequest,
    header: CaseHeader,
    page: ExpectationsPage,
    *,
    typed: PartShown | None = None,
    ask_form: AskForm | None = None,
    status: int = 200,
) -> HttpResponse:
    # What was typed too late is shown as well: nobody loses it.
    own = _parts(page) or ([typed] if typed else [])
    parts = [typed if typed and typed.name == each.name else each for each in own]
    form = ask_form or (AskForm() if page.may_ask else None)
    told = {"header": header, "page": page, "parts": parts, "ask_form": form, "form": ask_form}
    return render(request, PAGE, told, status=status)


@sensitive_variables()
def _parts(page: ExpectationsPage) -> list[PartShown]:
    own = page.own
    if own is None or not page.may_write:
        return []
    return [
        PartShown(name=name, form=forms.part(name, None, own.rows[name]), number=own.numbers[name])
        for name in PARTS
    ]
