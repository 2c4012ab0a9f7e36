"""Registering an organisation: begin, save, submit; each step is kept as it is made."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import lifecycle, message_keys
from accounts.models import IdentityChange, Membership, Organisation, Side, User
from accounts.organisations.transitions import (
    IdentityTaken,
    advance,
    lock,
    require_administrator,
    writable,
    write,
)
from accounts.permissions import keep_groups_in_step, make_groups
from accounts.refusals import Refusal
from accounts.registration.actions.resuming import drop_way_back, post_way_back
from outbox import post

# The text of the rules of engagement is templates/accounts/registration/rules.html.
RULES_VERSION = "2026-1"


class Identity(NamedTuple):
    """What tells an organisation from all others; numbers without spaces, letters in capitals."""

    name: str
    city: str = ""
    rna: str = ""
    siren: str = ""
    siret: str = ""
    court: str = ""
    court_volume: str = ""
    court_folio: str = ""


class RegistrationError(Refusal):
    """The registration cannot go on."""


class BrokersDoNotRegister(RegistrationError):
    """A broker is party to nothing."""

    sentence = _("Un passeur n’inscrit pas d’organisation : il n’est partie à rien.")


class NoIdentity(RegistrationError):
    """No registration number was given, so nothing tells the organisation from another."""

    sentence = _("Il manque un numéro d’inscription. Revenez à l’étape « Identité ».")


class RulesNotAccepted(RegistrationError):
    """The rules that were read are not the ones in force."""

    sentence = _("Les règles ont changé pendant votre lecture. Relisez-les, puis acceptez-les.")


@transaction.atomic
def start_registration(*, founder: User, side: str, identity: Identity, at: datetime) -> Organisation:
    """Open the draft of an organisation with its founder as first administrator.

    A second draft of the same person on the same side is the first one, saved again: a form sent
    twice makes no twin. Raises BrokersDoNotRegister, IdentityTaken.
    """
    User.objects.select_for_update(of=("self",)).get(pk=founder.pk)
    if founder.is_broker:
        raise BrokersDoNotRegister
    drafts = Organisation.objects.filter(side=side, state=lifecycle.Standing.DRAFT)
    own = drafts.filter(memberships__user=founder, memberships__left_at=None).order_by("created_at", "pk")
    draft = own.first()
    if draft is not None:
        return save_identity(organisation_id=draft.pk, administrator=founder, identity=identity, at=at)
    require_free(identity, besides=None)
    organisation_id = uuid4()
    members, referents, signatories = make_groups(organisation_id)
    organisation = Organisation.objects.create(
        pk=organisation_id,
        side=Side(side),
        created_at=at,
        members_group=members,
        referents_group=referents,
        signatories_group=signatories,
        **identity._asdict(),
    )
    membership = Membership.objects.create(
        user=founder, organisation=organisation, is_administrator=True, is_referent=True, joined_at=at
    )
    keep_groups_in_step(membership)
    write(organisation, "started", actor=founder, at=at, side=side)
    post_way_back(organisation, founder, at=at)
    return organisation


@transaction.atomic
def save_identity(
    *, organisation_id: UUID, administrator: User, identity: Identity, at: datetime
) -> Organisation:
    """Keep the identity of an organisation that the broker has not verified yet; once sent, what it was too.

    Raises NotAnAdministrator, ReadsOnly, NotWritable, IdentityTaken.
    """
    organisation = writable(organisation_id, administrator)
    require_free(identity, besides=organisation_id)
    before, after = differences(organisation, identity)
    if after and organisation.submitted_at is not None:
        IdentityChange.objects.create(
            organisation=organisation, before=before, after=after, changed_by=administrator, changed_at=at
        )
    for name, value in identity._asdict().items():
        setattr(organisation, name, value)
    organisation.save(update_fields=identity._fields)
    write(organisation, "identity", actor=administrator, at=at, **identity._asdict())
    return organisation


@transaction.atomic
def submit(*, organisation_id: UUID, administrator: User, rules_version: str, at: datetime) -> Organisation:
    """Accept the rules that were read and hand the organisation to the broker for vetting.

    Raises NotAnAdministrator, NoIdentity, RulesNotAccepted, IdentityTaken, TransitionNotAllowed.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if not (organisation.rna or organisation.siren or organisation.court):
        raise NoIdentity
    if rules_version != RULES_VERSION:
        raise RulesNotAccepted
    organisation.rules_version = rules_version
    organisation.rules_accepted_at = at
    organisation.submitted_at = at
    advance(organisation, lifecycle.Step.SUBMIT, actor=administrator, at=at, rules=rules_version)
    drop_way_back(organisation, at=at)
    facts = {"organisation": str(organisation.pk), "user": str(administrator.pk)}
    post.post(kind="welcome", key=message_keys.welcome(organisation.pk), at=at, facts=facts)
    key = message_keys.organisation_submitted(organisation.pk, at=at)
    post.post(kind="organisation-submitted", key=key, at=at, facts=facts)
    return organisation


def differences(organisation: Organisation, identity: Identity) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields that differ as they were and as they become."""
    after = {
        name: value for name, value in identity._asdict().items() if getattr(organisation, name) != value
    }
    return {name: getattr(organisation, name) for name in after}, after


def holder_of(identity: Identity, *, besides: UUID | None = None) -> Organisation | None:
    """Return the organisation that bears one of these registrations; a draft bears none. 1 query."""
    same = Q(pk__in=[])
    if identity.rna:
        same |= Q(rna=identity.rna)
    if identity.siren:
        same |= Q(siren=identity.siren, siret=identity.siret)
    if identity.court:
        same |= Q(court=identity.court, court_volume=identity.court_volume, court_folio=identity.court_folio)
    others = Organisation.objects.exclude(state=lifecycle.Standing.DRAFT)
    if besides:
        others = others.exclude(pk=besides)
    return others.filter(same).order_by("created_at", "pk").first()


def require_free(identity: Identity, *, besides: UUID | None) -> None:
    """Raise IdentityTaken when a submitted organisation other than `besides` bears one of the numbers."""
    if holder_of(identity, besides=besides):
        raise IdentityTaken
