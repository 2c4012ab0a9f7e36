"""The charter page in each state, and the bytes of the sealed PDF."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from partnerships.lifecycle import Case, Edition
from partnerships.scoping import actions as scoping
from partnerships.signing.actions import signing
from tests import make

pytestmark = pytest.mark.django_db


def address(case, name="charter", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (Edition.NEGOTIATION, "Aucune charte pour l’instant"),
        (Edition.SIGNING, "Texte figé, signatures attendues"),
        (Edition.SIGNED, "Signée, PDF en préparation"),
        (Case.ACTIVE, "Signée et scellée"),
    ],
)
def test_each_state_is_named(cast, enter, until, words):
    case = make.partnership(cast, until=until)
    assert words in enter(cast.ben).get(address(case)).content.decode()


def test_actions_are_offered_only_to_those_who_may_act(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNING)
    sign, withdraw = address(case, "sign"), address(case, "withdraw")
    assert f'href="{sign}"' in enter(cast.ada).get(address(case)).content.decode()
    offered = enter(cast.ben).get(address(case)).content.decode()
    assert withdraw not in offered
    console = enter(cast.nora).get(address(case)).content.decode()
    assert f'href="{withdraw}"' in console
    assert "Lire et contresigner" not in console


def test_the_text_of_an_abandoned_case_is_no_charter(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNING)
    scoping.abandon(partnership_id=case.pk, broker=cast.nora, reason="Le projet s’arrête.", at=make.NOON)
    page = enter(cast.ada).get(address(case)).content.decode()
    assert "Aucune charte pour l’instant" in page


def test_the_sealed_bytes_are_returned_as_stored(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    answer = enter(cast.ben).get(address(case, "charter_pdf", 1))
    assert answer.content == bytes(make.charter(case).sealed.pdf)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == f'inline; filename="charte-{case.reference}-1.pdf"'
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("name", ["mallory", "root"])
def test_a_stranger_finds_no_pdf(cast, enter, name):
    case = make.partnership(cast, until=Case.ACTIVE)
    assert enter(getattr(cast, name)).get(address(case, "charter_pdf", 1)).status_code == 404


def test_an_unsealed_edition_has_no_pdf(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNED)
    assert enter(cast.ada).get(address(case, "charter_pdf", 1)).status_code == 404


def test_the_page_costs_the_same_for_many_texts(cast, enter, django_assert_max_num_queries):
    case = make.partnership(cast, until=Edition.SIGNING)
    browser = enter(cast.ada)
    with django_assert_max_num_queries(16):
        browser.get(address(case))
    for time in range(1, 4):
        later = make.NOON + timedelta(hours=time)
        signing.withdraw(partnership_id=case.pk, broker=cast.nora, reason="Une coquille.", at=later)
        if time > 1:  # the first one is frozen again without a change
            make.revise(case, cast.nora, change=f"Version {time}.", at=later)
        make.ask_again(case, cast.nora, at=later)
        for speaker in (cast.ada, cast.carla):
            make.agree(case, speaker, at=later)
        make.STEPS[Edition.SIGNING](case, cast, 1, later)
    with django_assert_max_num_queries(16):
        page = browser.get(address(case)).content.decode()
    assert page.count("Une coquille.") == 3
