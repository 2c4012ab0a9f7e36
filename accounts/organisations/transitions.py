"""State of an organisation: its lock, guards and transitions, each recorded in the ledger."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts import lifecycle
from accounts.models import Membership, Organisation, User
from accounts.organisations.queries.decisions import read_only_reason
from accounts.refusals import Refusal
from ledger import record as ledger
from ledger.record import Fact, Subject

# Fields that an action may set before `advance`, saved with the state.
FIELDS_SAVED_WITH_STATE = ("submitted_at", "checked_at", "rules_version", "rules_accepted_at")


class NotAnAdministrator(Refusal):
    """The person is not an administrator of the organisation."""

    sentence = _("Seul un gestionnaire de l’organisation peut le faire. Demandez-le-lui.")


class BrokerRequired(Refusal):
    """The person is not a broker."""

    sentence = _("Seul un passeur peut le faire.")


class OrganisationReadOnly(Refusal):
    """The organisation is suspended or refused: its members only read."""

    def __init__(self, organisation: Organisation) -> None:
        super().__init__(organisation.name)
        self.sentence = read_only_reason(organisation)


class IdentityTaken(Refusal):
    """Another organisation has this registration number."""

    sentence = _(
        "Cette organisation a déjà un espace. À l’étape « Identité », demandez à la "
        "rejoindre : son gestionnaire recevra votre nom et votre adresse."
    )


class IdentityNotEditable(Refusal):
    """The identity was submitted or verified: it cannot be edited directly."""

    sentence = _(
        "L’identité a été envoyée au passeur. Pour la corriger, écrivez-lui : il vous rouvrira le formulaire."
    )


def lock(organisation_id: UUID) -> Organisation:
    """Return the organisation, locked until the transaction ends; its lock also covers its members."""
    return Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)


def require_administrator(user: User, organisation: Organisation) -> Membership:
    """Return the membership of an administrator who may act.

    Raises NotAnAdministrator, OrganisationReadOnly.
    """
    membership = present_member(organisation, user.pk)
    if membership is None or not membership.is_administrator:
        raise NotAnAdministrator
    require_active(organisation)
    return membership


def require_active(organisation: Organisation) -> None:
    """Raise OrganisationReadOnly if the organisation is suspended or refused."""
    if organisation.state in lifecycle.READ_ONLY:
        raise OrganisationReadOnly(organisation)


def lock_writable(organisation_id: UUID, administrator: User) -> Organisation:
    """Return the organisation, locked, if its members may edit its identity.

    Raises NotAnAdministrator, OrganisationReadOnly, IdentityNotEditable.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if organisation.state not in lifecycle.EDITABLE:
        raise IdentityNotEditable
    return organisation


def present_member(organisation: Organisation, user_id: UUID) -> Membership | None:
    """Return the membership of a person who has not left, or None."""
    present = Membership.objects.present().select_related("user", "organisation")
    return present.filter(organisation=organisation, user=user_id).order_by("pk").first()


def use_holidays_of(organisation: Organisation, *members: User) -> None:
    """Set the public holidays of members who have not chosen theirs, where the organisation tells which.

    Only Alsace and Moselle enter associations in the register of a court; no other address is known.
    """
    if not organisation.court:
        return
    User.objects.filter(pk__in=[member.pk for member in members], territory="").update(
        territory="alsace-moselle"
    )


def record_act(
    organisation: Organisation, kind: str, *, actor: User | None, at: datetime, **facts: Fact
) -> None:
    """Record one act of a locked organisation in its ledger; `kind` without its prefix "organisation."."""
    subject = Subject("organisation", organisation.pk)
    ledger.record(subject=subject, kind=f"organisation.{kind}", actor=actor, at=at, facts=facts)
    Organisation.objects.filter(pk=organisation.pk).update(version=F("version") + 1)


def raise_all_versions() -> None:
    """Raise the version of every organisation, after a change that any page may show. 2 queries."""
    list(Organisation.objects.select_for_update().order_by("pk").values_list("pk", flat=True))
    Organisation.objects.update(version=F("version") + 1)


def advance(
    organisation: Organisation, trigger: lifecycle.Trigger, *, actor: User, at: datetime, **facts: Fact
) -> None:
    """Change the state of a locked organisation by the table of transitions.

    Raises OrganisationTransitionNotAllowed, IdentityTaken.
    """
    source = lifecycle.State(organisation.state)
    target = lifecycle.target(trigger, source)
    organisation.state = target
    try:
        with transaction.atomic():
            organisation.save(update_fields=["state", *FIELDS_SAVED_WITH_STATE])
    except IntegrityError as error:
        raise IdentityTaken from error
    record_act(organisation, trigger, actor=actor, at=at, source=source, target=target, **facts)
