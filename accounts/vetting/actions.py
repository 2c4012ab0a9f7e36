"""Vetting: checks and decisions of brokers, queries of public registers, changes of a verified identity."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import lifecycle, message_keys
from accounts.hooks import Hook
from accounts.models import (
    Decision,
    IdentityChange,
    Organisation,
    RegisterEvidence,
    User,
    Vetting,
    VettingCheck,
)
from accounts.organisations import checklist
from accounts.organisations.transitions import advance, lock, record_act, require_administrator
from accounts.refusals import Refusal
from accounts.registration.actions import (
    IdentityMissing,
    OrganisationIdentity,
    RegistrationError,
    identity_differences,
    require_identity_free,
)
from accounts.vetting import registers
from accounts.vetting.queries import applicable_checks, is_only_suspended, open_checks
from accounts.vetting.queries import unsettled_checks as unsettled
from outbox import post

# Called with the decision and its moment.
after_decision: Final[Hook[[Vetting, datetime]]] = Hook()


class VettingError(Refusal):
    """The decision cannot be taken."""


class OnlyBrokersVet(VettingError):
    """Only a broker vets."""

    sentence = _("Seul le passeur vérifie une organisation.")


class DecisionReasonMissing(VettingError):
    """Every decision but a verification needs a reason."""

    field = "reason"
    sentence = _("Écrivez pourquoi\u00a0: sans raison, l’organisation ne peut rien corriger.")


class DecisionNotOpen(VettingError):
    """The decision is not possible in the state of the organisation."""

    sentence = _(
        "Cette décision n’est plus possible\u00a0: l’organisation a changé d’état. Rechargez la page."
    )


class ChecksUnsettled(VettingError):
    """Some checks are not passed; the argument of the exception lists their codes."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        words = _(
            "Ces contrôles ne sont pas conformes\u00a0: %(checks)s. Terminez-les, ou "
            "expliquez pourquoi vous vérifiez l’inscription sans ces contrôles."
        )
        self.sentence: str | Promise = words % {"checks": checklist.titles_of(codes)}


class CheckNotApplicable(VettingError):
    """The check does not apply to this organisation, or not in its state."""

    sentence = _("Ce contrôle ne concerne pas, ou plus, cette organisation. Rechargez la page.")


class CheckFinding(NamedTuple):
    """The result of one check; the organisation reads `note` and never `private_note`."""

    result: str = ""
    note: str = ""
    private_note: str = ""


@transaction.atomic
def record_checks(
    *, organisation_id: UUID, broker: User, findings: Mapping[str, CheckFinding], at: datetime
) -> list[VettingCheck]:
    """Save the findings of a broker that differ from the stored ones; return the rows saved.

    `findings`: by code of check. Raises OnlyBrokersVet, CheckNotApplicable.
    """
    _require_broker(broker)
    organisation = lock(organisation_id)
    applicable = {item.code for item in applicable_checks(organisation)}
    stored = open_checks(organisation)
    changed = {
        code: finding for code, finding in findings.items() if _finding_of(stored.get(code)) != finding
    }
    if not changed:
        return []
    if not set(changed) <= applicable or organisation.state in (
        lifecycle.State.DRAFT,
        lifecycle.State.REFUSED,
    ):
        raise CheckNotApplicable
    rows = [
        VettingCheck.objects.update_or_create(
            organisation=organisation,
            code=code,
            vetting=None,
            defaults={**finding._asdict(), "checked_by": broker, "checked_at": at},
        )[0]
        for code, finding in changed.items()
    ]
    results = {code: finding.result for code, finding in changed.items()}
    record_act(organisation, "checked", actor=broker, at=at, results=results)
    return rows


def _finding_of(row: VettingCheck | None) -> CheckFinding:
    return CheckFinding(row.result, row.note, row.private_note) if row else CheckFinding()


