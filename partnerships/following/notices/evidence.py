"""Messages about what is declared done: the question, a contest, how it was settled."""

from __future__ import annotations

from datetime import datetime

from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_details, case_mail_context, page
from partnerships.case.next_step import AwaitedAnswer, Step
from partnerships.case.recipients import (
    SPEAKERS,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.lifecycle import Case
from partnerships.models import Commitment, Evidence, EvidenceAnswer, Outcome, Partnership, Party, Settlement


def _evidence(message: Message) -> Evidence:
    rows = Evidence.objects.select_related("milestone", "commitment", "party__organisation", "given_by")
    return rows.get(pk=message.facts["evidence"])


def _author(evidence: Evidence) -> str:
    """Return the name of the party that gave an evidence, of the person when the broker did."""
    return evidence.party.organisation.name if evidence.party else str(evidence.given_by)


def _contest(evidence: Evidence) -> EvidenceAnswer | None:
    contests = evidence.answers.filter(is_confirmed=False).select_related("party__organisation")
    return contests.order_by("pk").first()


def _settlement(evidence: Evidence) -> Settlement | None:
    return Settlement.objects.select_related("settled_by").filter(evidence=evidence).first()


def _is_asked(evidence: Evidence, case: Partnership) -> bool:
    """Return whether the other parties may still answer."""
    return case.state == Case.ACTIVE and _settlement(evidence) is None and _contest(evidence) is None


def _unanswered(evidence: Evidence, case: Partnership) -> list[Party]:
    answered = {evidence.party_id, *evidence.answers.order_by("pk").values_list("party_id", flat=True)}
    return [party for party in parties_of(case) if party.pk not in answered]


def _given_audience(message: Message, at: datetime) -> list[Recipient]:
    """Return the other parties, and the broker, who is told."""
    case = case_of(message)
    asked = _reminder_audience(message, at)
    return [*asked, *lead_broker(case)] if _is_asked(_evidence(message), case) else []


def _reminder_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return the other parties that have not answered."""
    case, evidence = case_of(message), _evidence(message)
    return members(_unanswered(evidence, case), SPEAKERS) if _is_asked(evidence, case) else []


def _given_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, evidence = case_of(message), _evidence(message)
    unanswered = _unanswered(evidence, case)
    answer = AwaitedAnswer(
        step=Step.CONFIRM_DONE,
        id=evidence.pk,
        code=evidence.subject.code,
        title=evidence.subject.title,
        party=evidence.party.code if evidence.party else "",
        unanswered=tuple(party.code for party in unanswered),
        until=evidence.answer_until,
    )
    reads = is_broker(reader)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("follow_up", case) if reads else page("answer_evidence", case, evidence.pk),
        button=_("Lire la preuve") if reads else _("Confirmer ou contester"),
        subject=answer.next_step,
        author=_author(evidence),
        others=get_text_list([party.organisation.name for party in unanswered], _("et")),
        deadline=evidence.answer_until,
    ) | _subject_words(evidence)


def _contested_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return the broker, who settles, and all parties but the one that contests."""
    case, evidence = case_of(message), _evidence(message)
    contest = _contest(evidence)
    if contest is None or _settlement(evidence) is not None:
        return []
    others = [party for party in parties_of(case) if party.pk != contest.party_id]
    return [*lead_broker(case), *members(others, SPEAKERS)]


def _contested_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, evidence = case_of(message), _evidence(message)
    contest = _contest(evidence)
    settles = is_broker(reader)
    answer = AwaitedAnswer(
        step=Step.SETTLE,
        id=evidence.pk,
        code=evidence.subject.code,
        title=evidence.subject.title,
        party=evidence.party.code if evidence.party else "",
        unanswered=(),
        until=evidence.answer_until,
    )
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("settle_evidence", case, evidence.pk) if settles else page("follow_up", case),
        button=_("Lire et trancher") if settles else _("Lire la contestation"),
        subject=answer.next_step,
        author=_author(evidence),
        contester=contest.party.organisation.name if contest else "",
        reason=contest.reason if contest else "",
    ) | _subject_words(evidence)


def _settled_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties, and the broker unless the broker decided."""
    case, evidence = case_of(message), _evidence(message)
    settlement = _settlement(evidence)
    if settlement is None:
        return []
    everybody = members(parties_of(case), SPEAKERS)
    return everybody if settlement.settled_by else [*everybody, *lead_broker(case)]


def _settled_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, evidence = case_of(message), _evidence(message)
    settlement = _settlement(evidence)
    silent = settlement.silent if settlement else []
    names = [party.organisation.name for party in parties_of(case) if party.code in silent]
    context = case_mail_context(
        case,
        reader,
        at=at,
        path=page("follow_up", case),
        button=_("Voir le suivi"),
        author=_author(evidence),
        outcome=settlement.outcome if settlement else "",
        is_reopened=settlement is not None and settlement.outcome == Outcome.REOPENED,
        reason=settlement.reason if settlement else "",
        silent=get_text_list(names, _("et")),
        payments=_payments_due(evidence) if settlement and settlement.outcome != Outcome.REOPENED else "",
    ) | _subject_words(evidence)
    # The next step of the case may be another milestone.
    subject = (_("Engagement") if evidence.commitment_id else _("Jalon"), str(evidence.subject))
    return {**context, "details": [*case_details(case), subject]}


def _payments_due(evidence: Evidence) -> str:
    """Return the payments that the acceptance of a milestone makes due, with their amounts."""
    if evidence.milestone is None:
        return ""
    due = evidence.milestone.payments.filter(cancelled_at=None, declared_at=None).order_by("pk")
    return ", ".join(f"{payment.label}, {wording.euros(payment.amount_minor)}" for payment in due)


def _subject_words(evidence: Evidence) -> dict[str, object]:
    return {
        "subject_name": str(evidence.subject),
        "code": evidence.subject.code,
        "is_commitment": isinstance(evidence.subject, Commitment),
    }


EVIDENCE_KINDS = (
    kind("milestone-completed", Topic.MILESTONES, _given_audience, _given_context),
    kind("evidence-reminder", Topic.MILESTONES, _reminder_audience, _given_context, is_reminder=True),
    kind("evidence-contested", Topic.MILESTONES, _contested_audience, _contested_context),
    kind("evidence-settled", Topic.MILESTONES, _settled_audience, _settled_context),
)
