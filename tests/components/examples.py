"""One set of values for each component, as the pages give them."""

from datetime import UTC, date, datetime
from types import SimpleNamespace as Made
from typing import Any

from django.core.paginator import Paginator

from tests.components.form import refused, unbound

FINGERPRINT = "4be17c02d95f3a8610ceb7f462d89e31c05a8877f1d32b946e0fa1c853d7e29b"
DAY = date(2026, 11, 27)


def picture() -> dict[str, Any]:
    lanes = [
        {"side": "association", "y": 84, "start": 60, "end": 740},
        {"side": "company", "y": 164, "start": 60, "end": 740},
    ]
    marks = [
        {"side": "association", "x": 93.5, "y": 84, "label": "J1", "is_done": True, "late_label": ""},
        {"side": "company", "x": 93.5, "y": 164, "label": "", "is_done": True, "late_label": ""},
        {
            "side": "association",
            "x": 350,
            "y": 84,
            "label": "J2",
            "is_done": False,
            "late_label": "retard 10 j",
        },
        {"side": "company", "x": 417, "y": 164, "label": "J3", "is_done": False, "late_label": ""},
    ]
    return {
        "width": 780,
        "height": 224,
        "title": "Frise des trois jalons",
        "description": "Un jalon est fait, un est en retard, un est à venir.",
        "months": [{"x": 118, "label": "août"}, {"x": 187, "label": "sept."}],
        "lanes": lanes,
        "today": 372,
        "ties": [{"x": 93.5, "start": 84, "end": 164}],
        "marks": marks,
    }


STANCES = [
    {"side": "association", "name": "Vous, tour 2", "stance": "objection", "label": "objection"},
    {"side": "company", "name": "Cardiolune Démo", "stance": "waiting", "label": "réponse scellée"},
]
REMARK = {
    "side": "company",
    "name": "Cardiolune Démo",
    "about": "réserve du tour 2",
    "text": "« Nous devons pouvoir déposer nos améliorations. »",
    "proposal": "Chaque partie peut déposer ses améliorations.",
}
STAGES = [
    {"label": "Cadrage", "phase": "past", "detail": ""},
    {"label": "Préparation", "phase": "present", "detail": "négociation"},
    {"label": "En cours", "phase": "next", "detail": ""},
    {"label": "Bilan", "phase": "next", "detail": ""},
    {"label": "Clos", "phase": "next", "detail": ""},
]
FACTS = [{"label": "Édition", "value": "1"}, {"label": "Sceau", "value": "valide, couvre tout le fichier"}]


def signature() -> dict[str, Any]:
    return {
        "action": "/signer/",
        "csrf_token": "token",
        "form": unbound(),
        "side": "association",
        "organisation": "Peau d’Exemple",
        "capacity": "présidente",
        "power": "Mandat du 14 mars 2026.",
        "fingerprint": FINGERPRINT,
        "decline_url": "/refuser/",
    }


def milestone() -> dict[str, Any]:
    return {
        "day": DAY,
        "title": "Ateliers 1 à 3",
        "side": "association",
        "name": "Souffle Imaginaire",
        "detail": "2 comptes rendus sur 3",
        "status": "late",
        "label": "En retard de 10 jours",
    }


def next_step(**changes: Any) -> Made:
    step = {
        "whose": "you",
        "side": "",
        "who": "",
        "title": "répondre au texte",
        "text": "Il vous reste deux clauses sur sept.",
        "days": 4,
        "deadline": DAY,
        "deadline_at": None,
        "may_act": True,
        "url": "#clause-5",
        "action": "Continuer",
        "form_url": "",
    }
    return Made(**step | changes)


def ledger() -> dict[str, Any]:
    head = {"head": FINGERPRINT, "check": Made(count=1, bad=None)}
    page = Made(entries=[Made(**ledger_entry())], page=Paginator([1], 50).page(1), **head)
    return {"page": page, "readers": "Les parties et le passeur."}


def ledger_whole() -> dict[str, Any]:
    facts = {
        "person": "Nora",
        "facts": [Made(label="Étape", value="signature")],
        "previous_hash": FINGERPRINT,
    }
    around = {"is_first": False, "before_url": "/journal/1/", "after_url": ""}
    page = Made(entry=Made(**ledger_entry(), sequence=2), **facts, **around)
    return {"page": page, "url": "/journal/"}


def ledger_entry() -> dict[str, Any]:
    return {
        "side": "broker",
        "name": "Le passeur",
        "sentence": "fige le texte final.",
        "at": datetime(2026, 6, 30, 9, tzinfo=UTC),
        "fingerprint": FINGERPRINT,
        "url": "/journal/1/",
    }


