"""A verified organisation changes what tells it from others: the broker looks at it again."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import checklist, lifecycle, message_keys
from accounts.models import Decision, IdentityChange, Organisation, User, Vetting
from accounts.organisations.transitions import advance, lock, require_administrator
from accounts.registration.actions.registration import (
    Identity,
    NoIdentity,
    RegistrationError,
    differences,
    require_free,
)
from accounts.vetting.actions import vetting
from outbox import post


class NothingChanges(RegistrationError):
    """The identity says what it already said."""

    sentence = _("Rien ne change\u00a0: l’identité dit déjà cela. Corrigez un champ, ou revenez en arrière.")


class NotVerified(RegistrationError):
    """Only a verified identity is changed so."""

    sentence = _(
        "L’identité est déjà chez le passeur. Attendez sa décision, ou écrivez-lui pour la corriger."
    )


class WhyIsMissing(RegistrationError):
    """The broker is told why an identity changes."""

    sentence = _("Dites ce qui a changé et depuis quand\u00a0: le passeur doit pouvoir le vérifier.")


@transaction.atomic
def change_identity(
    *, organisation_id: UUID, administrator: User, identity: Identity, reason: str, at: datetime
) -> IdentityChange:
    """Change the identity of a verified organisation, which goes back to the broker.

    Its cases go on, but for signing. Raises NotAnAdministrator, ReadsOnly, NotVerified, NoIdentity,
    WhyIsMissing, NothingChanges, IdentityTaken.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if organisation.state != lifecycle.Standing.VERIFIED:
        raise NotVerified
    if not (identity.rna or identity.siren or identity.court):
        raise NoIdentity
    if not reason.strip():
        raise WhyIsMissing
    before, after = differences(organisation, identity)
    if not after:
        raise NothingChanges
    require_free(identity, besides=organisation_id)
    change = IdentityChange.objects.create(
        organisation=organisation,
        before=before,
        after=after,
        reason=reason.strip(),
        changed_by=administrator,
        changed_at=at,
    )
    for name, value in after.items():
        setattr(organisation, name, value)
    organisation.save(update_fields=list(after))
    organisation.submitted_at = at
    advance(
        organisation,
        lifecycle.Step.RESUBMIT,
        actor=administrator,
        at=at,
        before=before,
        after=after,
        reason=change.reason,
    )
    _reopen_checks(organisation)
    vetting.plan_recheck(organisation, None, at=at)
    post.post(
        kind="organisation-changed",
        key=message_keys.organisation_changed(organisation.pk, change.pk),
        at=at,
        facts={"organisation": str(organisation.pk), "change": change.pk},
    )
    return change


def _reopen_checks(organisation: Organisation) -> None:
    """Keep what does not depend on the identity; the rest is to be checked again."""
    under_way = organisation.vetting_checks.filter(vetting=None)
    kept = [each.code for each in checklist.CHECKS if not each.follows_identity]
    under_way.exclude(code__in=kept).delete()
    verified = Vetting.objects.filter(
        organisation=organisation, decision=Decision.VERIFIED, checks__isnull=False
    )
    last = verified.order_by("-decided_at", "-pk").first()
    if last is None:
        return
    known = under_way.values("code")
    vetting.carry_over(list(last.checks.filter(code__in=kept).exclude(code__in=known).order_by("pk")))
