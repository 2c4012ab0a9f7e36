"""Contacts of the broker with each side: same figures for all readers, no content."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from accounts.templatetags.wording import euros
from broker.queries.neutrality import neutrality_of
from outbox.sending import delivery
from partnerships.dialogue import actions as dialogue
from partnerships.lifecycle import Case, Edition
from partnerships.models import Answer, Stance
from partnerships.negotiation.actions import negotiation
from partnerships.questionnaires.queries import latest_signed_text
from tests import make
from tests.make import NOON
from tests.partnerships.dialogue import shared


def test_only_what_people_wrote_is_counted(people):
    case = make.partnership(people, until=Case.SCOPING)
    later = NOON + timedelta(days=2)
    party = case.parties.get(code="A")
    dialogue.write_note(party_id=party.pk, author=people.nora, text="Entre nous.", at=later)
    dialogue.write_note(party_id=party.pk, author=people.ada, text="Merci.", at=NOON)
    delivery.deliver_due(at=later, limit=1000)
    association, company = neutrality_of(case).contacts
    assert (association.written, association.received, association.last_at) == (1, 1, later)
    assert (company.written, company.received, company.last_at) == (0, 0, None)


def test_the_messages_of_the_shared_threads_are_counted_apart(people):
    case = make.partnership(people, until=Case.SCOPING)
    for days, person in ((0, people.ada), (1, people.carla), (1, people.carla)):
        shared.write(case, person, at=NOON + timedelta(days=days))
    page = neutrality_of(case)
    assert [(each.shared, each.written, each.received) for each in page.contacts] == [(1, 0, 0), (2, 0, 0)]
    assert [each.last_at for each in page.contacts] == [NOON, NOON + timedelta(days=1)]
    assert page.shared_by_broker == 0
    shared.write(case, people.nora, at=NOON + timedelta(days=2))
    page = neutrality_of(case)
    assert [each.last_at for each in page.contacts] == [NOON + timedelta(days=2)] * 2
    assert page.shared_by_broker == 1


def test_what_became_of_the_remarks_of_each_party_is_counted(people):
    case = make.partnership(people, until=Edition.NEGOTIATION)
    make.say(case, people.ada, Stance.RESERVATION, at=NOON)
    make.agree(case, people.carla, at=NOON)
    answer = Answer.objects.get(stance=Stance.RESERVATION)
    negotiation.reply(
        answer_id=answer.pk, broker=people.nora, outcome="partly", text="Un mot en plus.", at=NOON
    )
    association, company = neutrality_of(case).contacts
    assert (association.taken, association.partly, association.not_taken) == (0, 1, 0)
    assert (company.taken, company.partly, company.not_taken) == (0, 0, 0)


def test_the_fees_are_those_of_the_signed_charter(people, log_in):
    case = make.partnership(people, until=Case.ACTIVE)
    page = neutrality_of(case)
    signed = latest_signed_text(case)
    paid = {fee.payer_key: fee.amount_minor for fee in signed.broker.fees}
    assert paid
    assert {contact.party.code: contact.fee_minor for contact in page.contacts} == {"A": 0, "E": 0} | paid
    url = reverse("broker:neutrality", args=[case.reference])
    assert str(euros(paid["E"])) in log_in(people.ada).get(url).text


def test_a_case_without_contact_says_none(people):
    case = make.partnership(people, until=Case.SCOPING)
    page = neutrality_of(case)
    assert [(each.written, each.received, each.last_at) for each in page.contacts] == [(0, 0, None)] * 2
    assert [(each.left, each.right) for each in page.measures] == [(0.0, 0.0)] * 4
    assert not page.is_signed


def test_both_sides_read_the_same_figures_without_content(people, log_in):
    case = make.partnership(people, until=Case.SCOPING)
    party = case.parties.get(code="A")
    dialogue.write_note(party_id=party.pk, author=people.ada, text="Le secret d’Ada.", at=NOON)
    url = reverse("broker:neutrality", args=[case.reference])
    pages = [log_in(person).get(url).text for person in (people.ada, people.carla, people.nora)]
    assert all("Messages du passeur" in page and "Le secret d’Ada" not in page for page in pages)


def test_the_panel_costs_the_same_for_a_long_case(people, log_in, django_assert_max_num_queries):
    case = make.partnership(people, until=Case.SCOPING)
    party = case.parties.get(code="A")
    for number in range(20):
        dialogue.write_note(party_id=party.pk, author=people.ada, text=f"Note {number}", at=NOON)
    with django_assert_max_num_queries(5):
        neutrality_of(case)
