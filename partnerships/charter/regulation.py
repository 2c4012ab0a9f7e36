"""How the regulations classify a partnership: the official lists, and the answers given to them."""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, NamedTuple

from partnerships.charter.texts import gettext_noop

type SupportKind = Literal["", "patronage", "sponsorship", "service"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegulationText:
    """How the regulations classify this partnership; codes are those of the lists below.

    `object_code`: purpose of the convention; `advantage_code`: nature of the advantage;
    `has_professionals`: a health professional or a student receives something in person.
    """

    kind: SupportKind = ""
    object_code: str = ""
    other_words: str = ""
    advantage_code: str = ""
    advantage_words: str = ""
    event_organiser: str = ""
    event_name: str = ""
    event_date: date | None = None
    event_place: str = ""
    has_professionals: bool = False

    @property
    def has_event(self) -> bool:
        return bool(self.event_organiser or self.event_name or self.event_date or self.event_place)


# Source of both lists: arrêté of 3 December 2013, as amended on 15 March 2022.
OTHER: Final = "autre"
CONVENTION_OBJECTS: Final[dict[str, str]] = {
    "partenariat": gettext_noop("Partenariat"),
    "mecenat": gettext_noop("Mécénat"),
    "parrainage": gettext_noop("Parrainage"),
    "formation": gettext_noop("Formation"),
    "documentation": gettext_noop("Achat de documentation scientifique"),
    "espaces_manifestation": gettext_noop("Achat ou location d’espaces, manifestation scientifique"),
    "espaces_publicitaires": gettext_noop("Achat ou location d’espaces publicitaires"),
    "conseil": gettext_noop("Conseil ou expertise autre que scientifique"),
    "expert_scientifique": gettext_noop("Expert scientifique"),
    "enquete": gettext_noop("Enquête, étude, étude de marché, hors recherche"),
    "droits": gettext_noop("Cession de droits ou licence d’exploitation"),
    "evaluation_scientifique": gettext_noop("Évaluation scientifique"),
    "interview": gettext_noop("Interview"),
    "participation": gettext_noop("Participation à une manifestation"),
    "intervenant": gettext_noop("Intervenant à une manifestation"),
    "bourse": gettext_noop("Bourse de recherche"),
    "prix": gettext_noop("Remise de prix"),
    "recherche": gettext_noop("Recherche scientifique"),
    "edition": gettext_noop("Édition"),
    "evaluation_cosmetique": gettext_noop("Évaluation d’un produit cosmétique"),
    "vigilance_cosmetique": gettext_noop("Vigilance d’un produit cosmétique"),
    OTHER: gettext_noop("Autre, à préciser"),
}
ADVANTAGES: Final[dict[str, str]] = {
    "don_fonctionnement": gettext_noop("Don de fonctionnement"),
    "bourse_recherche": gettext_noop("Bourse de recherche"),
    "bourse_formation": gettext_noop("Bourse de formation"),
    "defraiement": gettext_noop("Défraiement"),
    "don_formation": gettext_noop("Don ou prêt pour la formation"),
    "don_recherche": gettext_noop("Don ou prêt pour la recherche"),
    "don_materiel": gettext_noop("Don de matériel"),
    "don_echantillons": gettext_noop("Don d’échantillons"),
    "don_ouvrages": gettext_noop("Don d’ouvrages"),
    "inscription": gettext_noop("Frais d’inscription"),
    "reunion": gettext_noop("Frais de réunion, d’organisation"),
    "transport": gettext_noop("Frais de transport"),
    "collation": gettext_noop("Hospitalité, collation"),
    "hebergement": gettext_noop("Hospitalité, hébergement"),
    "restauration": gettext_noop("Hospitalité, restauration"),
    "indemnisation": gettext_noop("Indemnisation"),
    "pret_materiel": gettext_noop("Prêt de matériel"),
    "prix_recherche": gettext_noop("Prix de recherche"),
    OTHER: gettext_noop("Autre, à préciser"),
}
# Purposes of a convention that are those of an event; the others may be, or not.
EVENTS: Final = frozenset({"espaces_manifestation", "participation", "intervenant"})


class Consequences(NamedTuple):
    """What choosing a kind of support entails; `to_check`: fields that no source confirms yet."""

    title: str
    given_back: str
    tax: str
    paper: str
    to_check: frozenset[str] = frozenset()


# Source: field notes 2.5; what a lawyer has not confirmed is in `to_check`.
SUPPORTS: Final[dict[SupportKind, Consequences]] = {
    "patronage": Consequences(
        gettext_noop("Mécénat"),
        gettext_noop(
            "Rien en retour, ou nettement moins que le don\u00a0: 25\u202f% au plus, selon l’usage."
        ),
        gettext_noop(
            "Réduction d’impôt de 60\u202f% pour l’entreprise (40\u202f% au-delà de 2\u202fM€ par an), "
            "dans la limite de 20\u202f000\u202f€ ou de 0,5\u202f% du chiffre d’affaires."
        ),
        gettext_noop("Reçu fiscal Cerfa 16216, établi par l’association, qui doit être d’intérêt général."),
    ),
    "sponsorship": Consequences(
        gettext_noop("Parrainage"),
        gettext_noop("Un retour direct pour l’entreprise, de la nature d’une publicité."),
        gettext_noop("Une charge pour l’entreprise, sans réduction d’impôt."),
        gettext_noop("Facture de l’association."),
        frozenset({"paper"}),
    ),
    "service": Consequences(
        gettext_noop("Partenariat ou prestation"),
        gettext_noop("Un travail commun, ou un service rendu à l’entreprise."),
        gettext_noop("Une charge pour l’entreprise\u00a0; la TVA peut s’appliquer."),
        gettext_noop("Facture de l’association, sans reçu fiscal."),
        frozenset({"tax", "paper"}),
    ),
}
# Purposes of the list of the decree that contradict each kind of support.
CONTRADICTIONS: Final[dict[SupportKind, frozenset[str]]] = {
    "patronage": frozenset({"partenariat", "parrainage", "espaces_publicitaires", "espaces_manifestation"}),
    "sponsorship": frozenset({"mecenat"}),
    "service": frozenset({"mecenat", "parrainage"}),
}


class RegulationLine(NamedTuple):
    """One answer about the regulations. `is_listed`: the value is an entry of a list above, translatable."""

    label: str
    value: str | date
    is_listed: bool = False


def lines(text: RegulationText | None) -> list[RegulationLine]:
    """Return the answers that are not empty, in the order of the form, labels in French."""
    if text is None:
        return []
    kind = SUPPORTS[text.kind].title if text.kind else ""
    rows = [
        RegulationLine(gettext_noop("Nature du soutien"), kind, is_listed=True),
        _chosen(
            gettext_noop("Motif de la convention"), CONVENTION_OBJECTS, text.object_code, text.other_words
        ),
        _chosen(gettext_noop("Nature de l’avantage"), ADVANTAGES, text.advantage_code, text.advantage_words),
        RegulationLine(gettext_noop("Manifestation"), text.event_name),
        RegulationLine(gettext_noop("Organisée par"), text.event_organiser),
        RegulationLine(gettext_noop("Date de la manifestation"), text.event_date or ""),
        RegulationLine(gettext_noop("Lieu de la manifestation"), text.event_place),
    ]
    if text.has_professionals:
        words = gettext_noop(
            "un professionnel de santé ou un étudiant reçoit quelque chose à titre personnel"
        )
        rows.append(RegulationLine(gettext_noop("Professionnels de santé"), words, is_listed=True))
    return [line for line in rows if line.value]


def _chosen(label: str, listed: dict[str, str], code: str, other_words: str) -> RegulationLine:
    if code == OTHER and other_words:
        return RegulationLine(label, other_words)
    return RegulationLine(label, listed.get(code, code), is_listed=True)
