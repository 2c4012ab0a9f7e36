"""What a party declares done, and what the others and the broker answer to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.organisations.file_kinds import CheckedFile
from outbox import post
from outbox.post import Fact
from partnerships import lifecycle, message_keys, reminders
from partnerships.case.files import store_file
from partnerships.case.transitions import lock, write
from partnerships.following.actions.payments import remind_of_due_payments
from partnerships.following.actions.postponement import lapse_postponements
from partnerships.following.actions.projection import project
from partnerships.following.actions.refusals import (
    CaseIsNotActive,
    FollowingError,
    MilestoneIsClosed,
    OfAnotherParty,
    OfTheBroker,
)
from partnerships.models import (
    Commitment,
    Evidence,
    EvidenceAnswer,
    Milestone,
    Outcome,
    Partnership,
    Party,
    Settlement,
)
from partnerships.permissions import require_answering_party, require_broker
from partnerships.status.actions import refresh_status


class EvidenceOfOwnParty(FollowingError):
    """The evidence is that of the speaker's own party."""

    sentence = gettext_lazy(
        "Votre organisation a déposé cette preuve\u00a0: ce sont les autres parties qui y répondent."
    )


class EvidenceIsSettled(FollowingError):
    """The evidence was accepted, or is to be done again."""

    sentence = gettext_lazy("Cette preuve a déjà sa suite. Lisez-la dans le suivi.")


class EvidenceIsContested(FollowingError):
    """A party has contested the evidence, which the broker settles."""

    sentence = gettext_lazy("Cette preuve est déjà contestée\u00a0: le passeur tranche, et vous le dira.")


class EvidenceOfTheBroker(FollowingError):
    """A party contests the evidence of a commitment of the broker, who does not judge it."""

    sentence = gettext_lazy(
        "Cet engagement est celui du passeur\u00a0: après une contestation, il est à refaire, et les parties "
        "répondent de nouveau."
    )


class EvidenceAlreadyAnswered(FollowingError):
    """The party of the speaker has answered."""

    sentence = gettext_lazy("Votre organisation a déjà répondu à cette preuve.")


class EvidenceIsNotContested(FollowingError):
    """No party contests the evidence."""

    sentence = gettext_lazy("Aucune partie ne conteste cette preuve\u00a0: il n’y a rien à trancher.")


class NewEvidence(NamedTuple):
    """What a party shows: words, a link ("" for none), a number against the indicator, a checked file."""

    text: str
    link: str = ""
    number: Decimal | None = None
    file: CheckedFile | None = None


@transaction.atomic
def complete_milestone(
    *, milestone_id: int, partnership_id: UUID, speaker: User, evidence: NewEvidence, at: datetime
) -> Evidence:
    """Declare a milestone done with its evidence, cancel its reminders, and ask the other parties.

    Raises CaseIsNotActive, OfAnotherParty, MilestoneIsClosed, Milestone.DoesNotExist and what
    require_answering_party raises.
    """
    partnership, party = _speaking(partnership_id, speaker)
    rows = Milestone.objects.select_related("owner__organisation", "partnership")
    milestone = rows.get(pk=milestone_id, partnership=partnership)
    if milestone.owner is not None and milestone.owner != party:
        raise OfAnotherParty(milestone.owner.organisation.name)
    _complete(milestone, at)
    lapse_postponements(milestone, at=at)
    reminders.plan_milestone(milestone, at=at)
    # Their reminders stood still while this one was late.
    for dependent in milestone.dependents.select_related("owner").order_by("pk"):
        reminders.plan_milestone(dependent, at=at)
    given = _give(partnership, party, speaker, evidence, milestone, at=at)
    write(partnership, "milestone.complete", actor=speaker, at=at, **_facts(given))
    refresh_status(partnership, at=at)
    return given


@transaction.atomic
def complete_commitment(
    *, commitment_id: int, partnership_id: UUID, speaker: User, evidence: NewEvidence, at: datetime
) -> Evidence:
    """Declare a commitment kept with its evidence, and ask the other parties.

    One of the broker is declared kept by a broker, and confirmed by all parties.
    Raises CaseIsNotActive, OfTheBroker, OfAnotherParty, MilestoneIsClosed, Commitment.DoesNotExist and what
    require_answering_party raises.
    """
    rows = Commitment.objects.select_related("party__organisation")
    of_broker = rows.filter(pk=commitment_id, party=None).exists()
    if of_broker and speaker.is_broker:
        partnership, party = _brokering(partnership_id, speaker), None
    else:
        partnership, party = _speaking(partnership_id, speaker)
    commitment = rows.get(pk=commitment_id, partnership=partnership)
    if commitment.party is None and party is not None:
        raise OfTheBroker
    if commitment.party is not None and commitment.party != party:
        raise OfAnotherParty(commitment.party.organisation.name)
    _complete(commitment, at)
    given = _give(partnership, party, speaker, evidence, commitment, at=at)
    write(partnership, "commitment.complete", actor=speaker, at=at, **_facts(given))
    refresh_status(partnership, at=at)
    return given


