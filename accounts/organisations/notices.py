"""Mails about declarations of an organisation that must be renewed or confirmed."""

from __future__ import annotations

from datetime import date, datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import approval_dates
from accounts.models import GRANTED, InterestStatement, OfficialApproval, Organisation
from accounts.recipients import administrators
from outbox import kinds
from outbox.kinds import Kind, Recipient, Topic
from outbox.models import Message


def register() -> None:
    """Register the kinds of mails of this chapter."""
    yearly = partial(Kind, topic=Topic.ACCOUNT, mandatory=True, working_hours=True, recipients=administrators)
    kinds.register(yearly(name="approval-reminder", holds=_is_still_approved, context=_approval_context))
    kinds.register(yearly(name="interests-to-confirm", holds=_is_last_statement, context=_interests_context))


def _is_still_approved(message: Message, _recipient: Recipient, at: datetime) -> bool:
    decided = date.fromisoformat(message.facts["decided"])
    granted = OfficialApproval.objects.filter(
        organisation=UUID(message.facts["organisation"]), level__in=GRANTED, decided_date=decided
    )
    return timezone.localdate(at) <= approval_dates.expiry_date(decided) and granted.exists()


def _approval_context(message: Message, _recipient: Recipient, at: datetime) -> dict[str, object]:
    approvals = OfficialApproval.objects.select_related("organisation")
    approval = approvals.get(organisation=UUID(message.facts["organisation"]))
    today, decided = timezone.localdate(at), date.fromisoformat(message.facts["decided"])
    return _common_context(approval.organisation, "associations:approval", _("Voir l’agrément")) | {
        "expiry": approval_dates.expiry_date(decided),
        "deadline": approval_dates.renewal_deadline(decided),
        "is_late": today > approval_dates.renewal_deadline(decided),
        "months": approval_dates.months_left(decided, today),
    }


def _is_last_statement(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    statements = InterestStatement.objects.filter(organisation=UUID(message.facts["organisation"]))
    last = statements.order_by("-stated_at", "-pk").first()
    return last is not None and last.pk == message.facts["statement"]


def _interests_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    statement = InterestStatement.objects.select_related("organisation").get(pk=message.facts["statement"])
    organisation = statement.organisation
    label = _("Confirmer les liens d’intérêts")
    return _common_context(organisation, "interests", label, organisation.pk) | {
        "stated_at": statement.stated_at
    }


def _common_context(organisation: Organisation, page: str, label: str, *args: object) -> dict[str, object]:
    return {
        "organisation": organisation,
        "side": organisation.side,
        "button_path": reverse(page, args=args),
        "button_label": label,
        "why": _("Vous recevez ce message comme gestionnaire : %(name)s.") % {"name": organisation.name},
    }
