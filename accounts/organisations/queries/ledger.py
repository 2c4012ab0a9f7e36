"""The ledger of an organisation, for its members and for brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.organisations.queries.ledger_facts import entry_facts
from accounts.organisations.queries.ledger_pages import (
    LedgerEntryPage,
    LedgerPage,
    LedgerRow,
    build_entry_page,
    build_ledger_page,
    find_entry,
)
from accounts.organisations.queries.ledger_sentences import Names, sentence
from ledger.record import Subject

if TYPE_CHECKING:
    from ledger.models import Entry

# By kind of entry, facts that only brokers read: the organisation sees that a check was made, not its result.
BROKER_ONLY_FACTS: Final = {
    "organisation.checked": frozenset({"results"}),
    "organisation.verified": frozenset({"unsettled"}),
    "organisation.register-asked": frozenset({"outcome"}),
}
# Its actor is shown to brokers alone: who ended an introduction also tells who did not.
INTRODUCTION_ENDED: Final = "organisation.introduction-ended"
# Its actor is shown to administrators alone.
JOIN_REQUESTED: Final = "organisation.join-asked"


class LedgerReader(NamedTuple):
    """The reader of the ledger of an organisation, and the names of the people it mentions, by key."""

    organisation: Organisation
    is_broker: bool
    is_administrator: bool
    names: Names

    @property
    def subject(self) -> Subject:
        return Subject("organisation", self.organisation.pk)


def organisation_ledger(
    organisation: Organisation, *, user: User, number: str | int = 1, is_checked: bool = False
) -> LedgerPage:
    """Return one page of the ledger, latest first. 5 queries, 1 more to recompute the chain."""
    ledger_reader = _reader(organisation, user)
    return build_ledger_page(
        ledger_reader.subject, lambda entry: _row(entry, ledger_reader), number=number, is_checked=is_checked
    )


def organisation_ledger_entry(organisation: Organisation, *, user: User, sequence: int) -> LedgerEntryPage:
    """Return one entry of the ledger. Raises Http404. 4 queries."""
    ledger_reader = _reader(organisation, user)
    entry, has_next = find_entry(ledger_reader.subject, sequence)
    hidden = frozenset() if ledger_reader.is_broker else BROKER_ONLY_FACTS.get(entry.kind, frozenset())
    return build_entry_page(
        entry,
        lambda row_entry: _row(row_entry, ledger_reader),
        person=str(entry.actor) if entry.actor and not _is_actor_hidden(entry, ledger_reader) else "",
        facts=entry_facts(entry, ledger_reader.names, hidden=hidden),
        url_of=lambda sequence: _entry_url(organisation, sequence),
        has_next=has_next,
    )


def _reader(organisation: Organisation, user: User) -> LedgerReader:
    memberships = Membership.objects.filter(organisation=organisation).select_related("user")
    members = list(memberships.order_by("joined_at", "pk"))
    invitations = organisation.invitations.order_by("pk").values_list("pk", "full_name")
    return LedgerReader(
        organisation=organisation,
        is_broker=user.is_broker,
        is_administrator=any(
            member.user_id == user.pk and member.left_at is None and member.is_administrator
            for member in members
        ),
        names={str(key): name for key, name in invitations}
        | {str(each.user_id): str(each.user) for each in members},
    )


def _row(entry: Entry, ledger_reader: LedgerReader) -> LedgerRow:
    side, name = _actor(entry, ledger_reader)
    return LedgerRow(
        sequence=entry.sequence,
        side=side,
        name=name,
        sentence=sentence(entry, ledger_reader.names),
        at=entry.at,
        fingerprint=entry.hash,
        url=_entry_url(ledger_reader.organisation, entry.sequence),
    )


def _actor(entry: Entry, ledger_reader: LedgerReader) -> tuple[str, str]:
    """Return the side and the name of the actor: "Lucky Link" for an automatic entry."""
    if _is_actor_hidden(entry, ledger_reader):
        return ("both", _("Une personne")) if entry.kind == JOIN_REQUESTED else ("both", "Lucky Link")
    if entry.actor is None:
        return "both", "Lucky Link"
    is_member = str(entry.actor_id) in ledger_reader.names
    if entry.actor.is_broker and not is_member:
        return "broker", str(entry.actor)
    return (ledger_reader.organisation.side if is_member else "both"), str(entry.actor)


def _is_actor_hidden(entry: Entry, ledger_reader: LedgerReader) -> bool:
    if entry.kind == JOIN_REQUESTED:
        return not ledger_reader.is_administrator
    return entry.kind == INTRODUCTION_ENDED and not ledger_reader.is_broker


def _entry_url(organisation: Organisation, sequence: int) -> str:
    return reverse("organisation_ledger_entry", args=[organisation.pk, sequence])