@transaction.atomic
def confirm(*, evidence_id: int, speaker: User, at: datetime) -> EvidenceAnswer:
    """Confirm an evidence for the speaker's party; the last other party to do so settles it.

    Raises CaseIsNotActive, EvidenceOfOwnParty, EvidenceIsSettled, EvidenceIsContested,
    EvidenceAlreadyAnswered and what require_answering_party raises.
    """
    partnership, evidence, party = _asked(evidence_id, speaker)
    answer = _answer(evidence, party, speaker, at, reason="")
    facts: dict[str, Fact] = {"code": evidence.subject.code, "party": party.code}
    write(partnership, "evidence.confirm", actor=speaker, at=at, **facts)
    if not silent_parties(evidence):
        _settle(evidence, Outcome.CONFIRMED, at=at)
        _announce(partnership, evidence, at, kind="evidence-settled")
    refresh_status(partnership, at=at)
    return answer


@transaction.atomic
def contest(*, evidence_id: int, speaker: User, reason: str, at: datetime) -> EvidenceAnswer:
    """Contest an evidence for the speaker's party, with a reason; the broker settles it.

    Raises CaseIsNotActive, EvidenceOfOwnParty, EvidenceIsSettled, EvidenceIsContested,
    EvidenceAlreadyAnswered and what require_answering_party raises.
    """
    partnership, evidence, party = _asked(evidence_id, speaker)
    answer = _answer(evidence, party, speaker, at, reason=reason)
    facts: dict[str, Fact] = {"code": evidence.subject.code, "party": party.code, "reason": reason}
    write(partnership, "evidence.contest", actor=speaker, at=at, **facts)
    post.cancel(prefix=message_keys.evidence_prefix(partnership.pk, evidence.pk), at=at)
    _announce(partnership, evidence, at, kind="evidence-contested")
    refresh_status(partnership, at=at)
    return answer


@transaction.atomic
def settle(*, evidence_id: int, broker: User, is_accepted: bool, reason: str, at: datetime) -> Settlement:
    """Settle a contest, with a reason for all: accept the evidence, or open its subject again.

    Raises NotABroker, CaseIsNotActive, EvidenceIsSettled, EvidenceIsNotContested, EvidenceOfTheBroker.
    """
    require_broker(broker)
    partnership, evidence = _unsettled(evidence_id)
    if not _is_contested(evidence):
        raise EvidenceIsNotContested
    if is_accepted and evidence.party is None:
        raise EvidenceOfTheBroker
    outcome = Outcome.ACCEPTED if is_accepted else Outcome.REOPENED
    settlement = _settle(evidence, outcome, at=at, broker=broker, reason=reason)
    facts: dict[str, Fact] = {"code": evidence.subject.code, "reason": reason}
    if is_accepted:
        write(partnership, "evidence.accept", actor=broker, at=at, **facts)
    else:
        _open_again(partnership, evidence.subject, at)
        write(partnership, "evidence.reopen", actor=broker, at=at, **facts)
    _announce(partnership, evidence, at, kind="evidence-settled")
    refresh_status(partnership, at=at)
    return settlement


def unanswered(at: datetime) -> list[int]:
    """Return the keys of the evidence whose time for answers is over, oldest first. 1 query.

    That of a suspended case stands still.
    """
    asked = Evidence.objects.filter(answer_until__lte=at, settlement=None)
    asked = asked.exclude(answers__is_confirmed=False)
    asked = asked.exclude(party__partnership__state=lifecycle.Case.SUSPENDED)
    return list(asked.order_by("answer_until", "pk").values_list("pk", flat=True))


@transaction.atomic
def accept_silence(*, evidence_id: int, at: datetime) -> bool:
    """Accept an evidence that nobody contested in time; return whether it did.

    The ledger names the parties that did not answer.
    """
    partnership, evidence = _locked(evidence_id, while_suspended=True)
    is_open = not Settlement.objects.filter(evidence=evidence).exists() and not _is_contested(evidence)
    is_over = evidence.answer_until is not None and evidence.answer_until <= at
    if not (is_open and is_over and partnership.state == lifecycle.Case.ACTIVE):
        return False
    silent = silent_parties(evidence)
    _settle(evidence, Outcome.SILENCE, at=at, silent=silent)
    write(
        partnership, "evidence.silence", actor=None, at=at, code=evidence.subject.code, parties_silent=silent
    )
    _announce(partnership, evidence, at, kind="evidence-settled")
    refresh_status(partnership, at=at)
    return True


def silent_parties(evidence: Evidence) -> list[str]:
    """Return the codes of the parties asked about an evidence that have not answered, in order. 1 query."""
    others = evidence.subject.partnership.parties.all()
    if evidence.party_id is not None:
        others = others.exclude(pk=evidence.party_id)
    silent = others.exclude(pk__in=evidence.answers.values("party"))
    return list(silent.order_by("rank").values_list("code", flat=True))


def _speaking(partnership_id: UUID, speaker: User) -> tuple[Partnership, Party]:
    """Return the locked case, which is active, and the party of the speaker."""
    partnership = lock(partnership_id)
    party = require_answering_party(speaker, partnership)
    if partnership.state != lifecycle.Case.ACTIVE:
        raise CaseIsNotActive
    return partnership, party


