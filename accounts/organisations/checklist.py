"""The checklist by which a broker vets an organisation (pure)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

BOTH = ("association", "company")
ASSOCIATION = ("association",)
COMPANY = ("company",)


class ChecklistItem(NamedTuple):
    """`look` says what to check, `where` in which document or register; `documents`: kinds that prove it.

    `follows_identity`: to be done again when a name, a city or a number changes.
    """

    code: str
    title: str | Promise
    look: str | Promise
    where: str | Promise
    sides: tuple[str, ...] = BOTH
    documents: tuple[str, ...] = ()
    follows_identity: bool = False
    if_approved: bool = False


CHECKLIST = (
    ChecklistItem(
        "register",
        _("Numéro au registre"),
        _("Le numéro existe, il est actif et appartient à l’organisation."),
        _("Annuaire des entreprises, Journal officiel des associations, ou registre du tribunal"),
        follows_identity=True,
    ),
    ChecklistItem(
        "name_and_city",
        _("Nom et ville"),
        _("Le nom et la ville déclarés sont ceux du registre, mot pour mot."),
        _("La même page du registre"),
        follows_identity=True,
    ),
    ChecklistItem(
        "statutes",
        _("Statuts lus"),
        _("Les statuts sont signés, à jour, et disent qui dirige et qui engage l’organisation."),
        _("Les statuts ajoutés"),
        documents=("statutes",),
    ),
    ChecklistItem(
        "receipt",
        _("Récépissé ou Journal officiel"),
        _("Le titre, le numéro et la date sont ceux de l’association."),
        _("Le récépissé de la préfecture, ou l’annonce au Journal officiel"),
        sides=ASSOCIATION,
        documents=("receipt",),
        follows_identity=True,
    ),
    ChecklistItem(
        "kbis",
        _("Extrait Kbis"),
        _("L’extrait a moins de trois mois, et ne montre ni radiation ni procédure collective."),
        _("L’extrait ajouté, ou l’Annuaire des entreprises"),
        sides=COMPANY,
        documents=("kbis",),
        follows_identity=True,
    ),
    ChecklistItem(
        "purpose",
        _("Objet réel et licite"),
        _("L’objet est celui des statuts, et son activité publique le montre."),
        _("Les statuts, son site, son dernier rapport d’activité"),
    ),
    ChecklistItem(
        "accounts",
        _("Comptes du dernier exercice"),
        _("Les ressources déclarées sont celles des comptes, part de l’industrie comprise."),
        _("Les comptes annuels ajoutés ou publiés"),
        documents=("accounts",),
    ),
    ChecklistItem(
        "people",
        _("Gestionnaires et référents"),
        _("Ces personnes existent dans l’organisation, et leur adresse est la leur."),
        _("Le dernier procès-verbal, l’organigramme, ou un appel au siège"),
    ),
    ChecklistItem(
        "power_to_sign",
        _("Pouvoir de signer"),
        _("Un document donne à chaque signataire le pouvoir d’engager l’organisation."),
        _("Le procès-verbal, les statuts, le Kbis ou une délégation écrite"),
        documents=("minutes", "power"),
    ),
    ChecklistItem(
        "approval",
        _("Agrément annoncé"),
        _("Le niveau et les dates annoncés sont ceux de la décision."),
        _("La décision d’agrément, et la liste du ministère ou de l’agence régionale de santé"),
        sides=ASSOCIATION,
        documents=("approval",),
        if_approved=True,
    ),
    ChecklistItem(
        "interests",
        _("Liens d’intérêts des dirigeants"),
        _("Les liens sont déclarés, y compris quand il n’y en a aucun."),
        _("Sa déclaration, et la base publique Transparence-Santé"),
    ),
    ChecklistItem(
        "bank_details",
        _("Coordonnées bancaires"),
        _("Le titulaire du compte est l’organisation, pas une personne."),
        _("Le relevé d’identité bancaire ajouté"),
        documents=("bank_details",),
        follows_identity=True,
    ),
    ChecklistItem(
        "rules",
        _("Règles communes"),
        _("Un gestionnaire a accepté la version en vigueur."),
        _("La date et la version enregistrées à l’inscription"),
    ),
)
TITLES = {check.code: check.title for check in CHECKLIST}


def checklist_for(side: str, *, is_approved: bool) -> list[ChecklistItem]:
    """Return the items that apply to a side, in order; `is_approved`: it declares an official approval."""
    return [check for check in CHECKLIST if side in check.sides and (is_approved or not check.if_approved)]


def titles_of(codes: Iterable[str]) -> str:
    """Return the titles of some items as one text, in the given order."""
    return ", ".join(str(TITLES[code]) for code in codes)
