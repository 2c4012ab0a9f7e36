"""Risks on the pages: a suggested wording is adopted, or the clause is kept with a reason until it changes."""

from __future__ import annotations

import pytest
from django.db import IntegrityError
from django.urls import reverse

from ledger.models import Entry
from outbox.models import Message
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import amendments, clauses, requirements, risks
from partnerships.lifecycle import Case, Edition
from partnerships.models import KeptRisk, Partnership, Stance
from partnerships.negotiation.actions import negotiation
from partnerships.signing.actions import freezing
from partnerships.text import agreement
from tests import dialogue, make
from tests.database_owner import owner
from tests.wording import Wording

ASKING = {"days": "5", "rule": "open"}

pytestmark = pytest.mark.django_db

VETO = "Le rapport est public. Toute publication est validée par l’entreprise."
WHY = "L’entreprise y tient ; les deux côtés doivent en parler."


@pytest.fixture
def draft(cast):
    """A text being written, its last clause a veto."""
    case = make.partnership(cast, until=Edition.DRAFTING)
    clauses.add_clause(
        partnership_id=case.pk,
        broker=cast.nora,
        heading=Heading.FOLLOW_UP,
        wording=Wording(title="Publications", body=VETO),
        at=make.NOON,
    )
    return case


def address(case, name="drafting", *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def last(case):
    return agreement.clauses_of(make.roadmap(case))[-1]


def keep(case, cast, code="R5", **changes):
    clause = last(case)
    data = {"seen_number": clause.current.number, "reason": WHY, "at": make.NOON} | changes
    return risks.keep_risk(clause_id=clause.pk, broker=cast.nora, code=code, **data)


def test_a_text_with_an_unsettled_risk_is_not_sent_to_the_parties(draft, cast, enter):
    browser = enter(cast.nora)
    page = browser.post(address(draft, "open_negotiation"), ASKING, follow=True).text
    assert "Droit de veto sur la parole (R5)" in page
    assert make.roadmap(draft).state == Edition.DRAFTING
    with pytest.raises(requirements.UnsettledRisks):
        negotiation.open_negotiation(partnership_id=draft.pk, broker=cast.nora, at=make.NOON)
    keep(draft, cast)
    negotiation.open_negotiation(partnership_id=draft.pk, broker=cast.nora, at=make.NOON)
    assert make.roadmap(draft).state == Edition.NEGOTIATION


def test_the_suggested_wording_is_adopted_with_one_button(draft, cast, enter):
    browser = enter(cast.nora)
    clause = last(draft)
    page = browser.get(address(draft)).text
    assert 'id="risque-11.1-R5"' in page
    there = address(draft, "adopt_wording", clause.pk, "R5")
    assert there in page
    answer = browser.post(there, {"seen_number": "1"}, follow=True)
    assert "Formulation utilisée." in answer.text
    assert last(draft).current.body.startswith("Le rapport est public. L’entreprise peut signaler")
    assert "R5" in last(draft).current.reason
    # Nobody hears of a text that no party has.
    assert not Message.objects.filter(kind="clause-revised").exists()
    assert 'id="risque-11.1-R5"' not in answer.text
    again = browser.post(there, {"seen_number": "2"}, follow=True).text
    assert "ne présente plus ce risque" in again


def test_somebody_else_rewrote_the_clause(draft, cast, enter):
    clause = last(draft)
    make.revise(draft, cast.oscar, position=clause.position, at=make.NOON)
    browser = enter(cast.nora)
    data = {"seen_number": "1", "reason": WHY}
    assert (
        "modifiée pendant"
        in browser.post(address(draft, "adopt_wording", clause.pk, "R5"), data, follow=True).text
    )
    answer = browser.post(address(draft, "keep_risk", clause.pk, "R5"), data)
    assert answer.status_code == 422
    assert WHY in answer.text
    assert not KeptRisk.objects.exists()


def test_the_reason_of_a_kept_risk_is_read_by_both_parties_and_recorded_once(draft, cast, enter):
    clause = last(draft)
    browser = enter(cast.nora)
    there = address(draft, "keep_risk", clause.pk, "R5")
    assert "Toute publication est validée" in browser.get(there).text
    assert browser.post(there, {"seen_number": "1", "reason": ""}).status_code == 422
    assert browser.post(there, {"seen_number": "1", "reason": WHY}).status_code == 303
    (entry,) = Entry.objects.filter(kind="clause.keep")
    assert entry.facts == {"clause": "11.1", "revision": 1, "risk": "R5", "reason": WHY}
    refused = browser.post(there, {"seen_number": "1", "reason": "Encore."})
    assert "déjà gardée" in refused.text
    assert enter(cast.ada).get(address(draft, "roadmap")).text.count(WHY) == 0
    negotiation.open_negotiation(partnership_id=draft.pk, broker=cast.nora, at=make.NOON)
    for name in ("ada", "ben", "carla", "dan"):
        for page, query in (("roadmap", ""), ("rounds", "?clause=11"), ("ledger", "")):
            assert WHY in enter(getattr(cast, name)).get(address(draft, page) + query).text, (name, page)


def test_a_kept_risk_ends_when_the_clause_changes(draft, cast, enter):
    keep(draft, cast)
    make.revise(draft, cast.nora, position=last(draft).position, at=make.NOON)
    assert WHY not in enter(cast.nora).get(address(draft)).text
    with pytest.raises(requirements.UnsettledRisks):
        negotiation.open_negotiation(partnership_id=draft.pk, broker=cast.nora, at=make.NOON)


def test_a_text_made_risky_in_negotiation_opens_no_round(cast):
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    dialogue.say(case, cast.ada, Stance.QUESTION, at=make.NOON)
    make.agree(case, cast.carla, at=make.NOON)
    make.revise(case, cast.nora, change="L’association restitue la totalité des sommes.", at=make.NOON)
    dialogue.reply_to_all(case, cast.nora, at=make.NOON)
    with pytest.raises(requirements.UnsettledRisks):
        negotiation.ask_again(partnership_id=case.pk, broker=cast.nora, at=make.NOON)


def test_an_agreed_text_that_names_a_product_is_not_frozen(cast):
    case = make.partnership(cast, until=Edition.AGREED)
    Partnership.objects.filter(pk=case.pk).update(product_names="enquête")
    with pytest.raises(requirements.UnsettledRisks):
        freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=make.NOON)
    assert make.roadmap(case).state == Edition.AGREED


