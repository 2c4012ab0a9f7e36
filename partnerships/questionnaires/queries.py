"""The questionnaires of a case: the running one with the reader's own answers, and the opened ones."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404
from django.views.decorators.debug import sensitive_variables

from partnerships.case.header import CaseHeader
from partnerships.charter import snapshot
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.lifecycle import Case, Edition
from partnerships.models import QUESTIONNAIRES, Envelope, Partnership, Party, Question, Round
from partnerships.questionnaires import items
from partnerships.questionnaires.items import COMMENT, NEUTRALITY, STATEMENTS, Choice, Item, Text
from partnerships.rounds.encryption import EnvelopeContent, KeyIsLost
from partnerships.rounds.queries import EnvelopeState, content_of_party, envelope_states

# The state of a case in which each questionnaire is asked.
STATES: Final = {
    Question.LIMITS: Case.ACTIVE,
    Question.BAROMETER: Case.ACTIVE,
    Question.EVALUATION: Case.REVIEW,
}
PART: Final = "answers"


@dataclass(frozen=True, kw_only=True)
class GivenAnswer:
    """The answer of one party to an item; `choice` None when it gave none."""

    party: Party
    choice: Choice | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class AnsweredItem:
    """An item with the opened answers in the order of the parties.

    `owner`: name of the party that asked for it, "" for all. `is_hidden`: another broker reads the answers.
    """

    item: Item
    text: Text
    owner: str = ""
    answers: Sequence[GivenAnswer] = ()
    is_hidden: bool = False

    @property
    def is_at_stake(self) -> bool:
        """Say whether a party answered with anything but the best choice."""
        return any(answer.choice is None or answer.choice.status != "ok" for answer in self.answers)


@dataclass(frozen=True, kw_only=True)
class TrustComment:
    """What a party adds to its barometer in its own words."""

    party: Party
    text: str


@dataclass(frozen=True, kw_only=True)
class TrustIndex:
    party: Party
    index: int


@dataclass(frozen=True, kw_only=True)
class OpenedQuestionnaire:
    """An opened questionnaire.

    `indices`, `gap`, `status` and `comments`: only of a barometer that a party answered.
    `may_verify`: the reader may read the opened envelopes themselves.
    """

    round: Round
    items: Sequence[AnsweredItem]
    missing: Sequence[Party]
    may_verify: bool
    indices: Sequence[TrustIndex] = ()
    comments: Sequence[TrustComment] = ()
    status: str = ""

    @property
    def at_stake(self) -> list[AnsweredItem]:
        return [item for item in self.items if item.is_at_stake and not item.is_hidden]

    @property
    def gap(self) -> int:
        """The points between the highest and the lowest index."""
        values = [row.index for row in self.indices]
        return max(values) - min(values) if values else 0


@dataclass(frozen=True, kw_only=True)
class OwnAnswers:
    """The answers of the reader's own party, by the code of their item.

    `number`: how often they were saved; `missing`: codes of the items that are not complete; `is_lost`: no
    key decrypts them.
    """

    envelope: Envelope
    answers: Mapping[str, Mapping[str, str]]
    items: Sequence[AnsweredItem]
    number: int
    missing: Sequence[str]
    is_lost: bool = False

    @property
    def comment(self) -> str:
        return _comment(self.answers)


@dataclass(frozen=True, kw_only=True)
class QuestionnairesPage:
    """`running`: the one open to answers, with its `items`; `opened`: those that opened, latest first.

    `askable`: the questions that the reader may ask now. `is_last_envelope`: all others are sealed.
    """

    running: Round | None
    items: Sequence[Item]
    states: Sequence[EnvelopeState]
    own: OwnAnswers | None
    may_write: bool
    may_take_back: bool
    may_cancel: bool
    is_last_envelope: bool
    askable: Sequence[Question]
    opened: Sequence[OpenedQuestionnaire]
    unopened: Sequence[Round]


def latest_signed_text(partnership: Partnership) -> CharterSnapshot | None:
    """Return the signed text of the latest edition, None before the first signature. 1 query."""
    charters = partnership.charters.filter(voided=None, roadmap__state=Edition.SIGNED)
    charter = charters.order_by("-roadmap__edition", "-frozen_at").first()
    return snapshot.from_json(bytes(charter.canonical_json)) if charter else None


def signed_items(partnership: Partnership, question: Question) -> list[Item]:
    """Return what a questionnaire asks about the signed text, in its order. 1 query."""
    text = latest_signed_text(partnership)
    return items.items_of(question, text) if text else []


def questionnaires_page(header: CaseHeader, at: datetime) -> QuestionnairesPage:
    """Return the questionnaires of a case. At most 5 queries, whatever their number."""
    rounds = list(_rounds(header.partnership))
    running = next((row for row in rounds if not row.opened_at and not row.cancelled_at), None)
    is_open = running is not None and at < running.deadline_at
    states = envelope_states(running, header.parties) if running else []
    own = _own_answers(header, running) if running and header.reader.party else None
    may_act = is_open and header.reader.may_answer and own is not None and not own.is_lost
    is_sealed = own is not None and own.envelope.sealed_at is not None
    others = [state for state in states if own is None or state.party != own.envelope.party]
    own_side = own.envelope.party.side if own else None
    return QuestionnairesPage(
        running=running,
        items=items.from_json(running.items) if running else [],
        states=states,
        own=own,
        may_write=may_act and not is_sealed,
        may_take_back=may_act
        and is_sealed
        and not any(state.sealed_at and state.party.side != own_side for state in states),
        may_cancel=is_open and header.reader.is_broker,
        is_last_envelope=own is not None and all(state.sealed_at for state in others),
        askable=_askable(header) if header.reader.is_broker and running is None else [],
        opened=_opened(header, [row for row in rounds if row.opened_at]),
        unopened=[row for row in rounds if row.cancelled_at],
    )


def has_evaluation(partnership: Partnership) -> bool:
    """Return whether an evaluation opened, or ended because a party stayed silent. 1 query."""
    rounds = partnership.rounds.filter(question=Question.EVALUATION)
    return any(row.opened_at is not None or row.is_lapsed for row in rounds.order_by("asked_at"))


def running_questionnaire(partnership: Partnership) -> Round:
    """Return the questionnaire that is neither opened nor cancelled. 1 query. Raises Http404."""
    round_ = _rounds(partnership).filter(opened_at=None, cancelled_at=None).first()
    if round_ is None:
        raise Http404
    return round_


def _rounds(partnership: Partnership) -> QuerySet[Round]:
    rounds = partnership.rounds.filter(question__in=QUESTIONNAIRES).select_related("asked_by")
    return rounds.order_by("-asked_at", "pk")


def _askable(header: CaseHeader) -> list[Question]:
    questions = [question for question, state in STATES.items() if header.partnership.state == state]
    if not questions:
        return []
    text = latest_signed_text(header.partnership)
    return [question for question in questions if text and items.items_of(question, text)]


def item_text(item: Item) -> Text:
    """Return the words of an item, those of the barometer in the language of the reader."""
    return STATEMENTS[item.code] if item.kind == "trust" else item.text


def _answered(
    header: CaseHeader, round_: Round, given: Sequence[tuple[Party, Mapping[str, Any]]]
) -> list[AnsweredItem]:
    names = {party.code: party.organisation.name for party in header.parties}
    return [
        AnsweredItem(
            item=item,
            text=item_text(item),
            owner=names.get(item.party, ""),
            answers=[_given(round_, party, answers.get(item.code) or {}) for party, answers in given],
            is_hidden=item.code == NEUTRALITY and item.kind == "trust" and _is_lead(header),
        )
        for item in items.from_json(round_.items)
    ]


def _is_lead(header: CaseHeader) -> bool:
    return header.reader.is_broker and header.reader.user.pk == header.partnership.broker_id


def _given(round_: Round, party: Party, answer: Mapping[str, str]) -> GivenAnswer:
    choice = items.choice_of(round_.question, answer.get("choice", ""))
    return GivenAnswer(party=party, choice=choice, reason=answer.get("reason", ""))


def _opened(header: CaseHeader, rounds: Sequence[Round]) -> list[OpenedQuestionnaire]:
    """Return the opened rounds with their answers. 1 query."""
    if not rounds:
        return []
    rows = Envelope.objects.filter(round__in=rounds, opened__isnull=False).order_by("pk")
    documents = {
        (row.round_id, row.party_id): cast("dict[str, Any]", row.opened) for row in rows.defer("ciphertext")
    }
    return [_opened_one(header, round_, documents) for round_ in rounds]


def _opened_one(
    header: CaseHeader, round_: Round, documents: Mapping[tuple[UUID, int], dict[str, Any]]
) -> OpenedQuestionnaire:
    given = [
        (party, documents[round_.pk, party.pk]["answers"].get(PART) or {})
        for party in header.parties
        if (round_.pk, party.pk) in documents
    ]
    indices: list[TrustIndex] = []
    status = ""
    if round_.question == Question.BAROMETER and given:
        indices = [TrustIndex(party=party, index=items.trust_index(answers)) for party, answers in given]
        scores = [int(answers[code]["choice"]) for _party, answers in given for code in STATEMENTS]
        status = items.trust_status([row.index for row in indices], scores)
    return OpenedQuestionnaire(
        round=round_,
        items=_answered(header, round_, given),
        missing=[party for party in header.parties if (round_.pk, party.pk) not in documents],
        may_verify=round_.question != Question.BAROMETER or not _is_lead(header),
        indices=indices,
        comments=[
            TrustComment(party=party, text=text) for party, answers in given if (text := _comment(answers))
        ],
        status=status,
    )


def _comment(answers: Mapping[str, Mapping[str, str]]) -> str:
    return answers.get(COMMENT, {}).get("reason", "")


@sensitive_variables()
def _own_answers(header: CaseHeader, round_: Round) -> OwnAnswers | None:
    party = header.reader.party
    if party is None:
        return None
    try:
        envelope, content = content_of_party(round_, party)
    except KeyIsLost:
        envelope = Envelope.objects.select_related("sealed_by", "party").get(round=round_, party=party)
        content = EnvelopeContent()
        is_lost = True
    else:
        is_lost = False
    answers = cast("Mapping[str, Mapping[str, str]]", content.answers().get(PART) or {})
    return OwnAnswers(
        envelope=envelope,
        answers=answers,
        items=_answered(header, round_, [(party, answers)]),
        number=content.numbers().get(PART, 0),
        missing=items.missing_of(round_.question, items.from_json(round_.items), answers),
        is_lost=is_lost,
    )
