"""A party drafts what it says of each clause, under seal: through the page, and nobody else for it."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.people.actions import memberships
from partnerships import permissions
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Stance
from partnerships.negotiation.queries.positions import Position, positions_from_answers
from partnerships.rounds.queries import own_content
from tests import make
from tests.make import NOON, ago

HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(cast):
    """Open a negotiation that still runs: the pages read the real clock."""
    return make.partnership(cast, at=ago(days=1))


def rounds(case):
    return reverse("partnerships:rounds", args=[case.reference])


def answer_to(case, position=1):
    return reverse("partnerships:answer", args=[case.reference, make.clause_id(case, position)])


def typed(case, position=1, **words):
    return {"revision": make.revision_ids(case)[position - 1], "stance": "agree", "seen_number": "0", **words}


def drafted(case, person):
    """Return what the envelope of somebody's party holds, by the position of the clause."""
    _envelope, content = own_content(make.running(case), person, case)
    positions = positions_from_answers(content.answers())
    return {
        position: positions[each]
        for position, each in enumerate(make.revision_ids(case), 1)
        if each in positions
    }


def test_without_script_the_answer_is_kept_and_leads_to_the_next_clause(case, cast, enter):
    page = enter(cast.ben).post(answer_to(case), typed(case))
    assert page.status_code == 303
    assert page["Location"] == f"{rounds(case)}?clause=2.1#clause-2.1"
    assert drafted(case, cast.ada) == {1: Position(stance=Stance.AGREE)}
    assert not Answer.objects.exists()
    words = enter(cast.ada).get(rounds(case), {"clause": "1"}).text
    assert "Enregistré par Ben Lamarre, le" in words
    assert "1 réponse sur 10" in words


def test_with_script_it_is_kept_while_it_is_typed_without_its_reason(case, cast, enter):
    page = enter(cast.ada).post(answer_to(case, 2), typed(case, 2, stance="objection"), headers=HTMX)
    words = page.text
    assert page.status_code == 200
    assert "<html" not in words
    assert 'name="seen_number" value="1"' in words
    assert "Enregistré par Ada Vernet" in words
    assert "0 réponse sur 10" in words
    assert drafted(case, cast.ada)[2] == Position(stance=Stance.OBJECTION)


def test_an_answer_given_is_changed_where_its_form_is_asked_for(case, cast, enter):
    browser = enter(cast.ada)
    browser.post(answer_to(case, 2), typed(case, 2, stance="question", reason="Qui relit\u202f?"))
    page = browser.get(rounds(case)).content.decode()
    assert 'href="?clause=2.1#clause-2.1"' in page
    assert f'action="{answer_to(case, 2)}"' not in page
    assert f'action="{answer_to(case)}"' in page
    opened = browser.get(rounds(case), {"clause": 2}).content.decode()
    assert f'action="{answer_to(case, 2)}"' in opened
    assert ">\nQui relit\u202f?</textarea>" in opened


@pytest.mark.parametrize("query", ["9" * 40, "x", "٣"])
def test_a_form_that_is_not_there_is_not_opened(case, cast, enter, query):
    assert enter(cast.ada).get(rounds(case), {"clause": query}).status_code == 200


@pytest.mark.parametrize("stance", ["question", "reservation", "objection"])
def test_all_but_an_agreement_says_why(case, cast, enter, stance):
    words = typed(case, stance=stance, reason=" ", proposed_text="Six ateliers au plus.")
    page = enter(cast.ada).post(answer_to(case), words)
    assert page.status_code == 422
    assert "Six ateliers au plus." in page.text
    assert re.search(rf'value="{stance}"\s[^>]*aria-pressed="true"', page.text)
    assert drafted(case, cast.ada) == {}


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["bare", "htmx"])
def test_two_members_who_write_the_same_clause_lose_nothing(case, cast, enter, headers):
    browser = enter(cast.ada)
    browser.get(rounds(case))
    make.draft(
        case,
        cast.ben,
        {make.revision_ids(case)[0]: Position(stance=Stance.RESERVATION, reason="Le texte de Ben.")},
        at=ago(),
    )
    mine = typed(case, stance="objection", reason="Le texte d’Ada.")
    page = browser.post(answer_to(case), mine, headers=headers)
    assert page.status_code == 422
    assert "Le texte de Ben." in page.text
    assert drafted(case, cast.ada)[1].reason == "Le texte de Ben."
    if not headers:
        assert "Le texte d’Ada." in page.text
        assert 'name="seen_number" value="1"' in page.text
        assert browser.post(answer_to(case), mine | {"seen_number": "1"}).status_code == 303
        assert drafted(case, cast.ben)[1].reason == "Le texte d’Ada."
    else:
        assert 'name="seen_number" value="0"' in page.text