@transaction.atomic
def decide(*, organisation_id: UUID, broker: User, decision: Decision, reason: str, at: datetime) -> Vetting:
    """Record a decision: change the state, write to the administrators, run `after_decision`.

    A verification plans a recheck a year later. Lifting the suspension of an organisation that was
    verified requires no check; one that was pending must pass its checks.
    Raises OnlyBrokersVet, DecisionReasonMissing, DecisionNotOpen, ChecksUnsettled.
    """
    _require_broker(broker)
    organisation = lock(organisation_id)
    reason = reason.strip()
    if decision != Decision.VERIFIED and not reason:
        raise DecisionReasonMissing
    step, source = lifecycle.Trigger(decision), lifecycle.State(organisation.state)
    if step not in lifecycle.decisions_from(source, was_verified=organisation.checked_at is not None):
        raise DecisionNotOpen
    is_lifted = decision == Decision.VERIFIED and is_only_suspended(organisation)
    is_checked = decision == Decision.VERIFIED and not is_lifted
    left = unsettled(organisation) if is_checked else []
    if left and not reason:
        raise ChecksUnsettled(left)
    vetting = Vetting.objects.create(
        organisation=organisation, decision=decision, reason=reason, decided_by=broker, decided_at=at
    )
    if is_checked:
        organisation.checked_at = at
    advance(organisation, step, actor=broker, at=at, vetting=vetting.pk, reason=reason, unsettled=left)
    if not is_lifted and decision != Decision.SUSPENDED:
        _attach_checks(organisation, vetting)
    _post_decision(organisation, vetting, at)
    after_decision.run(vetting, at)
    return vetting


def copy_to_open_pass(rows: list[VettingCheck]) -> None:
    """Copy checks of a closed pass to the open one."""
    for row in rows:
        row.pk, row.vetting = None, None
    VettingCheck.objects.bulk_create(rows)


def plan_recheck(organisation: Organisation, vetting: Vetting | None, *, at: datetime) -> None:
    """Plan the mail that asks brokers for a recheck, a year after a verification; cancel it if None."""
    plans = []
    if vetting is not None and organisation.checked_at is not None:
        facts: dict[str, post.Fact] = {"organisation": str(organisation.pk), "vetting": vetting.pk}
        due_at = organisation.checked_at + lifecycle.RECHECK_AFTER
        key = message_keys.organisation_recheck(organisation.pk, vetting.pk)
        plans = [post.Plan(kind="organisation-recheck", key=key, due_at=due_at, facts=facts)]
    post.replan(prefix=message_keys.recheck_prefix(organisation.pk), plans=plans, at=at)


def _require_broker(broker: User) -> None:
    if not (broker.is_broker and broker.is_active):
        raise OnlyBrokersVet


def _attach_checks(organisation: Organisation, vetting: Vetting) -> None:
    """Attach the open checks to a decision; one to complete starts the next pass with a copy."""
    open_rows = organisation.vetting_checks.filter(vetting=None)
    open_rows.update(vetting=vetting)
    organisation.identity_changes.filter(vetting=None).update(vetting=vetting)
    if vetting.decision == Decision.TO_COMPLETE:
        copy_to_open_pass(list(vetting.checks.order_by("pk")))


def _post_decision(organisation: Organisation, vetting: Vetting, at: datetime) -> None:
    post.cancel(prefix=message_keys.vetting_prefix(organisation.pk), at=at)
    post.post(
        kind=f"organisation-{vetting.decision.replace('_', '-')}",
        key=message_keys.vetting_decision(organisation.pk, vetting.pk),
        at=at,
        facts={"organisation": str(organisation.pk), "vetting": vetting.pk},
    )
    plan_recheck(organisation, vetting if vetting.decision == Decision.VERIFIED else None, at=at)


class RegisterError(Refusal):
    """No register can be queried."""


class LookupIsOff(RegisterError):
    """The operator has not enabled this register."""

    sentence = _("L’interrogation de ce registre n’est pas activée. Demandez un extrait à l’organisation.")


class NoRegisterNumber(RegisterError):
    """The organisation has no number of an open register."""

    sentence = _("Aucun registre en ligne ne contient cette inscription. Demandez un extrait au tribunal.")


