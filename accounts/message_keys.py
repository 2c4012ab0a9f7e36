"""Keys of the messages about people and organisations: one function for each kind."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from outbox.message_keys import (
    KeyPrefix,
    MessageKey,
    build_key,
    build_prefix,
    day_part,
    moment_part,
    offset_part,
)


def account_mail(unique_id: UUID) -> MessageKey:
    """Return the key of a rendered mail of the account; each has its own."""
    return build_key("account", unique_id)


def new_device(user_id: UUID, *, at: datetime) -> MessageKey:
    return build_key("new-device", user_id, moment_part(at))


def account_idle(user_id: UUID, *, last_seen: date) -> MessageKey:
    """Return the key of the warning to an unused account; a new visit makes another one."""
    return build_key("account-idle", user_id, day_part(last_seen))


def account_erased(user_id: UUID) -> MessageKey:
    return build_key("account-erased", user_id)


def address_change_requested(change_id: UUID) -> MessageKey:
    return build_key("address", change_id, "ask")


def address_changed(change_id: UUID) -> MessageKey:
    return build_key("address", change_id, "changed")


def invitation_prefix(invitation_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the mails of one invitation."""
    return build_prefix("invitation", invitation_id)


def invitation(invitation_id: UUID, *, at: datetime) -> MessageKey:
    """Return the key of one sending of an invitation, which may be sent again."""
    return build_key("invitation", invitation_id, moment_part(at))


def mandate_prefix(mandate_id: int) -> KeyPrefix:
    """Return the prefix of the keys of the reminders of the end of a mandate."""
    return build_prefix("mandate", mandate_id)


def mandate_expiry(mandate_id: int, *, days: int) -> MessageKey:
    """Return the key of one reminder; `days` from the last day, which a recorded mandate never changes."""
    return build_key("mandate", mandate_id, offset_part(days))


def mandate_collapse(mandate_id: int) -> str:
    """Return the value of `collapse` that groups the reminders of a mandate."""
    return build_key("mandate", mandate_id)


def welcome(organisation_id: UUID) -> MessageKey:
    return build_key("organisation", organisation_id, "welcome")


def organisation_submitted(organisation_id: UUID, *, at: datetime) -> MessageKey:
    """Return the key of one submission; there may be several."""
    return build_key("organisation", organisation_id, "submitted", moment_part(at))


def organisation_changed(organisation_id: UUID, change_id: int) -> MessageKey:
    return build_key("organisation", organisation_id, "changed", change_id)


def vetting_prefix(organisation_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the decisions on an organisation."""
    return build_prefix("organisation", organisation_id, "vetting")


def vetting_decision(organisation_id: UUID, vetting_id: int) -> MessageKey:
    return build_key("organisation", organisation_id, "vetting", vetting_id)


def recheck_prefix(organisation_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the yearly rechecks of an organisation."""
    return build_prefix("organisation", organisation_id, "recheck")


def organisation_recheck(organisation_id: UUID, vetting_id: int) -> MessageKey:
    """Return the key of the recheck of one verification."""
    return build_key("organisation", organisation_id, "recheck", vetting_id)


def join_request(organisation_id: UUID, newcomer_id: UUID) -> MessageKey:
    return build_key("organisation", organisation_id, "join", newcomer_id)


def handover(organisation_id: UUID, handover_id: int) -> MessageKey:
    return build_key("organisation", organisation_id, "handover", handover_id)


def registration_prefix(organisation_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the mails that link to an unfinished registration."""
    return build_prefix("organisation", organisation_id, "registration")


def registration_resume(organisation_id: UUID, *, days: int) -> MessageKey:
    return build_key("organisation", organisation_id, "registration", days)


def registration_collapse(organisation_id: UUID) -> str:
    """Return the value of `collapse` that groups the mails that link to one registration."""
    return build_key("organisation", organisation_id, "registration")


def approval_prefix(organisation_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the reminders of the end of an official approval."""
    return build_prefix("organisation", organisation_id, "approval")


def approval_reminder(organisation_id: UUID, *, decided: date, months: int) -> MessageKey:
    """Return the key of one reminder; the day of the decision, since two of them may end on one day."""
    return build_key("organisation", organisation_id, "approval", day_part(decided), months)


def approval_collapse(organisation_id: UUID) -> str:
    """Return the value of `collapse` that groups the reminders of an official approval."""
    return build_key("organisation", organisation_id, "approval")


def interests_prefix(organisation_id: UUID) -> KeyPrefix:
    """Return the prefix of the keys of the yearly confirmations of the ties of a board."""
    return build_prefix("organisation", organisation_id, "interests")


def interests_to_confirm(organisation_id: UUID, statement_id: int) -> MessageKey:
    return build_key("organisation", organisation_id, "interests", statement_id)


def document_prefix(organisation_id: UUID, document_kind: str) -> KeyPrefix:
    """Return the prefix of the keys of the reminders of one kind of document, whichever file it is."""
    return build_prefix("organisation", organisation_id, "document", document_kind)


def document_expiring(
    organisation_id: UUID, document_kind: str, document_id: UUID, *, day: date
) -> MessageKey:
    return build_key("organisation", organisation_id, "document", document_kind, document_id, day_part(day))


def document_collapse(organisation_id: UUID, document_kind: str) -> str:
    """Return the value of `collapse` that groups the reminders of one kind of document."""
    return build_key("organisation", organisation_id, "document", document_kind, "end")
