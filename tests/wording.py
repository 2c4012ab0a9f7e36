"""The text that `tests.make` has the broker write: the smallest roadmap that can be frozen."""

from __future__ import annotations

from datetime import date, timedelta

from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    BudgetLineText,
    CommitmentText,
    ExpectationText,
    FeeText,
    Heading,
    LimitText,
    MilestoneText,
    PaymentText,
    RedLineText,
)
from partnerships.drafting.actions.clauses import Wording

ACTION = Wording(
    title="Action précise",
    body="Produire et diffuser, en dix mois, un guide pratique co-écrit par des patients.",
    plain_words="Une enquête, six ateliers, un guide\u00a0: rien d’autre.",
)
BENEFIT = Wording(
    title="Bénéfice pour les patients",
    body="Préparer un voyage sans renoncer\u00a0: savoir à qui s’adresser, quoi emporter, quels délais prévoir.",
)


def expectations() -> Wording:
    """Return what each side expects; AE2 reaches no milestone and is served by no commitment."""
    return Wording(
        title="Attentes",
        body="Chaque partie attend de l’action ce qui suit.",
        terms=Terms(
            expectations=(
                ExpectationText(
                    code="AA1",
                    party_key="A",
                    text="Faire entendre les besoins des voyageurs malades",
                    indicator="250 réponses, rapport public",
                    milestone_code="J1",
                ),
                ExpectationText(
                    code="AE1",
                    party_key="E",
                    text="Comprendre la vie réelle des patients en déplacement",
                    indicator="restitution de deux heures",
                    milestone_code="J2",
                ),
                ExpectationText(code="AE2", party_key="E", text="Mobiliser ses équipes"),
            )
        ),
    )


def limits() -> Wording:
    """Return a shared limit and one red line of each side."""
    return Wording(
        title="Limites du projet",
        body="Aucune des parties ne franchit les limites qui suivent.",
        plain_words="Ce que ni l’une ni l’autre ne fera, même si l’occasion se présente.",
        terms=Terms(
            limits=(LimitText(code="L1", text="Aucun nom de médicament, de marque ou de molécule."),),
            red_lines=(
                RedLineText(party_key="A", text="Notre parole publique sur l’accès aux soins reste libre."),
                RedLineText(party_key="E", text="Aucune utilisation du logo en dehors du guide."),
            ),
        ),
    )


def association_commitments() -> Wording:
    """Return the promise of the association, with its hours."""
    promise = CommitmentText(
        code="EA1", party_key="A", text="Piloter et rédiger le guide", hours=180, serves=("AA1",)
    )
    return Wording(
        title="Engagements de l’association",
        body="L’association pilote l’action et écrit le guide.",
        terms=Terms(commitments=(promise,)),
    )


def company_commitments() -> Wording:
    """Return the promise of the company, with its money."""
    promise = CommitmentText(
        code="EE1",
        party_key="E",
        text="Verser 30 000 € selon l’échéancier",
        amount_minor=3_000_000,
        serves=("AE1",),
    )
    return Wording(
        title="Engagements de l’entreprise",
        body="L’entreprise finance l’action et n’écrit pas le guide. Elle ne demande ni exclusivité ni promotion. "
        "Chaque document mentionne ce soutien, publié chaque année.",
        terms=Terms(commitments=(promise,)),
    )


def milestones(start: date) -> Wording:
    """Return three milestones, 30, 60 and 90 days after `start`: of each side, then of both."""
    return Wording(
        title="Jalons",
        body="L’action avance par les jalons qui suivent.",
        terms=Terms(
            milestones=(
                MilestoneText(
                    code="J1",
                    title="Résultats de l’enquête",
                    owner="A",
                    due_date=start + timedelta(days=30),
                    indicator="250 réponses",
                ),
                MilestoneText(
                    code="J2",
                    title="Journées d’expertise livrées",
                    owner="E",
                    due_date=start + timedelta(days=60),
                ),
                MilestoneText(
                    code="J3",
                    title="Bilan croisé",
                    owner=ALL_PARTIES,
                    due_date=start + timedelta(days=90),
                ),
            )
        ),
    )


def budget() -> Wording:
    """Return the money and the hours given in kind."""
    return Wording(
        title="Budget et versements",
        body="L’entreprise verse une subvention de projet, en deux fois.",
        terms=Terms(
            budget=(
                BudgetLineText(label="Enquête et ateliers", payer_key="E", amount_minor=3_000_000),
                BudgetLineText(
                    label="Bénévolat", payer_key="A", amount_minor=270_000, contribution="in_kind"
                ),
            ),
            payments=(
                PaymentText(label="À la signature", amount_minor=1_500_000, payer_key="E"),
                PaymentText(
                    label="Après l’enquête", amount_minor=1_500_000, payer_key="E", milestone_code="J1"
                ),
            ),
        ),
    )


def broker_role() -> Wording:
    """Return what the broker does and what each side pays for it."""
    return Wording(
        title="Rôle du passeur",
        body="Le passeur suit les deux côtés à égalité.",
        terms=Terms(
            commitments=(
                CommitmentText(code="EP1", party_key=BROKER, text="Ouvrir le baromètre chaque trimestre"),
            ),
            fees=(
                FeeText(payer_key="E", label="Honoraires", amount_minor=540_000),
                FeeText(payer_key="A", label="Honoraires", amount_minor=60_000),
            ),
        ),
    )


def standard(number: int) -> Wording:
    """Return one more clause, of words alone."""
    return Wording(
        title=f"Confidentialité, point {number}",
        body=f"Les documents marqués «\u202fconfidentiel\u202f» de la liste {number} restent entre les parties.",
        plain_words="Ce qui est marqué confidentiel ne sort pas.",
    )


def text(start: date, clauses: int) -> list[tuple[Heading, str, Wording]]:
    """Return (heading, responsible party, wording): what no charter lacks, then `clauses` more."""
    return [
        (Heading.PRECISE_ACTION, "", ACTION),
        (Heading.PATIENT_BENEFIT, "", BENEFIT),
        (Heading.EXPECTATIONS, "", expectations()),
        (Heading.LIMITS, "", limits()),
        (Heading.ASSOCIATION_COMMITMENTS, "A", association_commitments()),
        (Heading.COMPANY_COMMITMENTS, "E", company_commitments()),
        (Heading.BROKER_ROLE, "", broker_role()),
        (Heading.MILESTONES, "", milestones(start)),
        (Heading.BUDGET, "", budget()),
        *((Heading.CONFIDENTIALITY, "", standard(number)) for number in range(1, clauses + 1)),
    ]
