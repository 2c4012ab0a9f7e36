"""Raw SQL with the rights of the application: no row that the product did not make is believed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest
from django.db import IntegrityError, connection, transaction

from partnerships import lifecycle
from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership, Roadmap, Rule, Stance
from partnerships.rounds.actions.rounds import RoundSettings
from tests import make
from tests.cast import Cast
from tests.make import NOON
from tests.partnerships.expectations import filing

pytestmark = pytest.mark.django_db

NOW = "timestamptz '2026-03-02 12:00+00'"
# Each part of a statement is looked up in the one case of its scene.
CHARTER = "(SELECT id FROM partnerships_charter ORDER BY frozen_at LIMIT 1)"
ROUND = "(SELECT id FROM partnerships_round ORDER BY asked_at DESC LIMIT 1)"
CASE = "(SELECT id FROM partnerships_partnership ORDER BY reference LIMIT 1)"
EDITION = "(SELECT id FROM partnerships_roadmap ORDER BY opened_at LIMIT 1)"
CLAUSE = "(SELECT id FROM partnerships_clause WHERE position = 1 ORDER BY id LIMIT 1)"
REVISION = f"(SELECT current_id FROM partnerships_clause WHERE id = {CLAUSE})"


def party(code: str) -> str:
    return f"(SELECT id FROM partnerships_party WHERE code = '{code}' ORDER BY id LIMIT 1)"


def person(name: str) -> str:
    return f"(SELECT id FROM accounts_user WHERE email = '{name}@theatre.example')"


def mandate(name: str) -> str:
    return f"(SELECT id FROM accounts_mandate WHERE user_id = {person(name)})"


def insert(table: str, **values: object) -> str:
    return f"INSERT INTO partnerships_{table} ({', '.join(values)}) SELECT {', '.join(map(str, values.values()))}"


def signature(**changes: object) -> str:
    values = {
        "charter_id": CHARTER,
        "party_id": party("E"),
        "signatory_id": person("carla"),
        "mandate_id": mandate("carla"),
        "fingerprint": f"(SELECT fingerprint FROM partnerships_charter WHERE id = {CHARTER})",
        "typed_name": "'Carla Morin'",
        "capacity": "''",
        "mandate_words": "''",
        "consent_words": "''",
        "method": "'password'",
        "user_agent": "''",
        "signed_at": NOW,
    }
    return insert("signature", **values | changes)


def charter(**changes: object) -> str:
    values = {
        "id": "gen_random_uuid()",
        "partnership_id": CASE,
        "roadmap_id": EDITION,
        "canonical_json": "'\\x7b7d'::bytea",
        "fingerprint": "encode(sha256('\\x7b7d'::bytea), 'hex')",
        "verification_code": "'AAAA'",
        "amount_minor": 0,
        "frozen_by_id": person("nora"),
        "frozen_at": NOW,
    }
    return insert("charter", **values | changes)


def voiding(name: str) -> str:
    return insert(
        "voidedcharter", charter_id=CHARTER, reason="'Non'", voided_by_id=person(name), voided_at=NOW
    )


def seal(sha256: str = "encode(sha256('x'::bytea), 'hex')") -> str:
    return insert(
        "sealedcharter",
        charter_id=CHARTER,
        pdf="'x'::bytea",
        sha256=sha256,
        timestamped="false",
        sealed_at=NOW,
    )


def answer(**changes: object) -> str:
    values = {
        "revision_id": REVISION,
        "party_id": party("A"),
        "round_id": ROUND,
        "stance": "'agree'",
        "reason": "''",
        "proposed_text": "''",
        "answered_by_id": person("ada"),
        "answered_at": NOW,
    }
    return insert("answer", **values | changes)


def reply(name: str) -> str:
    return insert(
        "reply",
        answer_id="(SELECT min(id) FROM partnerships_answer)",
        outcome="'not'",
        text="'Non'",
        replied_by_id=person(name),
        replied_at=NOW,
    )


def round_(**changes: object) -> str:
    values = {
        "id": "gen_random_uuid()",
        "partnership_id": CASE,
        "question": "'barometer'",
        "number": 9,
        "asked_by_id": person("nora"),
        "asked_at": NOW,
        "deadline_at": f"{NOW} + interval '5 days'",
        "words": "''",
        "items": "'[]'",
        "days": 5,
        "rule": "'open'",
        "key": "''",
        "cancel_reason": "''",
    }
    return insert("round", **values | changes)


def envelope(**changes: object) -> str:
    values = {"round_id": ROUND, "party_id": party("A"), "ciphertext": "''", "fingerprint": "''"}
    return insert("envelope", **values | changes)


def sealing(name: str, *, at: str = NOW) -> str:
    return (
        f"UPDATE partnerships_envelope SET sealed_at = {at}, sealed_by_id = {person(name)},"
        f" fingerprint = repeat('a', 64) WHERE party_id = {party('E')}"
    )


def entry(**changes: object) -> str:
    last = f"(SELECT max(sequence) FROM ledger_entry WHERE subject_id = {CASE})"
    values = {
        "subject_type": "'case'",
        "subject_id": CASE,
        "sequence": f"{last} + 1",
        "kind": "'edition.sign'",
        "at": NOW,
        "facts": "'{}'",
        "previous_hash": f"(SELECT hash FROM ledger_entry WHERE subject_id = {CASE} AND sequence = {last})",
        "hash": "repeat('a', 64)",
    }
    return insert("entry", **values | changes).replace("partnerships_entry", "ledger_entry")


def on_envelope(change: str) -> str:
    return f"UPDATE partnerships_envelope SET {change} WHERE party_id = {party('A')}"


def on_round(change: str) -> str:
    return f"UPDATE partnerships_round SET {change} WHERE id = {ROUND}"


def on_clause(change: str) -> str:
    return f"UPDATE partnerships_clause SET {change} WHERE id = {CLAUSE}"


def revision(**changes: object) -> str:
    values = {
        "clause_id": CLAUSE,
        "number": f"(SELECT max(number) + 1 FROM partnerships_clauserevision WHERE clause_id = {CLAUSE})",
        "title": "'Autre'",
        "body": "'Autre'",
        "plain_words": "''",
        "terms": "'{}'",
        "reason": "''",
        "written_by_id": person("nora"),
        "written_at": NOW,
    }
    return insert("clauserevision", **values | changes)


OPENED = f"jsonb_build_object('round', {ROUND}::text, 'party', 'A', 'answers', '{{}}'::jsonb)"


class Forged(NamedTuple):
    """A statement, the scene in which it is tried, and the words of the refusal."""

    scene: str
    statement: str
    reason: str


FOR_A_PARTY = "a signatory signs for a party of the case"
WITH_A_MANDATE = "a signatory signs under a valid mandate of the party"
WITNESS = "the witness of a charter is a broker without mandate"
BEING_SIGNED = "a signature is given to a text that is being signed"
FREEZES = "a broker freezes an agreed text of the case"
SEALED_ANSWER = "an answer is what a party of the case sealed"
ROUND_IS_FIXED = "what a round asks does not change"
ROUND_IS_OVER = "a round that is over does not change|is sealed"
REWRITTEN = "a sealed envelope is opened or taken back, never rewritten"
DEADLINE = "a deadline is extended once"
FROZEN_TEXT = "a text does not change while it is answered, nor once it is frozen"
NEXT = "a broker writes the next revision of a clause"
NEXT_ENTRY = "an entry of the ledger follows the last one of its chain"

FORGED = (
    # Signatures.
    Forged(
        "half signed", signature(signatory_id=person("mallory"), mandate_id=mandate("mallory")), FOR_A_PARTY
    ),
    Forged("half signed", signature(), "no entry of this signature"),
    Forged("half signed", signature(mandate_id=mandate("mallory")), WITH_A_MANDATE),
    Forged("half signed", signature(mandate_id=mandate("ada")), WITH_A_MANDATE),
    Forged("half signed", signature(signatory_id=person("dan")), FOR_A_PARTY),
    Forged("half signed", signature(signatory_id=person("ben")), FOR_A_PARTY),
    Forged("half signed", signature(signatory_id=person("ada"), mandate_id=mandate("ada")), FOR_A_PARTY),
    Forged("half signed", signature(signatory_id=person("nora")), FOR_A_PARTY),
    Forged("half signed", signature(signatory_id=person("root")), FOR_A_PARTY),
    Forged("half signed", signature(mandate_id="NULL::bigint"), WITH_A_MANDATE),
    Forged("half signed", signature(signed_at=f"{NOW} - interval '90 days'"), WITH_A_MANDATE),
    Forged("half signed", signature(fingerprint="repeat('0', 64)"), "not that of the frozen text"),
    Forged("half signed", signature(party_id="NULL::bigint"), WITNESS),
    Forged("half signed", signature(party_id="NULL::bigint", mandate_id="NULL::bigint"), WITNESS),
    Forged("half signed", signature(party_id="NULL::bigint", signatory_id=person("nora")), WITNESS),
    Forged(
        "half signed",
        signature(party_id="NULL::bigint", signatory_id=person("nora"), mandate_id="NULL::bigint"),
        "the witness of a charter signs last",
    ),
    Forged(
        "half signed",
        signature(party_id=party("A"), signatory_id=person("ada"), mandate_id=mandate("ada")),
        "each_party_signs_a_charter_once",
    ),
    Forged(
        "all signed",
        signature(party_id="NULL::bigint", signatory_id=person("nora"), mandate_id="NULL::bigint"),
        "no entry of this signature",
    ),
    Forged("active", signature(), BEING_SIGNED),
    Forged(
        "active",
        signature(party_id="NULL::bigint", signatory_id=person("oscar"), mandate_id="NULL::bigint"),
        BEING_SIGNED,
    ),
    # Frozen, voided, sealed.
    Forged(
        "agreed", charter(fingerprint="repeat('0', 64)"), "the fingerprint of a charter is that of its text"
    ),
    Forged("agreed", charter(frozen_by_id=person("ada")), FREEZES),
    Forged("agreed", charter(), "no entry of this frozen text"),
    Forged("negotiated", charter(), FREEZES),
    Forged("drafted", charter(), FREEZES),
    Forged("active", charter(), "stands already"),
    Forged("half signed", voiding("ada"), "no entry of this voiding"),
    Forged("half signed", voiding("nora"), "no entry of this voiding"),
    Forged("all signed", voiding("ada"), "no party refuses a text that all have signed"),
    Forged("active", voiding("nora"), "only a text that is being signed is voided"),
    Forged("half signed", seal(), "only a text that all have signed is sealed"),
    Forged("all signed", seal(), "only a text that all have signed is sealed"),
    Forged("signed", seal("repeat('0', 64)"), "the fingerprint of a sealed file is that of its bytes"),
    Forged("signed", seal(), "no entry of this seal"),
    # Answers and replies.
    Forged("negotiated", answer(), SEALED_ANSWER),
    Forged("negotiated", answer(party_id=party("E"), answered_by_id=person("carla")), SEALED_ANSWER),
    Forged("negotiated", answer(answered_by_id=person("nora")), SEALED_ANSWER),
    Forged("answered", answer(answered_by_id=person("nora")), SEALED_ANSWER),
    Forged("answered", answer(answered_by_id=person("ben")), SEALED_ANSWER),
    Forged("answered", answer(answered_by_id=person("carla")), SEALED_ANSWER),
    Forged("answered", answer(party_id=party("E")), SEALED_ANSWER),
    Forged("answered", answer(stance="'objection'", reason="'Non'"), SEALED_ANSWER),
    Forged("answered", answer(stance="'reservation'", reason="'Autre'"), SEALED_ANSWER),
    Forged("answered", answer(answered_at=f"{NOW} + interval '1 hour'"), SEALED_ANSWER),
    Forged(
        "answered", answer(revision_id="(SELECT min(id) FROM partnerships_clauserevision) - 1"), SEALED_ANSWER
    ),
    Forged(
        "answered",
        answer(stance="'reservation'", reason="'Trop tôt.'"),
        "one_answer_for_each_round_party_and_revision",
    ),
    Forged("answered", reply("ada"), "a broker replies"),
    Forged("answered", reply("nora"), "no entry of this reply"),
    # Envelopes.
    Forged("negotiated", on_envelope("ciphertext = 'x'"), REWRITTEN),
    Forged("negotiated", on_envelope("fingerprint = repeat('0', 64)"), REWRITTEN),
    Forged("negotiated", on_envelope(f"sealed_by_id = {person('ben')}"), REWRITTEN),
    Forged("negotiated", on_envelope("sealed_at = sealed_at + interval '1 hour'"), REWRITTEN),
    Forged("negotiated", on_envelope("saved_at = NULL"), REWRITTEN),
    Forged("negotiated", on_envelope("opened = '{}'"), REWRITTEN),
    Forged("negotiated", on_envelope(f"opened = {OPENED}"), "all envelopes of a round open together"),
    Forged("negotiated", on_envelope(f"opened = {OPENED}, ciphertext = 'x'"), REWRITTEN),
    Forged(
        "negotiated",
        on_envelope("sealed_at = NULL, sealed_by_id = NULL, fingerprint = ''"),
        "no entry of this change of an envelope",
    ),
    Forged("negotiated", on_envelope("id = 0"), "an envelope stays that of its round and party"),
    Forged(
        "negotiated", on_envelope(f"party_id = {party('E')}"), "an envelope stays that of its round and party"
    ),
    Forged("negotiated", sealing("carla"), "no entry of this change of an envelope"),
    Forged("negotiated", sealing("nora"), "a referent or a signatory of the party seals its envelope"),
    Forged("negotiated", sealing("mallory"), "a referent or a signatory of the party seals its envelope"),
    Forged("negotiated", sealing("ada"), "a referent or a signatory of the party seals its envelope"),
    Forged(
        "negotiated",
        sealing("carla", at=f"{NOW} + interval '90 days'"),
        "an envelope is sealed before the deadline",
    ),
    Forged("negotiated", envelope(), "one_envelope_for_each_party_and_round"),
    Forged("agreed", envelope(), "an envelope begins empty"),
    Forged("negotiated", envelope(opened="'{}'"), "an envelope begins empty"),
    Forged("agreed", on_envelope("ciphertext = 'x'"), "the envelopes of a round that is over do not change"),
    Forged("agreed", on_envelope("opened = '{}'"), "is sealed|over"),
    Forged("agreed", on_envelope("opened = NULL"), "is sealed|over"),
    # Rounds and deadlines.
    Forged("negotiated", on_round("deadline_at = deadline_at + interval '1 day'"), DEADLINE),
    Forged("negotiated", on_round("deadline_at = deadline_at - interval '1 hour'"), DEADLINE),
    Forged("negotiated", on_round("extended_at = deadline_at"), DEADLINE),
    Forged(
        "extensible",
        on_round("deadline_at = deadline_at + interval '5 days', extended_at = deadline_at"),
        "no entry of this change of a round",
    ),
    Forged(
        "extensible",
        on_round("deadline_at = deadline_at + interval '5 days', extended_at = asked_at"),
        DEADLINE,
    ),
    Forged("negotiated", on_round(f"opened_at = {NOW}"), "a round opens when all have sealed"),
    Forged("extensible", on_round("opened_at = deadline_at"), "no entry of this change of a round"),
    Forged("negotiated", on_round("opened_at = deadline_at"), "a round opens when all have sealed"),
    Forged("negotiated", on_round(f"cancelled_at = {NOW}"), "no entry of this change of a round"),
    Forged("negotiated", on_round("words = 'Autre'"), ROUND_IS_FIXED),
    Forged("negotiated", on_round("key = 'x'"), ROUND_IS_FIXED),
    Forged("negotiated", on_round("rule = 'extend'"), ROUND_IS_FIXED),
    Forged("negotiated", on_round("days = 9"), ROUND_IS_FIXED),
    Forged("negotiated", on_round("number = 9"), ROUND_IS_FIXED),
    Forged("negotiated", on_round("question = 'barometer'"), ROUND_IS_FIXED),
    Forged("negotiated", on_round(f"asked_by_id = {person('oscar')}"), ROUND_IS_FIXED),
    Forged("negotiated", on_round("asked_at = asked_at - interval '1 day'"), ROUND_IS_FIXED),
    Forged("agreed", on_round("opened_at = NULL"), ROUND_IS_OVER),
    Forged("agreed", on_round("deadline_at = deadline_at + interval '1 day'"), ROUND_IS_OVER),
    Forged("agreed", round_(asked_by_id=person("ada")), "a round begins when a broker asks"),
    Forged("agreed", round_(opened_at=NOW), "a round begins when a broker asks"),
    Forged("agreed", round_(), "no entry of this change of a round"),
    # The text.
    Forged("negotiated", on_clause("position = 99"), FROZEN_TEXT),
    Forged("half signed", on_clause("position = 99"), FROZEN_TEXT),
    Forged("active", on_clause("responsible_id = NULL"), FROZEN_TEXT),
    Forged("active", insert("clause", roadmap_id=EDITION, heading=1, key="'zz'", position=99), FROZEN_TEXT),
    Forged(
        "negotiated", insert("clause", roadmap_id=EDITION, heading=1, key="'zz'", position=99), FROZEN_TEXT
    ),
    Forged("revised", on_clause("key = 'zz'"), "a clause stays that of its edition and heading"),
    Forged("revised", on_clause("heading = 19"), "a clause stays that of its edition and heading"),
    Forged(
        "revised",
        on_clause(
            f"current_id = (SELECT min(id) FROM partnerships_clauserevision WHERE clause_id = {CLAUSE})"
        ),
        "the current revision of a clause is its last",
    ),
    Forged("revised", revision(written_by_id=person("ada")), NEXT),
    Forged("revised", revision(number=9), NEXT),
    Forged("negotiated", revision(), NEXT),
    Forged("half signed", revision(), NEXT),
    Forged("active", revision(), NEXT),
    # First states, and what an edition is.
    Forged(
        "active",
        insert(
            "roadmap",
            id="gen_random_uuid()",
            partnership_id=CASE,
            edition=2,
            state="'signed'",
            version=1,
            opened_at=NOW,
            entered_at=NOW,
        ),
        "a life begins at its first state",
    ),
    Forged("active", "UPDATE partnerships_roadmap SET edition = 7", "an edition stays that of its case"),
    Forged("drafted", "UPDATE partnerships_roadmap SET edition = 7", "an edition stays that of its case"),
    # The ledger.
    Forged("drafted", entry(sequence=999), NEXT_ENTRY),
    Forged("drafted", entry(sequence=1), NEXT_ENTRY),
    Forged("drafted", entry(previous_hash="repeat('0', 64)"), NEXT_ENTRY),
    Forged("drafted", entry(hash="'x'"), NEXT_ENTRY),
    Forged("drafted", entry(subject_id="gen_random_uuid()"), NEXT_ENTRY),
)


def answered(cast: Cast) -> Partnership:
    """Return a case whose parties answered, one of them with a reservation."""
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    make.say(case, cast.ada, Stance.RESERVATION, reason="Trop tôt.", at=NOON)
    make.agree(case, cast.carla, at=NOON)
    return case


def negotiated(cast: Cast) -> Partnership:
    """Return a case in a round in which the association has sealed."""
    case = make.partnership(cast, until=Edition.NEGOTIATION)
    make.agree(case, cast.ada, at=NOON)
    return case


def half_signed(cast: Cast) -> Partnership:
    case = make.partnership(cast, until=Edition.SIGNING)
    make.sign(case, cast.ada, at=NOON)
    return case


def all_signed(cast: Cast) -> Partnership:
    case = half_signed(cast)
    make.sign(case, cast.carla, at=NOON)
    return case


def revised(cast: Cast) -> Partnership:
    case = make.partnership(cast, until=Edition.DRAFTING)
    make.revise(case, cast.nora, position=1, change="Autrement.", at=NOON)
    return case


def extensible(cast: Cast) -> Partnership:
    return filing.ask_parties(cast, at=NOON, asking=RoundSettings(days=3, rule=Rule.EXTEND))


SCENES: dict[str, Callable[[Cast], Partnership]] = {
    "drafted": lambda cast: make.partnership(cast, until=Edition.DRAFTING),
    "revised": revised,
    "negotiated": negotiated,
    "extensible": extensible,
    "answered": answered,
    "agreed": lambda cast: make.partnership(cast, until=Edition.AGREED),
    "half signed": half_signed,
    "all signed": all_signed,
    "signed": lambda cast: make.partnership(cast, until=Edition.SIGNED),
    "active": lambda cast: make.partnership(cast, until=Case.ACTIVE),
}


def run(statement: str, *values: Any) -> None:
    """Run a statement with the rights of the application, up to what is checked at the commit."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        cursor.execute(statement, values or None)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("forged", FORGED, ids=lambda forged: f"{forged.scene}: {forged.reason}")
