"""A frozen text says who agreed to each clause, to which revision, when and in which round."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Organisation
from partnerships.charter import context, snapshot
from partnerships.lifecycle import Case, Edition
from partnerships.models import Stance
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.positions import Position
from partnerships.signing.actions import freezing
from partnerships.signing.queries import snapshots
from partnerships.text import agreement
from tests import amendments, make
from tests.make import NOON
from tests.partnerships.charter import examples

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
RESERVATION = "Il manque la date du rapport."


def text_of(charter):
    return snapshot.from_json(bytes(charter.canonical_json))


def frozen_after_two_rounds(case, cast, *, at):
    """Freeze a text whose second clause was revised after the first round; the second asks for it alone."""
    make.agree(case, cast.ada, at=at)
    make.say(case, cast.carla, Stance.RESERVATION, position=2, reason=RESERVATION, at=at)
    make.revise(case, cast.nora, position=2, at=at + DAY)
    make.reply_to_all(case, cast.nora, at=at + DAY)
    make.ask_again(case, cast.nora, at=at + 2 * DAY)
    revised = make.revision_ids(case)[1]
    for speaker in (cast.ada, cast.carla):
        make.draft(case, speaker, {revised: Position(stance=Stance.AGREE)}, at=at + 3 * DAY)
        make.seal(case, speaker, at=at + 3 * DAY)
    return freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=at + 3 * DAY)


def test_each_clause_has_the_agreement_of_each_party_with_its_round(cast):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    text = text_of(frozen_after_two_rounds(case, cast, at=NOON))
    parties = [party.key for party in text.parties]
    assert [(each.clause_key, each.party_key) for each in text.agreements] == [
        (clause.key, party) for clause in text.clauses for party in parties
    ]
    revised = text.clauses[1]
    assert revised.revision_number == 2
    for each in text.agreements:
        is_revised = each.clause_key == revised.key
        expected = ("round", 1, 2, 2, NOON + 3 * DAY) if is_revised else ("round", 1, 1, 1, NOON)
        given = (each.way, each.edition, each.revision_number, each.round_number, each.agreed_at)
        assert given == expected


def test_the_annex_is_on_the_sign_page_with_its_rounds(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    frozen = frozen_after_two_rounds(case, cast, at=NOON)
    page = enter(cast.ada).get(reverse("partnerships:sign", args=[case.reference])).text
    rows = re.findall(r"<tr>.*?</tr>", page.partition("Qui a accepté chaque clause")[2], re.DOTALL)[1:]
    words = [" ".join(re.sub(r"<[^>]+>", " ", row).split()) for row in rows]
    assert len(words) == len(text_of(frozen).clauses)
    assert words[1].startswith("2.1. Bénéfice pour les patients 2 ")
    assert "Tour 2, le 5 mars 2026 à 13" in words[1]
    assert "Tour 1, le 2 mars 2026 à 13" in words[0]
    for party in text_of(frozen).parties:
        assert all(party.name in row for row in words)


def test_everybody_in_the_case_reads_who_agreed_after_the_seal(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    for person in (cast.ben, cast.carla, cast.nora):
        page = enter(person).get(reverse("partnerships:charter", args=[case.reference])).text
        table = page.partition("Qui a accepté chaque clause, édition 1")[2].partition("</table>")[0]
        assert table.count('<th scope="row">') == len(text_of(make.charter(case)).clauses)
        assert "Tour 1, le" in table


def test_what_an_amendment_leaves_is_agreed_by_the_signature(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    amendments.draft(case, cast, amendments.with_milestones(J3={"title": "Bilan"}), at=NOON + DAY)
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=NOON + DAY)
    changed = [each.current_id for each in agreement.clauses_of(make.roadmap(case)) if each.heading == 9]
    for speaker in (cast.ada, cast.carla):
        make.draft(case, speaker, {changed[0]: Position(stance=Stance.AGREE)}, at=NOON + DAY)
        make.seal(case, speaker, at=NOON + DAY)
    text = text_of(freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=NOON + DAY))
    milestones = next(clause for clause in text.clauses if clause.heading == 9)
    ways = {(each.clause_key == milestones.key, each.way, each.edition) for each in text.agreements}
    assert ways == {(True, "round", 2), (False, "signature", 1)}
    assert {each.revision_number for each in text.agreements if each.clause_key == milestones.key} == {2}
    assert len(text.agreements) == 2 * len(text.clauses)
    words = dict(context.agreement_rows(text)[0].given)
    assert list(words) == [
        "Texte inchangé depuis l’édition 1, signée le 2\u00a0mars 2026 à 13\u00a0h\u00a000, heure de Paris"
    ]


def test_an_earlier_charter_prints_no_annex_of_agreements():
    assert context.agreement_rows(examples.VOYAGER) == ()


def test_the_identity_of_the_firm_and_the_ethics_charters_are_frozen(cast, enter, settings):
    settings.BROKER_LEGAL_FORM, settings.BROKER_NUMBER = "SAS", "SIREN 000 000 091"
    settings.BROKER_ADDRESS = "1 rue du Pont, 69000 Lyon"
    Organisation.objects.filter(pk=cast.association.pk).update(ethics_summary="Jamais un produit cité.")
    case = make.partnership(cast, until=Edition.AGREED)
    text = text_of(freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=NOON))
    assert text.broker.identity == ("SAS, SIREN 000 000 091", "1 rue du Pont, 69000 Lyon")
    assert text.broker.capacity == "témoin neutre"
    assert [party.ethics_charter for party in text.parties] == ["Jamais un produit cité.", ""]
    page = enter(cast.ada).get(reverse("partnerships:sign", args=[case.reference])).text
    assert "SAS, SIREN 000 000 091. 1 rue du Pont, 69000 Lyon." in " ".join(page.split())
    assert "Jamais un produit cité." in page.partition("Annexe C")[2]


def test_an_amendment_lists_another_ethics_charter_and_another_firm(cast, settings):
    case = make.partnership(cast, until=Case.ACTIVE)
    settings.BROKER_ADDRESS = "2 rue du Pont"
    Organisation.objects.filter(pk=cast.company.pk).update(ethics_summary="Transparence.")
    amendment = amendments.draft(case, cast, {}, at=NOON + DAY)
    others = snapshots.snapshot_of(amendment, NOON + DAY, case.charters.get()).amendment.others
    assert [(each.label, each.kind) for each in others] == [
        ("Charte éthique, en bref\u00a0: Laboratoires Valfictif", "added"),
        ("Société du passeur", "added"),
    ]
