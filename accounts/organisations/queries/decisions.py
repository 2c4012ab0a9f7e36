"""The decisions of brokers about an organisation, as its own pages and mails show them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.utils.translation import gettext as _

from accounts import lifecycle
from accounts.models import (
    CheckResult,
    Organisation,
    Vetting,
    VettingCheck,
)
from accounts.organisations.checklist import TITLES

if TYPE_CHECKING:
    from django.db.models import QuerySet


def vetting_history(organisation: Organisation) -> QuerySet[Vetting]:
    """Return the decisions about an organisation with their brokers, latest first. 1 query."""
    return organisation.vettings.select_related("decided_by").order_by("-decided_at", "-pk")


def current_decision(organisation: Organisation) -> Vetting | None:
    """Return the latest decision about an organisation that is not verified, if any. 1 query at most."""
    return None if organisation.is_verified else vetting_history(organisation).first()


def failed_checks(vetting: Vetting) -> list[VettingCheck]:
    """Return the checks that a decision found wrong or missing, in the order of the checklist. 1 query."""
    rows = vetting.checks.exclude(result__in=["", CheckResult.OK])
    order = list(TITLES)
    return sorted(rows.order_by("pk"), key=lambda row: order.index(row.code))


def read_only_reason(organisation: Organisation) -> str:
    """Return the sentence that says why an organisation is read-only and what to do about it. 1 query."""
    decision = vetting_history(organisation).first()
    template = (
        _("Le passeur a suspendu l’inscription\u00a0: %(name)s. Raison\u00a0: %(reason)s")
        if organisation.state == lifecycle.State.SUSPENDED
        else _("Inscription refusée par le passeur\u00a0: %(name)s. Raison\u00a0: %(reason)s")
    )
    names = {"name": organisation.name}
    reason = template % {**names, "reason": decision.reason if decision else "—"}
    next_step = (
        _(
            "Vous pouvez tout lire, mais pas agir. Pour lever la suspension, écrivez au "
            "passeur\u00a0: %(address)s."
        )
        if settings.CONTACT_ADDRESS
        else _(
            "Vous pouvez tout lire, mais pas agir. Pour lever la suspension, répondez au courriel du passeur."
        )
    )
    return f"{reason.rstrip('. ')}. {next_step % {'address': settings.CONTACT_ADDRESS}}"
