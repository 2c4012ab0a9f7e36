"""An amendment voided before all have signed can be frozen again, and follows the charter it amends."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.urls import reverse

from partnerships.charter import snapshot
from partnerships.lifecycle import Case, Edition
from partnerships.models import Charter, Partnership, Roadmap, VoidedCharter
from partnerships.negotiation.actions import negotiation
from partnerships.signing.actions import sealing, signing
from tests import amendments, make
from tests.database_owner import owner
from tests.make import NOON

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def case(cast):
    """An active case whose amendment is frozen for the first time."""
    active = make.partnership(cast, until=Case.ACTIVE)
    amendments.draft(active, cast, amendments.with_milestones(J3={"title": "Bilan"}), at=NOON + DAY)
    negotiation.open_negotiation(partnership_id=active.pk, broker=cast.nora, at=NOON + DAY)
    amendments.freeze_agreed(active, cast, at=NOON + DAY)
    return active


@pytest.fixture
def signed(case):
    return case.charters.get(roadmap__edition=1)


def end_signing(case, cast, ending, *, at):
    """Have a party decline the frozen text, or the broker withdraw it."""
    if ending == "decline":
        signing.decline(partnership_id=case.pk, signatory=cast.carla, reason="Trop tôt.", at=at)
    else:
        signing.withdraw(partnership_id=case.pk, broker=cast.nora, reason="Une coquille.", at=at)


def freeze_again(case, cast, *, is_changed, at):
    if is_changed:
        make.revise(case, cast.nora, change=f"Version du {at:%d/%m}.", at=at)
    make.ask_again(case, cast.nora, at=at)
    return amendments.freeze_agreed(case, cast, at=at)


def address(case, name):
    return reverse(f"partnerships:{name}", args=[case.reference])


class TestAnAmendmentThatWasGivenUp:
    @pytest.mark.parametrize("is_changed", [False, True])
    @pytest.mark.parametrize("ending", ["decline", "withdraw"])
    def test_is_frozen_again_twice_in_a_row_and_signed(self, case, cast, signed, ending, is_changed):
        for number in (2, 3):
            end_signing(case, cast, ending, at=NOON + number * DAY)
            frozen = freeze_again(case, cast, is_changed=is_changed, at=NOON + number * DAY)
            assert frozen.previous == signed
        amendments.sign_all(case, cast, frozen, at=NOON + 4 * DAY)
        sealing.store(charter_id=frozen.pk, pdf=b"%PDF-2.0 2", timestamped=False, at=NOON + 4 * DAY)
        valid = case.charters.filter(voided=None).order_by("roadmap__edition")
        assert list(valid.values_list("pk", "previous")) == [(signed.pk, None), (frozen.pk, signed.pk)]
        assert VoidedCharter.objects.filter(charter__previous=signed).count() == 2
        assert len(set(case.charters.values_list("fingerprint", flat=True).order_by("pk"))) == 4
        text = snapshot.from_json(bytes(frozen.canonical_json))
        assert (text.edition, text.freezing, text.previous_fingerprint) == (2, 3, signed.fingerprint)

    def test_is_replaced_by_one_charter_after_another(self, case, cast, signed):
        end_signing(case, cast, "decline", at=NOON + 2 * DAY)
        second = freeze_again(case, cast, is_changed=False, at=NOON + 2 * DAY)
        amendments.sign_all(case, cast, second, at=NOON + 2 * DAY)
        changes = amendments.with_milestones(J3={"title": "Bilan croisé, revu"})
        third = amendments.amend(case, cast, changes, at=NOON + 3 * DAY)
        assert (third.previous, second.previous) == (second, signed)

    @pytest.mark.parametrize("is_changed", [False, True])
    @pytest.mark.parametrize("ending", ["decline", "withdraw"])
    def test_is_frozen_again_by_the_button(self, cast, enter, ending, is_changed):
        case = make.partnership(cast, until=Case.ACTIVE, at=make.ago(days=5))
        amendments.draft(case, cast, amendments.with_milestones(J3={"title": "Bilan"}), at=make.ago(days=4))
        negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=make.ago(days=4))
        for speaker in (cast.ada, cast.carla):
            make.agree(case, speaker, at=make.ago(days=4))
        broker, company = enter(cast.nora), enter(cast.carla)
        for number in range(3):
            assert broker.post(address(case, "freeze")).status_code == 303
            assert case.charters.filter(voided=None).count() == 2
            person = company if ending == "decline" else broker
            assert person.post(address(case, ending), {"reason": "Pas encore."}).status_code == 303
            assert company.get(address(case, "charter")).status_code == 200
            if is_changed:
                make.revise(case, cast.nora, change=f"Version {number}.", at=make.ago(days=3))
            make.ask_again(case, cast.nora, at=make.ago())
            for speaker in (cast.ada, cast.carla):
                make.agree(case, speaker, at=make.ago())
        assert broker.post(address(case, "freeze")).status_code == 303
        assert make.roadmap(case).state == Edition.SIGNING
        assert company.get(address(case, "sign")).status_code == 200


COPY = """
INSERT INTO partnerships_charter (id, partnership_id, roadmap_id, previous_id, canonical_json, fingerprint,
    verification_code, amount_minor, frozen_by_id, frozen_at)
SELECT %(id)s, COALESCE(%(case)s, partnership_id), %(roadmap)s, %(previous)s, canonical_json, %(id)s,
    left(%(id)s, 20), amount_minor, frozen_by_id, frozen_at
FROM partnerships_charter WHERE id = %(source)s
"""


def insert_copy(source: Charter, *, roadmap, previous, case: Partnership | None = None) -> None:
    """Write a charter like another one by raw SQL, in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        values = {
            "id": str(uuid.uuid4()),
            "case": case and case.pk,
            "roadmap": roadmap.pk,
            "previous": previous and previous.pk,
            "source": source.pk,
        }
        cursor.execute(COPY, values)


def void_edition(case: Partnership) -> Roadmap:
    """Return a void edition after those of the case, which no lifecycle begins with."""
    with owner(triggers=False):
        return case.roadmaps.create(edition=3, state=Edition.VOID, opened_at=NOON, entered_at=NOON)


class TestTheDatabaseRefuses:
    def test_two_valid_charters_that_follow_the_same_one(self, case, cast, signed):
        frozen = make.charter(case)
        with pytest.raises(IntegrityError, match="stands already"), transaction.atomic():
            insert_copy(frozen, roadmap=void_edition(case), previous=signed)
        end_signing(case, cast, "decline", at=NOON + 2 * DAY)
        freeze_again(case, cast, is_changed=False, at=NOON + 2 * DAY)
        with pytest.raises(IntegrityError, match="stands already"):
            insert_copy(frozen, roadmap=frozen.roadmap, previous=signed)

    def test_two_valid_first_charters_of_a_case(self, case, signed):
        with pytest.raises(IntegrityError, match="stands already"):
            insert_copy(signed, roadmap=void_edition(case), previous=None)

    def test_two_valid_charters_of_one_edition(self, case):
        frozen = make.charter(case)
        with pytest.raises(IntegrityError, match="stands already"):
            insert_copy(frozen, roadmap=frozen.roadmap, previous=frozen)

    def test_a_charter_that_follows_one_of_another_case(self, case, cast, signed):
        other = make.partnership(cast, until=Edition.DRAFTING, title="Autre")
        with pytest.raises(IntegrityError, match="another case"):
            insert_copy(signed, roadmap=make.roadmap(other), previous=signed, case=other)
