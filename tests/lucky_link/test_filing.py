"""The envelopes of the demonstration: one is sealed, the other is still being written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lucky_link import casereader
from lucky_link.demonstration import people
from lucky_link.demonstration.play import Play
from partnerships.models import Envelope, Line, Partnership
from partnerships.rounds.queries import own_content

TODAY = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.mark.django_db
def test_the_fourth_case_stops_between_two_envelopes():
    troupe = people.bring_in(people.read_cast(), at=TODAY - timedelta(days=230), today=TODAY)
    play = Play(casereader.read(people.HERE / "cases" / "P4.toml"), troupe, today=TODAY)
    for step in play.steps():
        step.act(step.at)
    case = Partnership.objects.get(title=play.case.title)
    asked = case.rounds.get()
    assert asked.opened_at is None
    assert asked.deadline_at > TODAY
    sealed = dict(Envelope.objects.order_by("pk").values_list("party__code", "sealed_at"))
    assert sealed == {"A": datetime(2026, 11, 22, 10, tzinfo=UTC), "E": None}
    _envelope, held = own_content(asked, troupe.people["lina@nuagenia.example"], case)
    assert held.answers()["means"][0]["amount_minor"] == 400_000
    assert not Line.objects.exists()
