"""Each kind of entry in the ledger of an organisation has its sentence, each fact its label."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from accounts.lifecycle import Trigger
from accounts.models import User
from accounts.organisations.queries.ledger_facts import (
    COMPANY_CHOICES,
    LABEL_OVERRIDES,
    LABELS,
    ROW_KEYS,
    entry_facts,
)
from accounts.organisations.queries.ledger_sentences import SENTENCES, sentence
from companies.models import Trade
from ledger.models import Entry

ROOT = Path(settings.BASE_DIR)
RECORD_CALLS = ("record_act", "transitions.record_act")
MEMBER = "00000000-0000-0000-0000-000000000001"
HEIR = "00000000-0000-0000-0000-000000000002"
NAMES = {MEMBER: "Ben", HEIR: "Ada", "l": "Eve"}
ROLES = {"is_administrator": True, "is_referent": True, "is_signatory": False}
PAPER = {"document": "d", "paper": "statutes", "sha256": "ab" * 32, "expires": "2027-01-31"}
DECIDED = {"source": "pending", "vetting": 3, "reason": "Il manque les statuts.", "unsettled": ["statutes"]}
RUNS = {"since": "2024-01-01", "until": "2025-01-01"}
FACTS = {
    "started": {"side": "company"},
    "step-reached": {"step": "pieces"},
    "identity": {"name": "Souffle", "city": "Lyon", "rna": "W000000001", "siren": ""},
    "presentation": {},
    "profile": {"trade": "device", "declares": "unknown", "member_count": None, "volunteer_hours": 0},
    "ethics": {"summary": "Libres."},
    "submit": {"source": "draft", "target": "pending", "rules": "2026-01"},
    "resubmit": {"source": "verified", "target": "pending", "before": {"city": "Lyon"},
                 "after": {"city": "Nantes"}, "reason": "Nous déménageons."},
    "checked": {"results": {"statutes": "wrong", "people": ""}},
    "verified": {**DECIDED, "source": "suspended", "target": "verified"},
    "to_complete": {**DECIDED, "target": "to_complete"},
    "refused": {**DECIDED, "target": "refused"},
    "suspended": {**DECIDED, "target": "suspended"},
    "register-asked": {"evidence": 1, "source": "companies", "outcome": "not_found"},
    "document-brought": PAPER,
    "document-replaced": {**PAPER, "replaces": "cd" * 32},
    "document-read": PAPER,
    "income": {"year": 2025, "income_minor": 41_200_000, "industry_minor": 5_768_000},
    "support": {"year": 2025, "support": 1, "company": "Valfictif", "nature": "patronage",
                "amount_minor": 100_000, "registered": MEMBER},
    "support-removed": {"support": 1},
    "approval": {"level": "regional", "region": "84", "number": "N1", "decided_date": "2024-05-01"},
    "link": {"link": 2, "replaces": 1, **RUNS},
    "link-withdrawn": {"link": 2},
    "links-stated": {"links": 0},
    "broker-interest": {"interest": 1, "replaces": None, "nature": "fee", "amount_minor": 50_000},
    "broker-interest-withdrawn": {"interest": 1},
    "join-asked": {},
    "invited": {"letter": "l", **ROLES},
    "invited-again": {"letter": "l"},
    "invitation-revoked": {"letter": "gone"},
    "joined": {"letter": "l", **ROLES},
    "roles-changed": {"member": MEMBER, **ROLES},
    "left": {"member": MEMBER},
    "handed-over": {"handover": 1, "member": MEMBER, "heir": HEIR, "letter_count": 2,
                    "was_only_referent": True, "was_only_signatory": False},
    "handover-seen": {"handover": 1},
    "address-changed": {"member": MEMBER},
    "mandate-recorded": {"mandate": 1, "member": MEMBER, "valid_from": "2026-01-01", "valid_until": None,
                         "ceiling_minor": 5_000_000, "document": None},
    "mandate-revoked": {"mandate": 1, "member": MEMBER},
    "discarded": {},
    "brief-published": {"brief": "b"},
    "brief-changed": {"brief": "b"},
    "brief-withdrawn": {"brief": "b"},
    "introduced": {"introduction": "i", "brief": "b"},
    "introduction-accepted": {"introduction": "i"},
    "introduction-declined": {"introduction": "i"},
    "introduction-revealed": {"introduction": "i"},
    "introduction-ended": {"introduction": "i"},
}  # fmt: skip


def calls() -> Iterator[tuple[ast.Module, ast.Call]]:
    """Yield each call that records an act in the ledger of an organisation, with its module."""
    for app in ("accounts", "associations", "companies", "broker", "partnerships"):
        for path in sorted([*ROOT.glob(f"{app}/**/actions/*.py"), *ROOT.glob(f"{app}/**/actions.py")]):
            tree = ast.parse(path.read_text())
            for node in ast.walk(tree):
                if isinstance(node, ast.Call) and ast.unparse(node.func) in RECORD_CALLS:
                    yield tree, node


def kinds_in(tree: ast.Module, kind: ast.expr) -> set[str]:
    """Return the texts that an argument may be: itself, or whatever is given to its name."""
    if isinstance(kind, ast.Name):
        given = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == kind.id
        ]
        return set().union(*(_texts(each) for each in given)) if given else set()
    return _texts(kind)


def _texts(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _texts(node.body) | _texts(node.orelse)
    return {node.value} if isinstance(node, ast.Constant) and isinstance(node.value, str) else set()


def test_every_kind_that_an_action_records_has_a_sentence() -> None:
    written = set().union(*(kinds_in(tree, call.args[1]) for tree, call in calls()))
    assert written | {str(step) for step in Trigger} == set(SENTENCES)


def test_every_fact_that_an_action_records_has_a_label() -> None:
    named = {word.arg for _tree, call in calls() for word in call.keywords if word.arg}
    known = set(LABELS) | ROW_KEYS | {"actor", "at"}
    assert named - known == set()


def entry(kind: str, actor: str = HEIR) -> Entry:
    return Entry(kind=f"organisation.{kind}", facts=FACTS[kind], actor=User(pk=actor))


@pytest.mark.parametrize("kind", SENTENCES)
def test_a_kind_has_a_sentence_in_both_languages(kind: str) -> None:
    sentences = {}
    for language in ("fr", "en"):
        with translation.override(language):
            sentences[language] = sentence(entry(kind), NAMES)
            facts = entry_facts(entry(kind), NAMES, hidden=frozenset())
        assert sentences[language].endswith("."), sentences
        assert "%(" not in sentences[language]
        assert all(fact.label and fact.value for fact in facts)
    assert sentences["fr"] != sentences["en"]


def test_every_example_has_a_kind() -> None:
    assert set(FACTS) == set(SENTENCES)


def test_people_and_choices_are_shown_as_text() -> None:
    assert sentence(entry("left"), NAMES) == "retire un membre de l’organisation\u00a0: Ben."
    assert sentence(entry("left", actor=MEMBER), NAMES) == "quitte l’organisation."
    assert sentence(entry("roles-changed", actor=MEMBER), NAMES).startswith("prend ces rôles")
    assert sentence(entry("invited"), NAMES).startswith("invite Eve, avec ces rôles")
    assert sentence(entry("invitation-revoked"), NAMES) == "annule l’invitation faite à une personne."
    shown = {each.label: each.value for each in entry_facts(entry("checked"), NAMES, hidden=frozenset())}
    assert shown == {"Contrôles": "Statuts lus (Non conforme), Gestionnaires et référents (À contrôler)"}
    shown = {each.label: each.value for each in entry_facts(entry("handed-over"), NAMES, hidden=frozenset())}
    assert (shown["Personne concernée"], shown["Prend le relais"]) == ("Ben", "Ada")
    shown = {each.label: each.value for each in entry_facts(entry("link"), NAMES, hidden=frozenset())}
    assert set(shown) == {"Depuis le", "Jusqu’au"}


def test_the_choices_of_companies_have_their_labels() -> None:
    assert {
        name: {str(key): str(word) for key, word in words.items()} for name, words in COMPANY_CHOICES.items()
    } == {
        "trade": {str(key): str(word) for key, word in Trade.choices},
    }
    assert set(LABEL_OVERRIDES.values()) <= set(LABELS)
