"""Ties of a board and of a broker: declared, replaced, withdrawn, confirmed; each act in the ledger."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.models import BoardLink, BrokerInterest, InterestKind, InterestStatement, Organisation, User
from accounts.models.interests import STATEMENT_HOLDS
from accounts.organisations.transitions import lock, require_administrator, write
from accounts.refusals import Refusal
from outbox import post
from outbox.post import Plan


class Tie(NamedTuple):
    """Somebody of the board, with whom, by what, from when to when (None: it still runs)."""

    person: str
    counterpart: str
    words: str
    since_date: date
    until_date: date | None = None


class Held(NamedTuple):
    """What a broker received (`amount_minor` in cents, for a fee), or what ties them."""

    kind: InterestKind
    words: str
    from_date: date
    until_date: date | None = None
    amount_minor: int | None = None


class InterestError(Refusal):
    """The tie cannot be kept as it was told."""


class EndsBeforeItBegins(InterestError):
    """The last day lies before the first."""

    sentence = _("Ce lien finirait avant de commencer. Corrigez l’une des deux dates.")


class FeeWithoutAmount(InterestError):
    """A fee is some money."""

    sentence = _("Donnez le montant de ces honoraires.")


class NoSuchInterest(InterestError):
    """It was replaced or withdrawn already, or is somebody else's."""

    sentence = _("Cette déclaration a déjà été remplacée ou retirée. Rechargez la page.")


class NotABroker(InterestError):
    """Only a broker declares a broker's interests."""

    sentence = _("Seul un passeur peut le faire.")


@transaction.atomic
def declare_link(
    *, organisation_id: UUID, administrator: User, tie: Tie, at: datetime, replaces: int | None = None
) -> BoardLink:
    """Declare a tie of the board, in the place of another if `replaces` names one.

    Raises NotAnAdministrator, EndsBeforeItBegins, NoSuchInterest.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if tie.until_date and tie.until_date < tie.since_date:
        raise EndsBeforeItBegins
    if replaces is not None:
        _end_link(organisation, replaces, at=at)
    row = BoardLink.objects.create(
        organisation=organisation, declared_by=administrator, declared_at=at, **tie._asdict()
    )
    write(
        organisation,
        "link",
        actor=administrator,
        at=at,
        link=row.pk,
        replaces=replaces,
        since=tie.since_date.isoformat(),
        until=tie.until_date.isoformat() if tie.until_date else None,
    )
    _state(organisation, administrator, at=at)
    return row


@transaction.atomic
def withdraw_link(*, organisation_id: UUID, administrator: User, link_id: int, at: datetime) -> None:
    """Take a tie off the list; it is kept as history. Raises NotAnAdministrator, NoSuchInterest."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    _end_link(organisation, link_id, at=at)
    write(organisation, "link-withdrawn", actor=administrator, at=at, link=link_id)
    _state(organisation, administrator, at=at)


@transaction.atomic
def confirm_links(*, organisation_id: UUID, administrator: User, at: datetime) -> InterestStatement:
    """State that the list is whole today, be it empty. Raises NotAnAdministrator."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    return _state(organisation, administrator, at=at)


@transaction.atomic
def declare_broker_interest(
    *, broker: User, organisation_id: UUID, held: Held, at: datetime, replaces: int | None = None
) -> BrokerInterest:
    """Declare what a broker had from an organisation, in the place of another if `replaces` names one.

    Raises NotABroker, EndsBeforeItBegins, FeeWithoutAmount, NoSuchInterest.
    """
    organisation = lock(organisation_id)
    if not broker.is_broker:
        raise NotABroker
    if held.until_date and held.until_date < held.from_date:
        raise EndsBeforeItBegins
    if held.kind == InterestKind.FEE and not held.amount_minor:
        raise FeeWithoutAmount
    if replaces is not None:
        _end_interest(broker, organisation, replaces, at=at)
    row = BrokerInterest.objects.create(
        broker=broker, organisation=organisation, declared_at=at, **held._asdict()
    )
    write(
        organisation,
        "broker-interest",
        actor=broker,
        at=at,
        interest=row.pk,
        replaces=replaces,
        nature=held.kind.value,
        amount_minor=held.amount_minor,
    )
    return row


@transaction.atomic
def withdraw_broker_interest(*, broker: User, organisation_id: UUID, interest_id: int, at: datetime) -> None:
    """Take off what was declared by mistake; it is kept as history. Raises NoSuchInterest."""
    organisation = lock(organisation_id)
    _end_interest(broker, organisation, interest_id, at=at)
    write(organisation, "broker-interest-withdrawn", actor=broker, at=at, interest=interest_id)


def _state(organisation: Organisation, administrator: User, *, at: datetime) -> InterestStatement:
    links = organisation.board_links.filter(replaced_at=None).count()
    statement = InterestStatement.objects.create(
        organisation=organisation, links=links, stated_by=administrator, stated_at=at
    )
    write(organisation, "links-stated", actor=administrator, at=at, links=links)
    again = Plan(
        kind="interests-to-confirm",
        key=message_keys.interests_to_confirm(organisation.pk, statement.pk),
        due_at=at + STATEMENT_HOLDS,
        facts={"organisation": str(organisation.pk), "statement": statement.pk},
    )
    post.replan(prefix=message_keys.interests_prefix(organisation.pk), plans=[again], at=at)
    return statement


def _end_link(organisation: Organisation, link_id: int, *, at: datetime) -> None:
    standing = organisation.board_links.filter(pk=link_id, replaced_at=None)
    if not standing.update(replaced_at=at):
        raise NoSuchInterest


def _end_interest(broker: User, organisation: Organisation, interest_id: int, *, at: datetime) -> None:
    standing = organisation.broker_interests.filter(pk=interest_id, broker=broker, replaced_at=None)
    if not standing.update(replaced_at=at):
        raise NoSuchInterest
