"""A party says what it thinks of a clause: through the page, with script and without, and nobody else."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.actions import people
from partnerships import permissions
from partnerships.actions import negotiation
from partnerships.actions.negotiation import Said
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Stance
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
    return {"revision": make.revision_ids(case)[position - 1], "stance": "agree", **words}


def test_without_script_the_answer_is_kept_and_the_page_comes_back(case, cast, enter):
    page = enter(cast.ben).post(answer_to(case), typed(case), follow=False)
    assert page.status_code == 303
    assert page["Location"] == f"{rounds(case)}#clause-1"
    answer = Answer.objects.get()
    assert (answer.stance, answer.party.code, answer.answered_by) == ("agree", "A", cast.ben)


def test_with_script_the_clause_alone_comes_back_with_what_it_moves(case, cast, enter):
    page = enter(cast.ada).post(answer_to(case, 2), typed(case, 2), headers=HTMX)
    words = page.content.decode()
    assert page.status_code == 200
    assert "<html" not in words
    assert 'id="clause-2"' in words
    assert 'id="clause-1"' not in words
    assert words.count('hx-swap-oob="true"') == 2
    assert "Réponse enregistrée." in words
    assert "Il vous reste 9 clauses sur 10." in words


def test_an_answer_given_is_changed_where_its_form_is_asked_for(case, cast, enter):
    browser, clause_id = enter(cast.ada), make.clause_id(case, 2)
    browser.post(answer_to(case, 2), typed(case, 2, stance="question", reason="Qui relit\u202f?"))
    page = browser.get(rounds(case)).content.decode()
    assert f'href="?clause={clause_id}#clause-2"' in page
    assert f'action="{answer_to(case, 2)}"' not in page
    assert f'action="{answer_to(case, 3)}"' in page
    opened = browser.get(rounds(case), {"clause": clause_id}).content.decode()
    assert f'action="{answer_to(case, 2)}"' in opened
    assert ">\nQui relit\u202f?</textarea>" in opened
    assert f"?clause={clause_id}" not in enter(cast.carla).get(rounds(case)).content.decode()


@pytest.mark.parametrize("asked", ["9" * 40, "x", "٣"])
def test_a_form_that_is_not_there_is_not_opened(case, cast, enter, asked):
    assert enter(cast.ada).get(rounds(case), {"clause": asked}).status_code == 200


@pytest.mark.parametrize("stance", ["question", "reservation", "objection"])
@pytest.mark.parametrize("headers", [{}, HTMX], ids=["bare", "htmx"])
def test_all_but_an_agreement_says_why(case, cast, enter, stance, headers):
    words = typed(case, stance=stance, reason=" ", proposed_text="Six ateliers au plus.")
    page = enter(cast.ada).post(answer_to(case), words, headers=headers)
    said = page.content.decode()
    assert page.status_code == 422
    assert "Six ateliers au plus." in said
    assert f'value="{stance}" ' in said
    assert not Answer.objects.exists()


def test_what_is_typed_comes_back_when_the_text_moved(case, cast, enter):
    words = typed(case, stance="objection", reason="Nos membres perdraient leurs idées.")
    make.revise(case, cast.nora, at=ago())
    page = enter(cast.ada).post(answer_to(case), words)
    said = page.content.decode()
    assert page.status_code == 422
    assert "Une clause a changé pendant votre lecture" in said
    assert "Nos membres perdraient leurs idées." in said
    assert f'name="revision" value="{make.revision_ids(case)[0]}"' in said
    assert not Answer.objects.exists()


def test_what_is_typed_beside_an_agreement_is_not_sent(case, cast, enter):
    enter(cast.ada).post(answer_to(case), typed(case, reason="Un brouillon d’objection."))
    assert Answer.objects.get().reason == ""


def test_the_rest_is_agreed_at_once(case, cast, enter):
    make.say(case, cast.ada, Stance.OBJECTION, position=3, at=ago())
    browser = enter(cast.ada)
    left = browser.get(rounds(case)).context["page"].left
    assert len(left) == 9
    page = browser.post(
        reverse("partnerships:agree", args=[case.reference]), {"revisions": ",".join(map(str, left))}
    )
    assert page.status_code == 303
    assert Answer.objects.filter(stance="agree").count() == 9
    assert Answer.objects.get(stance="objection").revision_id == make.revision_ids(case)[2]


@pytest.mark.parametrize("revisions", ["", "x", "1,2,", "999999", "9" * 40])
def test_an_agreement_to_something_else_is_refused_in_words(case, cast, enter, revisions):
    page = enter(cast.ada).post(
        reverse("partnerships:agree", args=[case.reference]), {"revisions": revisions}, follow=True
    )
    assert "Une clause a changé pendant votre lecture" in page.content.decode()
    assert not Answer.objects.exists()


def test_the_last_agreement_moves_the_whole_page(case, cast, enter):
    make.agree(case, cast.ada, at=ago())
    for position in range(1, 10):
        make.say(case, cast.dan, Stance.AGREE, position=position, at=ago())
    page = enter(cast.dan).post(answer_to(case, 10), typed(case, 10), headers=HTMX)
    assert page["HX-Redirect"] == rounds(case)
    assert make.roadmap(case).state == Edition.AGREED


def test_a_text_that_is_no_longer_discussed_takes_no_answer(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNING)
    page = enter(cast.ada).post(answer_to(case), typed(case))
    assert page.status_code == 422
    assert "a changé d’étape" in page.content.decode()
    assert Answer.objects.count() == 20


FORGERS = [("nora", 403), ("oscar", 403), ("root", 404), ("mallory", 404)]


@pytest.mark.parametrize(("who", "status"), FORGERS)
def test_a_forged_answer_fails_on_the_page(case, cast, enter, who, status):
    browser = enter(getattr(cast, who))
    everything = ",".join(map(str, make.revision_ids(case)))
    assert browser.post(answer_to(case), typed(case)).status_code == status
    agree = reverse("partnerships:agree", args=[case.reference])
    assert browser.post(agree, {"revisions": everything}).status_code == status
    assert not Answer.objects.exists()


@pytest.mark.parametrize(
    ("who", "obstacle"),
    [
        ("nora", permissions.BrokerHasNoVoice),
        ("root", permissions.NotOfAParty),
        ("mallory", permissions.NotOfAParty),
    ],
)
def test_a_forged_answer_fails_in_the_action(case, cast, who, obstacle):
    said = {make.revision_ids(case)[0]: Said(stance=Stance.AGREE)}
    with pytest.raises(obstacle):
        negotiation.answer(partnership_id=case.pk, speaker=getattr(cast, who), said=said, at=ago())
    assert not Answer.objects.exists()


def test_who_reads_for_a_party_does_not_answer_for_it(case, cast, enter):
    people.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=people.Roles(),
        at=NOON,
    )
    browser = enter(cast.ben)
    page = browser.get(rounds(case))
    assert 'class="answer"' not in page.content.decode()
    assert "Vous pouvez lire ce dossier, pas y répondre" in page.content.decode()
    assert browser.post(answer_to(case), typed(case)).status_code == 403
    with pytest.raises(permissions.NotAReferent):
        make.agree(case, cast.ben, at=ago())
    assert not Answer.objects.exists()


def test_a_broker_is_shown_no_form_to_answer(case, cast, enter):
    assert 'class="answer"' not in enter(cast.nora).get(rounds(case)).content.decode()


def test_a_clause_of_another_case_is_not_found(case, cast, enter):
    other = make.partnership(cast, at=ago(), title="Autre action")
    stray = reverse("partnerships:answer", args=[case.reference, make.clause_id(other, 1)])
    page = enter(cast.ada).post(stray, typed(other))
    assert page.status_code == 404
    assert not Answer.objects.exists()
