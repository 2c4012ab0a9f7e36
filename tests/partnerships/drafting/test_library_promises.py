"""The clause library promises nothing that the product does not do: each promise names the test that shows it.

A sentence of a sound clause that speaks of what the product does or keeps has an entry: of `PROMISES`, with
the tests that show it, or of `KEPT_BY_PEOPLE`, when those who sign do it without the product.
"""

from __future__ import annotations

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source import ROOT

CLAUSES = [
    each
    for each in tomllib.loads((ROOT / "partnerships/library/clauses.toml").read_text())["clauses"]
    if "rule" not in each
]
# Of what the product does or keeps: the broker, mails, evidence, amendments, milestones, tables, answers.
PRODUCT = re.compile(
    r"passeur|courriel|d[ée]pos|avenant|jalon|preuve|tableau|confiance|baromètre|\bnotes?\b|registre|journal|"
    r"\bjoint|confirm|contest|contresign|signature|signé|figé|scell|en privé|automatique|intérêts|honoraires|"
    r"réunit les parties|prévien|averti|notifi|rappel|en ligne|plateforme|dossier|archiv|horodat|relance",
    re.IGNORECASE,
)
PRODUCT_IN_ENGLISH = re.compile(
    r"broker|email|submit|amendment|milestone|evidence|table\b|trust|barometer|rating|register|ledger|"
    r"attach|confirm|contest|countersign|signature|signed|\bsigns?\b|seal|in private|automatic|interests|"
    r"fees|notif|remind|online|platform|postpone",
    re.IGNORECASE,
)
FOLLOWING = "tests/partnerships/following"
SIGNING = "tests/partnerships/signing"
ROWS = f"{SIGNING}/test_same_words.py::test_page_json_and_pdf_say_the_same_clause_by_clause"
DATED = f"{FOLLOWING}/test_follow_up_page.py::test_late_milestones_come_first_and_reminders_are_displayed"
EVIDENCE = f"{FOLLOWING}/test_follow_up_page.py::test_the_owner_alone_is_offered_and_gives_the_evidence"
ANNOUNCED = (
    f"{FOLLOWING}/test_notices.py::test_a_completed_milestone_is_announced_to_the_others_and_not_reminded"
)
NO_VOICE = "tests/partnerships/negotiation/test_forging.py::test_a_forged_answer_fails_in_the_action"
AT_ONCE = (
    "tests/partnerships/negotiation/test_rounds.py::"
    "test_a_new_round_waits_for_a_reply_to_each_reservation_and_gives_all_the_same_deadline"
)
COUNTERSIGNS = f"{SIGNING}/test_sign_page.py::test_the_broker_countersigns_last_with_a_code_that_serves_once"
PRIVATE = "tests/partnerships/dialogue/test_dialogue_page.py::test_a_private_note_has_two_readers"
SIGNED_BY_ALL = (
    f"{SIGNING}/test_refreezing_amendments.py::"
    "TestAnAmendmentThatWasGivenUp::test_is_frozen_again_twice_in_a_row_and_signed"
)
NEED = "tests/partnerships/scoping/test_scoping_page.py::test_drafting_waits_for_the_evidence_of_need"
ETHICS = (
    f"{SIGNING}/test_frozen_agreements.py::test_the_identity_of_the_firm_and_the_ethics_charters_are_frozen"
)
NAMES = "tests/partnerships/drafting/test_library.py::test_a_heading_offers_its_clauses_with_the_names_of_the_case"

