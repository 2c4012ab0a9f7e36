"""Raising an alert on a point of the signed text, declaring an action, and answering a declared one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from outbox import post
from partnerships import message_keys
from partnerships.case.transitions import lock, write
from partnerships.dialogue.actions import NewMessage, Writer, add_message
from partnerships.lifecycle import Case
from partnerships.limits.queries import SignedPoint, concerned, points_of
from partnerships.mediation.actions import NewMediation, add_mediation
from partnerships.models import (
    DeclaredAction,
    DeclaredActionAnswer,
    DeclaredKind,
    LimitAlert,
    Partnership,
)
from partnerships.permissions import require_answering_party
from partnerships.status.actions import refresh_status

# How much of a quoted clause stands before the words of an alert in its thread.
QUOTED_CHARS: Final = 1500


class LimitsError(Refusal):
    """The alert or the declaration cannot be made, or not so."""


class NoSignedText(LimitsError):
    """No charter is in force."""

    sentence = gettext_lazy(
        "Une alerte ou une action se déclare quand la charte est signée, jusqu’au bilan. Écrivez au passeur."
    )


class PointHasChanged(LimitsError):
    """The signed text has no such point any more."""

    sentence = gettext_lazy(
        "Le texte signé a changé pendant votre lecture. Rien n’est envoyé\u00a0: relisez ses points, puis "
        "répondez."
    )


class ActionOfOwnParty(LimitsError):
    """The speaker's party declared the action."""

    sentence = gettext_lazy(
        "Votre organisation a déclaré cette action\u00a0: ce sont les autres parties qui y répondent."
    )


class ActionAlreadyAnswered(LimitsError):
    """The party of the speaker has answered the declared action."""

    sentence = gettext_lazy("Votre organisation a déjà répondu à cette action.")


class NewAlert(NamedTuple):
    """What a person raises: the code of a point of the signed text, and their words.

    `opens_mediation`: a mediation, else a message in the shared thread of the clause. `action_id`: the
    declared action that it is about, None for none.
    """

    subject: str
    text: str
    opens_mediation: bool
    action_id: int | None = None


class NewAction(NamedTuple):
    """What a party declares; `respects`: by the code of each point that the action touches."""

    kind: DeclaredKind
    text: str
    planned_on: date
    respects: Mapping[str, bool]


@transaction.atomic
def raise_alert(*, partnership_id: UUID, person: User, alert: NewAlert, at: datetime) -> LimitAlert:
    """Raise an alert and tell all parties and the broker of it at once, with the quoted words.

    Raises NoSignedText, PointHasChanged and, for anybody but a broker, what require_answering_party raises.
    """
    partnership = lock(partnership_id)
    party = None if person.is_broker else require_answering_party(person, partnership)
    point = _point(partnership, alert.subject)
    code = f"AL{partnership.alerts.count() + 1}"
    mediation = message = None
    if alert.opens_mediation:
        opened = NewMediation(subject=point.code, quote=point.text, text=alert.text)
        mediation = add_mediation(partnership, party, person, opened, at=at)
    else:
        quote = Truncator(point.text).chars(QUOTED_CHARS)
        words = NewMessage(f"{code}, {point.code}. «\u202f{quote}\u202f»\n\n{alert.text}")
        writer = Writer(person, party)
        # The mail about the alert tells of the message.
        message = add_message(partnership, writer, point.thread_subject, words, announced_at=None, at=at)
    raised = LimitAlert.objects.create(
        partnership=partnership,
        number=partnership.alerts.count() + 1,
        party=party,
        subject=point.code,
        quote=point.text,
        text=alert.text,
        action=partnership.declared_actions.filter(pk=alert.action_id or 0).first(),
        mediation=mediation,
        message=message,
        raised_by=person,
        raised_at=at,
    )
    write(
        partnership,
        "alert.raise",
        actor=person,
        at=at,
        code=raised.code,
        about=point.code,
        quote=point.text,
        text=alert.text,
        mediation=mediation.code if mediation else "",
    )
    post.post(
        kind="alert-raised",
        key=message_keys.limit_alert(partnership.pk, raised.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "alert": raised.pk},
    )
    refresh_status(partnership, at=at)
    return raised


@transaction.atomic
def declare_action(*, partnership_id: UUID, speaker: User, action: NewAction, at: datetime) -> DeclaredAction:
    """Declare an action for the speaker's party, and tell the other parties and the broker.

    Raises NoSignedText, PointHasChanged and what require_answering_party raises.
    """
    partnership = lock(partnership_id)
    party = require_answering_party(speaker, partnership)
    if partnership.state != Case.ACTIVE:
        raise NoSignedText
    points = concerned(points_of(partnership), action.kind)
    if {point.code for point in points} != set(action.respects):
        raise PointHasChanged
    declared = DeclaredAction.objects.create(
        partnership=partnership,
        number=partnership.declared_actions.count() + 1,
        party=party,
        kind=action.kind,
        text=action.text,
        planned_on=action.planned_on,
        points=[
            {"code": point.code, "text": point.text, "respects": action.respects[point.code]}
            for point in points
        ],
        declared_by=speaker,
        declared_at=at,
    )
    write(
        partnership,
        "action.declare",
        actor=speaker,
        at=at,
        code=declared.code,
        party=party.code,
        declared_kind=str(action.kind.value),
        text=action.text,
        planned_on=action.planned_on.isoformat(),
        asks=[code for code, respects in action.respects.items() if not respects],
    )
    _announce(declared, at, kind="action-declared")
    refresh_status(partnership, at=at)
    return declared


@transaction.atomic
def answer_action(*, action_id: int, speaker: User, text: str, at: datetime) -> DeclaredActionAnswer:
    """Answer a declared action for the speaker's party, which sees no obstacle; else it raises an alert.

    Raises NoSignedText, ActionOfOwnParty, ActionAlreadyAnswered and what require_answering_party raises.
    """
    partnership = lock(DeclaredAction.objects.values_list("partnership_id", flat=True).get(pk=action_id))
    action = DeclaredAction.objects.select_related("party").get(pk=action_id)
    party = require_answering_party(speaker, partnership)
    if partnership.state != Case.ACTIVE:
        raise NoSignedText
    if party == action.party:
        raise ActionOfOwnParty
    if action.answers.filter(party=party).exists():
        raise ActionAlreadyAnswered
    answer = DeclaredActionAnswer.objects.create(
        action=action, party=party, text=text, answered_by=speaker, answered_at=at
    )
    write(partnership, "action.answer", actor=speaker, at=at, code=action.code, party=party.code, text=text)
    _announce(action, at, kind="action-answered", party=party.code)
    refresh_status(partnership, at=at)
    return answer


def _point(partnership: Partnership, code: str) -> SignedPoint:
    """Return a point of the text in force. Raises NoSignedText, PointHasChanged."""
    if partnership.state != Case.ACTIVE:
        raise NoSignedText
    for point in points_of(partnership):
        if point.code == code:
            return point
    raise PointHasChanged


def _announce(action: DeclaredAction, at: datetime, *, kind: str, party: str = "") -> None:
    post.post(
        kind=kind,
        key=message_keys.declared_action(action.partnership_id, action.pk, kind=kind, party=party),
        at=at,
        facts={"partnership": str(action.partnership_id), "action": action.pk, "party": party},
    )
