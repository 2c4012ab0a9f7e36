"""Opening a mediation, the broker's answer and minutes, and what the parties say of the minutes."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from ledger.record import Fact
from outbox import post
from partnerships import message_keys, reminders
from partnerships.case.transitions import lock, write
from partnerships.lifecycle import Case
from partnerships.mediation.queries import quotable
from partnerships.meetings.actions import minutes as minutes_of
from partnerships.meetings.actions.minutes import MinutesReply
from partnerships.models import Mediation, MediationOutcome, MinutesAnswer, Partnership, Party
from partnerships.permissions import require_answering_party, require_broker
from partnerships.status.actions import refresh_status

# Working days within which the broker answers (PRODUCT.md section 3, "following").
ANSWER_DAYS: Final = 5
OPEN_CASES: Final = (Case.ACTIVE, Case.SUSPENDED)


class MediationError(Refusal):
    """The mediation cannot be opened, or does not go on so."""


class MediationNotAllowed(MediationError):
    """No charter is in force."""

    sentence = gettext_lazy(
        "Une médiation s’ouvre quand la charte est signée, jusqu’au bilan. Écrivez au passeur."
    )


class MediationIsClosed(MediationError):
    """All parties have agreed to the minutes."""

    sentence = gettext_lazy(
        "Cette médiation est close\u00a0: toutes les parties ont approuvé le compte rendu. Ouvrez-en une "
        "autre si le point revient."
    )


class MediationAlreadyAnswered(MediationError):
    """The broker has answered."""

    sentence = gettext_lazy("Le passeur a déjà répondu. Écrivez maintenant le compte rendu.")


class NewMediation(NamedTuple):
    """What somebody raises; `subject` and `quote`: code and words of a signed point, "" for none."""

    subject: str
    quote: str
    text: str


@transaction.atomic
def open_mediation(*, partnership_id: UUID, person: User, subject: str, text: str, at: datetime) -> Mediation:
    """Open a mediation about a point of the signed charter, or about anything else (`subject` "").

    Raises MediationNotAllowed, and for anybody but a broker what require_answering_party raises.
    """
    partnership = lock(partnership_id, while_suspended=True)
    party = None if person.is_broker else require_answering_party(person, partnership)
    quotes = {quote.code: quote.text for quote in quotable(partnership)}
    known = subject if subject in quotes else ""
    opened = NewMediation(subject=known, quote=quotes.get(known, ""), text=text)
    mediation = add_mediation(partnership, party, person, opened, at=at)
    _announce(mediation, at, kind="mediation-opened")
    refresh_status(partnership, at=at)
    return mediation


def add_mediation(
    partnership: Partnership, party: Party | None, person: User, opened: NewMediation, *, at: datetime
) -> Mediation:
    """Open a mediation in a locked case; the caller tells of it. Raises MediationNotAllowed."""
    if partnership.state not in OPEN_CASES:
        raise MediationNotAllowed
    mediation = Mediation.objects.create(
        partnership=partnership,
        number=partnership.mediations.count() + 1,
        party=party,
        **opened._asdict(),
        opened_by=person,
        opened_at=at,
        answer_until=reminders.deadline(at, ANSWER_DAYS),
    )
    write(
        partnership,
        "mediation.open",
        actor=person,
        at=at,
        code=mediation.code,
        quote=mediation.quote,
        text=mediation.text,
        deadline=mediation.answer_until.isoformat(),
    )
    return mediation


@transaction.atomic
def answer(*, mediation_id: int, broker: User, text: str, at: datetime) -> Mediation:
    """Tell all parties how the broker goes about a mediation.

    Raises NotABroker, MediationIsClosed, MediationAlreadyAnswered.
    """
    require_broker(broker)
    partnership, mediation = _open_one(mediation_id)
    if mediation.answered_at:
        raise MediationAlreadyAnswered
    mediation.answer, mediation.answered_by, mediation.answered_at = text, broker, at
    mediation.save(update_fields=["answer", "answered_by", "answered_at"])
    write(partnership, "mediation.answer", actor=broker, at=at, code=mediation.code, text=text)
    _announce(mediation, at, kind="mediation-answered")
    refresh_status(partnership, at=at)
    return mediation


@transaction.atomic
def write_minutes(
    *, mediation_id: int, broker: User, minutes: str, outcome: MediationOutcome, at: datetime
) -> Mediation:
    """Write the minutes of a mediation, or write them again; every party is asked to agree to them.

    Raises NotABroker, MediationIsClosed.
    """
    require_broker(broker)
    partnership, mediation = _open_one(mediation_id)
    fields = [*minutes_of.WRITTEN_FIELDS, "outcome"]
    if mediation.answered_at is None:
        # The minutes answer a mediation that the broker settled at once.
        mediation.answer, mediation.answered_by, mediation.answered_at = minutes[:2000], broker, at
        fields += ["answer", "answered_by", "answered_at"]
    minutes_of.write_minutes(mediation, minutes, at=at)
    mediation.outcome = outcome
    mediation.save(update_fields=fields)
    write(
        partnership,
        "mediation.minutes",
        actor=broker,
        at=at,
        code=mediation.code,
        number=mediation.minutes_number,
        outcome=str(outcome.value),
        text=minutes,
    )
    _announce(mediation, at, kind="minutes-written")
    refresh_status(partnership, at=at)
    return mediation


@transaction.atomic
def answer_minutes(*, mediation_id: int, speaker: User, reply: MinutesReply, at: datetime) -> MinutesAnswer:
    """Agree to the minutes for the speaker's party, or refuse them with a reason; all who agree close it.

    Raises MediationIsClosed, what minutes.answer_minutes and what require_answering_party raise.
    """
    partnership, mediation = _open_one(mediation_id, require_open=False)
    party = require_answering_party(speaker, partnership)
    if mediation.closed_at:
        raise MediationIsClosed
    given = minutes_of.answer_minutes(mediation, party, speaker, reply, at=at)
    facts: dict[str, Fact] = {"code": mediation.code, "number": reply.seen_number, "party": party.code}
    if reply.is_agreed:
        write(partnership, "minutes.agree", actor=speaker, at=at, **facts)
    else:
        write(partnership, "minutes.refuse", actor=speaker, at=at, reason=reply.reason, **facts)
        _announce(mediation, at, kind="minutes-refused", party=party.code)
    if mediation.closed_at:
        outcome = mediation.outcome
        write(partnership, "mediation.close", actor=None, at=at, code=mediation.code, outcome=outcome)
        _announce(mediation, at, kind="mediation-closed")
    refresh_status(partnership, at=at)
    return given


def _open_one(mediation_id: int, *, require_open: bool = True) -> tuple[Partnership, Mediation]:
    of_mediation = Mediation.objects.values_list("partnership_id", flat=True)
    partnership = lock(of_mediation.get(pk=mediation_id), while_suspended=True)
    mediation = Mediation.objects.get(pk=mediation_id)
    if require_open and mediation.closed_at:
        raise MediationIsClosed
    return partnership, mediation


def _announce(mediation: Mediation, at: datetime, *, kind: str, party: str = "") -> None:
    post.post(
        kind=kind,
        key=message_keys.mediation(
            mediation.partnership_id, mediation.pk, kind=kind, number=mediation.minutes_number, party=party
        ),
        at=at,
        facts={
            "partnership": str(mediation.partnership_id),
            "mediation": mediation.pk,
            "number": mediation.minutes_number,
            "party": party,
        },
    )
