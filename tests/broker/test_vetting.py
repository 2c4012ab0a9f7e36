"""The queue of the organisations, and a decision with its reason."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import Decision, Organisation, Side, VettingCheck
from accounts.registration.actions import OrganisationIdentity
from accounts.vetting import actions as vetting
from broker.queries import organisations, queue
from outbox.models import Delivery, Message
from outbox.sending import delivery
from tests import make
from tests.cast import SOUFFLE, check_all, create_person, register_organisation, verify_organisation
from tests.make import NOON


@pytest.fixture
def newcomer(people):
    """A company that waits for a decision."""
    zoe = create_person("Zoé Nouvelle")
    identity = OrganisationIdentity(
        name="Cardiolune Démo", city="Nantes", siren="000000026", siret="00000002600015"
    )
    return register_organisation(zoe, Side.COMPANY, identity, at=NOON - timedelta(days=12))


def vet_url(organisation):
    return reverse("broker:vet", args=[organisation.pk])


def test_the_queue_lists_who_waits_and_since_when(people, newcomer):
    (row,) = queue.vetting_queue(section="", words="", at=NOON, page=1).rows
    assert (row.organisation, row.status, row.days, row.is_late) == (newcomer, "due", 12, True)
    assert (row.passed, row.total) == (0, 11)


def test_the_queue_shows_it(broker_client, newcomer):
    page = broker_client.get(reverse("broker:vetting")).text
    assert "Cardiolune Démo" in page
    assert "En retard" in page


def test_an_empty_queue_says_so(broker_client):
    assert "Aucune organisation à vérifier" in broker_client.get(reverse("broker:vetting")).text


def test_the_page_shows_what_was_declared_and_what_is_missing(broker_client, newcomer):
    page = broker_client.get(vet_url(newcomer)).text
    assert "SIRET 00000002600015" in page
    assert "zoe@theatre.example" in page
    assert "Aucun mandat enregistré" in page


@pytest.mark.parametrize("decision", ["verified", "to_complete", "refused"])
def test_a_decision_is_taken_and_announced(broker_client, newcomer, decision):
    answer = broker_client.post(vet_url(newcomer), {"decision": decision, "reason": "Voici pourquoi."})
    newcomer.refresh_from_db()
    assert (answer.status_code, newcomer.state) == (303, decision)
    assert Message.objects.filter(kind=f"organisation-{decision.replace('_', '-')}").exists()
    assert "Voici pourquoi." in broker_client.get(vet_url(newcomer)).text


def test_checks_and_a_draft_reason_are_saved_without_a_decision(broker_client, newcomer):
    sent = {"save": "", "result_kbis": "wrong", "note_kbis": "Trop ancien.", "reason": "Presque fini."}
    assert broker_client.post(vet_url(newcomer), sent).status_code == 303
    page = broker_client.get(vet_url(newcomer)).text
    for words in ("Trop ancien.", "Presque fini.", "Non conforme", "Nora Passerelle"):
        assert words in page
    newcomer.refresh_from_db()
    assert newcomer.state == "pending"


def test_a_refused_decision_saves_the_checks_and_names_the_open_ones(broker_client, newcomer):
    answer = broker_client.post(
        vet_url(newcomer), {"result_kbis": "ok", "decision": "verified", "reason": ""}
    )
    assert answer.status_code == 422
    assert "Ces contrôles ne sont pas conformes\u00a0: Numéro au registre, Nom et ville" in answer.text
    assert VettingCheck.objects.get(organisation=newcomer, code="kbis").result == "ok"


@pytest.mark.parametrize("sent", [{"result_kbis": "maybe"}, {"note_kbis": "x" * 1001}])
def test_an_invalid_check_is_refused_and_no_input_is_lost(broker_client, newcomer, sent):
    answer = broker_client.post(vet_url(newcomer), {"save": "", "note_rules": "Gardez ceci.", **sent})
    assert (answer.status_code, "Gardez ceci." in answer.text) == (422, True)
    assert not VettingCheck.objects.filter(organisation=newcomer).exists()


def test_a_check_saved_by_somebody_else_meanwhile_is_not_overwritten_unseen(people, broker_client, newcomer):
    check_all(newcomer, people.oscar, at=NOON)
    stale = {"save": "", "seen_kbis": "", "result_kbis": ""}
    answer = broker_client.post(vet_url(newcomer), stale)
    assert (answer.status_code, "Oscar Médian a fait ce contrôle" in answer.text) == (422, True)
    assert VettingCheck.objects.get(organisation=newcomer, code="kbis").result == "ok"
    read = {**stale, "seen_kbis": NOON.isoformat(), "result_kbis": "wrong"}
    assert broker_client.post(vet_url(newcomer), read).status_code == 303
    assert VettingCheck.objects.get(organisation=newcomer, code="kbis").result == "wrong"


def test_the_mail_holds_each_failed_check_and_no_private_note(broker_client, newcomer):
    sent = {"result_kbis": "to_complete", "note_kbis": "Un extrait récent.", "private_note_kbis": "Louche."}
    broker_client.post(vet_url(newcomer), {**sent, "decision": "to_complete", "reason": "Deux points."})
    delivery.deliver_due(at=make.ago() + timedelta(minutes=1), limit=500)
    mail = Delivery.objects.get(message__kind="organisation-to-complete")
    for words in (mail.text, mail.html):
        assert "Deux points." in words
        assert "Extrait Kbis" in words
        assert "Un extrait récent." in words
        assert "Louche" not in words


def test_the_organisation_reads_each_failed_check_and_no_private_note(broker_client, newcomer, client):
    sent = {"result_kbis": "to_complete", "note_kbis": "Un extrait récent.", "private_note_kbis": "Louche."}
    broker_client.post(vet_url(newcomer), {**sent, "decision": "to_complete", "reason": "Deux points."})
    zoe = newcomer.memberships.get().user
    client.force_login(zoe, backend="allauth.account.auth_backends.AuthenticationBackend")
    for name, args in (("companies:organisation", []), ("companies:registration", ["identite"])):
        page = client.get(reverse(name, args=args)).text
        assert "Un extrait récent." in page
        assert "Louche" not in page


def test_what_changed_is_shown_as_it_was_and_as_it_is(people, broker_client):
    vetting.change_identity(
        organisation_id=people.association.pk,
        administrator=people.ada,
        identity=SOUFFLE._replace(city="Villeurbanne"),
        reason="Le siège a déménagé.",
        at=NOON,
    )
    page = broker_client.get(vet_url(people.association)).text
    assert "<del>Lyon</del> <ins>Villeurbanne</ins>" in page
    assert "Le siège a déménagé." in page


def test_a_year_later_it_comes_back_and_stays_verified(people, broker_client):
    def due(at):
        result = queue.vetting_queue(section="recheck", words="", at=at, page=1)
        return {row.organisation.name for row in result.rows}

    later = NOON + timedelta(days=366)
    assert due(NOON + timedelta(days=364)) == set()
    assert due(later) == {"Souffle Imaginaire", "Laboratoires Valfictif", "Exempharma France"}
    verify_organisation(people.association, people.nora, at=later)
    assert due(later) == {"Laboratoires Valfictif", "Exempharma France"}
    assert Organisation.objects.get(pk=people.company.pk).is_verified


def test_the_queue_counts_searches_and_marks_who_waits_too_long(people, newcomer):
    def listing(**overrides):
        return queue.vetting_queue(**{"section": "", "words": "", "at": NOON, "page": 1} | overrides)

    assert [count for _name, _label, count in listing().sections] == [1, 0, 0]
    assert (listing().late, listing(words="nantes cardiolune").page.paginator.count) == (1, 1)
    assert listing(words="paris").rows == []
    # Five working days after a Wednesday is the next Wednesday.
    early = listing(at=newcomer.submitted_at + timedelta(days=6))
    assert (early.late, early.rows[0].is_late) == (0, False)


@pytest.mark.parametrize("many", [1, 20])
def test_vetting_one_costs_the_same(people, broker_client, many, django_assert_num_queries):
    for number in range(many):
        at = NOON + timedelta(days=number)
        for decision in (Decision.SUSPENDED, Decision.VERIFIED):
            vetting.decide(
                organisation_id=people.company.pk, broker=people.nora, decision=decision, reason="Vu.", at=at
            )
    with django_assert_num_queries(19):
        broker_client.get(vet_url(people.company))


def test_verified_needs_no_reason_once_all_is_checked(people, broker_client, newcomer):
    check_all(newcomer, people.nora, at=NOON)
    assert broker_client.post(vet_url(newcomer), {"decision": "verified", "reason": ""}).status_code == 303


@pytest.mark.parametrize("decision", ["to_complete", "refused"])
def test_a_decision_against_without_a_reason_is_refused_beside_the_field(broker_client, newcomer, decision):
    answer = broker_client.post(vet_url(newcomer), {"decision": decision, "reason": "  "})
    newcomer.refresh_from_db()
    assert (answer.status_code, newcomer.state) == (422, "pending")
    assert "Écrivez pourquoi" in answer.text


@pytest.mark.parametrize("decision", ["suspended", "draft", "", "pending"])
def test_a_decision_not_possible_now_is_refused_and_no_input_is_lost(broker_client, newcomer, decision):
    answer = broker_client.post(vet_url(newcomer), {"decision": decision, "reason": "Gardez ceci."})
    newcomer.refresh_from_db()
    assert (answer.status_code, newcomer.state) == (422, "pending")
    assert "Gardez ceci." in answer.text


def test_a_verified_one_may_be_suspended(people, broker_client):
    broker_client.post(vet_url(people.company), {"decision": "suspended", "reason": "Mandats contestés."})
    assert Organisation.objects.get(pk=people.company.pk).state == "suspended"


def test_a_refused_one_offers_no_decision(people, broker_client, newcomer):
    vetting.decide(
        organisation_id=newcomer.pk, broker=people.nora, decision=Decision.REFUSED, reason="Non.", at=NOON
    )
    page = broker_client.get(vet_url(newcomer)).text
    assert 'name="decision"' not in page
    assert "La décision est définitive." in page


def test_the_list_of_organisations_is_searched(people, newcomer):
    def names(**overrides):
        given = {"words": "", "state": "", "side": "", "at": NOON, "page": 1} | overrides
        return {row.organisation.name for row in organisations.organisation_rows(**given).rows}

    assert names() == {
        "Souffle Imaginaire",
        "Laboratoires Valfictif",
        "Exempharma France",
        "Cardiolune Démo",
    }
    assert names(words="valfictif") == {"Laboratoires Valfictif"}
    assert names(words="w000000001") == {"Souffle Imaginaire"}
    assert names(state="pending") == {"Cardiolune Démo"}
    assert names(side="association") == {"Souffle Imaginaire"}


def test_a_list_without_result_leads_back(broker_client):
    page = broker_client.get(reverse("broker:organisations"), {"q": "introuvable", "state": "x"}).text
    assert "Aucune organisation ne correspond" in page


@pytest.mark.parametrize("many", [1, 20])
@pytest.mark.parametrize(("name", "queries"), [("vetting", 7), ("organisations", 5)])
def test_the_lists_cost_the_same(people, broker_client, many, name, queries, django_assert_num_queries):
    for number in range(many):
        identity = OrganisationIdentity(name=f"Entreprise {number}", city="Nantes", siren=f"9{number:08d}")
        register_organisation(create_person(f"P{number} Nouveau"), Side.COMPANY, identity, at=NOON)
    with django_assert_num_queries(queries):
        broker_client.get(reverse(f"broker:{name}"))
