"""The case P1 of the demonstration: what is expected, promised, dated and paid."""

from datetime import date, timedelta
from typing import Final

from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    BudgetLineText,
    CommitmentText,
    ExpectationText,
    LimitText,
    MilestoneText,
    RedLineText,
)
from tests.partnerships.charter.voyager_words import SOUFFLE, VALFICTIF

TODAY: Final = date(2026, 11, 23)


def t(days: int) -> date:
    """Return the day that the demonstration writes T+days."""
    return TODAY + timedelta(days=days)


EXPECTATIONS: Final = tuple(
    ExpectationText(code=code, party_key=party, text=text, indicator=indicator, milestone_code=jalon)
    for code, party, text, indicator, jalon in (
        (
            "AA1",
            SOUFFLE,
            "Faire entendre les besoins des voyageurs malades",
            "≥ 250 réponses ; rapport public",
            "J3",
        ),
        (
            "AA2",
            SOUFFLE,
            "Toucher des personnes hors de l’association",
            "≥ 3 000 guides diffusés, dont 30 % hors adhérents",
            "J8",
        ),
        ("AA3", SOUFFLE, "Former quatre bénévoles à l’animation", "4 attestations", "J4"),
        (
            "AE1",
            VALFICTIF,
            "Comprendre la vie réelle des patients en déplacement",
            "restitution de 2 h, ≥ 20 salariés",
            "J3",
        ),
        (
            "AE2",
            VALFICTIF,
            "Montrer un engagement vérifiable et non promotionnel",
            "fiche au registre public, mention de soutien exacte",
            "J8",
        ),
        (
            "AE3",
            VALFICTIF,
            "Mobiliser ses équipes",
            "≥ 6 salariés volontaires aux ateliers, en observateurs silencieux",
            "J5",
        ),
    )
)
LIMITS: Final = tuple(
    LimitText(code=f"L{number}", text=text)
    for number, text in enumerate(
        (
            "Aucun nom de médicament, de marque ou de molécule.",
            "Pas de conseil médical individuel.",
            "Aucune donnée nominative ni de santé ne sort de l’association ; résultats à partir de dix réponses par groupe.",
            "L’entreprise ne rédige ni ne corrige le fond ; elle dispose de dix jours pour signaler une erreur de fait.",
            "Pas de programme d’éducation thérapeutique (art. L.1161-4 CSP).",
            "Territoire : France entière, langue française, une version facile à lire.",
        ),
        start=1,
    )
)
RED_LINES: Final = (
    RedLineText(
        party_key=SOUFFLE,
        text="Notre parole publique sur le prix ou l’accès aux soins reste libre.",
    ),
    RedLineText(party_key=VALFICTIF, text="Aucune utilisation du logo en dehors du guide et du rapport."),
)
COMMITMENTS: Final = tuple(
    CommitmentText(
        code=code,
        party_key=party,
        text=text,
        plain_words=plain,
        amount_minor=amount,
        hours=hours,
        serves=serves,
    )
    for code, party, text, plain, amount, hours, serves in (
        (
            "EA1",
            SOUFFLE,
            "Piloter et rédiger : coordinatrice, 0,1 ETP pendant 10 mois.",
            "pilote, écrit, publie ;",
            None,
            None,
            ("AA1", "AA2"),
        ),
        (
            "EA2",
            SOUFFLE,
            "Recruter et accompagner 12 relecteurs.",
            "recrute douze relecteurs ;",
            None,
            180,
            ("AA2", "AA3"),
        ),
        (
            "EA3",
            SOUFFLE,
            "Publier les comptes de l’action sous 60 jours après la fin.",
            "publie ses comptes ;",
            None,
            None,
            (),
        ),
        (
            "EA4",
            SOUFFLE,
            "Déposer les preuves des jalons sur la plateforme.",
            "dépose les preuves des jalons ;",
            None,
            None,
            ("AE1",),
        ),
        (
            "EA5",
            SOUFFLE,
            "Mentionner le soutien dans chaque document, dès la première diffusion.",
            "dit qui la soutient.",
            None,
            None,
            ("AE2",),
        ),
        (
            "EE1",
            VALFICTIF,
            "Verser 30 000 € selon l’échéancier, sous 30 jours après validation.",
            "verse 30 000 € en trois fois ;",
            3_000_000,
            None,
            ("AA1", "AA2"),
        ),
        (
            "EE2",
            VALFICTIF,
            "Mettre à disposition 4 journées d’un expert logistique.",
            "offre quatre journées d’expert ;",
            240_000,
            None,
            ("AE3",),
        ),
        (
            "EE3",
            VALFICTIF,
            "Déclarer la convention et les versements sur Transparence-Santé.",
            "déclare ce qu’il verse ;",
            None,
            None,
            ("AE2",),
        ),
        (
            "EE4",
            VALFICTIF,
            "Répondre aux questions de l’association sous 5 jours ouvrés.",
            "répond sous cinq jours ouvrés ;",
            None,
            None,
            (),
        ),
        (
            "EE5",
            VALFICTIF,
            "N’exiger aucune exclusivité.",
            "n’exige aucune exclusivité.",
            None,
            None,
            (),
        ),
        ("EP1", BROKER, "Suivre les deux côtés à égalité.", "", None, None, ()),
        ("EP2", BROKER, "Ouvrir le baromètre de confiance chaque trimestre.", "", None, None, ()),
        ("EP3", BROKER, "Proposer une médiation sous 5 jours ouvrés.", "", None, None, ()),
    )
)
MILESTONES: Final = tuple(
    MilestoneText(code=code, title=title, owner=owner, due_date=t(days), indicator=indicator)
    for code, title, owner, days, indicator in (
        ("J1", "Réunion de lancement, calendrier commun", ALL_PARTIES, -125, "compte rendu"),
        ("J2", "Questionnaire validé par 5 patients", SOUFFLE, -95, "questionnaire v2"),
        (
            "J3",
            "Résultats de l’enquête et restitution",
            SOUFFLE,
            -50,
            "rapport ; diaporama ; feuille de présence",
        ),
        (
            "J4",
            "Ateliers 1 à 3, quatre bénévoles formés",
            SOUFFLE,
            -10,
            "3 comptes rendus, 4 attestations",
        ),
        ("J5", "Ateliers 4 à 6", SOUFFLE, 25, "comptes rendus"),
        ("J6", "Première version du guide", SOUFFLE, 60, "fichier"),
        ("J7", "Relecture par 12 patients et 2 pharmaciens", SOUFFLE, 95, "grille de relecture"),
        (
            "J8",
            "Publication et diffusion de 3 000 exemplaires",
            SOUFFLE,
            130,
            "bon de livraison, liens",
        ),
        ("J9", "Bilan croisé, comptes publiés", ALL_PARTIES, 160, "bilan PDF"),
        ("J10", "4 journées d’expertise logistique livrées", VALFICTIF, 20, "relevé"),
    )
)
BUDGET: Final = tuple(
    BudgetLineText(label=label, payer_key=payer, amount_minor=euros * 100, contribution=kind)
    for label, payer, euros, kind in (
        ("Enquête et analyse indépendante", VALFICTIF, 9_000, "cash"),
        ("Six ateliers : salles, déplacements, indemnisation", VALFICTIF, 7_200, "cash"),
        ("Comité d’écriture et version facile à lire", VALFICTIF, 4_800, "cash"),
        ("Graphisme, accessibilité, 3 000 exemplaires", VALFICTIF, 6_500, "cash"),
        ("Coordination", VALFICTIF, 2_500, "cash"),
        ("Quatre journées d’un expert logistique", VALFICTIF, 2_400, "in_kind"),
        ("180 heures de bénévolat à 15 €", SOUFFLE, 2_700, "in_kind"),
    )
)
