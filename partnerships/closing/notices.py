"""Messages about the end of a case: review, accounts, early exit, report, result to look at again."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext as _

from outbox.kinds import Attachment, Recipient, Topic
from outbox.models import Message
from partnerships.case.mail_context import case_mail_context, page
from partnerships.case.recipients import (
    RESPONSIBLE,
    SPEAKERS,
    case_of,
    is_broker,
    kind,
    lead_broker,
    members,
    parties_of,
)
from partnerships.lifecycle import Case
from partnerships.models import ClosingPart, ClosingRecord, ClosingReport, EarlyExit, Party
from partnerships.status.closing import is_exit_refused, parts_of, unanswered_exit


def _everybody(message: Message, _at: datetime) -> list[Recipient]:
    """Return all parties and the broker."""
    case = case_of(message)
    return [*members(parties_of(case), RESPONSIBLE), *lead_broker(case)]


def _review_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return the parties whose part is awaited."""
    case = case_of(message)
    if case.state != Case.REVIEW:
        return []
    return members([row.party for row in parts_of(case, parties_of(case)) if row.is_due], SPEAKERS)


def _review_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return case_mail_context(case, reader, at=at, path=page("closing", case), button=_("Ouvrir le bilan"))


def _part(message: Message) -> ClosingPart:
    return ClosingPart.objects.select_related("party__organisation").get(pk=message.facts["part"])


def _other_parties(message: Message, _at: datetime) -> list[Recipient]:
    """Return the parties that have not answered these accounts; nobody once they were written again."""
    case, part = case_of(message), _part(message)
    rows = {row.party.pk: row for row in parts_of(case, parties_of(case))}
    row = rows[part.party_id]
    if case.state != Case.REVIEW or row.part is None or row.part.accounts_number != part.accounts_number:
        return []
    return members(row.waiting, SPEAKERS)


def _owner(message: Message, _at: datetime) -> list[Recipient]:
    """Return the party whose accounts are contested, until it wrote them again, and the broker."""
    case, part = case_of(message), _part(message)
    latest = ClosingPart.objects.filter(party=part.party).order_by("-number")[:1].get()
    if case.state != Case.REVIEW or latest.accounts_number != part.accounts_number:
        return []
    return [*members([part.party], SPEAKERS), *lead_broker(case)]


def _accounts_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, part = case_of(message), _part(message)
    contest = part.answers.filter(is_confirmed=False).select_related("party__organisation").first()
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("closing_accounts", case, part.party_id),
        button=_("Lire les comptes"),
        author=part.party.organisation.name,
        contester=contest.party.organisation.name if contest else "",
        reason=contest.reason if contest else "",
    )


def _exit(message: Message) -> EarlyExit:
    rows = EarlyExit.objects.select_related("party__organisation", "asked_by").prefetch_related("answers")
    return rows.get(pk=message.facts["exit"])


def _is_current(message: Message, early_exit: EarlyExit) -> bool:
    return early_exit.withdrawn_at is None and early_exit.wording_number == message.facts["number"]


def _exit_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return the parties that have not answered these terms, and the broker."""
    case, early_exit = case_of(message), _exit(message)
    if case.state != Case.ACTIVE or not _is_current(message, early_exit):
        return []
    waiting: list[Party] = unanswered_exit(early_exit, parties_of(case))
    return [*members(waiting, SPEAKERS), *lead_broker(case)]


def _exit_refused_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return the broker, while the refused terms stand."""
    early_exit = _exit(message)
    if not (_is_current(message, early_exit) and is_exit_refused(early_exit)):
        return []
    return lead_broker(case_of(message))


def _exit_agreed_audience(message: Message, at: datetime) -> list[Recipient]:
    return _everybody(message, at) if _is_current(message, _exit(message)) else []


def _exit_withdrawn_audience(message: Message, at: datetime) -> list[Recipient]:
    return _everybody(message, at)


def _exit_reached_audience(message: Message, _at: datetime) -> list[Recipient]:
    """Return the broker, while the case is active and the exit stands."""
    case, early_exit = case_of(message), _exit(message)
    stands = case.state == Case.ACTIVE and early_exit.withdrawn_at is None
    return lead_broker(case) if stands else []


def _exit_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case, early_exit = case_of(message), _exit(message)
    refusal = early_exit.answers.filter(number=message.facts["number"], is_agreed=False)
    first = refusal.select_related("party__organisation").order_by("pk").first()
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("early_exit", case, early_exit.number),
        button=_("Lire et répondre"),
        asker=early_exit.party.organisation.name if early_exit.party else str(early_exit.asked_by),
        leaves_on=early_exit.leaves_on,
        reason=early_exit.reason,
        wording=early_exit.wording,
        money=early_exit.money,
        refuser=first.party.organisation.name if first else "",
        refusal=first.reason if first else "",
    )


def _report_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    return case_mail_context(case, reader, at=at, path=page("closing", case), button=_("Lire le rapport"))


def _report_pdf(message: Message, _recipient: Recipient) -> list[Attachment]:
    case = case_of(message)
    report = ClosingReport.objects.get(pk=case.pk)
    return [Attachment(report_name(case.reference), "application/pdf", bytes(report.pdf))]


def report_name(reference: str) -> str:
    """Return the name of the file of a closing report."""
    return f"rapport-{reference}.pdf"


def _outcome_context(message: Message, reader: Recipient, at: datetime) -> dict[str, object]:
    case = case_of(message)
    record = ClosingRecord.objects.get(pk=case.pk)
    return case_mail_context(
        case,
        reader,
        at=at,
        path=page("closing", case),
        button=_("Relire le résultat"),
        outcome=record.outcome,
        closed_at=record.closed_at,
        is_broker=is_broker(reader),
    )


KINDS = (
    kind("review-started", Topic.MILESTONES, _review_audience, _review_context),
    kind("accounts-written", Topic.MILESTONES, _other_parties, _accounts_context),
    kind("accounts-contested", Topic.MILESTONES, _owner, _accounts_context),
    kind("exit-asked", Topic.MILESTONES, _exit_audience, _exit_context),
    kind("exit-refused", Topic.MILESTONES, _exit_refused_audience, _exit_context),
    kind("exit-agreed", Topic.MILESTONES, _exit_agreed_audience, _exit_context),
    kind("exit-withdrawn", Topic.MILESTONES, _exit_withdrawn_audience, _exit_context),
    kind("exit-reached", Topic.MILESTONES, _exit_reached_audience, _exit_context),
    replace(
        kind("closing-report", Topic.NEWS, _everybody, _report_context),
        attachments=_report_pdf,
    ),
    kind("outcome-review", Topic.NEWS, _everybody, _outcome_context),
)
