"""One clock: pages are in the time zone of their reader, and name the place."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.organisations.transitions import use_holidays_of
from outbox.models import Delivery
from outbox.sending import delivery
from partnerships.lifecycle import Edition
from tests import make

pytestmark = pytest.mark.django_db
# The deadline of the round of `make`, in three places.
PLACES = {
    "Europe/Paris": "9 mars 2026 à 18 h 00 (heure de Paris)",
    "America/Martinique": "9 mars 2026 à 13 h 00 (heure de la Martinique ; 18 h 00 à Paris)",
    "Pacific/Tahiti": "9 mars 2026 à 7 h 00 (heure de Tahiti ; 18 h 00 à Paris)",
    "Pacific/Noumea": "10 mars 2026 à 4 h 00 (heure de Nouméa ; lundi 9 mars à 18 h 00 à Paris)",
}


def plain(text: str) -> str:
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Edition.NEGOTIATION)


@pytest.mark.parametrize("zone", PLACES)
def test_a_deadline_is_the_same_on_the_page_and_in_the_mail(cast, case, zone, smtp_sink):
    User.objects.filter(pk=cast.ada.pk).update(time_zone=zone)
    page = signed_in(cast.ada).get(reverse("partnerships:rounds", args=[case.reference])).content.decode()
    assert PLACES[zone] in plain(page)
    delivery.deliver_due(at=make.NOON, limit=500)
    mail = Delivery.objects.get(message__kind="round-opened", user=cast.ada)
    assert PLACES[zone] in plain(mail.text)


def test_the_clock_of_one_reader_is_not_that_of_the_next(cast, case):
    User.objects.filter(pk=cast.ada.pk).update(time_zone="Pacific/Noumea")
    url = case.get_absolute_url()
    for person, hour in (
        (cast.ada, "heure de Nouméa"),
        (cast.ben, "heure de Paris"),
        (cast.ada, "heure de Nouméa"),
    ):
        assert hour in plain(signed_in(person).get(url).content.decode())
    assert timezone.get_current_timezone_name() == "Europe/Paris"


def test_a_zone_that_no_longer_exists_is_that_of_paris(cast, case):
    User.objects.filter(pk=cast.ada.pk).update(time_zone="Nowhere/Atall")
    page = signed_in(cast.ada).get(reverse("partnerships:rounds", args=[case.reference])).content.decode()
    assert PLACES["Europe/Paris"] in plain(page)


def test_members_of_an_association_of_a_court_register_have_the_holidays_of_alsace_moselle(cast):
    cast.association.court = "Strasbourg"
    User.objects.filter(pk=cast.ben.pk).update(territory="reunion")
    use_holidays_of(cast.association, cast.ada, cast.ben)
    cast.ada.refresh_from_db()
    cast.ben.refresh_from_db()
    assert (cast.ada.territory, cast.ben.territory) == ("alsace-moselle", "reunion")
    use_holidays_of(cast.company, cast.carla)
    cast.carla.refresh_from_db()
    assert cast.carla.territory == ""


def test_the_moment_of_an_act_on_the_ledger_names_its_place(cast, case):
    User.objects.filter(pk=cast.ada.pk).update(time_zone="Indian/Reunion")
    html = plain(
        signed_in(cast.ada).get(reverse("partnerships:ledger", args=[case.reference])).content.decode()
    )
    assert datetime(2026, 3, 2, 12, tzinfo=UTC) == make.NOON
    assert "(heure de La Réunion ; 18 h 00 à Paris)" in html
