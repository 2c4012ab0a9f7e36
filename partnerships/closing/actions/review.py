"""Starting the review, the part of each party in it, and closing a case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from functools import partial
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy, override

from accounts.models import User
from accounts.refusals import Refusal, require_all
from outbox import post
from outbox.post import Fact
from partnerships import lifecycle, message_keys
from partnerships.case.editions import edition_name, edition_status_text
from partnerships.case.transitions import advance_case, lock, write
from partnerships.closing.queries.checklist import ClosingPoint, checklist, effective_exit, missing_of
from partnerships.closing.queries.report import report_text
from partnerships.closing.report_text import ClosingWordsText, fingerprint, report_json
from partnerships.following.actions.postponement import lapse_postponements
from partnerships.models import (
    AccountAnswer,
    ClosingPart,
    ClosingRecord,
    Evidence,
    ItemState,
    Partnership,
    Party,
)
from partnerships.patient_surveys.actions import close_surveys
from partnerships.permissions import require_answering_party, require_broker
from partnerships.questionnaires.queries import has_evaluation
from partnerships.reminders import EVENING
from partnerships.status.actions import refresh_status
from partnerships.status.closing import PartyClosing, parts_of

# When the mail about a result to look at again leaves, in Paris.
MORNING: Final = time(9, 0, tzinfo=EVENING.tzinfo)


class ClosingError(Refusal):
    """The review cannot start or the case cannot close."""


class MilestonesAreOpen(ClosingError):
    """Milestones are neither completed nor cancelled; their codes are the argument."""

    sentence = gettext_lazy(
        "Des jalons restent ouverts : %(what)s. Chacun doit être fait ou annulé par un avenant."
    )


class EvidenceIsUnsettled(ClosingError):
    """What is declared done is neither accepted nor settled; its codes are the argument."""

    sentence = gettext_lazy(
        "Des preuves attendent leur suite\u00a0: %(what)s. Chacune doit être confirmée, acceptée par le "
        "silence, ou "
        "tranchée par le passeur."
    )


class AmendmentIsOpen(ClosingError):
    """An amendment is neither signed nor given up; its name and its state are the argument."""

    sentence = gettext_lazy(
        "%(what)s\u00a0: faites-le signer, ou abandonnez-le en disant pourquoi. Le bilan porte sur un texte "
        "qui ne change plus."
    )


class ChecklistIncomplete(ClosingError):
    """Points of the checklist are missing, and no reason says why; they are the argument."""

    field = "incomplete_reason"
    sentence = gettext_lazy(
        "Il manque encore\u00a0: %(what)s. Complétez ces points, ou écrivez pourquoi le dossier "
        "se clôt sans eux."
    )


class ReviewDayIsPast(ClosingError):
    """The day on which the result is looked at again is not to come."""

    field = "review_on"
    sentence = gettext_lazy("Choisissez un jour à venir pour revoir le résultat.")


class CaseIsNotInReview(ClosingError):
    """The case is not in review."""

    sentence = gettext_lazy(
        "Le bilan n’est pas ouvert, ou le dossier est clos\u00a0: les comptes et les leçons ne changent plus."
    )


class AccountsHaveChanged(ClosingError):
    """The party wrote its accounts again after they were displayed."""

    sentence = gettext_lazy("Ces comptes ont changé entre-temps. Relisez-les, puis répondez.")


class AccountsOfOwnParty(ClosingError):
    """The accounts are those of the speaker's party."""

    sentence = gettext_lazy(
        "Ces comptes sont ceux de votre organisation\u00a0: ce sont les autres parties qui y répondent."
    )


class AccountsAlreadyAnswered(ClosingError):
    """The party of the speaker has answered."""

    sentence = gettext_lazy("Votre organisation a déjà répondu à ces comptes.")


class PartOfAnotherParty(ClosingError):
    """The part is that of another party, whose name is the argument."""

    sentence = gettext_lazy("Seule l’organisation concernée écrit cette part du bilan\u00a0: %(what)s.")


