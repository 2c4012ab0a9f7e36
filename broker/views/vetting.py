"""Vetting: the queue, the checklist and decision of an organisation, the answers of public registers."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.forms.submission import run_action, submit_form
from accounts.pages.session import see_other
from accounts.permissions import OrganisationRight, broker_or_404, organisation_for
from accounts.refusals import Refusal
from accounts.vetting import actions as vetting
from accounts.vetting.queries import register_page
from broker.forms.search import QueueSearch
from broker.forms.vetting import ChecksForm, DecisionForm
from broker.queries import queue as queue_queries
from broker.queries import vetting as queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.forms import BoundField
    from django.http import HttpRequest, HttpResponse

    from accounts.permissions import User

# Session key of the draft of a reason, for each organisation.
REASON_DRAFT = "vetting-reason:{}"
MAX_REASON = 2000


class CheckFields(NamedTuple):
    """A check with its bound fields, None when it cannot be checked now.

    `is_open`: whether its notes are open; `is_folded`: whether the whole check is folded.
    """

    row: queries.CheckRow
    result: BoundField | None
    note: BoundField | None
    private_note: BoundField | None
    is_open: bool
    is_folded: bool


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show the organisations of a section of the queue."""
    broker_or_404(request.user)
    search = QueueSearch(request.GET)
    values = search.values()
    listing = queue_queries.vetting_queue(
        section=values["section"], words=values["q"], at=now(), page=values["page"]
    )
    context = {"listing": listing, "values": values, "query": search.query_string()}
    return render(request, "broker/vetting/queue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def vet(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show what an organisation declared; save the checks; take a decision when its button is pressed."""
    broker = broker_or_404(request.user)
    organisation = organisation_for(broker, organisation_id, OrganisationRight.VET)
    page = queries.vetting_page(organisation, user=broker, at=now())
    is_sent = request.method == "POST"
    is_deciding = is_sent and "decision" in request.POST
    draft_key = REASON_DRAFT.format(organisation_id)
    checks = ChecksForm(request.POST if is_sent else None, rows=page.checks if page.can_check else ())
    form = DecisionForm(
        request.POST if is_deciding else None,
        allowed=page.decisions,
        initial={"reason": request.POST.get("reason", request.session.get(draft_key, ""))},
    )
    if is_sent and _save_checks(organisation_id, broker, checks, form):
        if not is_deciding:
            # Browsers send two signs for an end of line; the limit counts one.
            typed = request.POST.get("reason", "").replace("\r\n", "\n")
            request.session[draft_key] = typed[:MAX_REASON]
            messages.success(
                request, _("Contrôles enregistrés. L’organisation n’en est pas encore informée.")
            )
            return see_other("broker:vet", organisation.pk)
        if _decide(organisation_id, broker, form):
            request.session.pop(draft_key, None)
            messages.success(request, _("Décision enregistrée. L’organisation la reçoit par courriel."))
            return see_other("broker:vet", organisation.pk)
    is_verified = page.organisation.is_verified
    context = {
        "page": page,
        "form": form,
        "checks": checks,
        "check_fields": [_check_fields(checks, row, is_verified=is_verified) for row in page.checks],
    }
    status = 422 if checks.errors or form.errors else 200
    return render(request, "broker/vetting/page.html", context, status=status)


def _save_checks(organisation_id: UUID, broker: User, checks: ChecksForm, form: DecisionForm) -> bool:
    """Save the checks and return whether it was done; a refusal shows in the form of the pressed button."""
    if not checks.is_valid():
        return False
    try:
        vetting.record_checks(
            organisation_id=organisation_id, broker=broker, findings=checks.findings(), at=now()
        )
    except Refusal as refusal:
        (form if form.is_bound else checks).add_error(None, refusal.message)
        return False
    return True


def _decide(organisation_id: UUID, broker: User, form: DecisionForm) -> bool:
    def save() -> None:
        vetting.decide(
            organisation_id=organisation_id,
            broker=broker,
            decision=form.selected_decision(),
            reason=form.cleaned_data["reason"],
            at=now(),
        )

    return submit_form(form, save)


def _check_fields(checks: ChecksForm, row: queries.CheckRow, *, is_verified: bool) -> CheckFields:
    # A check found right is folded, and so is one that the last verification covers.
    code = row.check.code
    if code not in checks.rows:
        return CheckFields(row, None, None, None, is_open=False, is_folded=True)
    note, private_note = checks[f"note_{code}"], checks[f"private_note_{code}"]
    has_errors = checks.has_errors_at(code)
    is_settled = row.status == "ok" or (is_verified and row.current is None)
    return CheckFields(
        row,
        checks[f"result_{code}"],
        note,
        private_note,
        is_open=has_errors or bool(note.value() or private_note.value()),
        is_folded=is_settled and not has_errors,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def register(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show the saved answers of public registers; query the register on POST, never on GET."""
    broker = broker_or_404(request.user)
    organisation = organisation_for(broker, organisation_id, OrganisationRight.VET)
    if request.method != "POST":
        return render(request, "broker/register/page.html", {"page": register_page(organisation)})
    run_action(
        request,
        lambda: vetting.query_register(organisation_id=organisation.pk, broker=broker, at=now()),
        _("La réponse du registre est enregistrée."),
    )
    return see_other("broker:register", organisation.pk)
