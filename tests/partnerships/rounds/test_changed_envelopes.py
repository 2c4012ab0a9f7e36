"""What raw SQL put into a sealed envelope is nobody's answer: it stays closed, and everybody reads why."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail

from ledger import queries as ledger
from ledger import verify
from ledger.record import Subject
from outbox.models import Message
from outbox.sending import delivery
from partnerships.expectations import actions as expectations
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Envelope, Line, Rule, Stance
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.positions import Position
from partnerships.rounds.actions import envelopes, opening
from partnerships.rounds.actions.rounds import RoundSettings
from tests import make
from tests.database_owner import owner
from tests.make import NOON
from tests.partnerships.expectations import filing
from tests.partnerships.expectations.filing import address

pytestmark = pytest.mark.django_db
OLDER, NEWER = "Une réserve d’avant", "La réserve qui fut scellée"
EVERYBODY = ("ada", "ben", "carla", "dan", "nora", "oscar")


def closed(code):
    return bytes(Envelope.objects.get(party__code=code).ciphertext)


def put_back(code, ciphertext):
    with owner(triggers=False) as cursor:
        cursor.execute(
            "UPDATE partnerships_envelope SET ciphertext = %s FROM partnerships_party "
            "WHERE partnerships_party.id = party_id AND code = %s",
            [ciphertext, code],
        )


def reserve(case, person, words, *, at=NOON):
    make.say(case, person, Stance.RESERVATION, reason=words, at=at)


def an_older_one(case, person, _cast):
    """Sealed as it stands, then as it was sealed before: both with a salt and made by the product."""
    reserve(case, person, OLDER)
    older = closed("A")
    envelopes.take_back(round_id=make.running(case).pk, speaker=person, at=NOON)
    reserve(case, person, NEWER)
    return older


def a_draft(case, person, _cast):
    draft = Position(stance=Stance.RESERVATION, reason=OLDER)
    make.draft(case, person, {make.revision_ids(case)[0]: draft}, at=NOON)
    older = closed("A")
    reserve(case, person, NEWER)
    return older


def rubbish(case, person, _cast):
    reserve(case, person, NEWER)
    return b"\x00 nothing that a key opens"


def one_of_the_other_party(case, person, cast):
    reserve(case, person, NEWER)
    make.draft(case, cast.carla, {make.revision_ids(case)[0]: Position(stance=Stance.AGREE)}, at=NOON)
    return closed("E")


@pytest.mark.parametrize("forged", [an_older_one, a_draft, rubbish, one_of_the_other_party])
def test_it_counts_as_no_answer_and_the_round_opens_once_for_all_others(cast, forged):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    put_back("A", forged(case, cast.ada, cast))
    round_ = make.running(case)
    make.agree(case, cast.carla, at=NOON)  # the last one opens all
    round_.refresh_from_db()
    assert round_.opened_at == NOON
    assert set(Answer.objects.values_list("party__code", flat=True).order_by("pk")) == {"E"}
    spoiled, whole = Envelope.objects.filter(round=round_).order_by("party__code")
    assert (spoiled.opened, spoiled.sealed_by) == (None, cast.ada)
    assert whole.opened is not None
    document = ledger.entries(subject=Subject("case", case.pk)).filter(kind="round.open").get().facts
    assert (document["parties_sealed"], document["parties_changed"]) == (["E"], ["A"])
    assert verify.verify() is None
    assert not opening.settle(round_id=round_.pk, at=round_.deadline_at)


@pytest.mark.parametrize("name", ["ada", "ben"])
def test_nobody_reads_the_words_of_the_other_party_in_one_s_own_envelope(cast, enter, name):
    case = make.partnership(cast, until=Edition.NEGOTIATION, at=make.ago(days=1))
    draft = Position(stance=Stance.RESERVATION, reason=NEWER)
    make.draft(case, cast.carla, {make.revision_ids(case)[0]: draft}, at=make.ago())
    put_back("A", closed("E"))
    page = enter(getattr(cast, name)).get(address(case, "rounds"), {"clause": 1}).content.decode()
    assert NEWER not in page
    assert "Les enveloppes de ce tour ne peuvent pas être ouvertes" in page
    assert NEWER in enter(cast.dan).get(address(case, "rounds"), {"clause": 1}).content.decode()


def test_everybody_reads_that_it_was_changed_and_nobody_its_content(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    round_ = make.running(case)
    put_back("A", an_older_one(case, cast.ada, cast))
    make.agree(case, cast.carla, at=NOON)
    for name in EVERYBODY:
        browser = enter(getattr(cast, name))
        pages = [
            browser.get(address(case, *place)).content.decode()
            for place in (("rounds",), ("ledger",), ("fingerprints", round_.pk))
        ]
        assert "contenu changé, jamais ouverte" in pages[0]
        assert "dont le contenu a été modifié après le scellement" in pages[1]
        assert pages[2].count("Ce n’est plus l’enveloppe scellée") == 1
        assert pages[2].count("C’est l’enveloppe scellée") == 1
        assert not any(OLDER in page or NEWER in page for page in pages)


def test_the_text_is_not_agreed_by_it_and_a_new_round_opens(cast):
    """Both agreed; the older agreement that is put back counts for nothing, the party answers anew."""
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    make.agree(case, cast.ada, at=NOON)
    older = closed("A")
    envelopes.take_back(round_id=make.running(case).pk, speaker=cast.ada, at=NOON)
    make.agree(case, cast.ada, at=NOON)
    put_back("A", older)
    make.agree(case, cast.carla, at=NOON)
    assert make.roadmap(case).state == Edition.NEGOTIATION
    negotiation.ask_again(partnership_id=case.pk, broker=cast.nora, at=NOON)
    make.agree(case, cast.ada, at=NOON)
    make.agree(case, cast.carla, at=NOON)
    assert make.roadmap(case).state == Edition.AGREED


@pytest.mark.parametrize("is_put_back", [True, False], ids=["with what it held then", "alone"])
def test_a_forged_fingerprint_does_not_hide_it(cast, is_put_back):
    """The ledger holds the fingerprint too, and nobody changes that one."""
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    older = an_older_one(case, cast.ada, cast)
    first = ledger.entries(subject=Subject("case", case.pk)).filter(kind="envelope.seal")
    if is_put_back:
        put_back("A", older)
    with owner(triggers=False) as cursor:
        print_ = first.order_by("sequence")[0].facts["fingerprint"]
        cursor.execute(
            "UPDATE partnerships_envelope SET fingerprint = %s WHERE sealed_by_id IS NOT NULL", [print_]
        )
    make.agree(case, cast.carla, at=NOON)
    assert set(Answer.objects.values_list("party__code", flat=True).order_by("pk")) == {"E"}


def test_at_the_deadline_it_does_not_open_and_blocks_nothing(cast, enter):
    """Of expectations: no line of it, the same words for all, and the mail of the opening says it."""
    case = filing.ask_parties(cast, at=NOON, asking=RoundSettings(rule=Rule.OPEN))
    filing.write(case, cast.ada, "Publier un rapport", at=NOON)
    filing.seal(case, cast.ada, at=NOON)
    put_back("A", b"rubbish")
    filing.write(case, cast.carla, "Être citée", at=NOON)
    round_ = filing.the_round(case)
    assert opening.due(round_.deadline_at) == [round_.pk]
    assert opening.settle(round_id=round_.pk, at=round_.deadline_at)
    assert opening.due(round_.deadline_at) == []
    assert not Line.objects.exists()
    document = ledger.entries(subject=Subject("case", case.pk)).get(kind="round.open").facts
    assert (document["parties_sealed"], document["parties_missing"], document["parties_changed"]) == (
        [],
        ["E"],
        ["A"],
    )
    words = "L’enveloppe ne peut pas être ouverte\u00a0: Souffle Imaginaire."
    for name in EVERYBODY:
        page = enter(getattr(cast, name)).get(address(case)).content.decode()
        assert page.count(words) == 1
        assert "Rien n’est perdu" not in page
    assert (
        "Son contenu a été modifié après le scellement" in enter(cast.ben).get(address(case)).content.decode()
    )
    Message.objects.exclude(kind="round-read").update(cancelled_at=NOON)
    delivery.deliver_due(at=round_.deadline_at + timedelta(minutes=1), limit=1000)
    assert {to for each in mail.outbox for to in each.to} == {
        f"{name}@theatre.example" for name in ("ada", "ben", "carla", "dan", "nora")
    }
    assert all(words in each.body and words in each.alternatives[0].content for each in mail.outbox)
    expectations.open_expectations(partnership_id=case.pk, broker=cast.nora, at=round_.deadline_at)


def test_a_party_whose_envelope_is_unreadable_reads_why_and_writes_nothing(cast, enter):
    case = make.partnership(cast, until=Edition.NEGOTIATION, at=make.ago(days=1))
    reserve(case, cast.ada, NEWER, at=make.ago())
    put_back("A", b"rubbish")
    for name in ("ada", "ben"):
        page = enter(getattr(cast, name)).get(address(case, "rounds"))
        assert page.status_code == 200
        assert "Les enveloppes de ce tour ne peuvent pas être ouvertes" in page.content.decode()
        assert "Sceller l’enveloppe" not in page.content.decode()
    assert (
        "ne peuvent pas être ouvertes" not in enter(cast.carla).get(address(case, "rounds")).content.decode()
    )
