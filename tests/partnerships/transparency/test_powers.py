"""The public page of what a broker may do, which says what the table of transitions says."""

import pytest
from django.urls import reverse

from partnerships.lifecycle import TRANSITIONS, Action, By
from partnerships.transparency.powers import ACTION_TEXTS, powers


def test_every_action_of_the_table_is_said():
    assert set(ACTION_TEXTS) == set(Action) == {row.action for row in TRANSITIONS}
    shown = powers()
    assert len([*shown.broker, *shown.parties, *shown.nobody]) == len(Action)


def test_answering_and_signing_are_never_the_brokers():
    broker = {str(text) for text in powers().broker}
    for action in (Action.ANSWER, Action.SIGN, Action.DECLINE, Action.CONFIRM):
        assert {row.by for row in TRANSITIONS if row.action == action} <= {By.PARTY, By.SIGNATORY}
        assert str(ACTION_TEXTS[action]) not in broker
        assert str(ACTION_TEXTS[action]) in {str(text) for text in powers().parties}


@pytest.mark.django_db
def test_a_stranger_reads_the_page(client):
    page = client.get(reverse("what_a_broker_may_do")).text
    assert "Seules les parties peuvent, jamais le passeur" in page
    assert "signer la charte" in page
