"""The rules of reminders, the snooze of one reminder, and the secret address of a calendar."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.models.membership import digest
from accounts.refusals import Refusal, require_all
from accounts.templatetags import wording
from ledger.record import Fact
from outbox import schedule
from partnerships import reminders
from partnerships.case.transitions import lock, write
from partnerships.lifecycle import Case
from partnerships.models import CalendarFeed, Milestone, Partnership, ReminderRules, Snooze
from partnerships.permissions import require_answering_party, require_broker
from partnerships.reminders import Rules
from partnerships.status.actions import refresh_status

# What a broker may choose, in days from the due date.
OWNER_DAYS: Final = (-90, -60, -45, -30, -21, -14, -7, -3, -2, -1, 0, 1, 3, 7, 14)
BROKER_DAYS: Final = (3, 5, 7, 10, 15, 20, 30)
MOST_OWNER_DAYS: Final = 8


class RulesError(Refusal):
    """These rules cannot be set."""


class UnknownDays(RulesError):
    """A day that is not among those that a broker may choose."""

    sentence = gettext_lazy("Choisissez des jours de la liste.")


class NoLastWord(RulesError):
    """No reminder leaves by the due date."""

    field = "owner_days"
    sentence = gettext_lazy(
        "Aucun rappel ne part avant l’échéance. Choisissez au moins un jour avant, ou le jour même."
    )


class TooManyReminders(RulesError):
    """More reminders of one milestone than a person should get."""

    field = "owner_days"
    sentence = gettext_lazy("Plus de huit rappels pour un même jalon\u00a0: gardez-en huit au plus.")


class NobodyAlerted(RulesError):
    """The broker never hears of a late milestone."""

    field = "broker_days"
    sentence = gettext_lazy("Choisissez au moins un jour où le passeur est prévenu d’un retard.")


class SnoozeError(Refusal):
    """The reminder cannot be put off."""


class NothingToSnooze(SnoozeError):
    """No reminder of the milestone is to come before its last word."""

    sentence = gettext_lazy(
        "Ce rappel ne peut plus être repoussé\u00a0: le dernier avant l’échéance part toujours, et un "
        "jalon en retard garde ses rappels. Pour changer l’échéance, demandez un report."
    )


class NotYourReminder(SnoozeError):
    """The milestone is that of another party; the argument is its name."""

    sentence = gettext_lazy("Ces rappels vont à l’organisation responsable du jalon : %(what)s.")


class SnoozedTooLate(SnoozeError):
    """The day is not before the last word by the due date; the argument is that day."""

    field = "until_date"
    sentence = gettext_lazy("Le dernier rappel part le %(what)s. Choisissez un jour avant.")


class SnoozedToThePast(SnoozeError):
    """The day is not after today."""

    field = "until_date"
    sentence = gettext_lazy("Choisissez un jour à partir de demain.")


@transaction.atomic
def set_default_rules(*, broker: User, rules: Rules, at: datetime) -> ReminderRules:
    """Set the rules of all cases without rules of their own, and plan their reminders again.

    Raises NotABroker, and what `check_rules` raises.
    """
    require_broker(broker)
    rules = check_rules(rules)
    row = ReminderRules.objects.create(
        owner_days=list(rules.owner_days), broker_days=list(rules.broker_days), set_by=broker, set_at=at
    )
    for case_id in _cases_of_the_default():
        partnership = lock(case_id)
        write(partnership, "reminders.default", actor=broker, at=at, **_facts(rules))
        _plan_again(partnership, at)
        refresh_status(partnership, at=at)
    return row


@transaction.atomic
def set_case_rules(*, partnership_id: UUID, broker: User, rules: Rules | None, at: datetime) -> ReminderRules:
    """Give a case rules of its own, or with None those of all cases, and plan its reminders again.

    Raises NotABroker, and what `check_rules` raises.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    checked = check_rules(rules) if rules else Rules((), ())
    row = ReminderRules.objects.create(
        partnership=partnership,
        owner_days=list(checked.owner_days),
        broker_days=list(checked.broker_days),
        is_default=rules is None,
        set_by=broker,
        set_at=at,
    )
    facts = _facts(reminders.rules_of([partnership.pk])[partnership.pk])
    if rules:
        write(partnership, "reminders.set", actor=broker, at=at, **facts)
    else:
        write(partnership, "reminders.default", actor=broker, at=at, **facts)
    _plan_again(partnership, at)
    refresh_status(partnership, at=at)
    return row


