"""Alerts raised and actions declared, by the real actions."""

from __future__ import annotations

from datetime import datetime, timedelta

from accounts.models import User
from partnerships.limits import actions, queries
from partnerships.limits.actions import NewAction, NewAlert
from partnerships.models import DeclaredAction, DeclaredKind, LimitAlert, Partnership

TEXT = "Une page cite un médicament."


def raise_alert(
    case: Partnership,
    person: User,
    *,
    subject: str = "L1",
    opens_mediation: bool = False,
    about: DeclaredAction | None = None,
    at: datetime,
) -> LimitAlert:
    """Have somebody raise an alert on a point of the signed text."""
    alert = NewAlert(subject, TEXT, opens_mediation, about.pk if about else None)
    return actions.raise_alert(partnership_id=case.pk, person=person, alert=alert, at=at)


def declare(
    case: Partnership,
    speaker: User,
    *,
    kind: DeclaredKind = DeclaredKind.PUBLICATION,
    asks: tuple[str, ...] = (),
    at: datetime,
) -> DeclaredAction:
    """Have somebody declare an action that respects every point but those about which it asks."""
    points = queries.concerned(queries.points_of(case), kind)
    action = NewAction(
        kind,
        "Un article sur l’enquête.",
        at.date() + timedelta(days=9),
        {point.code: point.code not in asks for point in points},
    )
    return actions.declare_action(partnership_id=case.pk, speaker=speaker, action=action, at=at)
