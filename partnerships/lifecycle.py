"""The lifecycles of a case and of an edition of its text: two tables of transitions, no database."""

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
    SUSPENDED = "suspended"
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
    """Who may make a transition; `RULE`: the software itself, when its conditions are met."""

    BROKER = "broker"
    PARTY = "party"
    SIGNATORY = "signatory"
    RULE = "rule"


class Action(StrEnum):
    PREPARE = "prepare"
    ABANDON = "abandon"
    ACTIVATE = "activate"
    SUSPEND = "suspend"
    RESUME = "resume"
    REVIEW = "review"
    CLOSE = "close"

    NEGOTIATE = "negotiate"
    REVISE = "revise"
    ANSWER = "answer"
    CONFIRM = "confirm"
    CONTEST = "contest"
    AGREE = "agree"
    FREEZE = "freeze"
    SIGN = "sign"
    DECLINE = "decline"
    TAKE_BACK = "take_back"
    WITHDRAW = "withdraw"
    COUNTERSIGN = "countersign"
    VOID = "void"


class Transition(NamedTuple):
    action: Action
    by: By
    source: Case | Edition
    target: Case | Edition


# fmt: off
CASE_TRANSITIONS = (
    Transition(Action.PREPARE,     By.BROKER,    Case.SCOPING,        Case.PREPARING),
    Transition(Action.ABANDON,     By.BROKER,    Case.SCOPING,        Case.ABANDONED),
    Transition(Action.ABANDON,     By.BROKER,    Case.PREPARING,      Case.ABANDONED),
    Transition(Action.ACTIVATE,    By.RULE,      Case.PREPARING,      Case.ACTIVE),
    # A party asked and the broker granted it, or all parties agreed to what the broker proposed.
    Transition(Action.SUSPEND,     By.RULE,      Case.ACTIVE,         Case.SUSPENDED),
    # All parties said that they are ready, or one did and the planned end has passed: then the broker may.
    Transition(Action.RESUME,      By.RULE,      Case.SUSPENDED,      Case.ACTIVE),
    Transition(Action.REVIEW,      By.BROKER,    Case.ACTIVE,         Case.REVIEW),
    Transition(Action.CLOSE,       By.BROKER,    Case.REVIEW,         Case.CLOSED),
)
EDITION_TRANSITIONS = (
    Transition(Action.REVISE,      By.BROKER,    Edition.DRAFTING,    Edition.DRAFTING),
    Transition(Action.NEGOTIATE,   By.BROKER,    Edition.DRAFTING,    Edition.NEGOTIATION),
    Transition(Action.ANSWER,      By.PARTY,     Edition.NEGOTIATION, Edition.NEGOTIATION),
    Transition(Action.CONFIRM,     By.PARTY,     Edition.NEGOTIATION, Edition.NEGOTIATION),
    Transition(Action.CONTEST,     By.PARTY,     Edition.NEGOTIATION, Edition.NEGOTIATION),
    Transition(Action.REVISE,      By.BROKER,    Edition.NEGOTIATION, Edition.NEGOTIATION),
    Transition(Action.AGREE,       By.RULE,      Edition.NEGOTIATION, Edition.AGREED),
    Transition(Action.REVISE,      By.BROKER,    Edition.AGREED,      Edition.NEGOTIATION),
    Transition(Action.FREEZE,      By.BROKER,    Edition.AGREED,      Edition.SIGNING),
    Transition(Action.SIGN,        By.SIGNATORY, Edition.SIGNING,     Edition.SIGNING),
    Transition(Action.DECLINE,     By.SIGNATORY, Edition.SIGNING,     Edition.NEGOTIATION),
    Transition(Action.TAKE_BACK,   By.SIGNATORY, Edition.SIGNING,     Edition.NEGOTIATION),
    Transition(Action.WITHDRAW,    By.BROKER,    Edition.SIGNING,     Edition.NEGOTIATION),
    Transition(Action.COUNTERSIGN, By.BROKER,    Edition.SIGNING,     Edition.SIGNED),
    Transition(Action.VOID,        By.BROKER,    Edition.DRAFTING,    Edition.VOID),
    Transition(Action.VOID,        By.BROKER,    Edition.NEGOTIATION, Edition.VOID),
    Transition(Action.VOID,        By.BROKER,    Edition.AGREED,      Edition.VOID),
    Transition(Action.VOID,        By.BROKER,    Edition.SIGNING,     Edition.VOID),
)
# fmt: on

TRANSITIONS = CASE_TRANSITIONS + EDITION_TRANSITIONS
BEFORE_SIGNATURE = (Case.SCOPING, Case.PREPARING)
FINAL = (Case.CLOSED, Case.ABANDONED)
UNFROZEN = (Edition.DRAFTING, Edition.NEGOTIATION, Edition.AGREED)
UNDER_WORK = (*UNFROZEN, Edition.SIGNING)


class TransitionNotAllowed(Refusal):
    """The case or its text is in a state from which the action is not possible."""

    sentence = gettext_lazy(
        "Le dossier a changé d’étape entre-temps : cette action n’est plus possible. Rien "
        "n’est perdu, relisez la page."
    )

    def __init__(self, action: Action, state: Case | Edition) -> None:
        super().__init__(f"{action} is not allowed from {state}")
        self.action = action
        self.state = state


def find_transition(action: Action, source: Case | Edition) -> Transition:
    """Return the transition of `action` from `source`. Raises TransitionNotAllowed when there is none."""
    for candidate in TRANSITIONS:
        if candidate.action == action and candidate.source == source:
            return candidate
    raise TransitionNotAllowed(action, source)


def allows(action: Action, source: Case | Edition) -> bool:
    """Return whether `action` is possible from `source`."""
    return any(candidate.action == action and candidate.source == source for candidate in TRANSITIONS)


def diagram() -> str:
    """Return both tables as one Mermaid state diagram, in table order; the README contains it."""
    lines = ["stateDiagram-v2"]
    for title, transitions in (("partnership", CASE_TRANSITIONS), ("edition", EDITION_TRANSITIONS)):
        lines.append(f"    state {title} {{")
        lines += [f"        {row.source} --> {row.target}: {row.action} ({row.by})" for row in transitions]
        lines.append("    }")
    return "\n".join(lines)