@transaction.atomic
def snooze(
    *, milestone_id: int, partnership_id: UUID, person: User, until: date | None, at: datetime
) -> Snooze | None:
    """Put off the next reminder of a milestone to one person until a day; None gives back the planned ones.

    The milestone stays due when it is, and its other readers get their reminders: so it is not an entry of
    the ledger. Raises what require_answering_party raises, NotYourReminder, NothingToSnooze,
    SnoozedToThePast, SnoozedTooLate.
    """
    partnership = lock(partnership_id)
    party = require_answering_party(person, partnership)
    milestone = partnership.milestones.select_related("owner__organisation").get(pk=milestone_id)
    if milestone.owner is not None and milestone.owner_id != party.pk:
        raise NotYourReminder(milestone.owner.organisation.name)
    earlier = milestone.snoozes.filter(user=person)
    if until is None:
        earlier.delete()
        row = None
    else:
        _check_snooze(milestone, person, until, at)
        row, _created = Snooze.objects.update_or_create(
            milestone=milestone, user=person, defaults={"until_date": until, "set_at": at}
        )
    reminders.plan_milestone(milestone, at=at)
    refresh_status(partnership, at=at)
    return row


@transaction.atomic
def make_feed(*, person: User, at: datetime) -> CalendarFeed:
    """Give a person a new secret address of their calendar; the one before answers no more."""
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    CalendarFeed.objects.filter(user=person).delete()
    feed = CalendarFeed(user=person, created_at=at)
    feed.token_digest = digest(feed.token)
    feed.save(force_insert=True)
    return feed


@transaction.atomic
def revoke_feed(*, person: User) -> None:
    """Take away the address of the calendar of a person, if there is one."""
    CalendarFeed.objects.filter(user=person).delete()


def check_rules(rules: Rules) -> Rules:
    """Return the rules with their days in order.

    Raises UnknownDays, NoLastWord, TooManyReminders, NobodyAlerted.
    """
    owner, broker = sorted(set(rules.owner_days)), sorted(set(rules.broker_days))

    def refuse(is_refused: bool, refusal: type[RulesError]) -> None:  # noqa: FBT001
        if is_refused:
            raise refusal

    require_all(
        [
            lambda: refuse(
                not (set(owner) <= set(OWNER_DAYS) and set(broker) <= set(BROKER_DAYS)), UnknownDays
            ),
            lambda: refuse(not any(day <= 0 for day in owner), NoLastWord),
            lambda: refuse(len(owner) > MOST_OWNER_DAYS, TooManyReminders),
            lambda: refuse(not broker, NobodyAlerted),
        ]
    )
    return Rules(tuple(owner), tuple(broker))


def _cases_of_the_default() -> Collection[UUID]:
    """Return the active cases that follow the default, in the order in which they are locked. 2 queries."""
    active = Partnership.objects.filter(state=Case.ACTIVE).order_by("pk").values_list("pk", flat=True)
    own = ReminderRules.objects.exclude(partnership=None).order_by("partnership_id", "-set_at", "-pk")
    rows = own.distinct("partnership_id").values_list("partnership_id", "is_default")
    apart = {case for case, is_default in rows if not is_default}
    return [case for case in active if case not in apart]


def _facts(rules: Rules) -> dict[str, Fact]:
    return {"owner_days": list(rules.owner_days), "broker_days": list(rules.broker_days)}


def _plan_again(partnership: Partnership, at: datetime) -> None:
    if partnership.state == Case.ACTIVE:
        reminders.plan_milestones(partnership, at=at)


def _check_snooze(milestone: Milestone, person: User, until: date, at: datetime) -> None:
    is_open = milestone.completed_at is None and milestone.cancelled_at is None
    zone = schedule.zone_named(person.time_zone)
    last = reminders.last_word(milestone, time_zone=person.time_zone, territory=person.territory)
    if not is_open or last is None or last <= at:
        raise NothingToSnooze
    if until <= timezone.localdate(at, zone):
        raise SnoozedToThePast
    if until >= timezone.localdate(last, zone):
        raise SnoozedTooLate(wording.day_text(timezone.localdate(last, zone)))