def _brokering(partnership_id: UUID, broker: User) -> Partnership:
    """Return the locked case, which is active, for its broker."""
    partnership = lock(partnership_id)
    require_broker(broker)
    if partnership.state != lifecycle.Case.ACTIVE:
        raise CaseIsNotActive
    return partnership


def _complete(subject: Milestone | Commitment, at: datetime) -> None:
    if subject.completed_at or subject.cancelled_at:
        raise MilestoneIsClosed
    subject.completed_at = at
    subject.save(update_fields=["completed_at"])


def _open_again(partnership: Partnership, subject: Milestone | Commitment, at: datetime) -> None:
    """Open what was declared done, as the text in force has it: an amendment may have changed it."""
    subject.completed_at = None
    subject.save(update_fields=["completed_at"])
    in_force = partnership.charters.filter(voided=None, roadmap__state=lifecycle.Edition.SIGNED)
    project(partnership, in_force.order_by("-roadmap__edition")[:1].get(), at=at)


def _give(
    partnership: Partnership,
    party: Party | None,
    speaker: User,
    new: NewEvidence,
    subject: Milestone | Commitment,
    *,
    at: datetime,
) -> Evidence:
    """Write the evidence of a milestone or of a commitment, and ask the other parties for their answer."""
    file = store_file(partnership, new.file, giver=speaker, at=at) if new.file else None
    evidence = Evidence.objects.create(
        party=party,
        text=new.text,
        link=new.link,
        number=new.number,
        file=file,
        given_by=speaker,
        given_at=at,
        answer_until=reminders.answer_deadline(at),
        milestone=subject if isinstance(subject, Milestone) else None,
        commitment=subject if isinstance(subject, Commitment) else None,
    )
    reminders.plan_evidence(partnership, evidence, at=at)
    return evidence


def _facts(evidence: Evidence) -> dict[str, Fact]:
    file = {"sha256": evidence.file.sha256} if evidence.file else {}
    return {"code": evidence.subject.code, "party": evidence.party.code if evidence.party else "", **file}


def _evidence() -> QuerySet[Evidence]:
    return Evidence.objects.select_related(
        "milestone__partnership", "milestone__owner", "commitment__partnership", "party"
    )


def _locked(evidence_id: int, *, while_suspended: bool = False) -> tuple[Partnership, Evidence]:
    case_id = _evidence().get(pk=evidence_id).subject.partnership_id
    partnership = lock(case_id, while_suspended=while_suspended)
    return partnership, _evidence().get(pk=evidence_id)


def _unsettled(evidence_id: int) -> tuple[Partnership, Evidence]:
    partnership, evidence = _locked(evidence_id)
    if partnership.state != lifecycle.Case.ACTIVE:
        raise CaseIsNotActive
    if evidence.answer_until is None or Settlement.objects.filter(evidence=evidence).exists():
        raise EvidenceIsSettled
    return partnership, evidence


def _asked(evidence_id: int, speaker: User) -> tuple[Partnership, Evidence, Party]:
    """Return an evidence that the party of the speaker may answer; it may until the silence is recorded."""
    partnership, evidence = _locked(evidence_id)
    party = require_answering_party(speaker, partnership)
    if party == evidence.party:
        raise EvidenceOfOwnParty
    _partnership, evidence = _unsettled(evidence_id)
    if evidence.answers.filter(party=party).exists():
        raise EvidenceAlreadyAnswered
    if _is_contested(evidence):
        raise EvidenceIsContested
    return partnership, evidence, party


def _is_contested(evidence: Evidence) -> bool:
    return evidence.answers.filter(is_confirmed=False).exists()


def _answer(evidence: Evidence, party: Party, speaker: User, at: datetime, *, reason: str) -> EvidenceAnswer:
    return EvidenceAnswer.objects.create(
        evidence=evidence,
        party=party,
        is_confirmed=not reason,
        reason=reason,
        answered_by=speaker,
        answered_at=at,
    )


def _settle(
    evidence: Evidence,
    outcome: Outcome,
    *,
    at: datetime,
    silent: Sequence[str] = (),
    broker: User | None = None,
    reason: str = "",
) -> Settlement:
    """Write the end of the question of an evidence, and cancel the mails that ask about it."""
    partnership_id = evidence.subject.partnership_id
    post.cancel(prefix=message_keys.evidence_prefix(partnership_id, evidence.pk), at=at)
    if evidence.milestone and outcome != Outcome.REOPENED:
        remind_of_due_payments(evidence.milestone.partnership, evidence.milestone, at=at)
    return Settlement.objects.create(
        evidence=evidence,
        outcome=outcome,
        silent=list(silent),
        reason=reason,
        settled_by=broker,
        settled_at=at,
    )


def _announce(partnership: Partnership, evidence: Evidence, at: datetime, *, kind: str) -> None:
    post.post(
        kind=kind,
        key=message_keys.evidence_followed(partnership.pk, evidence.pk, kind=kind),
        at=at,
        facts={"partnership": str(partnership.pk), "evidence": evidence.pk},
    )
