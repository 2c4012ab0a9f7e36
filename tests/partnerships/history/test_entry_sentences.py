"""Every kind of entry has a sentence, every fact a label."""

from __future__ import annotations

import ast

import pytest

from ledger.models import Entry
from partnerships import lifecycle
from partnerships.drafting.actions import amendments, clause_order
from partnerships.history.queries.entry_sentences import LABELS, SENTENCES, facts_of, sentence
from partnerships.lifecycle import Case, Edition
from partnerships.models import Stance
from partnerships.negotiation.actions import negotiation
from partnerships.negotiation.queries.positions import Position
from partnerships.rounds.actions import envelopes
from partnerships.signing.actions import signing
from tests import make
from tests.architecture.source import modules
from tests.make import NOON

ACTIONS = [module for module in modules("partnerships") if module.is_in("actions")]


def kinds_recorded_by_actions() -> set[str]:
    """Return the kinds named in the calls of `write`, and one for each move of the two tables."""
    named = set()
    for module in ACTIONS:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "write":
                kind = node.args[1]
                named |= {kind.value} if isinstance(kind, ast.Constant) else set()
    moves = {f"case.{move.action}" for move in lifecycle.CASE_TRANSITIONS}
    return named | moves | {f"edition.{move.action}" for move in lifecycle.EDITION_TRANSITIONS}


def test_every_kind_that_an_action_writes_has_its_sentence():
    assert kinds_recorded_by_actions() == set(SENTENCES)


def sentences_of(case):
    entries = Entry.objects.filter(subject_id=case.pk).select_related("actor").order_by("sequence")
    return {entry.kind: (sentence(entry), facts_of(entry, {})) for entry in entries}


@pytest.mark.parametrize("until", [Case.CLOSED, Case.ABANDONED])
def test_every_entry_of_a_case_has_a_sentence(cast, until):
    for kind, (words, facts) in sentences_of(make.partnership(cast, until=until)).items():
        assert words.endswith((".", "»")), kind
        assert "%(" not in words
        assert all(fact.label and fact.value for fact in facts)


def test_refusals_and_withdrawals_have_sentences_too(cast):
    case = make.partnership(cast)
    make.draft(
        case, cast.ada, {each: Position(stance=Stance.AGREE) for each in make.revision_ids(case)}, at=NOON
    )
    make.seal(case, cast.ada, at=NOON)
    envelopes.take_back(round_id=make.running(case).pk, speaker=cast.ada, at=NOON)
    make.agree(case, cast.ada, at=NOON)
    make.say(case, cast.dan, Stance.RESERVATION, at=NOON)
    make.reply_to_all(case, cast.nora, outcome="partly", at=NOON)
    make.revise(case, cast.nora, at=NOON)
    make.ask_again(case, cast.nora, at=NOON)
    negotiation.cancel_round(partnership_id=case.pk, broker=cast.nora, reason="Trop tôt.", at=NOON)
    make.ask_again(case, cast.nora, at=NOON)
    for speaker in (cast.ada, cast.carla):
        make.agree(case, speaker, at=NOON)
    make.STEPS[Edition.SIGNING](case, cast, 1, NOON)
    signing.decline(partnership_id=case.pk, signatory=cast.ada, reason="Trop tôt.", at=NOON)
    words = {kind: words for kind, (words, _facts) in sentences_of(case).items()}
    assert words["edition.decline"] == "refuse de signer\u00a0: Trop tôt."
    assert words["answer.reply"].startswith("retient en partie une remarque sur la clause 1.1")
    assert words["edition.revise"] == "modifie la clause 1.1, version 2."
    assert words["round.cancel"] == "annule le tour 2 sans l’ouvrir\u00a0: Trop tôt."
    assert words["round.open"] == "ouvre ensemble toutes les enveloppes."
    assert words["envelope.seal"].startswith("scelle son enveloppe, d’empreinte ")
    assert words["envelope.take_back"].startswith("rouvre son enveloppe, avant")
    assert words["edition.answer"] == "répond au texte\u00a0: 10 accords."


def test_an_amendment_and_a_removed_clause_have_sentences(cast):
    case = make.partnership(cast, until=Case.ACTIVE)
    amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=NOON)
    clause_order.remove_clause(clause_id=make.clause_id(case, 10), broker=cast.nora, at=NOON)
    words = {kind: words for kind, (words, _facts) in sentences_of(case).items()}
    assert words["edition.open"] == "commence l’avenant 1."
    assert words["edition.revise"] == (
        "retire la clause 10.1, «\u202fConfidentialité, point 1\u202f»\u00a0: les parties y répondent."
    )
    draft = make.partnership(cast, until=Edition.DRAFTING, title="Autre")
    clause_order.remove_clause(clause_id=make.clause_id(draft, 10), broker=cast.nora, at=NOON)
    words = {kind: words for kind, (words, _facts) in sentences_of(draft).items()}
    assert words["clause.remove"] == "retire la clause 10.1, avant l’envoi du texte aux parties."


def test_every_label_is_of_a_fact_that_an_action_writes():
    writers = [module for module in modules("partnerships") if module.is_in("actions", "transitions")]
    source = "\n".join(module.text for module in writers)
    assert [name for name in LABELS if f"{name}=" not in source] == []


def test_product_names_are_unchanged_and_grounds_are_labels():
    """Both are lists; only the second are codes."""
    named = Entry(kind="case.products", facts={"products": ["Doliprane", "Aspirine"]})
    assert [fact.value for fact in facts_of(named, {})] == ["Doliprane, Aspirine"]
    assert "Doliprane, Aspirine" in sentence(named)
