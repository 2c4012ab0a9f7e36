"""Signatures that stop because of who was to sign."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accounts.models import Decision, Vetting
from accounts.templatetags import wording
from partnerships import lifecycle
from partnerships.models import Partnership
from partnerships.signing.actions.signing import Stop, give_up
from partnerships.status.actions import refresh_status


def stop_signatures(vetting: Vetting, at: datetime) -> None:
    """Take back the frozen texts that a decision on an organisation makes worthless, saying why to all.

    Suspended or refused, the organisation acts on nothing; verified under another identity, it is no longer
    the one that the frozen texts name. Every running case is locked first, so that a text frozen meanwhile
    is seen. Runs in the transaction of the decision.
    """
    reason = _reason(vetting)
    if not reason:
        return
    running = Partnership.objects.filter(parties__organisation=vetting.organisation_id)
    running = running.exclude(state__in=lifecycle.FINAL).order_by("pk")
    for partnership in running.select_for_update(of=("self",)):
        if partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists():
            party = partnership.parties.get(organisation=vetting.organisation_id)
            stop = Stop(reason, party.code, kind="signature-stopped")
            give_up(partnership, lifecycle.Action.WITHDRAW, stop, actor=vetting.decided_by, at=at)
            refresh_status(partnership, at=at)


def _reason(vetting: Vetting) -> str:
    name = vetting.organisation.name
    params = {"name": name, "of_name": wording.of(name), "reason": vetting.reason}
    if vetting.decision == Decision.SUSPENDED:
        return _("%(name)s est suspendue par le passeur\u00a0: %(reason)s") % params
    if vetting.decision == Decision.REFUSED:
        return _("L’inscription %(of_name)s est refusée\u00a0: %(reason)s") % params
    if vetting.decision == Decision.VERIFIED and vetting.identity_changes.exists():
        return (
            _(
                "%(name)s a changé d’identité, et le passeur l’a vérifiée. Le texte figé la nommait comme "
                "avant\u00a0: il est à figer de nouveau."
            )
            % params
        )
    return ""
