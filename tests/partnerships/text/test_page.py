"""The roadmap on screen: its text, its editions, what it holds together."""

from __future__ import annotations

import re

import pytest
from django.conf import settings
from django.urls import reverse

from accounts.organisations.actions import finances
from partnerships.drafting.actions import amendments
from partnerships.lifecycle import Case, Edition
from tests import make
from tests.make import ago


def address(case):
    return reverse("partnerships:roadmap", args=[case.reference])


def test_the_text_is_read_in_printed_order_with_its_tables(cast, enter):
    page = enter(cast.ada).get(address(make.partnership(cast)))
    clauses = page.context["page"].text.clauses
    assert [clause.number for clause in clauses] == [f"{section}.1" for section in range(1, 11)]
    assert [table.title for table in clauses[3].tables] == ["Limites du projet", "Lignes rouges"]
    html = page.content.decode()
    assert "Une enquête, six ateliers, un guide" in html
    assert "Notre parole publique sur l’accès aux soins reste libre." in html


def test_what_is_kept_of_a_clause_is_of_one_revision_and_one_language(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED)
    browser = enter(cast.ada)
    first = browser.get(address(case)).content.decode()
    assert "<caption>Limites du projet</caption>" in first
    make.revise(case, cast.nora, change="Une enquête de plus.", at=make.NOON)
    assert "Une enquête de plus." not in first
    assert "Une enquête de plus." in browser.get(address(case)).content.decode()
    browser.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    assert "<caption>Limites du projet</caption>" not in browser.get(address(case)).content.decode()


def test_a_text_read_before_is_measured_against_the_incomes_of_today(cast, enter):
    case = make.partnership(cast)
    browser = enter(cast.ada)
    before = browser.get(address(case)).context["page"].text.ratios
    finances.record_income(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        income=finances.Income(make.NOON.year, 412_000_000, 0),
        at=make.NOON,
    )
    page = browser.get(address(case))
    (after,) = page.context["page"].text.ratios
    assert after.year == make.NOON.year
    assert after.percent < before[0].percent
    assert f"des ressources de {after.year}" in page.content.decode()


def test_a_gap_between_expectation_and_milestone_is_in_red(cast, enter):
    page = enter(cast.carla).get(address(make.partnership(cast))).content.decode()
    assert re.search(
        r'class="missing">\s*<a href="#clause-3\.1">\s*Ni jalon ni indicateur\u00a0: à relier', page
    )


def test_a_milestone_that_is_done_shows_its_evidence(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE, at=ago(days=40))
    browser = enter(cast.ada)
    before = browser.get(address(case)).context["page"].text
    assert (before.milestones[0].status, before.trace[0].cells[2].status) == ("late", "late")
    make.complete(case, "J1", cast.ben, at=ago())
    after = browser.get(address(case)).context["page"].text
    assert (after.milestones[0].status, after.trace[0].cells[2].text) == ("due", "1 preuve")


def test_the_sealed_charter_is_one_click_away(cast, enter):
    signed = make.partnership(cast, until=Edition.SIGNED)
    sealed = make.partnership(cast, until=Case.ACTIVE, title="Autre action")
    browser = enter(cast.ada)
    pdf = reverse("partnerships:charter_pdf", args=[sealed.reference, 1])
    assert pdf in browser.get(address(sealed)).content.decode()
    assert "charte.pdf" not in browser.get(address(signed)).content.decode()


def test_an_amendment_is_hidden_from_parties_until_it_is_put_to_all(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=make.NOON)
    make.revise(case, cast.nora, change="Un avenant en préparation.", at=make.NOON)
    ada, nora = enter(cast.ada), enter(cast.nora)
    assert "Un avenant en préparation." not in ada.get(address(case)).content.decode()
    assert ada.get(address(case), {"edition": "2"}).status_code == 404
    assert "Un avenant en préparation." in nora.get(address(case), {"edition": "2"}).content.decode()
    make.STEPS[Edition.NEGOTIATION](case, cast, 1, make.NOON)
    assert "Un avenant en préparation." in ada.get(address(case)).content.decode()
    first = ada.get(address(case), {"edition": "1"})
    assert first.status_code == 200
    assert "Un avenant en préparation." not in first.content.decode()


@pytest.mark.parametrize("edition", ["0", "3", "x", "-1", "²", "9" * 30])
def test_an_edition_that_is_not_there_is_not_found(cast, enter, edition):
    case = make.partnership(cast)
    assert enter(cast.ada).get(address(case), {"edition": edition}).status_code == 404


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (Case.SCOPING, "Le texte n’est pas commencé"),
        (Edition.DRAFTING, "Le passeur écrit le texte"),
        (Case.ABANDONED, "Ce dossier n’a pas de texte"),
    ],
)
def test_before_there_is_a_text_the_page_says_why(cast, enter, until, words):
    assert words in enter(cast.ada).get(address(make.partnership(cast, until=until))).content.decode()