@pytest.mark.parametrize(
    ("code", "changes", "obstacle"),
    [
        ("R5", {"reason": "  "}, risks.RiskReasonMissing),
        ("R3", {}, risks.RiskNotFound),
        ("R5", {"seen_number": 7}, clauses.StaleRevision),
    ],
)
def test_risks_that_cannot_be_kept(draft, cast, code, changes, obstacle):
    with pytest.raises(obstacle):
        keep(draft, cast, code, **changes)
    assert not KeptRisk.objects.exists()


def test_a_blank_is_filled_in_and_never_kept(draft, cast, enter):
    make.revise(
        draft, cast.nora, position=last(draft).position, change="Sous [nombre de jours] jours.", at=make.NOON
    )
    with pytest.raises(risks.BlankCannotBeKept):
        keep(draft, cast, "R0")
    with pytest.raises(risks.NoSuggestedWording):
        risks.adopt_suggestion(
            clause_id=last(draft).pk, broker=cast.nora, seen_number=2, code="R0", at=make.NOON
        )
    keep(draft, cast)
    page = enter(cast.nora).post(address(draft, "open_negotiation"), ASKING, follow=True).text
    assert "Des blancs restent à compléter" in page


def test_a_reason_is_never_rewritten_in_the_database(draft, cast):
    keep(draft, cast)
    for act in ("UPDATE partnerships_keptrisk SET reason = 'x'", "DELETE FROM partnerships_keptrisk"):
        with pytest.raises(IntegrityError, match="is sealed"), owner() as cursor:
            cursor.execute(act)


