"""A signed charter that cannot be sealed says so on its case, in one mail to the brokers, and is tried again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from outbox.models import Delivery
from partnerships import tasks
from partnerships.case.next_step import Step
from partnerships.lifecycle import Edition
from partnerships.models import PartnershipStatus, SealedCharter, SealObstacle, SealRefusal
from partnerships.signing.actions import sealing
from tests import make
from tests.database_owner import owner
from tests.make import NOON

pytestmark = pytest.mark.django_db

FORGED = (
    "UPDATE partnerships_signature SET typed_name = 'Mallory Salvetat', signed_at = signed_at + interval '%s'"
    " WHERE party_id = (SELECT id FROM partnerships_party WHERE code = 'E')"
)
CALM = "Un contrôle fait avant le sceau n’a pas abouti"
DIFFERENCE = "une signature : Mallory Salvetat"


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ").replace("&#x27;", "'")


def forge(interval="1 day"):
    with owner(triggers=False) as cursor:
        cursor.execute(FORGED % interval)


@pytest.fixture
def forged(cast):
    case = make.partnership(cast, until=Edition.SIGNED)
    forge()
    return case


def attempt(case, at=NOON):
    return sealing.try_to_seal(charter_id=make.charter(case).pk, at=at)


def test_the_parties_read_that_it_is_not_sealed_and_the_broker_what_differs(cast, enter, forged):
    tasks.seal_charter(str(make.charter(forged).pk))
    assert not SealedCharter.objects.exists()
    address = reverse("partnerships:charter", args=[forged.reference])
    of_party, of_broker = (plain(enter(person).get(address).text) for person in (cast.carla, cast.nora))
    for page in (of_party, of_broker):
        assert "Signée, pas encore scellée" in page
        assert "PDF en préparation" not in page
        assert "Son PDF est en préparation" not in page
    assert CALM in of_party
    assert DIFFERENCE not in of_party
    assert CALM not in of_broker
    assert DIFFERENCE in of_broker
    assert "Un essai" in of_broker


def test_the_next_step_is_the_broker_s_everywhere(cast, enter, forged):
    attempt(forged)
    status = PartnershipStatus.objects.get(pk=forged.pk)
    assert (status.step, status.party_codes) == (Step.UNBLOCK_SEAL, [])
    assert "mais un contrôle empêche de la sceller" in plain(enter(cast.nora).get("/passeur/").text) + plain(
        enter(cast.nora).get(reverse("partnerships:charter", args=[forged.reference])).text
    )
    home = plain(enter(cast.ada).get(reverse("home"), follow=True).text)
    assert "lever ce qui empêche de sceller la charte" in home


def test_the_brokers_receive_one_mail_and_the_parties_none(cast, sent, forged):
    sent(NOON)
    for hour in range(3):
        attempt(forged, NOON + timedelta(hours=hour))
    mails = sent(NOON + timedelta(hours=3))
    assert {key for key in mails if key[0] == "seal-refused"} == {
        ("seal-refused", "Nora"),
        ("seal-refused", "Oscar"),
    }
    assert Delivery.objects.filter(message__kind="seal-refused").count() == 2
    mail = mails["seal-refused", "Nora"]
    assert mail.subject.startswith("Sceau refusé, à vérifier")
    for body in (mail.text, mail.html):
        assert DIFFERENCE in plain(body)
        assert "ne concordent pas avec le journal" in plain(body)


def test_attempts_are_further_and_further_apart(forged):
    charter, at, delays = make.charter(forged), NOON, []
    for _attempt in range(9):
        assert sealing.unsealed(at) == [charter.pk]
        attempt(forged, at)
        refusal = SealRefusal.objects.get()
        assert sealing.unsealed(refusal.next_at - timedelta(seconds=1)) == []
        delays.append((refusal.next_at - at) / timedelta(minutes=1))
        at = refusal.next_at
    assert delays == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert (refusal.attempts, refusal.first_at) == (9, NOON)


def test_once_repaired_it_is_sealed_and_nothing_is_left_of_the_refusal(cast, enter, sent, forged):
    sent(NOON)
    attempt(forged)
    forge("-1 day")
    with owner(triggers=False) as cursor:
        cursor.execute(
            "UPDATE partnerships_signature SET typed_name = 'Carla Morin' WHERE typed_name LIKE 'Mallory%'"
        )
    assert attempt(forged, NOON + timedelta(minutes=1))
    assert not SealRefusal.objects.exists()
    assert PartnershipStatus.objects.get(pk=forged.pk).step not in (Step.SEAL, Step.UNBLOCK_SEAL)
    assert (
        "Signée et scellée"
        in enter(cast.carla).get(reverse("partnerships:charter", args=[forged.reference])).text
    )
    # The mail had not left, and what it reports is over.
    assert {kind for kind, _who in sent(NOON + timedelta(minutes=2))} == {"charter-sealed"}


@pytest.mark.parametrize("obstacle", SealObstacle)
def test_whatever_prevents_the_seal_is_named_to_the_broker(cast, enter, settings, tmp_path, obstacle):
    case = make.partnership(cast, until=Edition.SIGNED)
    settings.SEAL_KEY_FILE = str(tmp_path / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "certificate.pem")
    if obstacle == SealObstacle.LEDGER:
        forge()
    elif obstacle == SealObstacle.KEY:
        (tmp_path / "key.pem").write_text("no key")
        (tmp_path / "certificate.pem").write_text("no certificate")
    elif obstacle == SealObstacle.TIMESTAMP:
        settings.TIMESTAMP_URL = "http://127.0.0.1:9/"
    if obstacle == SealObstacle.FONTS:
        sealing.record_refusal(charter_id=make.charter(case).pk, obstacle=obstacle, at=datetime.now(UTC))
    else:
        tasks.seal_charter(str(make.charter(case).pk))
    assert SealRefusal.objects.get().obstacle == obstacle
    page = plain(enter(cast.nora).get(reverse("partnerships:charter", args=[case.reference])).text)
    words = {
        "ledger": "ne concordent pas avec le journal",
        "fonts": "les polices du PDF manquent",
        "key": "la clé ou le certificat du sceau ne sont pas lisibles",
        "timestamp": "le service d’horodatage n’a pas répondu",
    }
    assert [name for name, sentence in words.items() if sentence in page] == [obstacle]
