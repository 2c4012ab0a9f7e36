"""Withdrawal of frozen texts after a vetting decision on one of their parties."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Decision, Vetting
from partnerships import lifecycle
from partnerships.models import Partnership
from partnerships.signing.actions.signing import SigningEnd, void_charter
from partnerships.status.actions import refresh_status


def stop_signatures(vetting: Vetting, at: datetime) -> None:
    """Void the frozen texts that a vetting decision invalidates, and notify everybody of the reason.

    A suspended or refused organisation cannot sign; one verified under another identity is no longer the one
    that the frozen texts name. Every running case is locked first, so that a text frozen concurrently is
    seen. Runs in the transaction of the decision.
    """
    reason = _reason(vetting)
    if not reason:
        return
    cases = Partnership.objects.filter(parties__organisation=vetting.organisation_id)
    cases = cases.exclude(state__in=lifecycle.FINAL).order_by("pk")
    for partnership in cases.select_for_update(of=("self",)):
        if partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists():
            party = partnership.parties.get(organisation=vetting.organisation_id)
            ending = SigningEnd(reason, party.code, kind="signature-stopped")
            void_charter(partnership, lifecycle.Action.WITHDRAW, ending, actor=vetting.decided_by, at=at)
            refresh_status(partnership, at=at)


def _reason(vetting: Vetting) -> str:
    name = vetting.organisation.name
    params = {"name": name, "reason": vetting.reason}
    if vetting.decision == Decision.SUSPENDED:
        return _("Le passeur a suspendu l’inscription\u00a0: %(name)s. Raison\u00a0: %(reason)s") % params
    if vetting.decision == Decision.REFUSED:
        return _("Inscription refusée par le passeur\u00a0: %(name)s. Raison\u00a0: %(reason)s") % params
    if vetting.decision == Decision.VERIFIED and vetting.identity_changes.exists():
        return (
            _(
                "Identité changée, et vérifiée par le passeur\u00a0: %(name)s. Le texte figé "
                "porte l’ancienne identité\u00a0: il est à figer de nouveau."
            )
            % params
        )
    return ""