class ClosingPartHasChanged(ClosingError):
    """A colleague wrote the part after it was displayed."""

    sentence = gettext_lazy(
        "Un collègue a écrit cette part du bilan entre-temps. Vos mots sont conservés\u00a0: relisez, puis "
        "envoyez de nouveau."
    )


class MediationIsOpen(ClosingError):
    """The parties have not agreed to the minutes of a mediation; its code is the argument."""

    sentence = gettext_lazy(
        "Une médiation est ouverte\u00a0: %(what)s. Faites approuver son compte rendu avant le bilan."
    )


class QuestionnaireRuns(ClosingError):
    """The parties are answering a questionnaire; its label is the argument."""

    sentence = gettext_lazy(
        "Les parties répondent encore\u00a0: %(what)s. Attendez l’ouverture, ou annulez le questionnaire en "
        "disant pourquoi."
    )


@dataclass(frozen=True, kw_only=True)
class PartWords:
    """What a party adds to the closing; `spent` and `remarks`: for each of its lines of the signed budget."""

    lesson: str
    data_state: ItemState
    logo_state: ItemState
    data_remark: str = ""
    logo_remark: str = ""
    spent: Sequence[int] = ()
    remarks: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class ClosingWords:
    """What the broker writes at the end.

    `incomplete_reason`: why points of the checklist are missing; `outcome`: the result, which is looked at
    again on `review_on`, None for never.
    """

    lessons: str
    incomplete_reason: str = ""
    outcome: str = ""
    review_on: date | None = None


