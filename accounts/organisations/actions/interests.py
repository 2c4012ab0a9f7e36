"""Ties of a board and interests of a broker: declared, replaced, withdrawn, confirmed."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.models import BoardLink, BrokerInterest, InterestKind, InterestStatement, Organisation, User
from accounts.models.interests import STATEMENT_HOLDS
from accounts.organisations.transitions import BrokerRequired, lock, record_act, require_administrator
from accounts.refusals import Refusal
from outbox import post
from outbox.post import Plan


class BoardLinkDetails(NamedTuple):
    """Somebody of the board, with whom, by what, from when to when (None: it still runs)."""

    person: str
    counterpart: str
    words: str
    since_date: date
    until_date: date | None = None


class BrokerInterestDetails(NamedTuple):
    """A fee a broker received (`amount_minor`, in cents), or a tie with an organisation."""

    kind: InterestKind
    words: str
    from_date: date
    until_date: date | None = None
    amount_minor: int | None = None


class InterestError(Refusal):
    """The interest cannot be recorded."""


class InterestEndsBeforeStart(InterestError):
    """The last day precedes the first."""

    sentence = _("La fin de ce lien vient avant son début. Corrigez l’une des deux dates.")


class FeeWithoutAmount(InterestError):
    """A fee needs an amount."""

    sentence = _("Indiquez le montant de ces honoraires.")


class InterestNotFound(InterestError):
    """It was replaced or withdrawn, or belongs to another organisation or broker."""

    sentence = _("Cette déclaration a déjà été remplacée ou retirée. Rechargez la page.")


@transaction.atomic
def declare_link(
    *,
    organisation_id: UUID,
    administrator: User,
    link: BoardLinkDetails,
    at: datetime,
    replaces: int | None = None,
) -> BoardLink:
    """Declare a tie of the board; `replaces` is the key of the link it replaces.

    Raises NotAnAdministrator, InterestEndsBeforeStart, InterestNotFound.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if link.until_date and link.until_date < link.since_date:
        raise InterestEndsBeforeStart
    if replaces is not None:
        _replace_link(organisation, replaces, at=at)
    row = BoardLink.objects.create(
        organisation=organisation, declared_by=administrator, declared_at=at, **link._asdict()
    )
    record_act(
        organisation,
        "link",
        actor=administrator,
        at=at,
        link=row.pk,
        replaces=replaces,
        since=link.since_date.isoformat(),
        until=link.until_date.isoformat() if link.until_date else None,
    )
    _record_statement(organisation, administrator, at=at)
    return row


@transaction.atomic
def withdraw_link(*, organisation_id: UUID, administrator: User, link_id: int, at: datetime) -> None:
    """Withdraw a tie; its row stays as history. Raises NotAnAdministrator, InterestNotFound."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    _replace_link(organisation, link_id, at=at)
    record_act(organisation, "link-withdrawn", actor=administrator, at=at, link=link_id)
    _record_statement(organisation, administrator, at=at)


@transaction.atomic
def confirm_links(*, organisation_id: UUID, administrator: User, at: datetime) -> InterestStatement:
    """Confirm that the list is complete today, even if empty. Raises NotAnAdministrator."""
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    return _record_statement(organisation, administrator, at=at)


@transaction.atomic
def declare_broker_interest(
    *,
    broker: User,
    organisation_id: UUID,
    details: BrokerInterestDetails,
    at: datetime,
    replaces: int | None = None,
) -> BrokerInterest:
    """Declare an interest of a broker; `replaces` is the key of the interest it replaces.

    Raises BrokerRequired, InterestEndsBeforeStart, FeeWithoutAmount, InterestNotFound.
    """
    organisation = lock(organisation_id)
    if not broker.is_broker:
        raise BrokerRequired
    if details.until_date and details.until_date < details.from_date:
        raise InterestEndsBeforeStart
    if details.kind == InterestKind.FEE and not details.amount_minor:
        raise FeeWithoutAmount
    if replaces is not None:
        _replace_interest(broker, organisation, replaces, at=at)
    row = BrokerInterest.objects.create(
        broker=broker, organisation=organisation, declared_at=at, **details._asdict()
    )
    record_act(
        organisation,
        "broker-interest",
        actor=broker,
        at=at,
        interest=row.pk,
        replaces=replaces,
        nature=details.kind.value,
        amount_minor=details.amount_minor,
    )
    return row


@transaction.atomic
def withdraw_broker_interest(*, broker: User, organisation_id: UUID, interest_id: int, at: datetime) -> None:
    """Withdraw an interest; its row stays as history. Raises InterestNotFound."""
    organisation = lock(organisation_id)
    _replace_interest(broker, organisation, interest_id, at=at)
    record_act(organisation, "broker-interest-withdrawn", actor=broker, at=at, interest=interest_id)


def _record_statement(organisation: Organisation, administrator: User, *, at: datetime) -> InterestStatement:
    links = organisation.board_links.filter(replaced_at=None).count()
    statement = InterestStatement.objects.create(
        organisation=organisation, links=links, stated_by=administrator, stated_at=at
    )
    record_act(organisation, "links-stated", actor=administrator, at=at, links=links)
    reminder = Plan(
        kind="interests-to-confirm",
        key=message_keys.interests_to_confirm(organisation.pk, statement.pk),
        due_at=at + STATEMENT_HOLDS,
        facts={"organisation": str(organisation.pk), "statement": statement.pk},
    )
    post.replan(prefix=message_keys.interests_prefix(organisation.pk), plans=[reminder], at=at)
    return statement


def _replace_link(organisation: Organisation, link_id: int, *, at: datetime) -> None:
    current = organisation.board_links.filter(pk=link_id, replaced_at=None)
    if not current.update(replaced_at=at):
        raise InterestNotFound


def _replace_interest(broker: User, organisation: Organisation, interest_id: int, *, at: datetime) -> None:
    current = organisation.broker_interests.filter(pk=interest_id, broker=broker, replaced_at=None)
    if not current.update(replaced_at=at):
        raise InterestNotFound
