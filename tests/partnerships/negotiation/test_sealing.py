"""A party seals what it was shown, takes it back while it may, and no odd number fails a page."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.lifecycle import Edition
from partnerships.models import Envelope, Stance
from partnerships.negotiation.actions import criticism
from partnerships.negotiation.queries.positions import Position
from partnerships.scoping import actions as scoping
from tests import make
from tests.make import ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Edition.NEGOTIATION, at=ago(days=1))


def rounds(case):
    return reverse("partnerships:rounds", args=[case.reference])


def agreement_to_all(case):
    return {revision_id: Position(stance=Stance.AGREE) for revision_id in make.revision_ids(case)}


def seen_on(page):
    """Return what the seal page sends back of what it showed."""
    return dict(re.findall(r'name="(seen-\d+)"\s+value="(\d+)"', page))


def test_sealing_says_what_happens_and_is_taken_back_while_the_other_has_not_sealed(case, cast, enter):
    browser = enter(cast.ada)
    seal, back = (reverse(f"partnerships:{name}", args=[case.reference]) for name in ("seal", "take_back"))
    assert browser.get(seal).status_code == 302
    refused = browser.post(seal, follow=True).text
    assert "Des clauses sont sans réponse" in refused
    make.draft(case, cast.ada, agreement_to_all(case), at=ago())
    assert "Elles s’ouvrent ensemble dès que la dernière est scellée" in browser.get(seal).text
    first = make.revision_ids(case)[0]
    make.draft(case, cast.ada, {first: Position(stance=Stance.QUESTION)}, at=ago())
    with pytest.raises(criticism.ReasonIsMissing, match="1"):
        make.seal(case, cast.ada, at=ago())
    make.draft(case, cast.ada, {first: Position(stance=Stance.AGREE)}, at=ago())
    browser.post(seal, seen_on(browser.get(seal).text))
    sealed = Envelope.objects.get(party__code="A")
    words = browser.get(rounds(case)).text
    assert sealed.fingerprint[:4] in words
    assert "Rouvrir l’enveloppe" in words
    assert 'class="answer"' not in words
    browser.post(back)
    assert Envelope.objects.get(party__code="A").sealed_at is None
    browser.post(seal, seen_on(browser.get(seal).text))
    make.draft(case, cast.dan, agreement_to_all(case), at=ago())
    make.seal(case, cast.dan, at=ago())
    assert make.roadmap(case).state == Edition.AGREED


def test_what_a_colleague_changed_since_the_page_was_read_is_not_sealed(case, cast, enter):
    ada, seal = enter(cast.ada), reverse("partnerships:seal", args=[case.reference])
    make.draft(case, cast.ada, agreement_to_all(case), at=ago())
    seen = seen_on(ada.get(seal).text)
    positions = {make.revision_ids(case)[0]: Position(stance=Stance.OBJECTION, reason="Non, pas ainsi.")}
    make.draft(case, cast.ben, positions, at=ago())
    for shown in (seen, {}, seen | dict.fromkeys(seen, "9" * 5000)):
        refused = ada.post(seal, shown, follow=True).text
        assert "modifié l’enveloppe depuis votre relecture" in refused
    assert Envelope.objects.get(party__code="A").sealed_at is None


@pytest.mark.parametrize("typed", ["9" * 5000, "-1", "٣", "x"])
@pytest.mark.parametrize("name", ["clause", "edition", "tour"])
def test_a_number_that_no_page_sends_fails_nothing(case, cast, enter, name, typed):
    places = {"clause": "rounds", "edition": "roadmap", "tour": "expectations"}
    page = reverse(f"partnerships:{places[name]}", args=[case.reference])
    assert enter(cast.ada).get(page, {name: typed}).status_code in (200, 404)


def test_a_case_that_stops_gives_up_its_round_and_what_was_opened_stays(case, cast):
    make.agree(case, cast.ada, at=ago(days=0.8))
    make.say(case, cast.dan, Stance.RESERVATION, at=ago(days=0.8))
    make.reply_to_all(case, cast.nora, at=ago(days=0.5))
    make.ask_again(case, cast.nora, at=ago(days=0.3))
    scoping.abandon(partnership_id=case.pk, broker=cast.nora, reason="Plus de besoin.", at=ago())
    first, second = case.rounds.order_by("asked_at")
    assert first.opened_at
    assert first.cancelled_at is None
    assert second.cancelled_at
    assert second.opened_at is None


def test_who_seals_last_is_told_before_and_after_that_all_opens(case, cast, enter):
    first, last = enter(cast.ada), enter(cast.dan)
    seal = reverse("partnerships:seal", args=[case.reference])
    make.draft(case, cast.ada, agreement_to_all(case), at=ago())
    make.draft(case, cast.dan, agreement_to_all(case), at=ago())
    page = first.get(seal).text
    assert "Sceller et ouvrir" not in page
    assert "Elle s’ouvrira avec les autres" in first.post(seal, seen_on(page), follow=True).text
    page = last.get(seal).text
    assert "Sceller et ouvrir" in page
    assert "Vous pourrez rouvrir" not in page
    assert "Toutes les enveloppes sont ouvertes" in last.post(seal, seen_on(page), follow=True).text