@transaction.atomic
def start_review(*, partnership_id: UUID, broker: User, at: datetime) -> None:
    """Start the review of a case without open milestones, unsettled evidence or an amendment under work.

    Once a party left early, milestones may be open: they stay as they are, and their reminders end.
    Raises NotABroker, AmendmentIsOpen, MilestonesAreOpen, EvidenceIsUnsettled, QuestionnaireRuns,
    MediationIsOpen, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    is_exit = effective_exit(partnership, localdate(at, EVENING.tzinfo)) is not None
    checks = [
        partial(_require_no_amendment, partnership),
        partial(_require_no_questionnaire, partnership),
        partial(_require_no_mediation, partnership),
        partial(_require_evidence_settled, partnership),
    ]
    if not is_exit:
        checks.insert(1, partial(_require_milestones_over, partnership))
    require_all(checks)
    advance_case(partnership, lifecycle.Action.REVIEW, actor=broker, at=at)
    if is_exit:
        post.cancel(prefix=message_keys.milestones_prefix(partnership.pk), at=at)
        for milestone in partnership.milestones.order_by("pk"):
            lapse_postponements(milestone, at=at)
    post.post(
        kind="review-started",
        key=message_keys.review_started(partnership.pk),
        at=at,
        facts={"partnership": str(partnership.pk)},
    )
    refresh_status(partnership, at=at)


@transaction.atomic
def write_part(
    *, party_id: int, speaker: User, words: PartWords, seen_number: int, at: datetime
) -> ClosingPart:
    """Write the part of a party, or write it again; accounts that change are put to the others again.

    `seen_number`: of the part that was displayed, 0 before the first.
    Raises CaseIsNotInReview, PartOfAnotherParty, ClosingPartHasChanged and what require_answering_party
    raises.
    """
    partnership, party, row = _part_of(party_id, speaker)
    if row.party != party:
        raise PartOfAnotherParty(row.party.organisation.name)
    last = row.part
    number = last.number if last else 0
    if seen_number != number:
        raise ClosingPartHasChanged
    lines = _lines(row, words)
    part = ClosingPart.objects.create(
        party=party,
        number=number + 1,
        accounts_number=last.accounts_number
        if last and last.lines == lines and not row.is_contested
        else number + 1,
        lines=lines,
        lesson=words.lesson,
        data_state=words.data_state,
        data_remark=words.data_remark,
        logo_state=words.logo_state,
        logo_remark=words.logo_remark,
        written_by=speaker,
        written_at=at,
    )
    write(
        partnership,
        "closing.part",
        actor=speaker,
        at=at,
        party=party.code,
        number=part.number,
        accounts=[f"{line['label']}: {line['spent_minor']}" for line in lines],
        data=str(words.data_state.value),
        logo=str(words.logo_state.value),
    )
    if lines and part.accounts_number == part.number:
        _announce(partnership, part, at, kind="accounts-written")
    refresh_status(partnership, at=at)
    return part


@transaction.atomic
def answer_accounts(
    *, party_id: int, speaker: User, seen_number: int, is_confirmed: bool, reason: str, at: datetime
) -> AccountAnswer:
    """Confirm the accounts of another party for the speaker's, or contest them with a reason.

    `seen_number`: `accounts_number` of the part that was displayed.
    Raises CaseIsNotInReview, AccountsOfOwnParty, AccountsHaveChanged, AccountsAlreadyAnswered and what
    require_answering_party raises.
    """
    partnership, party, row = _part_of(party_id, speaker)
    if row.party == party:
        raise AccountsOfOwnParty
    if row.part is None or row.part.accounts_number != seen_number:
        raise AccountsHaveChanged
    if any(answer.party_id == party.pk for answer in row.answers):
        raise AccountsAlreadyAnswered
    answer = AccountAnswer.objects.create(
        part=row.part,
        party=party,
        is_confirmed=is_confirmed,
        reason="" if is_confirmed else reason,
        answered_by=speaker,
        answered_at=at,
    )
    facts: dict[str, Fact] = {"party": row.party.code, "number": row.part.number}
    if is_confirmed:
        write(partnership, "accounts.confirm", actor=speaker, at=at, **facts)
    else:
        write(partnership, "accounts.contest", actor=speaker, at=at, reason=reason, **facts)
        _announce(partnership, row.part, at, kind="accounts-contested")
    refresh_status(partnership, at=at)
    return answer


@transaction.atomic
def close(*, partnership_id: UUID, broker: User, words: ClosingWords, at: datetime) -> ClosingRecord:
    """Close the case: store what its report is printed from, and cancel its reminders.

    A point of the checklist that is missing needs a reason, which all parties read.
    Raises NotABroker, AmendmentIsOpen, QuestionnaireRuns, MediationIsOpen, ChecklistIncomplete,
    ReviewDayIsPast, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    lifecycle.find_transition(lifecycle.Action.CLOSE, lifecycle.Case(partnership.state))
    words = replace(words, incomplete_reason=words.incomplete_reason.strip())
    missing = missing_of(checklist(partnership, at))
    with override("fr"):
        printed = _printed_words(words, missing_of(checklist(partnership, at)))
    require_all(
        [
            partial(_require_no_amendment, partnership),
            partial(_require_no_questionnaire, partnership),
            partial(_require_no_mediation, partnership),
            partial(_require_complete, missing, words.incomplete_reason),
            partial(_require_to_come, words.review_on, at),
        ]
    )
    partnership.closing_reason = words.lessons
    close_surveys(partnership, broker=broker, at=at)
    text = report_text(partnership, printed, at)
    record = ClosingRecord.objects.create(
        partnership=partnership,
        canonical_json=report_json(text),
        fingerprint=fingerprint(text),
        outcome=words.outcome,
        review_on=words.review_on,
        closed_by=broker,
        closed_at=at,
    )
    _write_closing(partnership, record, words, at)
    for prefix in (message_keys.milestones_prefix, message_keys.endings_prefix):
        post.cancel(prefix=prefix(partnership.pk), at=at)
    _announce_end(record, at)
    refresh_status(partnership, at=at)
    return record


def _printed_words(words: ClosingWords, missing: Sequence[ClosingPoint]) -> ClosingWordsText:
    """Return what the broker wrote as the report, which is in French, has it."""
    return ClosingWordsText(
        lessons=words.lessons,
        missing=tuple(item.words for item in missing),
        incomplete_reason=words.incomplete_reason if missing else "",
        outcome=words.outcome,
        review_on=words.review_on,
    )


