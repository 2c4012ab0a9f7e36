"""Registration of an organisation: start, save, submit; requests to join one that exists."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import lifecycle, message_keys
from accounts.models import (
    IdentityChange,
    Membership,
    Organisation,
    RegistrationDraft,
    RegistrationStep,
    Side,
    User,
)
from accounts.organisations.transitions import (
    IdentityTaken,
    advance,
    lock,
    lock_writable,
    present_member,
    record_act,
    require_administrator,
    use_holidays_of,
)
from accounts.permissions import create_groups, sync_groups
from accounts.refusals import Refusal
from outbox import post
from outbox.models import Message

# Days after the start on which an unfinished registration gets a reminder.
RESUME_MAIL_DAYS = (3, 10)
# The text of the rules of engagement is templates/accounts/registration/rules.html.
RULES_VERSION = "2026-1"


class OrganisationIdentity(NamedTuple):
    """Name, city and registration numbers; numbers have no spaces and upper-case letters."""

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
    """A broker does not register an organisation."""

    sentence = _("Un passeur n’inscrit pas d’organisation : il n’est partie à aucun partenariat.")


class IdentityMissing(RegistrationError):
    """No registration number was given."""

    sentence = _("Il manque un numéro d’inscription. Revenez à l’étape « Identité ».")


class RulesNotAccepted(RegistrationError):
    """The accepted version of the rules is not the current one."""

    sentence = _("Les règles ont changé pendant votre lecture. Relisez-les, puis acceptez-les.")


@transaction.atomic
def start_registration(
    *, founder: User, side: str, identity: OrganisationIdentity, at: datetime
) -> Organisation:
    """Create the draft of an organisation with its founder as first administrator.

    A person has one draft for each side: a second call saves the identity of the first one.
    Raises BrokersDoNotRegister, IdentityTaken.
    """
    User.objects.select_for_update(of=("self",)).get(pk=founder.pk)
    if founder.is_broker:
        raise BrokersDoNotRegister
    drafts = Organisation.objects.filter(side=side, state=lifecycle.State.DRAFT)
    own = drafts.filter(memberships__user=founder, memberships__left_at=None).order_by("created_at", "pk")
    draft = own.first()
    if draft is not None:
        return save_identity(organisation_id=draft.pk, administrator=founder, identity=identity, at=at)
    require_identity_free(identity, besides=None)
    organisation_id = uuid4()
    members, referents, signatories = create_groups(organisation_id)
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
    sync_groups(membership)
    use_holidays_of(organisation, founder)
    record_act(organisation, "started", actor=founder, at=at, side=side)
    post_resume_mails(organisation, founder, at=at)
    return organisation


@transaction.atomic
def save_identity(
    *, organisation_id: UUID, administrator: User, identity: OrganisationIdentity, at: datetime
) -> Organisation:
    """Save the identity of an organisation that is not verified; after submission, record the change.

    Raises NotAnAdministrator, OrganisationReadOnly, IdentityNotEditable, IdentityTaken.
    """
    organisation = lock_writable(organisation_id, administrator)
    require_identity_free(identity, besides=organisation_id)
    before, after = identity_differences(organisation, identity)
    if after and organisation.submitted_at is not None:
        IdentityChange.objects.create(
            organisation=organisation, before=before, after=after, changed_by=administrator, changed_at=at
        )
    for name, value in identity._asdict().items():
        setattr(organisation, name, value)
    organisation.save(update_fields=identity._fields)
    use_holidays_of(organisation, administrator)
    record_act(organisation, "identity", actor=administrator, at=at, **identity._asdict())
    return organisation


@transaction.atomic
def submit(*, organisation_id: UUID, administrator: User, rules_version: str, at: datetime) -> Organisation:
    """Accept the rules and submit the organisation for vetting.

    Raises NotAnAdministrator, IdentityMissing, RulesNotAccepted, IdentityTaken,
    OrganisationTransitionNotAllowed.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if not (organisation.rna or organisation.siren or organisation.court):
        raise IdentityMissing
    if rules_version != RULES_VERSION:
        raise RulesNotAccepted
    organisation.rules_version = rules_version
    organisation.rules_accepted_at = at
    organisation.submitted_at = at
    advance(organisation, lifecycle.Trigger.SUBMIT, actor=administrator, at=at, rules=rules_version)
    cancel_resume_mails(organisation, at=at)
    facts = {"organisation": str(organisation.pk), "user": str(administrator.pk)}
    post.post(kind="welcome", key=message_keys.welcome(organisation.pk), at=at, facts=facts)
    key = message_keys.organisation_submitted(organisation.pk, at=at)
    post.post(kind="organisation-submitted", key=key, at=at, facts=facts)
    return organisation