def test_what_is_typed_comes_back_when_the_text_moved(cast, enter):
    case = make.partnership(cast, until=Edition.AGREED, at=ago(days=2))
    words = typed(case, stance="objection", reason="Nos membres perdraient leurs idées.")
    make.revise(case, cast.nora, at=ago(days=1))
    make.ask_again(case, cast.nora, at=ago(days=1))
    page = enter(cast.ada).post(answer_to(case), words)
    assert page.status_code == 422
    assert "Une clause a changé pendant votre lecture" in page.text
    assert "Nos membres perdraient leurs idées." in page.text
    assert drafted(case, cast.ada) == {}


def test_what_is_typed_beside_an_agreement_is_not_kept(case, cast, enter):
    enter(cast.ada).post(answer_to(case), typed(case, reason="Un brouillon d’objection."))
    assert drafted(case, cast.ada)[1].reason == ""


def test_a_first_round_offers_no_agreement_to_several_clauses_and_refuses_a_forged_one(case, cast, enter):
    why = Position(stance=Stance.OBJECTION, reason="Trop long.")
    make.draft(case, cast.ben, {make.revision_ids(case)[2]: why}, at=ago())
    browser = enter(cast.ada)
    agree = reverse("partnerships:agree", args=[case.reference])
    page = browser.get(rounds(case))
    assert page.context["page"].unchanged_revisions == []
    assert agree not in page.text
    sent = {"revisions": ",".join(map(str, make.revision_ids(case)))}
    everything = ", ".join(f"{number}.1" for number in range(1, 11))
    refused = browser.post(agree, sent, follow=True)
    assert f"répondez à chacune\u00a0: {everything}." in refused.text
    assert drafted(case, cast.ada) == {3: why}


@pytest.mark.parametrize("revisions", ["", "x", "1,2,", "999999", "9" * 40])
def test_an_agreement_to_something_else_is_refused_in_words(case, cast, enter, revisions):
    page = enter(cast.ada).post(
        reverse("partnerships:agree", args=[case.reference]), {"revisions": revisions}, follow=True
    )
    assert "Une clause a changé pendant votre lecture" in page.text
    assert drafted(case, cast.ada) == {}


@pytest.mark.parametrize("who", ["dan", "nora"])
def test_nobody_else_reads_an_answer_before_all_open(case, cast, enter, who):
    reason = "Le secret de Polichinelle."
    make.say(case, cast.ada, Stance.OBJECTION, position=2, reason=reason, at=ago())
    page = enter(getattr(cast, who)).get(rounds(case))
    assert reason not in page.text
    assert "objection" not in [each.stance for talk in page.context["page"].clauses for each in talk.stances]
    assert "réponse scellée" in page.text
    make.agree(case, cast.carla, at=ago())
    assert "objection" in [
        stance.stance
        for talk in enter(getattr(cast, who)).get(rounds(case)).context["page"].clauses
        for stance in talk.stances
    ]


def test_a_text_that_is_no_longer_discussed_takes_no_answer(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNING)
    page = enter(cast.ada).post(answer_to(case), typed(case, stance="question", reason="Quand ?"))
    assert page.status_code == 422
    assert "Le tour est clos" in page.text
    assert Answer.objects.count() == 20


def test_who_reads_for_a_party_does_not_answer_for_it(case, cast, enter):
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(),
        at=NOON,
    )
    browser = enter(cast.ben)
    page = browser.get(rounds(case))
    assert 'class="answer"' not in page.text
    assert "Vous pouvez lire ce dossier, mais pas y répondre" in page.text
    assert browser.post(answer_to(case), typed(case)).status_code == 403
    with pytest.raises(permissions.NotAReferent):
        make.agree(case, cast.ben, at=ago())