def _write_closing(
    partnership: Partnership, record: ClosingRecord, words: ClosingWords, at: datetime
) -> None:
    """Close the case in its ledger, with why points are missing, the evaluation among them."""
    close_case = partial(
        advance_case,
        partnership,
        lifecycle.Action.CLOSE,
        actor=record.closed_by,
        at=at,
        lessons=words.lessons,
        fingerprint=record.fingerprint,
    )
    if not words.incomplete_reason:
        close_case()
    elif has_evaluation(partnership):
        close_case(incomplete=words.incomplete_reason)
    else:
        close_case(without_evaluation=words.incomplete_reason)


def _announce_end(record: ClosingRecord, at: datetime) -> None:
    """Tell all that the case is closed, and plan the reminder to look at its result again."""
    facts: dict[str, Fact] = {"partnership": str(record.pk)}
    post.post(kind="case-closed", key=message_keys.case_closed(record.pk), at=at, facts=facts)
    if record.review_on:
        morning = datetime.combine(record.review_on, MORNING)
        post.post(
            kind="outcome-review",
            key=message_keys.outcome_review(record.pk),
            at=at,
            due_at=morning,
            facts=facts,
        )


def _part_of(party_id: int, speaker: User) -> tuple[Partnership, Party, PartyClosing]:
    """Return the locked case in review, the party of the speaker, and the part of the party of that key."""
    partnership = lock(Party.objects.values_list("partnership_id", flat=True).get(pk=party_id))
    party = require_answering_party(speaker, partnership)
    if partnership.state != lifecycle.Case.REVIEW:
        raise CaseIsNotInReview
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    rows = parts_of(partnership, parties)
    return partnership, party, next(row for row in rows if row.party.pk == party_id)


def _lines(row: PartyClosing, words: PartWords) -> list[dict[str, str | int]]:
    return [
        {
            "label": line.label,
            "contribution": line.contribution,
            "budget_minor": line.cost_minor,
            "spent_minor": spent,
            "remark": remark,
        }
        for line, spent, remark in zip(row.budget, words.spent, words.remarks, strict=True)
    ]


def _announce(partnership: Partnership, part: ClosingPart, at: datetime, *, kind: str) -> None:
    post.post(
        kind=kind,
        key=message_keys.closing_part(partnership.pk, part.pk, kind=kind),
        at=at,
        facts={"partnership": str(partnership.pk), "part": part.pk},
    )


def _require_complete(missing: Sequence[ClosingPoint], reason: str) -> None:
    if missing and not reason:
        raise ChecklistIncomplete("\u00a0; ".join(item.words for item in missing))


def _require_to_come(review_on: date | None, at: datetime) -> None:
    if review_on and review_on <= localdate(at, EVENING.tzinfo):
        raise ReviewDayIsPast


def _require_no_amendment(partnership: Partnership) -> None:
    edition = partnership.roadmaps.filter(state__in=lifecycle.UNDER_WORK, edition__gt=1).first()
    if edition is not None:
        raise AmendmentIsOpen(f"{edition_name(edition.edition)}, {edition_status_text(edition, None)}")


def _require_no_questionnaire(partnership: Partnership) -> None:
    running = partnership.rounds.filter(opened_at=None, cancelled_at=None).order_by("asked_at").first()
    if running is not None:
        raise QuestionnaireRuns(str(running.get_question_display()))


def _require_no_mediation(partnership: Partnership) -> None:
    numbers = partnership.mediations.filter(closed_at=None).order_by("number")
    codes = [mediation.code for mediation in numbers]
    if codes:
        raise MediationIsOpen(", ".join(codes))


def _require_milestones_over(partnership: Partnership) -> None:
    still_open = partnership.milestones.filter(completed_at=None, cancelled_at=None)
    codes = list(still_open.order_by("due_date", "pk").values_list("code", flat=True))
    if codes:
        raise MilestonesAreOpen(", ".join(codes))


def _require_evidence_settled(partnership: Partnership) -> None:
    own = Q(milestone__partnership=partnership) | Q(commitment__partnership=partnership)
    asked = Evidence.objects.filter(own, settlement=None, answer_until__isnull=False)
    codes = [each.subject.code for each in asked.select_related("milestone", "commitment").order_by("pk")]
    if codes:
        raise EvidenceIsUnsettled(", ".join(codes))