def test_product_names_are_searched_in_the_text(draft, cast, enter):
    browser = enter(cast.nora)
    make.revise(draft, cast.nora, position=1, change="Le Respirax est présenté.", at=make.NOON)
    assert "Promotion d’un produit" not in browser.get(address(draft, "risks")).text
    assert browser.post(address(draft, "risks"), {"names": " Respirax \r\n\r\n"}).status_code == 303
    page = browser.get(address(draft, "risks")).text
    assert "Promotion d’un produit" in page
    assert "Respirax</textarea>" in page
    (entry,) = Entry.objects.filter(kind="case.products")
    assert entry.facts == {"products": ["Respirax"]}
    assert "ne pas citer" in browser.get(address(draft, "ledger")).text
    browser.post(address(draft, "risks"), {"names": ""})
    assert "supprime la liste des noms de produits" in browser.get(address(draft, "ledger")).text


def test_an_unsaved_text_is_checked_while_typing(draft, cast, enter):
    browser = enter(cast.nora)
    fragment = browser.post(address(draft, "reread"), {"body": VETO}).text
    assert 'data-risk="R5"' in fragment
    assert "<textarea" not in fragment
    better = browser.post(address(draft, "reread"), {"body": VETO, "adopt": "R5"}).text
    assert "data-risk" not in better
    assert 'hx-swap-oob="true"' in better
    assert "Le rapport est public. L’entreprise peut signaler une erreur de fait" in better
    assert "Aucun risque trouvé" in browser.post(address(draft, "reread"), {"body": ""}).text


def test_the_meter_leads_to_what_is_missing(draft, cast, enter):
    page = enter(cast.nora).get(address(draft)).text
    assert "Rien d’obligatoire ne manque" in page
    assert f'href="{address(draft)}#rubrique-14"' in page
    assert "EFPIA, article 21, à vérifier" in page


def test_an_incomplete_text_is_not_frozen(cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    promise = next(
        each
        for each in agreement.clauses_of(make.roadmap(case))
        if each.heading == Heading.COMPANY_COMMITMENTS
    )
    wording = clauses.wording_of(promise.current)
    clauses.revise_clause(
        clause_id=promise.pk,
        broker=cast.nora,
        seen_number=1,
        wording=Wording(title=wording.title, body="L’entreprise finance.", terms=wording.terms),
        reason="Plus court.",
        at=make.NOON,
    )
    browser = enter(cast.nora)
    assert "A18" in browser.get(address(case, "open_negotiation")).text
    make.STEPS[Edition.NEGOTIATION](case, cast, 0, make.NOON)
    assert "A18" in browser.get(address(case, "rounds")).text
    assert "A18" not in enter(cast.ada).get(address(case, "rounds")).text
    for speaker in (cast.ada, cast.carla):
        make.agree(case, speaker, at=make.NOON)
    assert "A18" in browser.get(address(case, "rounds")).text
    assert "À compléter avant de figer le texte" in browser.get(address(case)).text
    page = browser.post(address(case, "freeze"), follow=True).text
    for item in ("A10", "A18", "A19"):
        assert item in page
    assert make.roadmap(case).state == Edition.AGREED
    with pytest.raises(requirements.IncompleteText):
        freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=make.NOON)


def test_an_amendment_opens_with_the_risks_that_were_kept(draft, cast):
    keep(draft, cast)
    for state in (Edition.NEGOTIATION, Edition.AGREED, Edition.SIGNING, Edition.SIGNED, Case.ACTIVE):
        make.STEPS[state](draft, cast, 1, make.NOON)
    amendments.open_amendment(partnership_id=draft.pk, broker=cast.nora, at=make.NOON)
    make.revise(draft, cast.nora, at=make.NOON)
    negotiation.open_negotiation(partnership_id=draft.pk, broker=cast.nora, at=make.NOON)
    assert [row["reason"] for row in last(draft).risk_acceptances] == [WHY]
