"""Contacts of the broker with each side: same figures for all readers, no content."""

from __future__ import annotations

from datetime import timedelta

from django.urls import reverse

from broker.queries.neutrality import neutrality_of
from outbox import delivery
from partnerships.dialogue import actions as dialogue
from partnerships.lifecycle import Case
from tests import make
from tests.make import NOON


def test_notes_and_mails_are_counted_for_each_party(people):
    case = make.partnership(people, until=Case.SCOPING)
    later = NOON + timedelta(days=2)
    party = case.parties.get(code="A")
    dialogue.write_note(party_id=party.pk, author=people.nora, text="Entre nous.", at=later)
    delivery.deliver_due(at=later, limit=1000)
    association, company = neutrality_of(case).contacts
    assert (association.notes, association.mails, association.last_at) == (1, 4, later)
    assert (company.notes, company.mails, company.last_at) == (0, 2, later)


def test_a_case_without_contact_says_none(people):
    case = make.partnership(people, until=Case.SCOPING)
    page = neutrality_of(case)
    assert [(each.notes, each.mails, each.last_at) for each in page.contacts] == [(0, 0, None)] * 2
    assert [(each.left, each.right) for each in page.measures] == [(0.0, 0.0)] * 2


def test_both_sides_read_the_same_figures_without_content(people, log_in):
    case = make.partnership(people, until=Case.SCOPING)
    party = case.parties.get(code="A")
    dialogue.write_note(party_id=party.pk, author=people.ada, text="Le secret d’Ada.", at=NOON)
    url = reverse("broker:neutrality", args=[case.reference])
    pages = [log_in(person).get(url).text for person in (people.ada, people.carla, people.nora)]
    assert all("Messages privés" in page and "Le secret d’Ada" not in page for page in pages)


def test_the_panel_costs_the_same_for_a_long_case(people, log_in, django_assert_max_num_queries):
    case = make.partnership(people, until=Case.SCOPING)
    party = case.parties.get(code="A")
    for number in range(20):
        dialogue.write_note(party_id=party.pk, author=people.ada, text=f"Note {number}", at=NOON)
    with django_assert_max_num_queries(4):
        neutrality_of(case)
