"""The expectations round: opening, sealing, deadline, extension, abandonment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError

from accounts.models import Decision
from accounts.vetting import actions as vetting
from ledger import queries as ledger
from ledger import verify
from ledger.record import Subject
from outbox.models import Message
from partnerships import permissions, tasks
from partnerships.expectations import actions as expectations
from partnerships.lifecycle import Case, Edition
from partnerships.models import Comparison, Envelope, Line, LineKind, Partnership, Round, Rule
from partnerships.negotiation.actions import negotiation
from partnerships.rounds.actions import envelopes, opening, rounds
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.rounds.queries import is_genuine, own_content
from partnerships.scoping import actions as scoping
from tests import make
from tests.database_owner import owner
from tests.make import NOON
from tests.partnerships.expectations import filing

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return filing.ask_parties(cast, at=NOON)


def kinds(case):
    return [each.kind for each in ledger.entries(subject=Subject("case", case.pk)).order_by("sequence")]


def test_all_are_asked_until_the_same_evening(case):
    round_ = filing.the_round(case)
    assert round_.deadline_at == datetime(2026, 3, 9, 17, 0, tzinfo=UTC)
    assert [each.party.code for each in round_.envelopes.order_by("party__rank")] == ["A", "E"]
    assert kinds(case)[-1] == "round.ask"


@pytest.mark.parametrize("until", [Case.SCOPING, Edition.NEGOTIATION, Case.ABANDONED])
def test_expectations_are_asked_while_the_case_is_prepared(cast, until):
    other = make.partnership(cast, until=until)
    with pytest.raises(expectations.ExpectationsNotAllowed):
        expectations.open_expectations(partnership_id=other.pk, broker=cast.nora, at=NOON)


def test_a_party_does_not_ask_nor_a_broker_for_too_few_or_too_many_days(cast):
    other = make.partnership(cast, until=Case.PREPARING)
    with pytest.raises(permissions.NotABroker):
        expectations.open_expectations(partnership_id=other.pk, broker=cast.ada, at=NOON)
    for days in (1, 31):
        asking = RoundSettings(days=days)
        with pytest.raises(rounds.TooFewOrTooManyDays):
            expectations.open_expectations(partnership_id=other.pk, broker=cast.nora, asking=asking, at=NOON)


def test_two_rounds_do_not_run_at_once(case, cast):
    with pytest.raises(rounds.RoundIsRunning):
        expectations.open_expectations(partnership_id=case.pk, broker=cast.nora, at=NOON)
    with pytest.raises(negotiation.ExpectationsRoundIsRunning):
        negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=NOON)


def test_the_last_seal_opens_all_and_writes_each_line(cast):
    case = filing.opened(cast, at=NOON)
    round_ = filing.the_round(case)
    assert round_.opened_at == NOON
    lines = Line.objects.order_by("party__rank", "rank").values_list(
        "party__code", "kind", "text", "priority"
    )
    assert list(lines) == [
        ("A", LineKind.EXPECTATION, "Publier un rapport que chacun comprend", 1),
        ("A", LineKind.LIMIT, "Aucune donnée vendue", None),
        ("E", LineKind.EXPECTATION, "Être citée dans la publication", 1),
        ("E", LineKind.LIMIT, "Pas de donnée nominative", None),
    ]
    assert kinds(case)[-3:] == ["envelope.seal", "envelope.seal", "round.open"]
    assert all(is_genuine(each) for each in round_.envelopes.order_by("pk"))
    assert verify.verify(subject=Subject("case", case.pk)) is None
    assert Comparison.objects.get(round=round_).number == 0
    assert not Message.objects.waiting().filter(kind="expectations-reminder").exists()


def test_an_empty_or_unfinished_envelope_is_not_sealed(case, cast):
    with pytest.raises(expectations.NoExpectation):
        filing.seal(case, cast.ada, at=NOON)
    envelopes.draft(
        round_id=filing.the_round(case).pk,
        speaker=cast.ada,
        part="expectations",
        value=[filing.expectation("Publier", indicator=" ")],
        seen_number=None,
        at=NOON,
    )
    with pytest.raises(expectations.IncompleteExpectation, match="1"):
        filing.seal(case, cast.ada, at=NOON)
    assert not Envelope.objects.filter(sealed_at__isnull=False).exists()


def test_an_envelope_that_moved_since_it_was_read_is_not_sealed(case, cast):
    number = filing.write(case, cast.ada, "Publier", at=NOON)
    filing.write(case, cast.ben, "Publier autre chose", at=NOON)
    round_ = filing.the_round(case)
    with pytest.raises(envelopes.EnvelopeHasChanged):
        envelopes.seal(round_id=round_.pk, speaker=cast.ada, seen_numbers={"expectations": number}, at=NOON)
    envelopes.seal(round_id=round_.pk, speaker=cast.ada, seen_numbers={"expectations": number + 1}, at=NOON)
    assert Envelope.objects.get(party__code="A").sealed_at == NOON


def test_two_of_one_party_lose_nothing(case, cast):
    first = filing.write(case, cast.ada, "Publier", seen=0, at=NOON)
    with pytest.raises(envelopes.PartHasChanged):
        filing.write(case, cast.ben, "Autre chose", seen=0, at=NOON)
    assert filing.write(case, cast.ben, "Publier", seen=0, at=NOON) == first
    assert filing.write(case, cast.ben, "Autre chose", seen=first, at=NOON) == first + 1
    assert filing.write(case, cast.ben, "Mieux dit", seen=first, at=NOON) == first + 2


def test_a_seal_is_taken_back_until_the_other_side_has_sealed(case, cast):
    round_ = filing.the_round(case)
    with pytest.raises(envelopes.NotSealed):
        envelopes.take_back(round_id=round_.pk, speaker=cast.ada, at=NOON)
    filing.write(case, cast.ada, "Publier", at=NOON)
    filing.seal(case, cast.ada, at=NOON)
    with pytest.raises(envelopes.EnvelopeAlreadySealed):
        filing.write(case, cast.ben, "Autre", at=NOON)
    first = Envelope.objects.get(party__code="A").fingerprint
    envelopes.take_back(round_id=round_.pk, speaker=cast.ben, at=NOON)
    filing.seal(case, cast.ada, at=NOON)
    assert Envelope.objects.get(party__code="A").fingerprint not in ("", first)
    assert kinds(case)[-3:] == ["envelope.seal", "envelope.take_back", "envelope.seal"]


def test_nobody_takes_back_once_the_other_side_has_sealed():
    case, pairs, _nora = filing.many((2, 2), at=NOON)
    for pair in (pairs[0], pairs[2]):
        filing.write(case, pair[0], "Publier", at=NOON)
        filing.seal(case, pair[0], at=NOON)
    with pytest.raises(envelopes.OtherSideHasSealed):
        envelopes.take_back(round_id=filing.the_round(case).pk, speaker=pairs[0][1], at=NOON)


def test_the_sweep_opens_at_the_deadline_what_is_sealed_and_no_more(cast):
    case = filing.ask_parties(cast, at=NOON, asking=RoundSettings(rule=Rule.OPEN))
    filing.write(case, cast.ada, "Publier", at=NOON)
    filing.seal(case, cast.ada, at=NOON)
    filing.write(case, cast.carla, "Brouillon tardif", at=NOON)
    round_ = filing.the_round(case)
    assert opening.due(round_.deadline_at - timedelta(seconds=1)) == []
    with pytest.raises(envelopes.RoundIsOver):
        filing.seal(case, cast.carla, at=round_.deadline_at)
    tasks.settle_due_rounds.apply()
    tasks.settle_round.apply([str(round_.pk)])
    tasks.settle_round.apply([str(round_.pk)])
    round_.refresh_from_db()
    assert round_.opened_at is not None
    assert kinds(case).count("round.open") == 1
    assert set(Line.objects.values_list("party__code", flat=True).order_by("pk")) == {"A"}
    _envelope, contents = own_content(round_, cast.dan, case)
    assert contents.answers()["expectations"][0]["text"] == "Brouillon tardif"
    entry = ledger.entries(subject=Subject("case", case.pk)).get(kind="round.open")
    assert entry.facts["parties_sealed"] == ["A"]
    assert entry.facts["parties_missing"] == ["E"]


def test_the_time_is_extended_once_for_all_and_then_opens(cast):
    case = filing.ask_parties(cast, at=NOON, asking=RoundSettings(days=3, rule=Rule.EXTEND))
    first = filing.the_round(case).deadline_at
    assert opening.settle(round_id=filing.the_round(case).pk, at=first)
    round_ = filing.the_round(case)
    assert (round_.opened_at, round_.extended_at) == (None, first)
    assert round_.deadline_at == first + timedelta(days=5)  # Thursday evening: Friday, Monday, Tuesday
    assert not opening.settle(round_id=round_.pk, at=first)
    assert opening.settle(round_id=round_.pk, at=round_.deadline_at)
    assert filing.the_round(case).opened_at == round_.deadline_at
    assert kinds(case)[-2:] == ["round.extend", "round.open"]


@pytest.mark.parametrize("column", ["opened = '{}'", "opened = NULL"])
def test_raw_sql_changes_no_opened_envelope(cast, column):
    filing.opened(cast, at=NOON)
    with pytest.raises(IntegrityError), owner() as cursor:
        cursor.execute(f"UPDATE partnerships_envelope SET {column}")
    with pytest.raises(IntegrityError), owner() as cursor:
        cursor.execute("DELETE FROM partnerships_envelope")
    with pytest.raises(IntegrityError), owner() as cursor:
        cursor.execute("UPDATE partnerships_round SET opened_at = now()")
    assert Envelope.objects.filter(opened__isnull=False).count() == 2


def test_who_left_reads_and_seals_no_more(case, cast):
    from accounts.people.actions import memberships

    filing.write(case, cast.ben, "Publier", at=NOON)
    memberships.leave(organisation_id=cast.association.pk, member=cast.ben, at=NOON)
    with pytest.raises(permissions.NotOfAParty):
        filing.seal(case, cast.ben, at=NOON)
    with pytest.raises(permissions.NotOfAParty):
        own_content(filing.the_round(case), cast.ben, case)
    filing.seal(case, cast.ada, at=NOON)
    assert Envelope.objects.get(party__code="A").sealed_by == cast.ada


def test_a_suspended_party_reads_its_draft_and_seals_nothing(cast):
    case = filing.ask_parties(cast, at=NOON, asking=RoundSettings(rule=Rule.OPEN))
    filing.write(case, cast.carla, "Être citée", at=NOON)
    vetting.decide(
        organisation_id=cast.company.pk,
        broker=cast.nora,
        decision=Decision.SUSPENDED,
        reason="Vérifier.",
        at=NOON,
    )
    with pytest.raises(permissions.ReadsOnly):
        filing.seal(case, cast.carla, at=NOON)
    _envelope, contents = own_content(filing.the_round(case), cast.carla, case)
    assert contents.answers()["expectations"][0]["text"] == "Être citée"
    filing.write(case, cast.ada, "Publier", at=NOON)
    filing.seal(case, cast.ada, at=NOON)
    round_ = filing.the_round(case)
    assert opening.settle(round_id=round_.pk, at=round_.deadline_at)
    assert set(Line.objects.values_list("party__code", flat=True).order_by("pk")) == {"A"}


def test_an_abandoned_case_leaves_each_draft_to_its_party(case, cast):
    filing.write(case, cast.ada, "Publier", at=NOON)
    scoping.abandon(partnership_id=case.pk, broker=cast.nora, reason="Autre urgence.", at=NOON)
    round_ = filing.the_round(case)
    assert round_.cancelled_at == NOON
    assert "round.cancel" in kinds(case)
    assert not opening.settle(round_id=round_.pk, at=round_.deadline_at)
    with pytest.raises(envelopes.RoundIsOver):
        filing.seal(case, cast.ada, at=NOON)
    _envelope, contents = own_content(round_, cast.ben, Partnership.objects.get(pk=case.pk))
    assert contents.answers()["expectations"][0]["text"] == "Publier"
    assert not Line.objects.exists()
    assert Round.objects.get(pk=round_.pk).opened_at is None
