"""The home of a portal: whose turn it is, said to each, at the same cost for one case and for many."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership
from partnerships.lifecycle import Case, Edition
from tests import make
from tests.cast import add_member, assemble_cast

pytestmark = pytest.mark.django_db
NOW = datetime.now(UTC)
HOMES = {"ada": "associations:home", "ben": "associations:home", "carla": "companies:home"}


def page(user, name):
    client = Client()
    client.force_login(user)
    return client.get(reverse(name))


@pytest.mark.parametrize("name", HOMES)
def test_a_text_to_answer_is_said_to_wait_for_those_who_answer(name):
    cast = assemble_cast(NOW)
    case = make.partnership(cast, until=Edition.NEGOTIATION, at=NOW)
    shown = page(getattr(cast, name), HOMES[name]).content.decode()
    assert "vous avez " in shown
    assert " à faire." in shown
    assert f'href="{reverse("partnerships:rounds", args=[case.reference])}"' in shown


def test_a_frozen_text_is_signed_by_the_signatory_alone():
    cast = assemble_cast(NOW)
    case = make.partnership(cast, until=Edition.SIGNING, at=NOW)
    sign = f'href="{reverse("partnerships:sign", args=[case.reference])}"'
    assert sign in page(cast.ada, HOMES["ada"]).content.decode()
    assert sign not in page(cast.ben, HOMES["ben"]).content.decode()


def test_a_text_being_written_waits_for_the_broker():
    cast = assemble_cast(NOW)
    case = make.partnership(cast, until=Edition.DRAFTING, at=NOW)
    shown = page(cast.carla, HOMES["carla"])
    assert not [todo for todo in shown.context["page"].todos if case.reference in todo.url]
    assert [waiting.who for waiting in shown.context["page"].broker] == [str(cast.nora)]


def test_a_sealed_charter_is_one_press_away():
    cast = assemble_cast(NOW)
    make.partnership(cast, until=Case.ACTIVE, at=NOW)
    (card,) = page(cast.ben, HOMES["ben"]).context["page"].partnerships
    assert card.charter_url
    assert card.next_milestone


def test_each_portal_shows_its_own_organisation_to_who_belongs_to_both():
    cast = assemble_cast(NOW)
    Membership.objects.create(user=cast.ada, organisation=cast.company, joined_at=NOW)
    client = Client()
    client.force_login(cast.ada)
    for chosen in (cast.company, cast.association):
        session = client.session
        session["organisation"] = str(chosen.pk)
        session.save()
        for name, own in (("associations:home", cast.association), ("companies:home", cast.company)):
            banner = client.get(reverse(name)).text.partition("<main")[2].partition("<section")[0]
            assert own.name in banner
    assert page(cast.mallory, "associations:home").status_code == 404


def test_a_case_of_others_is_not_there():
    cast = assemble_cast(NOW)
    make.partnership(cast, at=NOW)
    assert page(cast.mallory, "companies:home").context["page"].partnerships == []


def queries(user, name):
    page(user, name)
    with CaptureQueriesContext(
        connection,
    ) as made:
        answer = page(user, name)
    assert answer.status_code == 200
    return len(made)


@pytest.mark.parametrize("name", ["associations:home", "associations:organisation"])
def test_a_page_costs_the_same_for_one_case_and_for_many(name):
    cast = assemble_cast(NOW)
    make.partnership(cast, until=Case.ACTIVE, at=NOW)
    make.partnership(cast, until=Edition.NEGOTIATION, at=NOW, title="Un écran lisible pour tous")
    few = queries(cast.ada, name)
    for rank in range(4):
        make.partnership(cast, until=Edition.NEGOTIATION, at=NOW, title=f"Action {rank}")
        add_member(cast.association, cast.ada, f"Guest{rank} Membre", at=NOW)
    assert queries(cast.ada, name) == few
