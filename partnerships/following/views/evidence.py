"""Pages of what is declared done: its evidence, the answer of another party, the decision of the broker."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import submit_form
from accounts.organisations import pending_uploads
from accounts.organisations.views import file_response
from accounts.pages.session import reader
from accounts.refusals import Refusal
from partnerships.case.file_form import bound_form, keep_file
from partnerships.case.files import read_file
from partnerships.case.views import case_of, case_page, case_redirect, form_status
from partnerships.following.actions import evidence as actions
from partnerships.following.forms import EvidenceAnswerForm, EvidenceForm, SettlementForm
from partnerships.following.queries.evidence import case_file, evidence_row
from partnerships.following.queries.follow_up import commitment_row, milestone_row
from partnerships.permissions import Right, answering_party_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from partnerships.following.queries.follow_up import FollowedCommitment, FollowedMilestone
    from partnerships.models import Partnership


@require_http_methods(["GET", "HEAD", "POST"])
def evidence(request: HttpRequest, reference: str, milestone_id: int) -> HttpResponse:
    """Show the form for the evidence of a milestone; on POST, declare it done."""
    partnership = case_of(request, reference, Right.ANSWER)
    party = answering_party_of(reader(request), partnership)
    row = milestone_row(partnership, milestone_id, now(), answering_party=party)

    def act(form: EvidenceForm) -> None:
        actions.complete_milestone(
            milestone_id=milestone_id,
            partnership_id=partnership.pk,
            speaker=reader(request),
            evidence=form.evidence(),
            at=now(),
        )

    return _evidence_page(
        request, partnership, row, f"milestone-{milestone_id}", act, milestone=row.milestone
    )


@require_http_methods(["GET", "HEAD", "POST"])
def commitment_evidence(request: HttpRequest, reference: str, commitment_id: int) -> HttpResponse:
    """Show the form for the evidence of a commitment; on POST, declare it kept.

    Of a commitment of the broker, who alone reads and sends it.
    """
    is_broker = reader(request).is_broker
    partnership = case_of(request, reference, Right.BROKER if is_broker else Right.ANSWER)
    party = answering_party_of(reader(request), partnership)
    row = commitment_row(partnership, commitment_id, answering_party=party, is_broker=is_broker)

    def act(form: EvidenceForm) -> None:
        actions.complete_commitment(
            commitment_id=commitment_id,
            partnership_id=partnership.pk,
            speaker=reader(request),
            evidence=form.evidence(),
            at=now(),
        )

    return _evidence_page(
        request, partnership, row, f"commitment-{commitment_id}", act, commitment=row.commitment
    )


def _evidence_page(
    request: HttpRequest,
    partnership: Partnership,
    row: FollowedMilestone | FollowedCommitment,
    purpose: str,
    act: Callable[[EvidenceForm], None],
    **subject: object,
) -> HttpResponse:
    """Return the page of the form of an evidence, or lead to the follow-up once it is given."""
    form = bound_form(EvidenceForm, request, purpose)
    if request.method == "POST":
        if submit_form(form, lambda: act(form)):
            pending_uploads.drop(request, purpose)
            messages.success(
                request,
                _("Preuve déposée. Les autres parties et le passeur sont prévenus par courriel."),
            )
            return case_redirect(partnership, "follow_up")
        keep_file(form, request, purpose)
    template = "partnerships/following/evidence.html"
    context = {"row": row, "form": form, "milestone": None, "commitment": None, **subject}
    return case_page(request, partnership, template, tab="follow_up", status=form_status(form), **context)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponse:
    """Show an evidence with the form of an answer; on POST, confirm or contest it."""
    partnership = case_of(request, reference, Right.ANSWER)
    party = answering_party_of(reader(request), partnership)
    row = evidence_row(partnership, evidence_id, answering_party=party)
    form = EvidenceAnswerForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        speaker, at = reader(request), now()
        if form.contest_reason:
            actions.contest(evidence_id=evidence_id, speaker=speaker, reason=form.contest_reason, at=at)
        else:
            actions.confirm(evidence_id=evidence_id, speaker=speaker, at=at)

    if request.method == "POST" and submit_form(form, act):
        contested = _(
            "Contestation envoyée. Le passeur et les autres parties la reçoivent\u202f; le passeur tranche."
        )
        messages.success(
            request, contested if form.contest_reason else _("Réponse envoyée\u00a0: vous confirmez.")
        )
        return case_redirect(partnership, "follow_up")
    template = "partnerships/following/answer.html"
    return case_page(
        request, partnership, template, tab="follow_up", status=form_status(form), row=row, form=form
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, reference: str, evidence_id: int) -> HttpResponse:
    """Show a contested evidence to the broker; on POST, settle the contest."""
    partnership = case_of(request, reference, Right.BROKER)
    row = evidence_row(partnership, evidence_id, answering_party=None)
    form = SettlementForm(request.POST if request.method == "POST" else None)

    def act() -> None:
        actions.settle(
            evidence_id=evidence_id,
            broker=reader(request),
            is_accepted=form.is_accepted,
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    if request.method == "POST" and submit_form(form, act):
        messages.success(request, _("Décision envoyée à toutes les parties, avec sa raison."))
        return case_redirect(partnership, "follow_up")
    template = "partnerships/following/settle.html"
    return case_page(
        request, partnership, template, tab="follow_up", status=form_status(form), row=row, form=form
    )


@require_safe
def download_file(request: HttpRequest, reference: str, file_id: UUID) -> HttpResponse:
    """Return a file of the follow-up as a download, to whoever reads the case."""
    partnership = case_of(request, reference, Right.READ)
    file = case_file(partnership, file_id)
    try:
        content = read_file(file)
    except Refusal as refusal:
        messages.error(request, refusal.message)
        return case_redirect(partnership, "follow_up")
    return file_response(file.name, file.content_type, content)