PROMISES: dict[str, dict[str, tuple[str, ...]]] = {
    "preambule-besoin": {
        "besoin, avec sa preuve et sa date": (NEED, ROWS),
        "Les parties ont lu cette preuve": (NEED, ROWS),
        "preuve à l’appui": (NEED,),
    },
    "definitions": {"est [passeur]": (NAMES,), "une étape datée, qui a un responsable": (DATED, EVIDENCE)},
    "retombees": {"Le tableau dit ce que chaque partie attend": (ROWS,)},
    "limites": {
        "Les limites du tableau": (ROWS,),
        "un avenant signé par toutes les parties": (SIGNED_BY_ALL,),
    },
    "engagements-association": {
        "Ses engagements sont dans le tableau": (ROWS,),
        "Elle dépose la preuve de chaque jalon": (EVIDENCE,),
        "dépose les preuves": (EVIDENCE,),
    },
    "engagements-entreprise": {"inscrits au tableau et au budget": (ROWS,)},
    "passeur-neutralite": {
        "traite toutes les parties de la même façon": (AT_ONCE,),
        "n’accepte rien à la place d’une partie": (NO_VOICE,),
        "en contresignant, ses propres engagements et honoraires": (COUNTERSIGNS,),
        "n’accepte rien à leur place": (NO_VOICE,),
    },
    "passeur-honoraires": {
        "sont écrits dans ce texte, lu par toutes les parties": (ROWS,),
        "déclare ses liens d’intérêts": (ROWS,),
        "Qui paie le passeur": (ROWS,),
    },
    "jalons": {
        "Chaque jalon a un responsable, une échéance": (DATED, EVIDENCE),
        "Un courriel annonce aux autres parties la preuve": (ANNOUNCED,),
        "Qui fait quoi, pour quand": (ROWS, DATED),
    },
    "budget-subvention": {"Le tableau détaille les dépenses": (ROWS,)},
    "budget-mecenat": {"est décrit au tableau": (ROWS,)},
    "budget-comptes": {"une suite décidée par avenant": (SIGNED_BY_ALL,)},
    "codes-applicables": {"L’association joint sa charte éthique": (ETHICS,)},
    "suivi": {
        "le suivi des jalons et des engagements": (DATED,),
        "une partie peut écrire au passeur, en privé": (PRIVATE,),
        "une partie peut écrire au passeur en privé": (PRIVATE,),
    },
    "avenants": {
        "un avenant signé par toutes les parties": (SIGNED_BY_ALL,),
        "pose la question à toutes les parties en même temps": (AT_ONCE,),
        "sans la signature de toutes les parties": (SIGNED_BY_ALL,),
    },
    "litiges": {"Une partie en désaccord l’écrit au passeur": (PRIVATE,)},
    "duree": {"prend effet à la signature de la dernière partie": (ROWS, COUNTERSIGNS)},
}
# What people do among themselves, as they wrote; the product has nothing to do with it.
KEPT_BY_PEOPLE: dict[str, tuple[str, ...]] = {
    "passeur-neutralite": ("il réunit les parties dans les cinq jours",),
    "passeur-honoraires": ("Ses honoraires ne dépendent pas de la signature",),
    "jalons": (
        "sept jours pour la contester par écrit",
        "le jalon est considéré comme atteint",
    ),
    "budget-subvention": ("Chaque versement est fait dans",),
    "codes-applicables": ("le passeur réunit les parties",),
    "enregistrements": ("L’enregistrement est supprimé", "l’enregistrement est supprimé"),
    "suivi": ("le passeur réunit les parties", "demander une réunion"),
    "litiges": ("Le passeur réunit d’abord les parties",),
    "duree": ("jamais renouvelée automatiquement", "aucun renouvellement"),
    "sortie": ("en l’écrivant aux autres parties et au passeur",),
}


def sentences_of(text):
    plain = re.sub(r"[\u00a0\u202f]", " ", text)
    return [part for part in re.split(r"(?<=[.;:])\s+|\n+", plain) if part.strip()]


def promising(clause):
    """Return the sentences of a clause, and of its plain words, that speak of the product."""
    texts = (clause["body_fr"], clause["plain_fr"])
    return [each for text in texts for each in sentences_of(text) if PRODUCT.search(each)]


@cache
def names_in(path: Path) -> frozenset[str]:
    """Return the tests of a file, those of a class as `Class::test`."""
    tree = ast.parse(path.read_text())
    classes = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    return frozenset(
        {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}
        | {f"{each.name}::{node.name}" for each in classes for node in each.body if hasattr(node, "name")}
    )


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause["key"])
def test_a_sentence_that_speaks_of_the_product_has_its_entry(clause):
    entries = [*PROMISES.get(clause["key"], {}), *KEPT_BY_PEOPLE.get(clause["key"], ())]
    assert [each for each in promising(clause) if not any(entry in each for entry in entries)] == []


@pytest.mark.parametrize("clause", CLAUSES, ids=lambda clause: clause["key"])
def test_the_english_promises_no_more_than_the_french(clause):
    sentences = sentences_of(clause["body_en"]) + sentences_of(clause["plain_en"])
    spoken = [each for each in sentences if PRODUCT_IN_ENGLISH.search(each)]
    assert not spoken or promising(clause), spoken


def test_every_entry_stands_in_its_clause():
    said = {each["key"]: " ".join(promising(each)) for each in CLAUSES}
    entries = [(key, entry) for key, fragments in PROMISES.items() for entry in fragments]
    entries += [(key, entry) for key, fragments in KEPT_BY_PEOPLE.items() for entry in fragments]
    assert [each for each in entries if each[1] not in said[each[0]]] == []


def test_every_promise_names_tests_that_exist():
    named = {test for fragments in PROMISES.values() for tests in fragments.values() for test in tests}
    assert all(tests for fragments in PROMISES.values() for tests in fragments.values())
    missing = []
    for test in sorted(named):
        path, _, name = test.partition("::")
        if not (ROOT / path).is_file() or name not in names_in(ROOT / path):
            missing.append(test)
    assert missing == []
