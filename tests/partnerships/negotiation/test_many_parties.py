"""Two associations and three companies: one envelope each, nothing agreed nor signed before the last one."""

from __future__ import annotations

import pytest
from django.core import mail
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from outbox.sending import delivery
from partnerships.charter import snapshot
from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership, Stance
from partnerships.negotiation.actions import criticism
from partnerships.negotiation.queries.positions import Position
from partnerships.rounds.actions import envelopes
from partnerships.signing.actions import freezing, sealing, signing
from tests import make, several
from tests.cast import grant_mandate
from tests.make import ago

PAGES = ("roadmap", "rounds", "expectations", "scoping", "charter", "follow_up", "documents", "ledger")


@pytest.fixture
def crowd(cast):
    return several.assemble(cast)


def test_the_round_opens_with_the_last_of_five_envelopes(cast, crowd, enter):
    case = several.negotiated(cast, crowd, at=ago(days=1))
    for rank, speaker in enumerate(crowd.speakers, 1):
        page = enter(crowd.speakers[-1]).get(reverse("partnerships:rounds", args=[case.reference]))
        assert sum(each.state == "sealed" for each in page.context["page"].envelopes) == rank - 1
        assert make.roadmap(case).state == Edition.NEGOTIATION
        make.agree(case, speaker, at=ago())
    assert make.roadmap(case).state == Edition.AGREED
    five_sign_one_charter(cast, crowd, case)
    for reader in crowd.speakers:
        browser = enter(reader)
        for name in PAGES:
            page = browser.get(reverse(f"partnerships:{name}", args=[case.reference])).text
            assert all(each.name in page for each in crowd.organisations), name
    for reader in crowd.speakers[-2:]:
        assert case.title in enter(reader).get(reverse("home"), follow=True).text


def five_sign_one_charter(cast, crowd, case):
    """The broker bears witness after the fifth signature alone, and each of the six gets the sealed file."""
    for organisation, speaker in zip(crowd.organisations, crowd.speakers, strict=True):
        if not organisation.mandates.exists():
            grant_mandate(organisation, speaker, "direction", at=ago(days=1))
    freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=ago())
    frozen = make.charter(case)
    text = snapshot.from_json(bytes(frozen.canonical_json))
    assert [each.name for each in text.parties] == [each.name for each in crowd.organisations]
    witness = make.consent(frozen, cast.nora)
    for speaker in crowd.speakers:
        with pytest.raises(signing.SignaturesAreMissing):
            signing.countersign(partnership_id=case.pk, broker=cast.nora, consent=witness, at=ago())
        make.sign(case, speaker, at=ago())
    signing.countersign(partnership_id=case.pk, broker=cast.nora, consent=witness, at=ago())
    sealing.store(charter_id=frozen.pk, pdf=b"%PDF-2.0 five", timestamped=False, at=ago())
    assert Partnership.objects.get(pk=case.pk).state == Case.ACTIVE
    mail.outbox.clear()
    delivery.deliver_due(at=ago(days=-1), limit=1000)
    holders = [each.to[0] for each in mail.outbox if each.attachments]
    assert sorted(holders) == sorted(each.email for each in (*crowd.speakers, cast.nora))


def test_one_of_five_holds_up_the_text(cast, crowd, enter):
    case = several.negotiated(cast, crowd, at=ago(days=1))
    *most, last = crowd.speakers
    for speaker in most:
        make.agree(case, speaker, at=ago(days=0.5))
    make.say(case, last, Stance.OBJECTION, at=ago(days=0.5))
    assert make.roadmap(case).state == Edition.NEGOTIATION
    page = enter(cast.nora).get(reverse("partnerships:rounds", args=[case.reference])).context["page"]
    assert [len(talk.stances) for talk in page.clauses[:1]] == [5]
    assert [(row.side, row.counts) for row in page.convergence.rows] == [
        ("association", (20, 0, 0, 0, 0)),
        ("company", (29, 0, 0, 1, 0)),
    ]


def test_who_has_sealed_cannot_be_taken_back_once_the_other_side_has(cast, crowd):
    case = several.negotiated(cast, crowd, at=ago(days=1))
    first, second, third = crowd.speakers[0], crowd.speakers[1], crowd.speakers[2]
    make.agree(case, first, at=ago())
    make.agree(case, second, at=ago())
    envelopes.take_back(round_id=make.running(case).pk, speaker=second, at=ago())
    make.agree(case, third, at=ago())
    with pytest.raises(envelopes.OtherSideHasSealed):
        envelopes.take_back(round_id=make.running(case).pk, speaker=first, at=ago())
    with pytest.raises(criticism.NotAllAnswered):
        make.draft(
            case, crowd.speakers[3], {make.revision_ids(case)[0]: Position(stance=Stance.AGREE)}, at=ago()
        )
        make.seal(case, crowd.speakers[3], at=ago())


def test_sixty_clauses_and_six_rounds_cost_no_more_queries_than_nine_and_two(cast, crowd, enter):
    counted = []
    for clauses, rounds in ((9, 2), (60, 6)):
        case = several.negotiated(cast, crowd, clauses=clauses, at=ago(days=2), title=f"Action {clauses}")
        several.play(case, crowd, cast.nora, rounds=rounds)
        counted.append(
            {
                (name, reader.full_name): queries_for(enter(reader), case, name)
                for name in (*PAGES, "drafting")
                for reader in ([cast.nora] if name == "drafting" else [crowd.speakers[0], cast.nora])
            }
        )
    assert counted[0] == counted[1]
    page = enter(crowd.speakers[0]).get(reverse("partnerships:rounds", args=[case.reference]))
    assert page.text.count('class="answer"') == 1


def queries_for(browser, case, name):
    """Return the number of queries of a page that is not in the cache, and of the same page again."""
    place = reverse(f"partnerships:{name}", args=[case.reference])
    browser.get(reverse("partnerships:list"))  # the session and the rights of the reader
    counted = []
    for _time in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(place)
        assert page.status_code == 200, name
        counted.append(len(queries))
    return tuple(counted)
