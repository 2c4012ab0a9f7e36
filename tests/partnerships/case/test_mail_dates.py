"""A mail delivered long after its event is computed at the time of delivery."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.utils import timezone

from partnerships.lifecycle import Edition
from tests import make
from tests.make import NOON

# The round of the case ends on Monday 9 March 2026, at six in the evening.
WITHIN = NOON + timedelta(days=4)
LAST_MORNING = datetime(2026, 3, 9, 9, tzinfo=UTC)
AFTER = NOON + timedelta(days=10)


def turn_in(mail):
    """Return whose turn it is and what is expected, as the mail says."""
    lines = dict(line.split("\u00a0: ", 1) for line in mail.text.splitlines() if "\u00a0: " in line)
    return lines["À qui d’agir"], lines["Ce qu’il y a à faire"]


def test_the_turn_is_that_of_the_delivery(people, sent):
    make.partnership(people, until=Edition.NEGOTIATION)
    assert turn_in(sent(WITHIN)["case-opened", "Ben"])[0] == "À vous"


def test_the_turn_of_a_mail_that_leaves_after_the_round_is_no_longer_to_answer(people, sent):
    make.partnership(people, until=Edition.NEGOTIATION)
    assert turn_in(sent(AFTER)["case-opened", "Ben"])[0] == "Rien à faire"


def test_the_days_left_of_a_round_are_counted_from_the_delivery(people, sent):
    make.partnership(people, until=Edition.NEGOTIATION)
    mail = sent(WITHIN)["round-opened", "Ben"]
    assert "Il vous reste 3 jours, jusqu’au 9 mars 2026" in mail.text


def test_a_question_that_leaves_on_the_last_day_says_so(people, sent):
    make.partnership(people, until=Edition.NEGOTIATION)
    mail = sent(LAST_MORNING)["round-opened", "Ben"]
    assert "C’est le dernier jour" in mail.text
    assert "C’est le dernier jour" in mail.html
    assert "0 jour" not in mail.text


def test_the_delay_of_a_signature_is_counted_from_the_delivery(people, sent):
    make.partnership(people, until=Edition.SIGNING)
    late = sent(NOON + timedelta(days=21))
    days = (timezone.localdate(NOON + timedelta(days=21)) - timezone.localdate(NOON)).days
    assert f"depuis {days} jours" in late["signature-reminder", "Carla"].text
    assert f"depuis {days} jours" in late["signature-overdue", "Nora"].text
