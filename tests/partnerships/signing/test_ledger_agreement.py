"""What somebody wrote past every constraint is not countersigned, not sealed and not called genuine."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.urls import reverse

from partnerships.lifecycle import Case, Edition
from partnerships.models import SealedCharter, Signature
from partnerships.signing.actions import sealing, signing
from partnerships.signing.queries import verification
from partnerships.signing.queries.ledger_agreement import disagreements
from tests import make
from tests.cast import Cast
from tests.database_owner import owner
from tests.make import NOON
from tests.partnerships.factors import code_now

pytestmark = pytest.mark.django_db

OF_THE_COMPANY = "party_id = (SELECT id FROM partnerships_party WHERE code = 'E')"
FORGERIES = {
    "another organisation's signatory": (
        (
            "UPDATE partnerships_signature SET (signatory_id, mandate_id, typed_name) ="
            " (SELECT user_id, id, 'Mallory Salvetat' FROM accounts_mandate WHERE capacity = 'directrice générale')"
            f" WHERE {OF_THE_COMPANY}"
        ),
        "une signature : Mallory Salvetat",
    ),
    "another mandate": (
        (
            "UPDATE partnerships_signature SET mandate_id ="
            f" (SELECT id FROM accounts_mandate WHERE capacity = 'présidente') WHERE {OF_THE_COMPANY}"
        ),
        "une signature : Carla Morin",
    ),
    "another moment": (
        f"UPDATE partnerships_signature SET signed_at = signed_at + interval '1 day' WHERE {OF_THE_COMPANY}",
        "une signature : Carla Morin",
    ),
    "another fingerprint": (
        f"UPDATE partnerships_signature SET fingerprint = repeat('0', 64) WHERE {OF_THE_COMPANY}",
        "une signature : Carla Morin",
    ),
    "an answer with another reason": (
        f"UPDATE partnerships_answer SET reason = 'Autre' WHERE {OF_THE_COMPANY}",
        "une réponse à la clause 1.1 : Laboratoires Valfictif",
    ),
    "an answer of the broker": (
        (
            "UPDATE partnerships_answer SET answered_by_id ="
            f" (SELECT id FROM accounts_user WHERE email = 'nora@theatre.example') WHERE {OF_THE_COMPANY}"
        ),
        "une réponse à la clause 1.1 : Laboratoires Valfictif",
    ),
    "another envelope": (
        (
            "UPDATE partnerships_envelope SET opened = jsonb_set(opened, '{salt}', '\"0\"')"
            f" WHERE {OF_THE_COMPANY}"
        ),
        "une réponse à la clause 1.1 : Laboratoires Valfictif",
    ),
    "another envelope with its fingerprint": (
        f"UPDATE partnerships_envelope SET fingerprint = repeat('0', 64) WHERE {OF_THE_COMPANY}",
        "une réponse à la clause 1.1 : Laboratoires Valfictif",
    ),
    "another text": (
        "UPDATE partnerships_charter SET canonical_json = canonical_json || ' '::bytea",
        "le texte figé, qui n’a plus son empreinte",
    ),
    "another ledger": (
        "UPDATE ledger_entry SET facts = '{}' WHERE kind = 'case.describe'",
        "du journal : son contenu a changé",
    ),
}
MISSING = f"DELETE FROM partnerships_signature WHERE {OF_THE_COMPANY}"


def forge(statement: str) -> None:
    """Write what the application could not, as the owner of the tables with every trigger disabled."""
    with owner(triggers=False) as cursor:
        cursor.execute(statement)


def all_signed(cast: Cast):
    case = make.partnership(cast, until=Edition.SIGNING)
    for signatory in (cast.ada, cast.carla):
        make.sign(case, signatory, at=NOON)
    return case


def countersign(case, cast):
    consent = make.consent(make.charter(case), cast.nora)
    signing.countersign(partnership_id=case.pk, broker=cast.nora, consent=consent, at=NOON)


def plain(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(("statement", "words"), FORGERIES.values(), ids=FORGERIES)
def test_it_is_not_countersigned_and_the_refusal_names_it(cast, statement, words):
    case = all_signed(cast)
    forge(statement)
    with pytest.raises(signing.LedgerDisagrees) as refusal:
        countersign(case, cast)
    assert words in plain(refusal.value.message)
    assert not Signature.objects.filter(party=None).exists()


@pytest.mark.parametrize(
    ("statement", "words"),
    [*FORGERIES.values(), (MISSING, "la signature de l’entrée")],
    ids=[*FORGERIES, "a signature that is gone"],
)
def test_it_is_not_sealed(cast, statement, words):
    case = make.partnership(cast, until=Edition.SIGNED)
    forge(statement)
    with pytest.raises(signing.LedgerDisagrees) as refusal:
        sealing.seal(charter_id=make.charter(case).pk, at=NOON)
    assert words in plain(refusal.value.message)
    assert not SealedCharter.objects.exists()


@pytest.mark.parametrize(
    ("statement", "words"),
    [*FORGERIES.values(), (MISSING, "la signature de l’entrée")],
    ids=[*FORGERIES, "a signature that is gone"],
)
def test_its_code_says_what_is_doubtful(cast, client, statement, words):
    case = make.partnership(cast, until=Case.ACTIVE)
    address = reverse("verification_code", args=[make.charter(case).verification_code])
    assert "Charte douteuse" not in client.get(address).text
    forge(statement)
    page = plain(client.get(address).text)
    assert "Charte douteuse" in page
    assert words in page


def test_the_broker_reads_on_the_page_what_stands_in_the_way(cast, enter):
    case = all_signed(cast)
    forge(FORGERIES["another organisation's signatory"][0])
    posted = {
        "fingerprint": make.charter(case).fingerprint,
        "has_read": "on",
        "consents": "on",
        "typed_name": cast.nora.full_name,
        "secret": code_now(cast.nora),
    }
    answer = enter(cast.nora).post(reverse("partnerships:sign", args=[case.reference]), posted)
    assert answer.status_code == 422
    assert "une signature : Mallory Salvetat" in plain(answer.text)
    assert make.roadmap(case).state == Edition.SIGNING


def test_a_sealed_file_is_doubtful_once_a_signature_was_changed(cast, tmp_path, settings, capsys):
    settings.SEAL_KEY_FILE = str(tmp_path / "seal" / "key.pem")
    settings.SEAL_CERTIFICATE_FILE = str(tmp_path / "seal" / "certificate.pem")
    case = make.partnership(cast, until=Edition.SIGNED)
    sealed = sealing.seal(charter_id=make.charter(case).pk, at=NOON)
    file = tmp_path / "charte.pdf"
    file.write_bytes(bytes(sealed.pdf))
    assert verification.verdict_on(bytes(sealed.pdf)).outcome == "genuine"
    forge(FORGERIES["another organisation's signatory"][0])
    verdict = verification.verdict_on(bytes(sealed.pdf))
    assert verdict.outcome == "doubtful"
    assert [check.name for check in verdict.checks if not check.passed] == ["ledger"]
    with pytest.raises(SystemExit) as end:
        call_command("verify_charter", str(file))
    assert end.value.code == 3
    assert capsys.readouterr().out.startswith("Douteuse")


@pytest.mark.parametrize("clauses", [1, 12])
def test_the_comparison_costs_the_same(cast, clauses, django_assert_max_num_queries):
    case = make.partnership(cast, until=Edition.SIGNED, clauses=clauses)
    charter = make.charter(case)
    with django_assert_max_num_queries(6):
        assert disagreements(charter) == []
