"""The only hand that writes the state of an organisation, and never without the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts import lifecycle
from accounts.models import Membership, Organisation, User
from accounts.organisations.queries.organisations import refused_act
from accounts.refusals import Refusal
from ledger import record as ledger
from ledger.record import Fact, Subject

# What a step writes together with the state.
MOVES_WITH = ("submitted_at", "checked_at", "rules_version", "rules_accepted_at")


class NotAnAdministrator(Refusal):
    """Only an administrator of the organisation does this."""

    sentence = _("Seul un administrateur de l’organisation peut le faire. Demandez-lui.")


class ReadsOnly(Refusal):
    """The organisation is suspended or refused: its people read, and act on nothing."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(organisation.name)
        self.sentence = refused_act(organisation)


class IdentityTaken(Refusal):
    """Another organisation bears this registration."""

    sentence = _(
        "Cette organisation a déjà un espace. À l’étape « Identité », demandez à la rejoindre : "
        "la personne qui l’administre reçoit votre nom et votre adresse."
    )


class NotWritable(Refusal):
    """What the broker verified is not rewritten in silence."""

    sentence = _("L’identité a été transmise au passeur. Pour la corriger, écrivez-lui : il vous la rendra.")


def lock(organisation_id: UUID) -> Organisation:
    """Return the organisation locked until the transaction ends; this row is the lock of its people too."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)


def require_administrator(user: User, organisation: Organisation) -> Membership:
    """Return the membership of a present administrator who can act. Raises NotAnAdministrator, ReadsOnly."""
    membership = present_member(organisation, user.pk)
    if membership is None or not membership.is_administrator:
        raise NotAnAdministrator
    require_acting(organisation)
    return membership


def require_acting(organisation: Organisation) -> None:
    """Raise ReadsOnly while a decision of the broker lets the organisation read and nothing more."""
    if organisation.state in lifecycle.READ_ONLY:
        raise ReadsOnly(organisation)


def writable(organisation_id: UUID, administrator: User) -> Organisation:
    """Return the organisation locked, if its people may still write its identity.

    Raises NotAnAdministrator, ReadsOnly, NotWritable.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if organisation.state not in lifecycle.WRITABLE:
        raise NotWritable
    return organisation


def present_member(organisation: Organisation, user_id: UUID) -> Membership | None:
    """Return the membership of a person who has not left, or None."""
    present = Membership.objects.present().select_related("user", "organisation")
    return present.filter(organisation=organisation, user=user_id).order_by("pk").first()


def write(organisation: Organisation, kind: str, *, actor: User | None, at: datetime, **facts: Fact) -> None:
    """Write one act of a locked organisation in its ledger."""
    subject = Subject("organisation", organisation.pk)
    ledger.record(subject=subject, kind=f"organisation.{kind}", actor=actor, at=at, facts=facts)


def advance(
    organisation: Organisation, step: lifecycle.Step, *, actor: User, at: datetime, **facts: Fact
) -> None:
    """Move a locked organisation along its table. Raises TransitionNotAllowed, IdentityTaken."""
    source = lifecycle.Standing(organisation.state)
    target = lifecycle.target(step, source)
    organisation.state = target
    try:
        with transaction.atomic():
            organisation.save(update_fields=["state", *MOVES_WITH])
    except IntegrityError as error:
        raise IdentityTaken from error
    write(organisation, step, actor=actor, at=at, source=source, target=target, **facts)
