"""Asking for a suspension, deciding on it, and going on: the same for all parties at once.

A party asks and the broker grants or refuses; a broker proposes and all parties agree. A suspension ends when
all parties are ready, or once its planned end has passed when one is and the broker ends it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from accounts.templatetags import wording
from ledger.record import Fact
from outbox import post
from partnerships import message_keys, reminders
from partnerships.case.transitions import advance_case, lock, write
from partnerships.lifecycle import Action, Case
from partnerships.models import (
    Partnership,
    Party,
    Suspension,
    SuspensionAnswer,
    SuspensionDecision,
    SuspensionGround,
    SuspensionQuestion,
)
from partnerships.permissions import require_answering_party, require_broker
from partnerships.status.actions import refresh_status
from partnerships.suspension import due_dates

# A longer one is another project: an amendment, or the review.
MOST_DAYS: Final = 366


class SuspensionError(Refusal):
    """The case cannot be suspended, or does not go on so."""


class SuspensionNotAllowed(SuspensionError):
    """No charter is in force."""

    sentence = gettext_lazy(
        "Un dossier se suspend quand la charte est signée, jusqu’au bilan. Avant la signature, "
        "demandez plus de "
        "temps dans le tour, ou écrivez au passeur."
    )


class SuspensionAlreadyAsked(SuspensionError):
    """A request is open, or the case is suspended."""

    sentence = gettext_lazy(
        "Une suspension est déjà demandée ou en cours. Lisez-la, puis répondez, ou écrivez au passeur."
    )


class SuspensionDayNotPossible(SuspensionError):
    """The last day is not after today, or more than a year away."""

    sentence = gettext_lazy("Choisissez un jour à venir, dans un an au plus.")
    field = "until"


class SuspensionNotLonger(SuspensionError):
    """The new last day is not after the planned one."""

    sentence = gettext_lazy("Choisissez un jour à venir, après la fin prévue, dans un an au plus.")
    field = "until"


class SuspensionIsDecided(SuspensionError):
    """The request has its answer."""

    sentence = gettext_lazy("Cette demande de suspension a déjà sa réponse. Relisez la page.")


class SuspensionIsAProposal(SuspensionError):
    """The broker proposed it, so that all parties answer."""

    sentence = gettext_lazy("Le passeur propose cette suspension\u00a0: ce sont les parties qui répondent.")


class SuspensionIsOfAParty(SuspensionError):
    """A party asked for it, so that the broker decides."""

    sentence = gettext_lazy("Une partie demande cette suspension\u00a0: le passeur décide.")


class SuspensionAlreadyAnswered(SuspensionError):
    """The party of the speaker has answered."""

    sentence = gettext_lazy("Votre organisation a déjà répondu.")


class SuspensionReasonMissing(SuspensionError):
    """A refusal has its reason, which all parties read."""

    sentence = gettext_lazy("Écrivez pourquoi non\u00a0: toutes les parties le liront.")
    field = "reason"


class SuspensionOfAnother(SuspensionError):
    """Only who asked may withdraw the request."""

    sentence = gettext_lazy("Seule l’organisation qui demande cette suspension peut retirer sa demande.")


class NotSuspended(SuspensionError):
    """The suspension is over or has not begun."""

    sentence = gettext_lazy("Cette suspension n’est pas en cours. Relisez la page.")


class SuspensionRunsOn(SuspensionError):
    """The planned end has not passed, and not all parties are ready; the planned end is the argument."""

    sentence = gettext_lazy(
        "La suspension est prévue jusqu’au %(what)s. Avant cette date, elle prend fin dès que toutes "
        "les parties "
        "sont prêtes. Le passeur n’y met pas fin à leur place."
    )


class NobodyIsReady(SuspensionError):
    """No party said that it is ready."""

    sentence = gettext_lazy(
        "Aucune partie ne s’est dite prête. Écrivez aux parties, ou prolongez la suspension en "
        "disant pourquoi."
    )


@transaction.atomic
def ask(
    *,
    partnership_id: UUID,
    person: User,
    ground: SuspensionGround,
    text: str,
    until: date,
    at: datetime,
) -> Suspension:
    """Ask for a suspension until the evening of a day: for the party of `person`, or as a broker's proposal.

    Raises SuspensionNotAllowed, SuspensionAlreadyAsked, SuspensionDayNotPossible, and for anybody but a
    broker what require_answering_party raises.
    """
    partnership = lock(partnership_id, while_suspended=True)
    party = None if person.is_broker else require_answering_party(person, partnership)
    open_ones = partnership.suspensions.filter(ended_at=None, decision__in=["", SuspensionDecision.ACCEPTED])
    if open_ones.exists():
        raise SuspensionAlreadyAsked
    if partnership.state != Case.ACTIVE:
        raise SuspensionNotAllowed
    if not _is_possible(until, after=_today(at), at=at):
        raise SuspensionDayNotPossible
    suspension = Suspension.objects.create(
        partnership=partnership,
        number=partnership.suspensions.count() + 1,
        party=party,
        ground=ground,
        text=text,
        until=until,
        asked_by=person,
        asked_at=at,
    )
    facts = {"code": suspension.code, "ground": ground.value, "until": until.isoformat(), "text": text}
    if party:
        write(partnership, "suspension.ask", actor=person, at=at, party=party.code, **facts)
    else:
        write(partnership, "suspension.propose", actor=person, at=at, **facts)
    _announce(suspension, at, kind="suspension-asked")
    refresh_status(partnership, at=at)
    return suspension


@transaction.atomic
def decide(*, suspension_id: int, broker: User, is_granted: bool, reason: str, at: datetime) -> Suspension:
    """Grant what a party asked, for all parties at once, or refuse it with a reason for all.

    Raises NotABroker, SuspensionNotAllowed, SuspensionIsDecided, SuspensionIsAProposal,
    SuspensionReasonMissing.
    """
    require_broker(broker)
    partnership, suspension = _asked(suspension_id)
    if suspension.party is None:
        raise SuspensionIsAProposal
    if not is_granted and not reason:
        raise SuspensionReasonMissing
    if is_granted:
        _start(partnership, suspension, actor=broker, reason=reason, at=at)
    else:
        _close(suspension, SuspensionDecision.REFUSED, actor=broker, reason=reason, at=at)
        write(partnership, "suspension.refuse", actor=broker, at=at, code=suspension.code, reason=reason)
        _announce(suspension, at, kind="suspension-declined")
    refresh_status(partnership, at=at)
    return suspension


@transaction.atomic
def answer(*, suspension_id: int, speaker: User, is_agreed: bool, reason: str, at: datetime) -> Suspension:
    """Answer a broker's proposal for the speaker's party: it begins once all agree, one refusal ends it.

    Raises SuspensionNotAllowed, SuspensionIsDecided, SuspensionIsOfAParty, SuspensionAlreadyAnswered,
    SuspensionReasonMissing and what require_answering_party raises.
    """
    partnership, suspension = _asked(suspension_id)
    party = require_answering_party(speaker, partnership)
    if suspension.party is not None:
        raise SuspensionIsOfAParty
    if not is_agreed and not reason:
        raise SuspensionReasonMissing
    _answer(suspension, SuspensionQuestion.START, party, speaker, at, "" if is_agreed else reason)
    facts: dict[str, Fact] = {"code": suspension.code, "party": party.code}
    if not is_agreed:
        _close(suspension, SuspensionDecision.REFUSED, actor=speaker, reason=reason, at=at)
        write(partnership, "suspension.refuse", actor=speaker, at=at, reason=reason, **facts)
        _announce(suspension, at, kind="suspension-declined")
    else:
        write(partnership, "suspension.agree", actor=speaker, at=at, **facts)
        if not _lacks_answer(partnership, suspension, SuspensionQuestion.START):
            _start(partnership, suspension, actor=None, reason="", at=at)
    refresh_status(partnership, at=at)
    return suspension


@transaction.atomic
def withdraw(*, suspension_id: int, person: User, at: datetime) -> None:
    """Withdraw a request that has no answer yet: a member for the party that asked, a broker for a proposal.

    Raises SuspensionIsDecided, SuspensionOfAnother, NotABroker and what require_answering_party raises.
    """
    partnership, suspension = _asked(suspension_id, require_active=False)
    if suspension.party is None:
        require_broker(person)
    elif require_answering_party(person, partnership) != suspension.party:
        raise SuspensionOfAnother
    _close(suspension, SuspensionDecision.WITHDRAWN, actor=person, reason="", at=at)
    write(partnership, "suspension.withdraw", actor=person, at=at, code=suspension.code)
    _announce(suspension, at, kind="suspension-declined")
    refresh_status(partnership, at=at)


@transaction.atomic
def prolong(*, suspension_id: int, broker: User, until: date, reason: str, at: datetime) -> Suspension:
    """Plan the end of a suspension for a later day, with a reason for all parties.

    Raises NotABroker, NotSuspended, SuspensionNotLonger.
    """
    require_broker(broker)
    partnership, suspension = _running(suspension_id)
    if not _is_possible(until, after=max(suspension.until, _today(at)), at=at):
        raise SuspensionNotLonger
    from_date, suspension.until = suspension.until, until
    suspension.save(update_fields=["until"])
    write(
        partnership,
        "suspension.prolong",
        actor=broker,
        at=at,
        code=suspension.code,
        from_date=from_date.isoformat(),
        until=until.isoformat(),
        reason=reason,
    )
    _announce(suspension, at, kind="suspension-prolonged", reason=reason)
    _plan_end(suspension, at)
    refresh_status(partnership, at=at)
    return suspension


@transaction.atomic
def say_ready(*, suspension_id: int, speaker: User, at: datetime) -> Suspension:
    """Say for the speaker's party that it is ready to go on; the case goes on once all are.

    Raises NotSuspended, SuspensionAlreadyAnswered and what require_answering_party raises.
    """
    partnership, suspension = _running(suspension_id)
    party = require_answering_party(speaker, partnership)
    _answer(suspension, SuspensionQuestion.RESUME, party, speaker, at)
    facts: dict[str, Fact] = {"code": suspension.code, "party": party.code}
    write(partnership, "suspension.ready", actor=speaker, at=at, **facts)
    if _lacks_answer(partnership, suspension, SuspensionQuestion.RESUME):
        _announce(suspension, at, kind="suspension-ready", party=party.code)
    else:
        _end(partnership, suspension, broker=None, at=at)
    refresh_status(partnership, at=at)
    return suspension


@transaction.atomic
def resume(*, suspension_id: int, broker: User, at: datetime) -> Suspension:
    """End a suspension whose planned end has passed, once a party said that it is ready.

    Raises NotABroker, NotSuspended, SuspensionRunsOn, NobodyIsReady.
    """
    require_broker(broker)
    partnership, suspension = _running(suspension_id)
    if at < suspension.planned_end:
        raise SuspensionRunsOn(strip_tags(wording.day(suspension.until)))
    if not suspension.answers.filter(question=SuspensionQuestion.RESUME).exists():
        raise NobodyIsReady
    _end(partnership, suspension, broker=broker, at=at)
    refresh_status(partnership, at=at)
    return suspension


def _today(at: datetime) -> date:
    return timezone.localdate(at, reminders.EVENING.tzinfo)


def _is_possible(until: date, *, after: date, at: datetime) -> bool:
    return after < until <= _today(at) + timedelta(days=MOST_DAYS)


def _asked(suspension_id: int, *, require_active: bool = True) -> tuple[Partnership, Suspension]:
    partnership, suspension = _locked(suspension_id)
    if suspension.decision:
        raise SuspensionIsDecided
    if require_active and partnership.state != Case.ACTIVE:
        raise SuspensionNotAllowed
    return partnership, suspension


def _running(suspension_id: int) -> tuple[Partnership, Suspension]:
    partnership, suspension = _locked(suspension_id)
    if not suspension.is_running:
        raise NotSuspended
    return partnership, suspension


def _locked(suspension_id: int) -> tuple[Partnership, Suspension]:
    of_suspension = Suspension.objects.values_list("partnership_id", flat=True)
    partnership = lock(of_suspension.get(pk=suspension_id), while_suspended=True)
    return partnership, Suspension.objects.select_related("party").get(pk=suspension_id)


def _answer(
    suspension: Suspension,
    question: SuspensionQuestion,
    party: Party,
    speaker: User,
    at: datetime,
    reason: str = "",
) -> None:
    """Write the answer of a party: yes without a reason, no with one."""
    if suspension.answers.filter(party=party, question=question).exists():
        raise SuspensionAlreadyAnswered
    SuspensionAnswer.objects.create(
        suspension=suspension,
        party=party,
        question=question,
        is_agreed=not reason,
        reason=reason,
        answered_by=speaker,
        answered_at=at,
    )


def _lacks_answer(partnership: Partnership, suspension: Suspension, question: SuspensionQuestion) -> bool:
    agreed = suspension.answers.filter(question=question, is_agreed=True)
    return partnership.parties.exclude(pk__in=agreed.values("party")).exists()


def _close(
    suspension: Suspension, decision: SuspensionDecision, *, actor: User | None, reason: str, at: datetime
) -> None:
    suspension.decision, suspension.decision_reason = decision, reason
    suspension.decided_by, suspension.decided_at = actor, at
    suspension.save(update_fields=["decision", "decision_reason", "decided_by", "decided_at"])


def _start(
    partnership: Partnership, suspension: Suspension, *, actor: User | None, reason: str, at: datetime
) -> None:
    """Suspend the case, cancel its reminders, and plan the question at the planned end."""
    _close(suspension, SuspensionDecision.ACCEPTED, actor=actor, reason=reason, at=at)
    facts: dict[str, Fact] = {
        "code": suspension.code,
        "ground": suspension.ground,
        "until": suspension.until.isoformat(),
    }
    advance_case(partnership, Action.SUSPEND, actor=actor, at=at, **facts)
    due_dates.stop(partnership, at=at)
    _announce(suspension, at, kind="suspension-started")
    _plan_end(suspension, at)


def _end(partnership: Partnership, suspension: Suspension, *, broker: User | None, at: datetime) -> None:
    """Let the case go on: every open due date moves by the same number of days."""
    started = partnership.entered_at
    suspension.ended_at, suspension.ended_by = at, broker
    suspension.days = due_dates.days_between(started, at)
    suspension.save(update_fields=["ended_at", "ended_by", "days"])
    post.cancel(prefix=message_keys.suspension_ends_prefix(partnership.pk), at=at)
    moved = due_dates.go_on(partnership, started=started, days=suspension.days, at=at)
    facts: dict[str, Fact] = {"code": suspension.code, "days": suspension.days, "milestones": moved}
    advance_case(partnership, Action.RESUME, actor=broker, at=at, **facts)
    _announce(suspension, at, kind="suspension-ended")


def _plan_end(suspension: Suspension, at: datetime) -> None:
    """Plan the mail that asks all parties at the planned end, in place of one planned earlier."""
    plan = post.Plan(
        kind="suspension-overdue",
        key=message_keys.suspension_end(suspension.partnership_id, suspension.number, suspension.until),
        due_at=suspension.planned_end,
        facts=_facts(suspension),
    )
    prefix = message_keys.suspension_ends_prefix(suspension.partnership_id)
    post.replan(prefix=prefix, plans=[plan], at=at)


def _facts(suspension: Suspension, *, party: str = "", reason: str = "") -> dict[str, post.Fact]:
    return {
        "partnership": str(suspension.partnership_id),
        "suspension": suspension.pk,
        "until": suspension.until.isoformat(),
        "party": party,
        "reason": reason,
    }


def _announce(suspension: Suspension, at: datetime, *, kind: str, party: str = "", reason: str = "") -> None:
    post.post(
        kind=kind,
        key=message_keys.suspension(suspension.partnership_id, suspension.number, kind=kind, at=at),
        at=at,
        facts=_facts(suspension, party=party, reason=reason),
    )
