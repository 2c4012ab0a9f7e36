"""The states of an organisation and the table of its transitions (pure)."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final, NamedTuple

from django.utils.translation import gettext_lazy

from accounts.refusals import Refusal

# A verification should be repeated after this time; it does not expire.
RECHECK_AFTER: Final = timedelta(days=365)


class State(StrEnum):
    """The state of the vetting of an organisation; the same values as `OrganisationState`."""

    DRAFT = "draft"
    PENDING = "pending"
    TO_COMPLETE = "to_complete"
    VERIFIED = "verified"
    REFUSED = "refused"
    SUSPENDED = "suspended"


class Trigger(StrEnum):
    """What changes the state: its members submit, a broker decides."""

    SUBMIT = "submit"
    RESUBMIT = "resubmit"
    VERIFY = "verified"
    SEND_BACK = "to_complete"
    REFUSE = "refused"
    SUSPEND = "suspended"


class OrganisationTransition(NamedTuple):
    trigger: Trigger
    source: State
    target: State


# fmt: off
TRANSITIONS = (
    OrganisationTransition(Trigger.SUBMIT,    State.DRAFT,       State.PENDING),
    OrganisationTransition(Trigger.SUBMIT,    State.TO_COMPLETE, State.PENDING),
    OrganisationTransition(Trigger.VERIFY,    State.PENDING,     State.VERIFIED),
    OrganisationTransition(Trigger.RESUBMIT,  State.VERIFIED,    State.PENDING),
    OrganisationTransition(Trigger.SEND_BACK, State.PENDING,     State.TO_COMPLETE),
    OrganisationTransition(Trigger.REFUSE,    State.PENDING,     State.REFUSED),
    OrganisationTransition(Trigger.VERIFY,    State.TO_COMPLETE, State.VERIFIED),
    OrganisationTransition(Trigger.REFUSE,    State.TO_COMPLETE, State.REFUSED),
    OrganisationTransition(Trigger.VERIFY,    State.VERIFIED,    State.VERIFIED),
    OrganisationTransition(Trigger.SEND_BACK, State.VERIFIED,    State.TO_COMPLETE),
    OrganisationTransition(Trigger.SUSPEND,   State.VERIFIED,    State.SUSPENDED),
    OrganisationTransition(Trigger.SUSPEND,   State.PENDING,     State.SUSPENDED),
    OrganisationTransition(Trigger.SUSPEND,   State.TO_COMPLETE, State.SUSPENDED),
    OrganisationTransition(Trigger.VERIFY,    State.SUSPENDED,   State.VERIFIED),
    OrganisationTransition(Trigger.SEND_BACK, State.SUSPENDED,   State.TO_COMPLETE),
    OrganisationTransition(Trigger.REFUSE,    State.SUSPENDED,   State.REFUSED),
)
# fmt: on

# States in which members may edit the identity.
EDITABLE = (State.DRAFT, State.TO_COMPLETE)
# States in which members only read.
READ_ONLY = (State.REFUSED, State.SUSPENDED)
DECISIONS = (Trigger.VERIFY, Trigger.SEND_BACK, Trigger.REFUSE, Trigger.SUSPEND)


class OrganisationTransitionNotAllowed(Refusal):
    """The table has no transition for this trigger and this state."""

    sentence = gettext_lazy("Cela n’est plus possible. Rechargez la page pour voir ce qui a changé.")

    def __init__(self, trigger: Trigger, state: State) -> None:
        super().__init__(f"{trigger} is not allowed from {state}")
        self.trigger = trigger
        self.state = state


def target(trigger: Trigger, source: State) -> State:
    """Return the state after `trigger` in `source`. Raises OrganisationTransitionNotAllowed."""
    for transition in TRANSITIONS:
        if transition.trigger == trigger and transition.source == source:
            return transition.target
    raise OrganisationTransitionNotAllowed(trigger, source)


def decisions_from(source: State, *, was_verified: bool) -> list[Trigger]:
    """Return the decisions open to a broker in `source`, in table order.

    `was_verified`: at any time; an organisation that never was cannot be suspended.
    """
    decisions = [
        transition.trigger
        for transition in TRANSITIONS
        if transition.source == source and transition.trigger in DECISIONS
    ]
    return [decision for decision in decisions if was_verified or decision != Trigger.SUSPEND]
