"""One's own words of a closed envelope are in one's own file, and in nobody else's."""

from __future__ import annotations

import json

import pytest

from accounts.people.actions import memberships
from partnerships.lifecycle import Edition
from partnerships.models import Envelope, Stance
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.positions import Position
from partnerships.privacy.queries import personal_data
from partnerships.privacy.queries.personal_data_labels import LABELS
from tests import briefs, make
from tests.database_owner import owner
from tests.make import NOON
from tests.partnerships.expectations import filing

pytestmark = pytest.mark.django_db
EVERYBODY = ("ada", "ben", "carla", "dan", "nora", "oscar", "mallory", "root")


@pytest.fixture
def written(cast):
    """Ada and Ben in one envelope of criticism, Ben and Carla in two of expectations; nothing is open."""
    text = make.partnership(cast, until=Edition.NEGOTIATION)
    first, second = make.revision_ids(text)[:2]
    make.draft(text, cast.ada, {first: Position(stance=Stance.RESERVATION, reason="Papillon")}, at=NOON)
    ours = Position(stance=Stance.QUESTION, reason="Libellule", proposed_text="Libellule bleue")
    make.draft(text, cast.ben, {second: ours}, at=NOON)
    case = filing.ask_parties(cast, at=NOON)
    filing.write(case, cast.ben, "Scarabée", at=NOON)
    filing.write(case, cast.carla, "Coccinelle", at=NOON)
    return case


def file_of(enter, person, form="json"):
    return enter(person).post("/compte/donnees/", {"form": form}).content.decode()


def test_each_file_contains_only_one_s_own_texts(written, cast, enter):
    own = {"ada": {"Papillon"}, "ben": {"Libellule", "Scarabée"}, "carla": {"Coccinelle"}}
    for name in EVERYBODY:
        for form in ("json", "page"):
            data = file_of(enter, getattr(cast, name), form)
            words = {word for word in ("Papillon", "Libellule", "Scarabée", "Coccinelle") if word in data}
            assert words == own.get(name, set()), (name, form)
    rows = json.loads(file_of(enter, cast.ben))["drafts"]
    assert [row["organisation"] for row in rows] == ["Souffle Imaginaire"] * 2
    assert (rows[0]["stance"], rows[0]["proposed_text"]) == ("question", "Libellule bleue")
    assert (rows[1]["case"], rows[1]["kind"]) == (written.reference, "expectation")
    assert {name for row in rows for name in row} <= set(LABELS)
    assert "Libellule" not in enter(cast.ben).get("/compte/donnees/").content.decode()


def test_a_part_belongs_to_who_saved_it_last_and_former_members_do_not_read_it(written, cast):
    filing.write(written, cast.ada, "Scarabée doré", at=NOON)
    assert "Scarabée" not in json.dumps(personal_data.of_person(cast.ben, at=NOON)["drafts"])
    filing.write(written, cast.ben, "Scarabée noir", at=NOON)
    memberships.leave(organisation_id=cast.association.pk, member=cast.ben, at=NOON)
    assert personal_data.of_person(cast.ben, at=NOON)["drafts"] == []


def test_a_cancelled_envelope_is_a_draft_and_an_opened_one_an_answer(cast):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    make.say(case, cast.ada, Stance.RESERVATION, reason="Papillon", at=NOON)
    negotiation.cancel_round(partnership_id=case.pk, broker=cast.nora, reason="Une annexe.", at=NOON)
    assert "Papillon" in {row["reason"] for row in personal_data.of_person(cast.ada, at=NOON)["drafts"]}
    make.ask_again(case, cast.nora, at=NOON)
    make.agree(case, cast.ada, at=NOON)
    make.agree(case, cast.carla, at=NOON)
    data = personal_data.of_person(cast.carla, at=NOON)
    assert data["drafts"] == []
    assert data["answers"]


def test_an_undecryptable_envelope_is_reported_and_the_rest_returned(written, cast):
    with owner(triggers=False):
        Envelope.objects.filter(round__question="criticism").update(ciphertext=b"rubbish")
    drafts = personal_data.of_person(cast.ben, at=NOON)["drafts"]
    assert [row["text"] for row in drafts] == [
        (
            "Cette enveloppe ne peut pas être ouverte pour l’instant. Prévenez le passeur : la "
            "personne qui gère le site doit intervenir."
        ),
        "Scarabée",
    ]
    briefs.brief(cast.association, cast.ben)
    assert personal_data.of_person(cast.ben, at=NOON)["briefs"][0]["title"] == "Voyager sans renoncer"
