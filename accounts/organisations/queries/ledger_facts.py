"""The facts of an entry in the ledger of an organisation, as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import (
    ApprovalLevel,
    CheckResult,
    Declares,
    DocumentKind,
    InterestKind,
    OrganisationState,
    RegistrationStep,
    Side,
    SupportNature,
)
from accounts.models.evidence import RegisterOutcome, RegisterSource
from accounts.organisations.checklist import TITLES, titles_of
from accounts.organisations.queries.ledger_pages import LedgerFact
from accounts.organisations.queries.ledger_sentences import Facts, Names
from accounts.templatetags.wording import day, euros

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from ledger.models import Entry

# Primary keys, which are not shown.
ROW_KEYS: Final = frozenset(
    {
        "vetting", "evidence", "document", "link", "interest", "handover", "support", "mandate",
        "introduction", "brief", "registered",
    }
)  # fmt: skip
LABELS: dict[str, _StrPromise] = {
    "side": gettext_lazy("Côté"),
    "step": gettext_lazy("Étape"),
    "name": gettext_lazy("Nom"),
    "city": gettext_lazy("Ville du siège"),
    "rna": gettext_lazy("Numéro RNA"),
    "siren": gettext_lazy("SIREN"),
    "siret": gettext_lazy("SIRET du siège"),
    "court": gettext_lazy("Tribunal"),
    "court_volume": gettext_lazy("Volume"),
    "court_folio": gettext_lazy("Folio"),
    "before": gettext_lazy("Avant"),
    "after": gettext_lazy("Après"),
    "summary": gettext_lazy("Charte éthique, en bref"),
    "member_count": gettext_lazy("Adhérents"),
    "volunteer_hours": gettext_lazy("Heures de bénévoles par an"),
    "trade": gettext_lazy("Activité"),
    "declares": gettext_lazy("Déclare à Transparence-Santé"),
    "professional_body": gettext_lazy("Organisation professionnelle"),
    "rules": gettext_lazy("Version des règles"),
    "source": gettext_lazy("Avant"),
    "target": gettext_lazy("Après"),
    "reason": gettext_lazy("Raison"),
    "unsettled": gettext_lazy("Contrôles non faits"),
    "results": gettext_lazy("Contrôles"),
    "register": gettext_lazy("Registre"),
    "outcome": gettext_lazy("Réponse du registre"),
    "paper": gettext_lazy("Pièce"),
    "sha256": gettext_lazy("Empreinte du fichier"),
    "replaces": gettext_lazy("Empreinte du fichier remplacé"),
    "expires": gettext_lazy("Valable jusqu’au"),
    "year": gettext_lazy("Année"),
    "income_minor": gettext_lazy("Ressources"),
    "industry_minor": gettext_lazy("Dont industrie"),
    "company": gettext_lazy("Entreprise"),
    "nature": gettext_lazy("Nature du soutien"),
    "amount_minor": gettext_lazy("Montant"),
    "level": gettext_lazy("Agrément"),
    "region": gettext_lazy("Région"),
    "number": gettext_lazy("Numéro"),
    "decided_date": gettext_lazy("Date de la décision"),
    "since": gettext_lazy("Depuis le"),
    "until": gettext_lazy("Jusqu’au"),
    "links": gettext_lazy("Liens d’intérêts déclarés"),
    "letter": gettext_lazy("Personne invitée"),
    "member": gettext_lazy("Personne concernée"),
    "heir": gettext_lazy("Prend le relais"),
    "is_administrator": gettext_lazy("Gestionnaire"),
    "is_referent": gettext_lazy("Référent"),
    "is_signatory": gettext_lazy("Signataire"),
    "letter_count": gettext_lazy("Invitations transmises"),
    "was_only_referent": gettext_lazy("Seul référent"),
    "was_only_signatory": gettext_lazy("Seul signataire"),
    "valid_from": gettext_lazy("À partir du"),
    "valid_until": gettext_lazy("Jusqu’au"),
    "ceiling_minor": gettext_lazy("Plafond"),
}
# Choices that the portal of companies defines; this app may not import it.
COMPANY_CHOICES: dict[str, dict[str, _StrPromise]] = {
    "trade": {
        "medicine": gettext_lazy("Médicament"),
        "device": gettext_lazy("Dispositif médical"),
        "diagnostic": gettext_lazy("Diagnostic in vitro"),
        "e_health": gettext_lazy("E-santé"),
        "service": gettext_lazy("Prestataire"),
    },
}
CHOICES: dict[str, Mapping[Any, Any]] = {
    **COMPANY_CHOICES,
    "declares": dict(Declares.choices),
    "side": dict(Side.choices),
    "step": dict(RegistrationStep.choices),
    "source": {**dict(OrganisationState.choices), **dict(RegisterSource.choices)},
    "target": dict(OrganisationState.choices),
    "outcome": dict(RegisterOutcome.choices),
    "paper": dict(DocumentKind.choices),
    "nature": {**dict(SupportNature.choices), **dict(InterestKind.choices)},
    "level": dict(ApprovalLevel.choices),
}
DATE_FACTS = ("expires", "decided_date", "since", "until", "valid_from", "valid_until")
AMOUNT_FACTS = ("income_minor", "industry_minor", "amount_minor", "ceiling_minor")
PERSON_FACTS = ("member", "heir", "letter")
# By kind of entry and fact: the fact whose label is used instead.
LABEL_OVERRIDES = {("register-asked", "source"): "register"}


def entry_facts(entry: Entry, names: Names, *, hidden: frozenset[str]) -> list[LedgerFact]:
    """Return the facts of an entry as text; empty ones, `hidden` ones and primary keys are left out."""
    kind = entry.kind.removeprefix("organisation.")
    facts = [
        LedgerFact(str(LABELS[LABEL_OVERRIDES.get((kind, name), name)]), _text(name, value, names))
        for name, value in entry.facts.items()
        if name not in hidden | ROW_KEYS and not _is_empty(name, value)
    ]
    return [fact for fact in facts if fact.value]


def _is_empty(name: str, value: Any) -> bool:
    return value in ("", None, {}, []) or (name == "replaces" and not isinstance(value, str))


def _text(name: str, value: Any, names: Names) -> str:
    if name in PERSON_FACTS:
        return names.get(str(value), "")
    format_value = FORMATTERS.get(name, _plain_text)
    return str(CHOICES[name].get(value, value)) if name in CHOICES else format_value(value)


def _plain_text(value: Any) -> str:
    if isinstance(value, bool):
        return _("oui") if value else _("non")
    return str(value)


def _fields_text(fields: Facts) -> str:
    return ", ".join(f"{LABELS[name]} {value or '—'}" for name, value in fields.items())


def _results_text(results: Facts) -> str:
    labels = dict(CheckResult.choices)
    return ", ".join(
        f"{TITLES[code]} ({labels.get(result) or _('À contrôler')})" for code, result in results.items()
    )


def _day_text(iso_date: str) -> str:
    return day(date.fromisoformat(iso_date))


FORMATTERS: dict[str, Callable[[Any], str]] = {
    **dict.fromkeys(DATE_FACTS, _day_text),
    **dict.fromkeys(AMOUNT_FACTS, euros),
    "before": _fields_text,
    "after": _fields_text,
    "results": _results_text,
    "unsettled": titles_of,
}
