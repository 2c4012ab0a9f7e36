"""The board: cases by stage, whose turn it is, days since the last ledger entry."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import User
from broker.forms.search import BoardSearch
from broker.queries import pipeline
from broker.queries.pipeline import BoardFilters, PipelineStage
from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership
from tests import make
from tests.make import NOON

STAGES = [
    (Case.SCOPING, PipelineStage.SCOPING),
    (Edition.DRAFTING, PipelineStage.WRITING),
    (Edition.NEGOTIATION, PipelineStage.NEGOTIATION),
    (Edition.AGREED, PipelineStage.NEGOTIATION),
    (Edition.SIGNING, PipelineStage.SIGNING),
    (Edition.SIGNED, PipelineStage.ACTIVE),
    (Case.ACTIVE, PipelineStage.ACTIVE),
    (Case.REVIEW, PipelineStage.REVIEW),
    (Case.CLOSED, PipelineStage.ENDED),
    (Case.ABANDONED, PipelineStage.ENDED),
]


def board(people, at=NOON, **filters):
    return pipeline.board(people.nora, BoardFilters(**filters), page=1, at=at)


def tickets(result):
    return {ticket.title: ticket for column in result.columns for ticket in column.tickets}


@pytest.mark.parametrize(("until", "stage"), STAGES)
def test_a_case_is_in_the_column_of_its_stage(people, until, stage):
    make.partnership(people, until=until)
    assert {column.stage: column.total for column in board(people).columns if column.total} == {stage: 1}


def test_a_ticket_says_whose_turn_it_is_and_until_when(people):
    make.partnership(people, until=Edition.NEGOTIATION)
    ticket = tickets(board(people))[make.TITLE]
    assert (ticket.association, ticket.company) == ("Souffle Imaginaire", "Laboratoires Valfictif")
    assert ticket.next_step.endswith("répondre au texte, encore 7 jours")
    assert (ticket.label, ticket.broker, ticket.is_mine_to_do) == ("Activité aujourd’hui", "", False)


def test_a_case_without_recent_entry_shows_the_days(people):
    make.partnership(people, until=Case.SCOPING)
    ticket = tickets(board(people, at=NOON + timedelta(days=12)))[make.TITLE]
    assert (ticket.status, ticket.label) == ("due", "Aucune activité depuis 12 jours")


def test_late_milestones_are_counted(people):
    make.partnership(people, until=Case.ACTIVE)
    ticket = tickets(board(people, at=NOON + timedelta(days=70)))[make.TITLE]
    assert ticket.late == "2 jalons en retard"


def test_only_the_own_cases_of_a_broker_are_listed_to_do(people):
    make.partnership(people, until=Case.SCOPING, title="À Nora")
    Partnership.objects.update(broker=people.oscar)
    make.partnership(people, until=Case.SCOPING, title="Encore à Nora")
    result = board(people)
    assert [ticket.title for ticket in result.todo] == ["Encore à Nora"]
    ticket = tickets(result)["À Nora"]
    assert (ticket.broker, ticket.next_step.partition("\u00a0:")[0]) == ("Oscar Médian", "Oscar Médian")
    assert tickets(result)["Encore à Nora"].next_step.startswith("Vous\u00a0:")


def test_the_search_reads_titles_references_and_names(people):
    make.partnership(people, until=Case.SCOPING, title="Un écran lisible")
    case = make.partnership(people, until=Case.SCOPING, title="Un guide", company=people.other_company)
    assert set(tickets(board(people, words="écran valfictif"))) == {"Un écran lisible"}
    assert set(tickets(board(people, words=case.reference))) == {"Un guide"}
    assert set(tickets(board(people, words="souffle"))) == {"Un guide", "Un écran lisible"}
    assert board(people, words="nulle part").total == 0


def test_the_filter_mine_leaves_out_the_cases_of_others(people):
    make.partnership(people, until=Case.SCOPING)
    assert board(people, is_mine=True).total == 1
    assert pipeline.board(people.oscar, BoardFilters(is_mine=True), page=1, at=NOON).total == 0


def test_a_column_shows_a_dozen_and_counts_the_rest(people, broker_client):
    for number in range(14):
        make.partnership(people, until=Case.SCOPING, title=f"Dossier {number:02d}")
    column = board(people).columns[0]
    assert (column.total, column.rest, len(column.tickets)) == (14, 2, 12)
    answer = broker_client.get(reverse("broker:pipeline"), {"q": "Dossier"})
    assert "et 2 autres" in answer.text
    assert "?stage=scoping&amp;q=Dossier" in answer.text
    alone = broker_client.get(reverse("broker:pipeline"), {"stage": "scoping"})
    assert alone.text.count('class="ticket"') == 14


def test_the_stage_that_ended_last_comes_first(people):
    for rank, title in enumerate(("Ancien", "Récent")):
        make.partnership(people, until=Case.ABANDONED, title=title, at=NOON + timedelta(days=rank))
    ended = board(people, at=NOON + timedelta(days=2)).columns[-1]
    assert [ticket.title for ticket in ended.tickets] == ["Récent", "Ancien"]


def test_the_page_without_a_case_shows_the_first_step(people, broker_client):
    answer = broker_client.get(reverse("broker:pipeline"))
    assert "Aucun dossier pour l’instant" in answer.text
    assert reverse("broker:open_case") in answer.text


def test_a_search_without_result_leads_back(people, broker_client):
    make.partnership(people, until=Case.SCOPING)
    answer = broker_client.get(reverse("broker:pipeline"), {"q": "introuvable"})
    assert "Aucun dossier ne correspond" in answer.text


@pytest.mark.parametrize(
    "query", [{"stage": "x"}, {"page": "-3"}, {"page": "x"}, {"q": "x" * 300}, {"mine": "?"}]
)
def test_an_invalid_query_shows_the_board(people, broker_client, query):
    assert broker_client.get(reverse("broker:pipeline"), query).status_code == 200
    assert isinstance(BoardSearch(query).filters(), BoardFilters)


@pytest.mark.parametrize("many", [1, 20])
def test_the_board_costs_the_same(people, broker_client, many, django_assert_num_queries):
    until = [Edition.NEGOTIATION, Edition.SIGNING, Case.ACTIVE]
    for number in range(many):
        for state in until if number == 0 else [Case.SCOPING]:
            make.partnership(people, until=state, title=f"{state} {number}")
    broker_client.get(reverse("broker:pipeline"))
    with django_assert_num_queries(10):
        broker_client.get(reverse("broker:pipeline"))


def test_every_broker_sees_every_case(people, log_in):
    make.partnership(people, until=Case.SCOPING)
    assert make.TITLE in log_in(people.oscar).get(reverse("broker:pipeline")).text
    assert User.objects.filter(is_broker=True).count() == 2
