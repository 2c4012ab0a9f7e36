"""A renewal opens a successor case with the text and the lessons in view, and asks expectations anew."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.case.next_step import Step
from partnerships.closing.actions import renewal
from partnerships.lifecycle import Case
from partnerships.models import Partnership, PartnershipStatus
from partnerships.scoping import actions as scoping
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db


def renew(case, cast):
    return renewal.renew(partnership_id=case.pk, broker=cast.nora, title="Cent jours de plus", at=NOON)


def test_the_successor_has_the_parties_and_asks_its_expectations_anew(cast):
    case = make.partnership(cast, until=Case.CLOSED)
    renewed = renew(case, cast)
    assert renewed.predecessor == case
    organisations = [row.organisation_id for row in renewed.parties.order_by("rank")]
    assert organisations == [row.organisation_id for row in case.parties.order_by("rank")]
    assert renewed.evidence_of_need == case.evidence_of_need
    scoping.prepare(partnership_id=renewed.pk, broker=cast.nora, at=NOON)
    # Nothing that the parties said before counts: the first thing is to ask them again.
    assert PartnershipStatus.objects.get(pk=renewed.pk).step == Step.ASK
    assert not renewed.rounds.exists()


def test_the_text_of_the_case_before_comes_first_among_earlier_texts(cast, enter):
    make.partnership(cast, until=Case.ACTIVE, title="Un autre dossier")
    case = make.partnership(cast, until=Case.CLOSED)
    make.partnership(cast, until=Case.ACTIVE, title="Encore un autre")
    renewed = renew(case, cast)
    scoping.prepare(partnership_id=renewed.pk, broker=cast.nora, at=NOON)
    make.skip_expectations(renewed, cast.nora, at=NOON)
    page = enter(cast.nora).get(reverse("partnerships:begin_text", args=[renewed.reference]))
    beginnings = page.context["page"].earlier
    assert beginnings[0].title == case.title
    assert beginnings[0].is_best
    assert "Prévoir des enveloppes affranchies." in page.text


def test_a_case_is_renewed_once_and_after_its_review_began(cast):
    active = make.partnership(cast, until=Case.ACTIVE)
    with pytest.raises(renewal.RenewalNotAllowed):
        renew(active, cast)
    case = make.partnership(cast, until=Case.REVIEW, title="En bilan")
    renewed = renew(case, cast)
    with pytest.raises(renewal.AlreadyRenewed) as refused:
        renew(case, cast)
    assert renewed.reference in refused.value.message


def test_the_page_renews_and_shows_the_lessons(cast, enter):
    case = make.partnership(cast, until=Case.CLOSED)
    browser = enter(cast.nora)
    page = reverse("partnerships:renew", args=[case.reference])
    assert "Prévoir des enveloppes affranchies." in browser.get(page).text
    assert browser.post(page, {"title": "Cent jours de plus"}).status_code == 303
    renewed = Partnership.objects.get(title="Cent jours de plus")
    assert (
        "Prévoir des enveloppes affranchies."
        in enter(cast.ben).get(reverse("partnerships:closing", args=[renewed.reference])).text
    )
    closed = enter(cast.carla).get(reverse("partnerships:closing", args=[case.reference])).text
    assert renewed.reference in closed
    assert "Conservé jusqu’au" in closed
