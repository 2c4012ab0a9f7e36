"""What each home says: yours, the other's, the broker's, and what to watch."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.people.actions import mandates, memberships
from partnerships.home.queries import home_page
from partnerships.lifecycle import Case, Edition
from partnerships.models import Stance
from tests import briefs, make
from tests.make import NOON


def home(cast, who="ada", at=NOON):
    person = getattr(cast, who)
    side = cast.association if who in ("ada", "ben") else cast.company
    return home_page(organisation=side, user=person, at=at)


def test_an_organisation_without_a_case_is_to_publish_what_it_looks_for(cast):
    page = home(cast)
    assert [todo.title for todo in page.todos] == ["Décrire et publier un besoin"]
    assert [page.elsewhere, page.broker, page.partnerships, page.alerts] == [(), (), [], ()]
    assert home(cast, "ben").todos == page.todos  # a referent writes too


def test_an_introduction_waits_for_each_in_turn(cast):
    introduction = briefs.introduce(cast, at=NOON)
    assert [todo.verb for todo in home(cast).todos] == ["Lire et répondre"]
    briefs.say(introduction, cast.ada, at=NOON)
    page = home(cast)
    assert (page.todos, page.broker) == ((), ())
    assert [(each.who, each.due_at) for each in page.elsewhere] == [
        ("l’autre organisation", introduction.expires_at)
    ]
    briefs.say(introduction, cast.carla, at=NOON)
    page = home(cast)
    assert (page.todos, page.elsewhere) == ((), ())
    assert [(each.who, each.title) for each in page.broker] == [
        ("Nora Passerelle", "Ouvrir le dossier · Voyager sans renoncer")
    ]


@pytest.mark.parametrize(
    ("until", "todos", "elsewhere", "broker"),
    [
        (Case.SCOPING, [], 0, 1),
        (Edition.DRAFTING, [], 0, 1),
        (Edition.NEGOTIATION, ["Répondre au texte"], 1, 0),
        (Edition.AGREED, [], 0, 1),
        (Edition.SIGNING, ["Lire et signer la charte"], 1, 0),
        (Edition.SIGNED, ["Résultats de l’enquête"], 1, 0),
        (Case.ACTIVE, ["Résultats de l’enquête"], 1, 0),
        (Case.REVIEW, ["Écrire sa part du bilan"], 3, 0),
        (Case.CLOSED, ["Décrire et publier un besoin"], 0, 0),
    ],
)
def test_each_state_waits_for_somebody(cast, until, todos, elsewhere, broker):
    make.partnership(cast, until=until)
    page = home(cast)
    assert [todo.title for todo in page.todos] == todos
    assert (len(page.elsewhere), len(page.broker)) == (elsewhere, broker)
    assert len(page.partnerships) == 1


def test_who_has_answered_waits_for_the_other(cast):
    case = make.partnership(cast)
    make.agree(case, cast.ben, at=NOON)
    assert home(cast).todos == ()
    assert [(each.side, each.who) for each in home(cast).elsewhere] == [("company", "Laboratoires Valfictif")]
    assert [todo.title for todo in home(cast, "dan").todos] == ["Répondre au texte"]
    make.say(case, cast.dan, Stance.QUESTION, at=NOON)
    assert [each.who for each in home(cast, "dan").broker] == ["Nora Passerelle"]


def test_the_most_urgent_comes_first_and_a_late_milestone_is_an_alert(cast):
    make.partnership(cast, until=Case.ACTIVE)
    make.partnership(cast, at=NOON + timedelta(days=34), title="Autre action")
    page = home(cast, at=NOON + timedelta(days=35))
    assert [todo.badge_status for todo in page.todos] == ["late", "due"]
    assert page.todos[0].badge_label == "En retard de 5 jours"
    assert [alert.words for alert in page.alerts] == [
        "En retard de 5 jours",
        "Aucune activité depuis 35 jours",
    ]


def test_what_is_to_do_now_comes_before_a_milestone_to_come(cast):
    make.partnership(cast, until=Case.ACTIVE)
    payment, milestone = home(cast, "dan", at=NOON + timedelta(days=40)).todos
    assert (payment.badge_label, payment.due_date) == ("Dès maintenant", None)
    assert milestone.verb == "Déposer la preuve"


def test_who_may_not_act_is_given_something_to_read(cast):
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(),
        at=NOON,
    )
    make.partnership(cast)
    make.partnership(cast, until=Case.ACTIVE, title="Autre action")
    assert {todo.verb for todo in home(cast, "ben").todos} == {"Lire", "Voir le jalon"}
    assert {todo.verb for todo in home(cast, "ada").todos} == {"Répondre", "Déposer la preuve"}


def test_an_organisation_whose_mandate_ended_is_told(cast):
    make.partnership(cast)
    mandates.revoke_mandate(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        mandate_id=cast.ada_mandate.pk,
        at=NOON,
    )
    assert [alert.words for alert in home(cast).alerts] == ["Aucun mandat en cours"]
    assert home(cast, "carla").alerts == ()


def test_a_mandate_that_ran_out_is_named_on_the_home(cast):
    make.partnership(cast)
    last = NOON.date()
    mandates.record_mandate(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        signatory_id=cast.ada.pk,
        terms=mandates.MandateTerms("présidente", "Statuts", last - timedelta(days=9), last),
        at=NOON,
    )
    (alert,) = home(cast).alerts
    assert (alert.status, alert.words) == ("due", "Fin d’un mandat")
    (alert,) = home(cast, at=NOON + timedelta(days=1)).alerts
    assert (alert.status, alert.words) == ("late", "Mandat expiré")
    assert alert.detail.startswith("Mandat de signature terminé le 2 mars 2026\u00a0: Ada Vernet")
    assert alert.url == "/association/notre-association/"


def test_a_card_leads_to_the_last_sealed_charter(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    [card] = home(cast).partnerships
    assert card.charter_url.endswith(f"{case.reference}/charte/1/charte.pdf")
    assert card.stage.present.label == "En cours"
    assert card.next_milestone.code == "J1"
    assert card.next_step_text.startswith("Vous\u00a0: jalon J1")


@pytest.mark.parametrize("many", [1, 4])
def test_a_home_costs_the_same_with_many_cases(cast, many, django_assert_num_queries):
    for rank in range(many):
        for until in (Edition.NEGOTIATION, Edition.SIGNING, Case.ACTIVE):
            make.partnership(cast, until=until, title=f"Action {rank}")
    with django_assert_num_queries(9):
        home(cast)
