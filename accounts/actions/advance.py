"""The only hand that writes the state of an organisation, and never without the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import lifecycle
from accounts.models import Membership, Organisation, User
from ledger import record as ledger
from ledger.record import Fact, Subject


class Refusal(Exception):
    """Something stands in the way; `sentence` says what, and what to do, in the language of the reader."""

    sentence: str | Promise = _("Cela n’est plus possible. Rechargez la page pour voir ce qui a changé.")


class NotAnAdministrator(Refusal):
    """Only an administrator of the organisation does this."""

    sentence = _("Seul un administrateur de l’organisation peut le faire. Demandez-lui.")


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
    """Return the membership of a present administrator. Raises NotAnAdministrator."""
    membership = present_member(organisation, user.pk)
    if membership is None or not membership.is_administrator:
        raise NotAnAdministrator
    return membership


def writable(organisation_id: UUID, administrator: User) -> Organisation:
    """Return the organisation locked, if its people may still write its identity.

    Raises NotAnAdministrator, NotWritable.
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
            organisation.save(update_fields=["state", "submitted_at", "rules_version", "rules_accepted_at"])
    except IntegrityError as error:
        raise IdentityTaken from error
    write(organisation, step, actor=actor, at=at, source=source, target=target, **facts)
