"""Clauses that hurt: each rule fires on its example and stays silent on every sound clause."""

from __future__ import annotations

import pytest

from partnerships.charter.terms import Terms
from partnerships.charter.texts import CommitmentText, Heading
from partnerships.checks import risk
from partnerships.drafting.library_file import shipped_clauses

LANGUAGES = ("fr", "en")
SOUND = [each for each in shipped_clauses() if not each.rule]
AT_RISK = [each for each in shipped_clauses() if each.rule]
EXPECTED = {f"R{number}" for number in range(19)}


def codes(body, title="", products=()):
    return {each.code for each in risk.findings(body, title, products)}


def test_every_rule_is_there():
    assert set(risk.RULES) == EXPECTED


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_only_its_own_rule_matches_an_example(code, language):
    assert codes(risk.RULES[code].say("example", language)) == {code}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("code", sorted(EXPECTED))
def test_no_rule_matches_a_suggested_wording_but_its_blanks(code, language):
    assert codes(risk.RULES[code].say("suggestion", language)) - {risk.BLANK} == set()


@pytest.mark.parametrize("clause", SOUND, ids=lambda clause: clause.key)
def test_a_sound_clause_triggers_nothing_but_its_blanks(clause):
    for words in (clause.french, clause.english):
        assert codes(f"{words.title}\n\n{words.body}\n\n{words.plain_words}") - {risk.BLANK} == set()


@pytest.mark.parametrize("clause", AT_RISK, ids=lambda clause: clause.key)
def test_an_example_at_risk_triggers_its_own_rule_alone(clause):
    for words in (clause.french, clause.english):
        assert codes(words.body) == {clause.rule}


def test_the_library_fills_every_heading_with_sound_clauses_in_two_languages():
    assert {each.heading for each in SOUND} == set(Heading)
    assert len(SOUND) >= 30
    assert len({each.key for each in shipped_clauses()}) == len(shipped_clauses())
    for each in shipped_clauses():
        for words in (each.french, each.english):
            assert all((words.title, words.body, words.plain_words, each.source))


@pytest.mark.parametrize(
    "denied",
    [
        "Aucune exclusivité n’est demandée.",
        "L’entreprise ne demande ni exclusivité ni promotion d’un produit.",
        "Le partenariat est conclu sans exclusivité.",
        "Une non-exclusivité réciproque est convenue.",
        "L’exclusivité n’est pas demandée.",
        "L’association ne s’interdit de travailler avec aucun concurrent.",
        "L’association ne cède aucun droit sur les idées.",
        "L’association ne transmet pas la liste de ses adhérents.",
        "Les réunions ne sont pas enregistrées.",
        "L’entreprise ne peut modifier la charte.",
        "Aucune partie ne peut résilier sans préavis.",
        "Relecture factuelle de dix jours, sans droit de veto.",
        "Aucune pénalité n’est due.",
        "No exclusivity is required.",
        "Neither party may amend the charter alone.",
        "Meetings are not recorded.",
        "The association never shares its database.",
        "Reading does not amount to a veto.",
    ],
)
def test_a_negated_wording_is_no_risk(denied):
    assert codes(denied) == set()


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("L'ASSOCIATION S'INTERDIT DE COLLABORER avec un autre laboratoire.", "R3"),
        ("L’association s’interdit, sans limite de durée, de collaborer avec une autre entreprise.", "R3"),
        ("L’association s’interdit de\ncollaborer avec\nun concurrent.", "R3"),
        ("L’association ne publie rien sans l’accord de l’entreprise.", "R5"),
        ("Aucune communication ne paraît sans l’accord de l’entreprise.", "R5"),
        ("Les  ide\u0301es émises en séance sont cédées à la société.", "R2"),
        ("Les droits d’auteur appartiendront à l’entreprise.", "R2"),
        ("Chaque participant reçoit 90\u202f€ par séance, préparation comprise.", "R9"),
        ("Le participant est indemnisé pour le seul temps de réunion.", "R9"),
        ("Les tribunaux de Londres sont compétents.", "R7"),
        ("En cas de retard, l’association verse des pénalités.", "R4"),
        ("Le Respirax® est présenté au public.", "R13"),
    ],
)
def test_a_risk_is_found_in_any_spelling(written, code):
    assert code in codes(written)


def test_a_product_of_the_case_is_not_named():
    assert codes("L’atelier présente le Respi-Rax aux patients.", products=("respi‑rax",)) == {"R13"}
    assert codes("L’atelier présente le Respiraxe.", products=("Respirax",)) == set()


def test_a_table_is_read_as_the_text_is():
    promise = CommitmentText(
        code="EA1", party_key="A", text="Transmettre la liste des adhérents à l’entreprise."
    )
    (finding,) = risk.findings("Elle pilote.", risk.text_of(Terms(commitments=(promise,))))
    assert (finding.code, finding.span) == ("R11", None)
    assert risk.corrected("Elle pilote.", finding, "Rien ne sort.") == "Elle pilote.\n\nRien ne sort."


def test_the_suggested_wording_replaces_the_sentence_found():
    body = "Le rapport est public.\n\nToute publication est validée par l’entreprise. Il paraît en mai."
    (finding,) = risk.findings(body)
    corrected = risk.corrected(body, finding, risk.RULES["R5"].say("suggestion", "fr"))
    assert corrected.startswith("Le rapport est public.\n\nL’entreprise peut signaler une erreur de fait")
    assert corrected.endswith("puis publie. Il paraît en mai.")
    assert codes(corrected) == set()


def test_items_of_a_list_are_sentences_and_thirty_five_words_are_not_too_many():
    item = "- " + " ".join(["mot"] * 20)
    assert codes(f"{item}\n{item}\n{item}") == set()
    assert codes(" ".join(["mot"] * 35)) == set()
    assert codes(" ".join(["mot"] * 36)) == {"R16"}
    assert risk.word_count(["un deux", "trois"]) == 3