def identity_differences(
    organisation: Organisation, identity: OrganisationIdentity
) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields that change, with their old values and with their new ones."""
    after = {
        name: value for name, value in identity._asdict().items() if getattr(organisation, name) != value
    }
    return {name: getattr(organisation, name) for name in after}, after


def identity_holder(identity: OrganisationIdentity, *, besides: UUID | None = None) -> Organisation | None:
    """Return the organisation with one of these registration numbers, drafts left out. 1 query."""
    same = Q(pk__in=[])
    if identity.rna:
        same |= Q(rna=identity.rna)
    if identity.siren:
        same |= Q(siren=identity.siren, siret=identity.siret)
    if identity.court:
        same |= Q(
            court__folded=identity.court,
            court_volume__folded=identity.court_volume,
            court_folio__folded=identity.court_folio,
        )
    others = Organisation.objects.exclude(state=lifecycle.State.DRAFT)
    if besides:
        others = others.exclude(pk=besides)
    return others.filter(same).order_by("created_at", "pk").first()


def require_identity_free(identity: OrganisationIdentity, *, besides: UUID | None) -> None:
    """Raise IdentityTaken if a submitted organisation other than `besides` has one of the numbers."""
    if identity_holder(identity, besides=besides):
        raise IdentityTaken


class NoOrganisationToJoin(Refusal):
    """No organisation has this number any more."""

    sentence = _("Ce numéro est libre à présent. Continuez l’inscription.")


class AlreadyJoined(Refusal):
    """The person is a member of that organisation."""

    sentence = _("Vous êtes déjà membre de cette organisation. Ouvrez votre espace pour y travailler.")


@transaction.atomic
def request_to_join(*, newcomer: User, identity: OrganisationIdentity, at: datetime) -> None:
    """Mail the name and the address of a newcomer to the administrators of the organisation.

    A repeated request sends nothing; the newcomer learns nothing of the organisation.
    Raises BrokersDoNotRegister, NoOrganisationToJoin, AlreadyJoined.
    """
    if newcomer.is_broker:
        raise BrokersDoNotRegister
    existing = identity_holder(identity)
    if existing is None:
        raise NoOrganisationToJoin
    organisation = lock(existing.pk)
    if present_member(organisation, newcomer.pk):
        raise AlreadyJoined
    key = message_keys.join_request(organisation.pk, newcomer.pk)
    facts = {"organisation": str(organisation.pk), "newcomer": str(newcomer.pk)}
    if not Message.objects.filter(key=key).exists():
        post.post(kind="join-request", key=key, at=at, facts=facts)
        record_act(organisation, "join-asked", actor=newcomer, at=at)


@transaction.atomic
def record_step(*, organisation_id: UUID, administrator: User, step: str, at: datetime) -> Organisation:
    """Save the furthest step reached; an earlier step changes nothing.

    Raises NotAnAdministrator, IdentityNotEditable.
    """
    organisation = lock_writable(organisation_id, administrator)
    steps = list(RegistrationStep.values)
    if steps.index(step) > steps.index(organisation.registration_step):
        organisation.registration_step = step
        organisation.save(update_fields=["registration_step"])
        record_act(organisation, "step-reached", actor=administrator, at=at, step=step)
    return organisation


def save_draft(
    *, user: User, side: str, step: str, fields: Mapping[str, str | list[str]], at: datetime
) -> RegistrationDraft:
    """Save an incomplete step as it was typed, replacing an earlier one. Raises BrokersDoNotRegister."""
    if user.is_broker:
        raise BrokersDoNotRegister
    storable = {
        name: _storable(typed) if isinstance(typed, str) else [_storable(value) for value in typed]
        for name, typed in fields.items()
    }
    draft, _is_new = RegistrationDraft.objects.update_or_create(
        user=user, side=side, step=step, defaults={"fields": storable, "saved_at": at}
    )
    return draft


def _storable(text: str) -> str:
    # PostgreSQL stores neither NUL nor half of a surrogate pair; no keyboard types them.
    return text.replace("\x00", "").encode(errors="ignore").decode()


def delete_draft(*, user: User, side: str, step: str) -> None:
    """Delete what was typed in a step, once it is complete."""
    RegistrationDraft.objects.filter(user=user, side=side, step=step).delete()


def post_resume_mails(organisation: Organisation, founder: User, *, at: datetime) -> None:
    """Post the mail that links to a started registration, and plan its reminders."""
    facts = {"organisation": str(organisation.pk), "user": str(founder.pk)}
    for days in (0, *RESUME_MAIL_DAYS):
        post.post(
            kind="registration-resume",
            key=message_keys.registration_resume(organisation.pk, days=days),
            at=at,
            due_at=at + timedelta(days=days),
            facts={**facts, "days": days, "collapse": message_keys.registration_collapse(organisation.pk)},
        )


def cancel_resume_mails(organisation: Organisation, *, at: datetime) -> None:
    """Cancel the mails that link to a registration once it is submitted."""
    post.cancel(prefix=message_keys.registration_prefix(organisation.pk), at=at)
