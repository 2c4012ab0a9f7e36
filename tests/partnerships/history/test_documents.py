"""The papers of a case: what exists, and an honest word for what does not."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.lifecycle import Case, Edition
from tests import make


def address(case):
    return reverse("partnerships:documents", args=[case.reference])


@pytest.mark.parametrize(
    ("until", "words"),
    [
        (Edition.SIGNING, "Aucune charte signée pour l’instant"),
        (Edition.SIGNED, "PDF en préparation"),
        (Case.ACTIVE, "Ce document n’est pas horodaté par un tiers."),
    ],
)
def test_a_charter_shows_its_state(cast, enter, until, words):
    assert words in enter(cast.dan).get(address(make.partnership(cast, until=until))).content.decode()


def test_the_evidence_of_a_milestone_is_there_with_its_link(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    browser = enter(cast.carla)
    assert "Aucune preuve pour l’instant" in browser.get(address(case)).content.decode()
    make.complete(case, "J1", cast.ben, at=make.NOON)
    page = browser.get(address(case)).content.decode()
    assert 'href="https://souffle.example/compte-rendu" rel="noopener noreferrer nofollow"' in page
    assert "J1. Résultats de l’enquête" in page
