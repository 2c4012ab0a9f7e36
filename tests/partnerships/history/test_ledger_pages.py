"""The ledger on screen: the same for all, in pages, verified on demand."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ledger.models import Entry
from partnerships.lifecycle import Case, Edition
from tests import make
from tests.database_owner import owner


def address(case, name="ledger", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def lines(page) -> list[tuple[str, str, str]]:
    return [(each.name, each.sentence, each.fingerprint) for each in page.context["page"].entries]


def test_both_sides_and_the_broker_read_the_same(cast, enter):
    case = make.partnership(cast)
    read = [lines(enter(person).get(address(case))) for person in (cast.ada, cast.dan, cast.nora)]
    assert read[0] == read[1] == read[2]
    assert read[0][-1][:2] == ("Nora Passerelle", "ouvre le dossier.")


def test_a_party_and_a_rule_are_named_first(cast, enter):
    page_entries = lines(enter(cast.ada).get(address(make.partnership(cast, until=Edition.AGREED))))
    assert page_entries[0][:2] == (
        "Lucky Link",
        "constate l’accord de toutes les parties sur toutes les clauses.",
    )
    assert page_entries[1][:2] == ("Laboratoires Valfictif", "répond au texte\u00a0: 10 accords.")


def test_a_long_ledger_has_pages_of_fifty_entries(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED, clauses=45)
    browser = enter(cast.ada)
    first, second = browser.get(address(case)), browser.get(address(case), {"page": 2})
    assert len(lines(first)) == 50
    assert first.context["page"].page.paginator.num_pages == 2
    assert not set(lines(first)) & set(lines(second))
    assert "Plus anciennes" in first.content.decode()
    assert lines(browser.get(address(case), {"page": "x"})) == lines(first)


def test_an_entry_shows_its_whole_fingerprint_and_its_neighbours(cast, enter):
    case = make.partnership(cast, until=Case.SCOPING)
    browser = enter(cast.ada)
    first = browser.get(address(case, "ledger_entry", 1))
    second = browser.get(address(case, "ledger_entry", 2)).content.decode()
    entries = list(Entry.objects.filter(subject_id=case.pk).order_by("sequence"))
    assert first.context["page"].is_first
    grouped = " ".join(entries[0].hash[start : start + 4] for start in range(0, 64, 4))
    assert grouped in first.content.decode()
    assert grouped in second
    assert "Nora Passerelle" in second
    assert address(case, "ledger_entry", 1) in second
    assert browser.get(address(case, "ledger_entry", 3)).status_code == 404
    assert enter(cast.mallory).get(address(case, "ledger_entry", 1)).status_code == 404


def test_the_chain_is_recomputed_on_demand(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED)
    browser = enter(cast.carla)
    assert browser.get(address(case)).context["page"].check is None
    page = browser.get(address(case), {"verifier": "1"})
    assert "entrées vérifiées" in page.content.decode()


def test_a_tampered_chain_is_reported_as_broken(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED)
    with owner(triggers=False) as cursor:
        cursor.execute(
            'UPDATE ledger_entry SET facts = \'{"title": "Autre"}\' WHERE subject_id = %s AND sequence = 2',
            [case.pk],
        )
    page = enter(cast.ada).get(address(case), {"verifier": "1"}).content.decode()
    assert "Entrée 2 rompue" in page
    assert "entrées vérifiées" not in page


@pytest.mark.parametrize("clauses", [1, 20])
def test_an_entry_costs_the_same_in_a_long_ledger(cast, enter, clauses, django_assert_num_queries):
    case = make.partnership(cast, until=Edition.DRAFTING, clauses=clauses)
    browser = enter(cast.ada)
    with django_assert_num_queries(8):
        browser.get(address(case, "ledger_entry", 3))
