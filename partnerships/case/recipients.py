"""Recipients of mails about a case: members of its parties by role, and its broker."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial

from django.db.models import Q

from accounts.lifecycle import READ_ONLY
from accounts.models import Membership, User
from accounts.people.queries.account import active_brokers
from accounts.recipients import recipient_for
from outbox.kinds import Kind, Recipient
from outbox.models import Message
from partnerships import reminders
from partnerships.lifecycle import Case
from partnerships.models import Partnership, Party, Snooze

type Audience = Callable[[Message, datetime], list[Recipient]]
type MailContext = Callable[[Message, Recipient, datetime], dict[str, object]]

SIGNATORIES = Q(is_signatory=True)
SPEAKERS = Q(is_referent=True) | SIGNATORIES
RESPONSIBLE = SPEAKERS | Q(is_administrator=True)


def kind(
    name: str,
    topic: str,
    audience: Audience,
    context: MailContext,
    *,
    is_legal: bool = False,
    is_reminder: bool = False,
) -> Kind:
    """Return a kind of mail whose audience is computed again just before each delivery.

    A reminder is for nobody while the case is suspended.
    """
    if is_reminder:
        audience = partial(_unless_suspended, audience)
    return Kind(
        name=name,
        topic=topic,
        recipients=audience,
        holds=partial(_is_among, audience),
        context=context,
        mandatory=is_legal,
        working_hours=is_reminder,
    )


def _unless_suspended(audience: Audience, message: Message, at: datetime) -> list[Recipient]:
    suspended = Partnership.objects.filter(pk=message.facts["partnership"], state=Case.SUSPENDED)
    return [] if suspended.exists() else audience(message, at)


def _is_among(audience: Audience, message: Message, recipient: Recipient, at: datetime) -> bool:
    if recipient.user is None:
        return False
    return any(each.user is not None and each.user.pk == recipient.user.pk for each in audience(message, at))


def case_of(message: Message) -> Partnership:
    """Return the case that a message is about. 1 query."""
    return Partnership.objects.select_related("broker").get(pk=message.facts["partnership"])


def parties_of(partnership: Partnership) -> list[Party]:
    """Return the parties in printed order, with their organisations. 1 query."""
    return list(partnership.parties.select_related("organisation").order_by("rank"))


def members(parties: Iterable[Party], roles: Q) -> list[Recipient]:
    """Return the present members of the parties who have one of the roles. 1 query.

    A broker who also belongs to a party does not represent it and receives nothing.
    """
    memberships = (
        Membership.objects.present()
        .filter(roles, organisation__in=[party.organisation_id for party in parties], user__is_broker=False)
        .select_related("user")
        .order_by("pk")
    )
    return [recipient_for(membership.user) for membership in memberships]


def active_members(parties: Iterable[Party], roles: Q) -> list[Recipient]:
    """Return the members who can act: none of a refused or suspended organisation. 1 query."""
    return members([party for party in parties if party.organisation.state not in READ_ONLY], roles)


def reminded(parties: Iterable[Party]) -> dict[int, list[Recipient]]:
    """Return by key of a party whom to remind of what it owes. 1 query.

    Its referents, or its signatories where it has no referent; nobody of a suspended party.
    """
    parties = [party for party in parties if party.organisation.state not in READ_ONLY]
    organisations = [party.organisation_id for party in parties]
    speakers = list(
        Membership.objects.present()
        .filter(SPEAKERS, organisation__in=organisations, user__is_broker=False)
        .select_related("user")
        .order_by("pk")
    )
    people = {}
    for party in parties:
        own = [each for each in speakers if each.organisation_id == party.organisation_id]
        chosen = [each for each in own if each.is_referent] or own
        people[party.pk] = [recipient_for(membership.user) for membership in chosen]
    return people


def reached(message: Message, snoozes: Iterable[Snooze], people: Iterable[Recipient]) -> list[Recipient]:
    """Return those of the people reminded of a milestone whom a message reaches.

    Not those who want none before a later day; of the reminder of that day, that person alone.
    """
    snoozed, only = reminders.snoozed_people(message.facts, snoozes), message.facts.get("user")
    return [
        each
        for each in people
        if each.user is not None and each.user.pk not in snoozed and only in (None, str(each.user.pk))
    ]


def lead_broker(partnership: Partnership) -> list[Recipient]:
    """Return the broker of the case, or all brokers when that one is inactive. 1 query at most."""
    lead = partnership.broker
    if lead.is_active and lead.is_broker:
        return [recipient_for(lead)]
    return [recipient_for(broker) for broker in active_brokers()]


def is_broker(reader: Recipient) -> bool:
    """Say whether the mail is for a broker."""
    return isinstance(reader.user, User) and reader.user.is_broker


def membership_of(reader: Recipient, parties: Iterable[Party]) -> tuple[Membership, Party] | None:
    """Return the membership of the reader in a party, and the party; None for a broker. 1 query."""
    by_organisation = {party.organisation_id: party for party in parties}
    person = reader.user.pk if reader.user else None
    membership = (
        Membership.objects.filter(user=person, left_at=None, organisation__in=by_organisation)
        .order_by("pk")
        .first()
    )
    return (membership, by_organisation[membership.organisation_id]) if membership else None