def envelope(state: str) -> Made:
    party = Made(code="E", side="company", organisation=Made(name="Cardiolune Démo"))
    sealed_at = None if state == "draft" else datetime(2026, 6, 30, 9, tzinfo=UTC)
    return Made(
        party=party, state=state, sealed_at=sealed_at, fingerprint="" if state == "draft" else FINGERPRINT
    )


def ticket() -> Made:
    return Made(
        title="Peau et travail",
        url="/dossiers/3/",
        association="Peau d’Exemple",
        company="Exempharma",
        status="due",
        label="1 signature sur 2",
        late="",
        next_step="À l’association",
        broker="",
    )


def examples() -> dict[str, dict[str, Any]]:
    """Return the values of every component that stands alone, by its name."""
    return {
        "badge": {"status": "late", "label": "En retard"},
        "side": {"side": "company", "name": "Laboratoires Valfictif"},
        "pair": {"associations": ["Souffle Imaginaire"], "companies": ["Valfictif"], "broker": "Inès"},
        "stages": {"stages": STAGES, "position": 2, "total": 5},
        "next_step": {"step": next_step(), "is_here": False, "csrf_token": "jeton"},
        "envelope": {"envelope": envelope("sealed"), "own": None},
        "todo": {
            "todo": Made(
                badge_status="due",
                badge_label="Avant le 25 novembre",
                title="Répondre",
                why="Voyager",
                url="/repondre/",
                verb="Répondre",
            ),
            "is_first": True,
        },
        "clause_head": {"number": 4, "title": "Exclusivité", "kind": "Limite", "side": "company", "name": ""},
        "gloss": {"number": 4, "text": "Pendant deux ans."},
        "stances": {"number": "4.1", "stances": STANCES},
        "remark": REMARK,
        "milestone": {"milestone": Made(**milestone())},
        "empty": {"title": "Aucun besoin", "text": "Décrivez-le.", "url": "/besoin/", "action": "Décrire"},
        "message": {"text": "Réponse enregistrée.", "level": "success"},
        "tabs": {
            "label": "Parties du dossier",
            "tabs": [Made(label="Tours", url="/t/", current="page", count=3)],
        },
        "pagination": {
            "label": "Pages du journal",
            "page": Paginator(range(47), 11).page(2),
            "before": "Plus récentes",
            "after": "Plus anciennes",
            "query": "q=jalon",
        },
        "facts": {"facts": FACTS, "is_down": False},
        "ledger_entry": {"entry": Made(**ledger_entry())},
        "ledger": ledger(),
        "ledger_whole": ledger_whole(),
        "ticket": {"ticket": ticket()},
        "balance": {
            "measures": [
                {
                    "label": "argent",
                    "association": "600 €",
                    "company": "35 400 €",
                    "left": 0.8,
                    "right": 50,
                    "start": 49.2,
                }
            ]
        },
        "timeline": {"picture": picture(), "association": "Souffle Imaginaire", "company": "Valfictif"},
        "convergence": {
            "picture": {
                "width": 240,
                "height": 190,
                "ground": 138,
                "bar": 34,
                "title": "D’un tour à l’autre",
                "description": "Tour 1 : sept accords et une réserve de l’association.",
                "bars": [{"stance": "agree", "x": 20, "y": 40.5, "height": 97.5, "label": "7"}],
                "marks": [{"side": "association", "x": 37}, {"side": "company", "x": 77}],
                "labels": [{"x": 57, "text": "tour 1"}],
                "rows": [
                    {"number": 1, "side": side, "names": name, "counts": (7, 0, 1, 0, 0)}
                    for side, name in (("association", "Souffle Imaginaire"), ("company", "Valfictif"))
                ],
            }
        },
        "fingerprint": {"id": "print", "label": "Empreinte", "fingerprint": FINGERPRINT},
        "field": {"field": unbound()["rna"]},
        "fields": {"form": refused()},
        "field_errors": {"field": refused()["rna"]},
        "organisation_field": {"organisation": Made(pk="00000000-0000-0000-0000-000000000001")},
        "upload": {"field": unbound()["statutes"], "file_name": "statuts.pdf"},
        "errors": {"form": refused()},
        "signatories": {
            "signatories": [
                {
                    "side": "company",
                    "name": "Exempharma",
                    "detail": "Bruno Salvetat",
                    "status": "ok",
                    "label": "Signé",
                }
            ]
        },
        "verdict": {
            "verdict": "genuine",
            "title": "Charte authentique",
            "text": "Octet pour octet.",
            "facts": FACTS,
        },
        "notice": {"form": "account"},
        "nav": {"label": "Espace", "entries": [Made(label="Accueil", url="/", is_current=True)]},
        "brand": {},
        "footer": {},
        "description": {"text": "Un texte, deux parties, un passeur.", "page": "register"},
        "home_link": {},
        "styles": {},
        "passkey_failed": {},
        "leave": {"csrf_token": "token"},
        "account_tabs": {"path": "/compte/email/"},
    }
