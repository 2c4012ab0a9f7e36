"""An early exit: asked with its day, agreed in its public words and in what becomes of the money."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy

from accounts.models import User
from outbox import post
from partnerships import message_keys
from partnerships.case.transitions import lock, write
from partnerships.closing.actions.review import ClosingError
from partnerships.lifecycle import Case
from partnerships.models import EarlyExit, EarlyExitAnswer, Partnership, Party
from partnerships.permissions import require_answering_party, require_broker
from partnerships.reminders import EVENING
from partnerships.status.actions import refresh_status
from partnerships.status.closing import unanswered_exit

MORNING: Final = time(9, 0, tzinfo=EVENING.tzinfo)


class EarlyExitNotAllowed(ClosingError):
    """No charter is in force."""

    sentence = gettext_lazy(
        "Une sortie anticipée se demande quand la charte est signée, avant le bilan. Écrivez au passeur."
    )


class EarlyExitAlreadyAsked(ClosingError):
    """Another early exit is asked."""

    sentence = gettext_lazy(
        "Une sortie anticipée est déjà demandée. Répondez-y, ou attendez qu’elle soit retirée."
    )


class ExitDayIsPast(ClosingError):
    """The day of the exit is not to come."""

    field = "leaves_on"
    sentence = gettext_lazy("Choisissez un jour à venir pour la sortie.")


class EarlyExitIsOver(ClosingError):
    """The early exit is withdrawn, or the case is in review."""

    sentence = gettext_lazy(
        "Cette sortie anticipée est retirée, ou le bilan est ouvert\u00a0: relisez la page."
    )


class ExitTermsHaveChanged(ClosingError):
    """The terms were written again after they were displayed."""

    sentence = gettext_lazy("Les conditions ont changé entre-temps. Relisez-les, puis répondez.")


class ExitTermsAlreadyAnswered(ClosingError):
    """The party of the speaker wrote these terms, or has answered them."""

    sentence = gettext_lazy("Votre organisation a déjà répondu à ces conditions, ou les a écrites.")


class ExitOfAnotherParty(ClosingError):
    """Another party asked for the exit."""

    sentence = gettext_lazy("Seule l’organisation qui demande à sortir peut y renoncer.")


@dataclass(frozen=True, kw_only=True)
class ExitTerms:
    """What is written publicly, and what becomes of the money."""

    wording: str
    money: str


@transaction.atomic
def ask_early_exit(
    *, partnership_id: UUID, person: User, reason: str, leaves_on: date, terms: ExitTerms, at: datetime
) -> EarlyExit:
    """Ask to leave a case before its end, for a party, or propose as the broker that all parties stop.

    Raises EarlyExitNotAllowed, EarlyExitAlreadyAsked, ExitDayIsPast, and for anybody but a broker what
    require_answering_party raises.
    """
    partnership = lock(partnership_id)
    party = None if person.is_broker else require_answering_party(person, partnership)
    if partnership.state != Case.ACTIVE:
        raise EarlyExitNotAllowed
    if partnership.early_exits.filter(withdrawn_at=None).exists():
        raise EarlyExitAlreadyAsked
    if leaves_on <= localdate(at, EVENING.tzinfo):
        raise ExitDayIsPast
    early_exit = EarlyExit.objects.create(
        partnership=partnership,
        number=partnership.early_exits.count() + 1,
        party=party,
        reason=reason,
        leaves_on=leaves_on,
        asked_by=person,
        asked_at=at,
        wording=terms.wording,
        money=terms.money,
        wording_party=party,
        wording_at=at,
    )
    write(
        partnership,
        "exit.ask",
        actor=person,
        at=at,
        party=party.code if party else "",
        leaves_on=leaves_on.isoformat(),
        reason=reason,
        text=terms.wording,
        money=terms.money,
    )
    _announce(early_exit, at, kind="exit-asked")
    _announce(early_exit, at, kind="exit-reached", due_at=datetime.combine(leaves_on, MORNING))
    refresh_status(partnership, at=at)
    return early_exit


@transaction.atomic
def answer_early_exit(
    *, exit_id: int, speaker: User, seen_number: int, is_agreed: bool, reason: str, at: datetime
) -> EarlyExitAnswer:
    """Agree to the terms of an early exit for the speaker's party, or refuse them with a reason.

    Raises EarlyExitIsOver, ExitTermsHaveChanged, ExitTermsAlreadyAnswered and what require_answering_party
    raises.
    """
    partnership, early_exit = _locked(exit_id)
    party = require_answering_party(speaker, partnership)
    _require_open(partnership, early_exit)
    if early_exit.wording_number != seen_number:
        raise ExitTermsHaveChanged
    parties = list(partnership.parties.order_by("rank"))
    if party not in unanswered_exit(early_exit, parties):
        raise ExitTermsAlreadyAnswered
    answer = EarlyExitAnswer.objects.create(
        early_exit=early_exit,
        party=party,
        number=seen_number,
        is_agreed=is_agreed,
        reason="" if is_agreed else reason,
        answered_by=speaker,
        answered_at=at,
    )
    if is_agreed:
        write(partnership, "exit.agree", actor=speaker, at=at, party=party.code, number=seen_number)
        _conclude(early_exit, parties, at)
    else:
        write(
            partnership,
            "exit.refuse",
            actor=speaker,
            at=at,
            party=party.code,
            number=seen_number,
            reason=reason,
        )
        _announce(early_exit, at, kind="exit-refused")
    refresh_status(partnership, at=at)
    return answer


@transaction.atomic
def rewrite_terms(*, exit_id: int, broker: User, terms: ExitTerms, at: datetime) -> EarlyExit:
    """Write the terms of an early exit again; every party is asked to agree to them.

    Raises NotABroker, EarlyExitIsOver.
    """
    require_broker(broker)
    partnership, early_exit = _locked(exit_id)
    _require_open(partnership, early_exit)
    early_exit.wording, early_exit.money = terms.wording, terms.money
    early_exit.wording_party, early_exit.wording_at, early_exit.agreed_at = None, at, None
    early_exit.wording_number += 1
    early_exit.save(
        update_fields=["wording", "money", "wording_party", "wording_at", "wording_number", "agreed_at"]
    )
    write(
        partnership,
        "exit.reword",
        actor=broker,
        at=at,
        number=early_exit.wording_number,
        text=terms.wording,
        money=terms.money,
    )
    _announce(early_exit, at, kind="exit-asked")
    refresh_status(partnership, at=at)
    return early_exit


@transaction.atomic
def withdraw_early_exit(*, exit_id: int, person: User, at: datetime) -> EarlyExit:
    """Give up an early exit: the party that asked, or the broker for one of the broker's own.

    Raises EarlyExitIsOver, ExitOfAnotherParty and what require_answering_party raises.
    """
    partnership, early_exit = _locked(exit_id)
    party = None if person.is_broker else require_answering_party(person, partnership)
    _require_open(partnership, early_exit)
    if early_exit.party != party:
        raise ExitOfAnotherParty
    early_exit.withdrawn_at = at
    early_exit.save(update_fields=["withdrawn_at"])
    post.cancel(prefix=message_keys.early_exit_prefix(partnership.pk, early_exit.pk), at=at)
    write(partnership, "exit.withdraw", actor=person, at=at, number=early_exit.number)
    _announce(early_exit, at, kind="exit-withdrawn")
    refresh_status(partnership, at=at)
    return early_exit


def _conclude(early_exit: EarlyExit, parties: list[Party], at: datetime) -> None:
    """Note that all parties agree once the last one does, and tell all of them."""
    # With the answer just given, which the rows read before lack.
    early_exit = EarlyExit.objects.prefetch_related("answers").get(pk=early_exit.pk)
    refused = early_exit.answers.filter(number=early_exit.wording_number, is_agreed=False).exists()
    if refused or unanswered_exit(early_exit, parties):
        return
    early_exit.agreed_at = at
    early_exit.save(update_fields=["agreed_at"])
    _announce(early_exit, at, kind="exit-agreed")


def _locked(exit_id: int) -> tuple[Partnership, EarlyExit]:
    partnership = lock(EarlyExit.objects.values_list("partnership_id", flat=True).get(pk=exit_id))
    rows = EarlyExit.objects.select_related("party", "partnership").prefetch_related("answers")
    return partnership, rows.get(pk=exit_id)


def _require_open(partnership: Partnership, early_exit: EarlyExit) -> None:
    if early_exit.withdrawn_at or partnership.state != Case.ACTIVE:
        raise EarlyExitIsOver


def _announce(early_exit: EarlyExit, at: datetime, *, kind: str, due_at: datetime | None = None) -> None:
    post.post(
        kind=kind,
        key=message_keys.early_exit(
            early_exit.partnership_id, early_exit.pk, kind=kind, number=early_exit.wording_number
        ),
        at=at,
        due_at=due_at,
        facts={
            "partnership": str(early_exit.partnership_id),
            "exit": early_exit.pk,
            "number": early_exit.wording_number,
        },
    )
