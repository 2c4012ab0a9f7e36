"""What a broker finds and decides about an organisation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts import checklist, lifecycle, message_keys
from accounts.hooks import Hook
from accounts.models import CheckResult, Decision, Organisation, User, Vetting, VettingCheck
from accounts.organisations.queries import organisations
from accounts.organisations.transitions import advance, lock, write
from accounts.refusals import Refusal
from outbox import post

# Given the decision, and when it was taken.
after_decision: Final[Hook[[Vetting, datetime]]] = Hook()


class VettingError(Refusal):
    """The decision cannot be taken."""


class NotABroker(VettingError):
    """Only a broker vets."""

    sentence = _("Seul le passeur vérifie une organisation.")


class ReasonIsMissing(VettingError):
    """A decision against has a reason."""

    field = "reason"
    sentence = _("Dites pourquoi\u00a0: l’organisation ne peut rien corriger sans raison.")


class DecisionNotOpen(VettingError):
    """The organisation does not stand where this can be decided."""

    sentence = _(
        "Cette décision n’est plus possible\u00a0: l’organisation a changé d’état. Rechargez la page."
    )


class ChecksAreOpen(VettingError):
    """Checks are not found right; their codes are the message."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(", ".join(codes))
        words = _(
            "Ces contrôles ne sont pas conformes\u00a0: %(checks)s. Terminez-les, ou dites pourquoi vous "
            "déclarez l’organisation vérifiée malgré eux."
        )
        self.sentence: str | Promise = words % {"checks": checklist.titles_of(codes)}


class NotChecked(VettingError):
    """The check does not exist for this organisation, or nothing is checked where it stands."""

    sentence = _("Ce contrôle ne se fait pas sur cette organisation, ou plus maintenant. Rechargez la page.")


class Finding(NamedTuple):
    """What is found on one point: `note` is told to the organisation, `private_note` never is."""

    result: str = ""
    note: str = ""
    private_note: str = ""


@transaction.atomic
def check(
    *, organisation_id: UUID, broker: User, findings: Mapping[str, Finding], at: datetime
) -> list[VettingCheck]:
    """Keep what a broker found on some checks; what says the same as before stays untouched.

    `findings`: by code of check. Raises NotABroker, NotChecked.
    """
    _require_broker(broker)
    organisation = lock(organisation_id)
    applicable = {each.code for each in organisations.checks_to_pass(organisation)}
    known = organisations.open_checks(organisation)
    changed = {code: each for code, each in findings.items() if _said(known.get(code)) != each}
    if not changed:
        return []
    if not set(changed) <= applicable or organisation.state in (
        lifecycle.Standing.DRAFT,
        lifecycle.Standing.REFUSED,
    ):
        raise NotChecked
    written = [
        VettingCheck.objects.update_or_create(
            organisation=organisation,
            code=code,
            vetting=None,
            defaults={**each._asdict(), "checked_by": broker, "checked_at": at},
        )[0]
        for code, each in changed.items()
    ]
    results = {code: each.result for code, each in changed.items()}
    write(organisation, "checked", actor=broker, at=at, results=results)
    return written


def _said(row: VettingCheck | None) -> Finding:
    return Finding(row.result, row.note, row.private_note) if row else Finding()


@transaction.atomic
def decide(*, organisation_id: UUID, broker: User, decision: Decision, reason: str, at: datetime) -> Vetting:
    """Write what the broker decides, move the organisation, tell its administrators, run `after_decision`.

    Verified, it is to be checked again a year later. Lifting the suspension of an organisation that stood
    verified checks nothing anew; one that waited for a verification is verified first, or sent back.
    Raises NotABroker, ReasonIsMissing, DecisionNotOpen, ChecksAreOpen.
    """
    _require_broker(broker)
    organisation = lock(organisation_id)
    reason = reason.strip()
    if decision != Decision.VERIFIED and not reason:
        raise ReasonIsMissing
    step, source = lifecycle.Step(decision), lifecycle.Standing(organisation.state)
    if step not in lifecycle.decisions_from(source, was_verified=organisation.checked_at is not None):
        raise DecisionNotOpen
    is_lifted = decision == Decision.VERIFIED and organisations.is_only_suspended(organisation)
    is_checked = decision == Decision.VERIFIED and not is_lifted
    left = unsettled(organisation) if is_checked else []
    if left and not reason:
        raise ChecksAreOpen(left)
    vetting = Vetting.objects.create(
        organisation=organisation, decision=decision, reason=reason, decided_by=broker, decided_at=at
    )
    if is_checked:
        organisation.checked_at = at
    advance(organisation, step, actor=broker, at=at, vetting=vetting.pk, reason=reason, unsettled=left)
    if not is_lifted and decision != Decision.SUSPENDED:
        _close_pass(organisation, vetting)
    _tell(organisation, vetting, at)
    after_decision.run(vetting, at)
    return vetting


def unsettled(organisation: Organisation) -> list[str]:
    """Return the codes of the checks that are not found right in the pass under way. 2 queries at most."""
    known = organisations.open_checks(organisation)
    return [
        each.code
        for each in organisations.checks_to_pass(organisation)
        if each.code not in known or known[each.code].result != CheckResult.OK
    ]


def carry_over(rows: list[VettingCheck]) -> None:
    """Begin a pass with what was found in another one."""
    for row in rows:
        row.pk, row.vetting = None, None
    VettingCheck.objects.bulk_create(rows)


def plan_recheck(organisation: Organisation, vetting: Vetting | None, *, at: datetime) -> None:
    """Tell the brokers a year after a verification that it is to be done again; None: forget it."""
    plans = []
    if vetting is not None and organisation.checked_at is not None:
        facts: dict[str, post.Fact] = {"organisation": str(organisation.pk), "vetting": vetting.pk}
        due_at = organisation.checked_at + lifecycle.RECHECK_AFTER
        key = message_keys.organisation_recheck(organisation.pk, vetting.pk)
        plans = [post.Plan(kind="organisation-recheck", key=key, due_at=due_at, facts=facts)]
    post.replan(prefix=message_keys.recheck_prefix(organisation.pk), plans=plans, at=at)


def _require_broker(broker: User) -> None:
    if not (broker.is_broker and broker.is_active):
        raise NotABroker


def _close_pass(organisation: Organisation, vetting: Vetting) -> None:
    """Tie what was found to the decision; sent back, the next look begins with what was found."""
    open_rows = organisation.vetting_checks.filter(vetting=None)
    open_rows.update(vetting=vetting)
    organisation.identity_changes.filter(vetting=None).update(vetting=vetting)
    if vetting.decision == Decision.TO_COMPLETE:
        carry_over(list(vetting.checks.order_by("pk")))


def _tell(organisation: Organisation, vetting: Vetting, at: datetime) -> None:
    post.cancel(prefix=message_keys.vetting_prefix(organisation.pk), at=at)
    post.post(
        kind=f"organisation-{vetting.decision.replace('_', '-')}",
        key=message_keys.vetting_decision(organisation.pk, vetting.pk),
        at=at,
        facts={"organisation": str(organisation.pk), "vetting": vetting.pk},
    )
    plan_recheck(organisation, vetting if vetting.decision == Decision.VERIFIED else None, at=at)
