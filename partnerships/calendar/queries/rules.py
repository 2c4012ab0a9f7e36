"""The rules of reminders in force, in words, with who set them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from partnerships import reminders
from partnerships.models import Partnership, ReminderRules
from partnerships.reminders import Rules, day_words, days_text

HISTORY_LIMIT = 20


class PastRules(NamedTuple):
    """Rules that were set, with their days in words."""

    row: ReminderRules
    owner: str
    broker: str


@dataclass(frozen=True, kw_only=True)
class RulesShown:
    """The rules of a case, or the default; `history`: those set so far, the latest first."""

    rules: Rules
    default: Rules
    is_own: bool
    history: Sequence[PastRules]

    @property
    def owner_words(self) -> list[str]:
        return [day_words(day) for day in self.rules.owner_days]

    @property
    def broker_words(self) -> list[str]:
        return [day_words(day) for day in self.rules.broker_days]


def case_rules(partnership: Partnership) -> RulesShown:
    """Return the rules of a case. 2 queries."""
    rules = reminders.rules_of([partnership.pk])
    history = _history(partnership)
    return RulesShown(
        rules=rules[partnership.pk],
        default=rules[None],
        is_own=bool(history) and not history[0].row.is_default,
        history=history,
    )


def default_rules() -> RulesShown:
    """Return the rules of the cases without their own. 2 queries."""
    default = reminders.rules_of([])[None]
    return RulesShown(rules=default, default=default, is_own=False, history=_history(None))


def _history(partnership: Partnership | None) -> list[PastRules]:
    rows = ReminderRules.objects.filter(partnership=partnership).select_related("set_by")
    return [
        PastRules(row, days_text(row.owner_days), days_text(row.broker_days))
        for row in rows.order_by("-set_at", "-pk")[:HISTORY_LIMIT]
    ]
