"""Vetting: who waits for the broker, what is checked, what is decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.shortcuts import render
from django.utils.timezone import now
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import OrganisationRight, broker_or_404, organisation_for
from accounts.session import see_other
from accounts.vetting import actions as vetting
from broker.forms.console import QueueSearch
from broker.forms.vetting import ChecksForm, Decide
from broker.queries import queue as waiting
from broker.queries import vetting as queries

if TYPE_CHECKING:
    from uuid import UUID

    from django.http import HttpRequest, HttpResponse

    from accounts.permissions import User

# Where the session keeps a reason that is not sent yet, for each organisation.
DRAFT = "vetting-reason:{}"


@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """Show the organisations that wait, by what they wait for."""
    broker_or_404(request.user)
    search = QueueSearch(request.GET)
    found = search.found()
    listing = waiting.vetting_queue(section=found["section"], words=found["q"], at=now(), page=found["page"])
    told = {"listing": listing, "found": found, "query": search.kept()}
    return render(request, "broker/vetting/queue.html", told)


@require_http_methods(["GET", "HEAD", "POST"])
def vet(request: HttpRequest, organisation_id: UUID) -> HttpResponse:
    """Show what an organisation declared; keep what is checked; take a decision when one is pressed."""
    broker = broker_or_404(request.user)
    organisation = organisation_for(broker, organisation_id, OrganisationRight.VET)
    page = queries.vetting_page(organisation, user=broker, at=now())
    is_sent = request.method == "POST"
    is_deciding = is_sent and "decision" in request.POST
    draft = DRAFT.format(organisation_id)
    checks = ChecksForm(request.POST if is_sent else None, rows=page.checks if page.can_check else ())
    form = Decide(
        request.POST if is_deciding else None,
        allowed=page.decisions,
        initial={"reason": request.POST.get("reason", request.session.get(draft, ""))},
    )
    if is_sent and _keep(organisation_id, broker, checks, form):
        if not is_deciding:
            request.session[draft] = request.POST.get("reason", "")[:2000]
            messages.success(request, _("Contrôles enregistrés. Rien n’est encore dit à l’organisation."))
            return see_other("broker:vet", organisation.pk)
        if _decide(organisation_id, broker, form):
            request.session.pop(draft, None)
            messages.success(request, _("Décision enregistrée. L’organisation la reçoit par courriel."))
            return see_other("broker:vet", organisation.pk)
    is_verified = page.organisation.is_verified
    rows = [(row, *_fields(checks, row, is_verified=is_verified)) for row in page.checks]
    status = 422 if checks.errors or form.errors else 200
    told = {"page": page, "form": form, "rows": rows}
    return render(request, "broker/vetting/page.html", {**told, "checks": checks}, status=status)


def _keep(organisation_id: UUID, broker: User, checks: ChecksForm, form: Decide) -> bool:
    """Keep what was checked; what was typed stays in the page when it cannot be."""
    if not checks.is_valid():
        return False
    try:
        vetting.record_checks(
            organisation_id=organisation_id, broker=broker, findings=checks.findings(), at=now()
        )
    except vetting.VettingError as error:
        (form if form.is_bound else checks).add_error(None, error.message)
        return False
    return True


def _decide(organisation_id: UUID, broker: User, form: Decide) -> bool:
    if not form.is_valid():
        return False
    try:
        vetting.decide(
            organisation_id=organisation_id,
            broker=broker,
            decision=form.decided(),
            reason=form.cleaned_data["reason"],
            at=now(),
        )
    except vetting.DecisionReasonMissing as error:
        form.add_error("reason", error.message)
    except vetting.VettingError as error:
        form.add_error(None, error.message)
    else:
        return True
    return False


def _fields(checks: ChecksForm, row: queries.Checked, *, is_verified: bool) -> tuple[object, ...]:
    """Return the three fields of a check, or nothing, and whether its notes are open and it is folded.

    What is found right is folded, and what was when the organisation was verified.
    """
    code = row.check.code
    if code not in checks.rows:
        return (None, None, None, False, True)
    note, private = checks[f"note_{code}"], checks[f"private_note_{code}"]
    is_open = checks.has_errors_at(code) or bool(note.value() or private.value())
    is_settled = row.status == "ok" or (is_verified and row.found is None)
    return (checks[f"result_{code}"], note, private, is_open, is_settled and not checks.has_errors_at(code))