def query_register(*, organisation_id: UUID, broker: User, at: datetime) -> RegisterEvidence:
    """Query the register of the organisation and store its answer.

    The query runs before the transaction, so that a slow register locks no row.
    Raises OnlyBrokersVet, NoRegisterNumber, LookupIsOff.
    """
    if not (broker.is_broker and broker.is_active):
        raise OnlyBrokersVet
    numbers = Organisation.objects.get(pk=organisation_id)
    query = registers.register_query(rna=numbers.rna, siren=numbers.siren, siret=numbers.siret)
    if query is None:
        raise NoRegisterNumber
    base_url = settings.REGISTER_LOOKUP_URLS[query.source]
    if not base_url:
        raise LookupIsOff
    reply = registers.query_register(query, base_url=base_url)
    return _store_evidence(organisation_id=organisation_id, broker=broker, query=query, reply=reply, at=at)


@transaction.atomic
def _store_evidence(
    *,
    organisation_id: UUID,
    broker: User,
    query: registers.RegisterQuery,
    reply: registers.RegisterReply,
    at: datetime,
) -> RegisterEvidence:
    organisation = lock(organisation_id)
    evidence = RegisterEvidence.objects.create(
        organisation=organisation,
        source=query.source,
        number=query.number,
        outcome=reply.outcome,
        answer=reply.answer,
        asked_by=broker,
        asked_at=at,
    )
    facts = {"evidence": evidence.pk, "source": query.source, "outcome": reply.outcome}
    record_act(organisation, "register-asked", actor=broker, at=at, **facts)
    return evidence


class IdentityUnchanged(RegistrationError):
    """No field of the identity changes."""

    sentence = _(
        "Rien n’a changé\u00a0: l’identité est déjà celle-ci. Corrigez un champ, ou revenez en arrière."
    )


class IdentityNotVerified(RegistrationError):
    """The organisation is not verified, so its identity is changed by its registration."""

    sentence = _("Le passeur a déjà reçu l’identité. Attendez sa décision, ou écrivez-lui pour la corriger.")


class ChangeReasonMissing(RegistrationError):
    """A change of identity needs a reason."""

    field = "reason"
    sentence = _("Indiquez ce qui a changé et depuis quand\u00a0: le passeur doit pouvoir le vérifier.")


@transaction.atomic
def change_identity(
    *, organisation_id: UUID, administrator: User, identity: OrganisationIdentity, reason: str, at: datetime
) -> IdentityChange:
    """Change the identity of a verified organisation, which becomes pending again.

    Its cases go on, except for signatures. Raises NotAnAdministrator, OrganisationReadOnly,
    IdentityNotVerified, IdentityMissing, ChangeReasonMissing, IdentityUnchanged, IdentityTaken.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if organisation.state != lifecycle.State.VERIFIED:
        raise IdentityNotVerified
    if not (identity.rna or identity.siren or identity.court):
        raise IdentityMissing
    if not reason.strip():
        raise ChangeReasonMissing
    before, after = identity_differences(organisation, identity)
    if not after:
        raise IdentityUnchanged
    require_identity_free(identity, besides=organisation_id)
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
        lifecycle.Trigger.RESUBMIT,
        actor=administrator,
        at=at,
        before=before,
        after=after,
        reason=change.reason,
    )
    _reopen_checks(organisation)
    plan_recheck(organisation, None, at=at)
    post.post(
        kind="organisation-changed",
        key=message_keys.organisation_changed(organisation.pk, change.pk),
        at=at,
        facts={"organisation": str(organisation.pk), "change": change.pk},
    )
    return change


def _reopen_checks(organisation: Organisation) -> None:
    """Drop the open checks that depend on the identity, and copy the others of the last verification."""
    open_rows = organisation.vetting_checks.filter(vetting=None)
    independent = [item.code for item in checklist.CHECKLIST if not item.follows_identity]
    open_rows.exclude(code__in=independent).delete()
    verified = Vetting.objects.filter(
        organisation=organisation, decision=Decision.VERIFIED, checks__isnull=False
    )
    last = verified.order_by("-decided_at", "-pk").first()
    if last is None:
        return
    present = open_rows.values("code")
    copied = last.checks.filter(code__in=independent).exclude(code__in=present)
    copy_to_open_pass(list(copied.order_by("pk")))