def test_no_forged_row_is_believed(cast, forged):
    SCENES[forged.scene](cast)
    with pytest.raises(IntegrityError, match=forged.reason):
        run(forged.statement)


def test_ninety_nine_forged_statements_are_refused():
    assert len({(forged.scene, forged.statement) for forged in FORGED}) >= 99


@pytest.mark.parametrize("scene", ["drafted", "negotiated", "agreed", "half signed", "active"])
@pytest.mark.parametrize("target", list(Edition))
def test_an_edition_moves_along_its_table_and_into_the_ledger(cast, scene, target):
    SCENES[scene](cast)
    source = Edition(Roadmap.objects.get().state)
    if source == target:
        return
    is_listed = any((row.source, row.target) == (source, target) for row in lifecycle.EDITION_TRANSITIONS)
    with pytest.raises(
        IntegrityError, match="no entry of this state" if is_listed else "no transition leads there"
    ):
        run("UPDATE partnerships_roadmap SET state = %s", target.value)


@pytest.mark.parametrize("scene", ["drafted", "active"])
@pytest.mark.parametrize("target", list(Case))
def test_a_case_moves_along_its_table_and_into_the_ledger(cast, scene, target):
    case = SCENES[scene](cast)
    if case.state == target:
        return
    is_listed = any((row.source, row.target) == (case.state, target) for row in lifecycle.CASE_TRANSITIONS)
    change = "state = %s, activated_at = now(), closed_at = now(), closing_reason = 'x'"
    with pytest.raises(
        IntegrityError, match="no entry of this state" if is_listed else "no transition leads there"
    ):
        run(f"UPDATE partnerships_partnership SET {change}", target.value)


def test_a_case_whose_party_is_not_asked_keeps_its_own_envelopes(cast):
    """An envelope of a party of another case is refused in this one."""
    first = make.partnership(cast, until=Edition.NEGOTIATION)
    other = make.partnership(
        cast, until=Edition.DRAFTING, company=cast.other_company, title="Un autre dossier"
    )
    stranger = other.parties.get(organisation=cast.other_company)
    round_ = make.running(first)
    with pytest.raises(IntegrityError, match="an envelope begins empty, in a running round of its case"):
        run(
            "INSERT INTO partnerships_envelope (round_id, party_id, ciphertext, fingerprint) VALUES (%s, %s, '', '')",
            round_.pk,
            stranger.pk,
        )


def test_what_the_product_does_passes_every_trigger(cast):
    """The scenes are played by real actions; the longest one passes what is checked at the commit."""
    case = make.partnership(cast, until=Case.CLOSED)
    run("SET CONSTRAINTS ALL IMMEDIATE")
    assert case.state == Case.CLOSED
