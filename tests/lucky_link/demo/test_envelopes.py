"""The envelopes of the demonstration: one is sealed, the other is still a draft."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from lucky_link.demo import reader
from lucky_link.demo.actions import cast_loader
from lucky_link.demo.actions.driver import ActionsDriver
from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, read_cast
from lucky_link.demo.script import script_of
from partnerships.models import Envelope, Line, Partnership
from partnerships.rounds.queries import own_content

TODAY = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.mark.django_db
def test_the_fourth_case_stops_between_two_envelopes():
    cast = read_cast()
    rows = cast_loader.register(cast, at=TODAY - timedelta(days=230), today=TODAY)
    script = script_of(reader.read(CASES / "P4.toml", CaseFile), cast)
    for step in ActionsDriver(script, rows, today=TODAY).schedule():
        step.run(step.at)
    case = Partnership.objects.get(title=script.case.title)
    current = case.rounds.get()
    assert current.opened_at is None
    assert current.deadline_at > TODAY
    sealed = dict(Envelope.objects.order_by("pk").values_list("party__code", "sealed_at"))
    assert sealed == {"A": datetime(2026, 11, 22, 10, tzinfo=UTC), "E": None}
    _envelope, draft = own_content(current, rows.users["lina@nuagenia.example"], case)
    assert draft.answers()["means"][0]["amount_minor"] == 400_000
    assert not Line.objects.exists()
