"""What may happen to a case and to its text, from where, by whose hand: two tables, no database."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from django.utils.translation import gettext_lazy

from accounts.refusals import Refusal


class Case(StrEnum):
    """State of a partnership."""

    SCOPING = "scoping"
    PREPARING = "preparing"
    ACTIVE = "active"
    REVIEW = "review"
    CLOSED = "closed"
    ABANDONED = "abandoned"


class Edition(StrEnum):
    """State of one edition of the roadmap."""

    DRAFTING = "drafting"
    NEGOTIATION = "negotiation"
    AGREED = "agreed"
    SIGNING = "signing"
    SIGNED = "signed"
    VOID = "void"


class By(StrEnum):
    """Who may do it; `RULE` is done by no person: it follows from the facts."""

    BROKER = "broker"
    PARTY = "party"
    SIGNATORY = "signatory"
    RULE = "rule"


class Action(StrEnum):
    PREPARE = "prepare"
    ABANDON = "abandon"
    ACTIVATE = "activate"
    REVIEW = "review"
    CLOSE = "close"

    NEGOTIATE = "negotiate"
    REVISE = "revise"
    ANSWER = "answer"
    AGREE = "agree"
    FREEZE = "freeze"
    SIGN = "sign"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    COUNTERSIGN = "countersign"
    VOID = "void"


class Move(NamedTuple):
    action: Action
    by: By
    source: Case | Edition
    target: Case | Edition


# fmt: off
CASE_MOVES = (
    Move(Action.PREPARE,     By.BROKER,    Case.SCOPING,        Case.PREPARING),
    Move(Action.ABANDON,     By.BROKER,    Case.SCOPING,        Case.ABANDONED),
    Move(Action.ABANDON,     By.BROKER,    Case.PREPARING,      Case.ABANDONED),
    Move(Action.ACTIVATE,    By.RULE,      Case.PREPARING,      Case.ACTIVE),
    Move(Action.REVIEW,      By.BROKER,    Case.ACTIVE,         Case.REVIEW),
    Move(Action.CLOSE,       By.BROKER,    Case.REVIEW,         Case.CLOSED),
)
EDITION_MOVES = (
    Move(Action.REVISE,      By.BROKER,    Edition.DRAFTING,    Edition.DRAFTING),
    Move(Action.NEGOTIATE,   By.BROKER,    Edition.DRAFTING,    Edition.NEGOTIATION),
    Move(Action.ANSWER,      By.PARTY,     Edition.NEGOTIATION, Edition.NEGOTIATION),
    Move(Action.REVISE,      By.BROKER,    Edition.NEGOTIATION, Edition.NEGOTIATION),
    Move(Action.AGREE,       By.RULE,      Edition.NEGOTIATION, Edition.AGREED),
    Move(Action.REVISE,      By.BROKER,    Edition.AGREED,      Edition.NEGOTIATION),
    Move(Action.FREEZE,      By.BROKER,    Edition.AGREED,      Edition.SIGNING),
    Move(Action.SIGN,        By.SIGNATORY, Edition.SIGNING,     Edition.SIGNING),
    Move(Action.DECLINE,     By.SIGNATORY, Edition.SIGNING,     Edition.NEGOTIATION),
    Move(Action.WITHDRAW,    By.BROKER,    Edition.SIGNING,     Edition.NEGOTIATION),
    Move(Action.COUNTERSIGN, By.BROKER,    Edition.SIGNING,     Edition.SIGNED),
    Move(Action.VOID,        By.BROKER,    Edition.DRAFTING,    Edition.VOID),
    Move(Action.VOID,        By.BROKER,    Edition.NEGOTIATION, Edition.VOID),
    Move(Action.VOID,        By.BROKER,    Edition.AGREED,      Edition.VOID),
    Move(Action.VOID,        By.BROKER,    Edition.SIGNING,     Edition.VOID),
)
# fmt: on

MOVES = CASE_MOVES + EDITION_MOVES
BEFORE_SIGNATURE = (Case.SCOPING, Case.PREPARING)
FINAL = (Case.CLOSED, Case.ABANDONED)
UNFROZEN = (Edition.DRAFTING, Edition.NEGOTIATION, Edition.AGREED)
UNDER_WORK = (*UNFROZEN, Edition.SIGNING)


class TransitionNotAllowed(Refusal):
    """The case or its text is not in a state from which this can be done."""

    sentence = gettext_lazy(
        "Le dossier a changé d’étape entre-temps : cela ne se fait plus ici. Rien n’est perdu, relisez "
        "la page."
    )

    def __init__(self, action: Action, state: Case | Edition) -> None:
        super().__init__(f"{action} is not allowed from {state}")
        self.action = action
        self.state = state


def move(action: Action, source: Case | Edition) -> Move:
    """Return the move that `action` makes from `source`.

    Raises TransitionNotAllowed when the tables have none.
    """
    for candidate in MOVES:
        if candidate.action == action and candidate.source == source:
            return candidate
    raise TransitionNotAllowed(action, source)


def allows(action: Action, source: Case | Edition) -> bool:
    """Say whether the tables let `action` happen from `source`."""
    return any(candidate.action == action and candidate.source == source for candidate in MOVES)


def diagram() -> str:
    """Return both tables as one Mermaid state diagram, in table order; the README shows it."""
    lines = ["stateDiagram-v2"]
    for title, moves in (("partnership", CASE_MOVES), ("edition", EDITION_MOVES)):
        lines.append(f"    state {title} {{")
        lines += [f"        {m.source} --> {m.target}: {m.action} ({m.by})" for m in moves]
        lines.append("    }")
    return "\n".join(lines)