def test_a_broker_is_shown_no_form_to_answer(case, cast, enter):
    assert 'class="answer"' not in enter(cast.nora).get(rounds(case)).text


def test_a_clause_of_another_case_is_not_found(case, cast, enter):
    other = make.partnership(cast, at=ago(), title="Autre action")
    stray = reverse("partnerships:answer", args=[case.reference, make.clause_id(other, 1)])
    browser = enter(cast.ada)
    assert browser.post(stray, typed(other)).status_code == 404
    sent = {"revisions": ",".join(map(str, make.revision_ids(other)))}
    page = browser.post(reverse("partnerships:agree", args=[case.reference]), sent, follow=True)
    assert "Une clause a changé pendant votre lecture" in page.text
    assert drafted(other, cast.ada) == drafted(case, cast.ada) == {}


CHOICES = ("question", "reservation", "objection")


def test_one_press_on_agree_saves_it_and_opens_the_next_clause(case, cast, enter):
    browser = enter(cast.ada)
    sent = typed(case, 1) | {"stance": "", "choose": "agree"}
    assert browser.post(answer_to(case), sent)["Location"] == f"{rounds(case)}?clause=2.1#clause-2.1"
    assert drafted(case, cast.ada) == {1: Position(stance=Stance.AGREE)}
    page = browser.get(rounds(case), {"clause": 1}).text
    assert re.search(r'value="agree"\s[^>]*aria-pressed="true"', page)


@pytest.mark.parametrize("stance", CHOICES)
def test_one_press_on_another_stance_saves_it_and_opens_the_field_of_its_reason(case, cast, enter, stance):
    browser = enter(cast.ada)
    sent = typed(case, 3) | {"stance": "", "choose": stance}
    assert browser.post(answer_to(case, 3), sent)["Location"] == f"{rounds(case)}?clause=3.1#clause-3.1"
    assert drafted(case, cast.ada) == {3: Position(stance=Stance(stance))}
    page = browser.get(rounds(case), {"clause": 3}).text
    assert f'data-stance="{stance}"' in page
    assert "0 réponse sur 10" in page
    # The stance changes with another press, and the reason that was typed meanwhile stays.
    other = next(each for each in CHOICES if each != stance)
    kept = typed(case, 3) | {"stance": stance, "choose": other, "reason": "Trop long.", "seen_number": "1"}
    browser.post(answer_to(case, 3), kept)
    assert drafted(case, cast.ada)[3] == Position(stance=Stance(other), reason="Trop long.")


@pytest.mark.parametrize(("way", "target"), [("previous", 4), ("following", 6)])
def test_a_neighbour_is_opened_with_what_was_typed_saved(case, cast, enter, way, target):
    browser = enter(cast.ada)
    sent = typed(case, 5) | {"stance": "objection", "reason": "", "proposed_text": "Six mois.", "way": way}
    assert (
        browser.post(answer_to(case, 5), sent)["Location"]
        == f"{rounds(case)}?clause={target}.1#clause-{target}.1"
    )
    assert drafted(case, cast.ada)[5].proposed_text == "Six mois."
    unanswered = typed(case, 6) | {"stance": "", "way": way}
    assert browser.post(answer_to(case, 6), unanswered).status_code == 303
    assert 6 not in drafted(case, cast.ada)


def test_the_seal_is_offered_at_the_top_as_soon_as_all_is_answered(case, cast, enter):
    browser, seal = enter(cast.ada), reverse("partnerships:seal", args=[case.reference])
    for place in range(1, 11):
        assert f'href="{seal}"' not in browser.get(rounds(case)).text
        answered = browser.post(answer_to(case, place), typed(case, place) | {"choose": "agree"})
    assert answered["Location"] == f"{rounds(case)}#suite"
    page = browser.get(rounds(case)).text
    bar, rest = page.split('class="answer-bar"')[1].split("</section>", 1)
    assert f'href="{seal}"' in bar
    assert "10 réponses sur 10" in bar
    assert 'class="clause"' in rest or "Relisez-les dans la liste" in rest
