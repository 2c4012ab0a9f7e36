"""The ledger of an organisation, read aloud to its members and to brokers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Membership, Organisation, User
from accounts.organisations.queries.ledger_chain import (
    EntryPage,
    EntryShown,
    LedgerPage,
    chain_page,
    entry_at,
    entry_shown,
)
from accounts.organisations.queries.ledger_facts import facts_of
from accounts.organisations.queries.ledger_words import Names, sentence
from ledger.record import Subject

if TYPE_CHECKING:
    from ledger.models import Entry

# What a broker found and has not told: the organisation reads that something was checked, not what came out.
OF_BROKERS: Final = {
    "organisation.checked": frozenset({"results"}),
    "organisation.verified": frozenset({"unsettled"}),
    "organisation.register-asked": frozenset({"outcome"}),
}
# All read in the same words that it ended: who ended it would tell who did not.
ENDED: Final = "organisation.introduction-ended"
# Who asks to join gives their name to those who may let them in.
ASKED: Final = "organisation.join-asked"


class Reading(NamedTuple):
    """Who reads which history, and the names of those it speaks of."""

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
    reading = _reading(organisation, user)
    return chain_page(
        reading.subject, lambda entry: _shown(entry, reading), number=number, is_checked=is_checked
    )


def organisation_entry(organisation: Organisation, *, user: User, sequence: int) -> EntryPage:
    """Return one entry of the ledger. Raises Http404. 4 queries."""
    reading = _reading(organisation, user)
    entry, has_next = entry_at(reading.subject, sequence)
    hidden = frozenset() if reading.is_broker else OF_BROKERS.get(entry.kind, frozenset())
    return entry_shown(
        entry,
        lambda each: _shown(each, reading),
        person=str(entry.actor) if entry.actor and not _is_unsaid(entry, reading) else "",
        facts=facts_of(entry, reading.names, hidden=hidden),
        url_of=lambda place: _url(organisation, place),
        has_next=has_next,
    )


def _reading(organisation: Organisation, user: User) -> Reading:
    memberships = Membership.objects.filter(organisation=organisation).select_related("user")
    known = list(memberships.order_by("joined_at", "pk"))
    letters = organisation.invitations.order_by("pk").values_list("pk", "full_name")
    return Reading(
        organisation=organisation,
        is_broker=user.is_broker,
        is_administrator=any(
            each.user_id == user.pk and each.left_at is None and each.is_administrator for each in known
        ),
        names={str(key): name for key, name in letters}
        | {str(each.user_id): str(each.user) for each in known},
    )


def _shown(entry: Entry, reading: Reading) -> EntryShown:
    side, name = _actor(entry, reading)
    return EntryShown(
        sequence=entry.sequence,
        side=side,
        name=name,
        sentence=sentence(entry, reading.names),
        at=entry.at,
        fingerprint=entry.hash,
        url=_url(reading.organisation, entry.sequence),
    )


def _actor(entry: Entry, reading: Reading) -> tuple[str, str]:
    """Return the side and the name of who acted: the house itself when a rule did."""
    if _is_unsaid(entry, reading):
        return ("both", _("Une personne")) if entry.kind == ASKED else ("both", "Lucky Link")
    if entry.actor is None:
        return "both", "Lucky Link"
    is_member = str(entry.actor_id) in reading.names
    if entry.actor.is_broker and not is_member:
        return "broker", str(entry.actor)
    return (reading.organisation.side if is_member else "both"), str(entry.actor)


def _is_unsaid(entry: Entry, reading: Reading) -> bool:
    if entry.kind == ASKED:
        return not reading.is_administrator
    return entry.kind == ENDED and not reading.is_broker


def _url(organisation: Organisation, sequence: int) -> str:
    return reverse("organisation_ledger_entry", args=[organisation.pk, sequence])
