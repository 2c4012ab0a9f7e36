"""Charters to print: the case P1 of the demonstration, and the extremes around it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

from partnerships.charter import chapters, snapshot, terms
from partnerships.charter.snapshot import FORMER_SCHEMA, SCHEMA, CharterSnapshot
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    HEADING_TITLES,
    BrokerText,
    ClauseText,
    LimitText,
    MilestoneText,
    PaymentText,
    RedLineText,
    SignatureText,
)
from tests.partnerships.charter.voyager_plan import (
    BUDGET,
    COMMITMENTS,
    EXPECTATIONS,
    LIMITS,
    MILESTONES,
    RED_LINES,
    t,
)
from tests.partnerships.charter.voyager_words import CLAUSES, FIRM, PARTIES

CONSENT: Final = "J’ai lu le texte entier et je le signe au nom de l’organisation qui m’a donné pouvoir."


VOYAGER: Final = CharterSnapshot(
    schema=FORMER_SCHEMA,
    reference="LL-DEMO-001",
    edition=1,
    title="Voyager avec un traitement respiratoire",
    plain_words=(
        "L’association interroge ses adhérents sur leurs difficultés en voyage, anime six ateliers"
        " d’écoute et écrit un guide gratuit. Le laboratoire finance, apporte une compétence"
        " logistique, et n’écrit pas le guide. Aucun médicament n’est cité."
    ),
    patient_need=(
        "61 % des 188 répondants d’un sondage interne ont renoncé à un déplacement au cours des"
        " douze derniers mois ; quatre comptes rendus de groupes de parole le confirment."
    ),
    patient_benefit=(
        "Préparer un voyage sans renoncer : savoir à qui s’adresser, quoi emporter, quels délais prévoir."
    ),
    precise_action=(
        "Produire et diffuser, en dix mois, un guide pratique co-écrit par des patients, précédé"
        " d’une enquête et de six ateliers."
    ),
    starts_on=t(-140),
    ends_on=t(160),
    parties=PARTIES,
    broker=FIRM,
    clauses=CLAUSES,
    expectations=EXPECTATIONS,
    limits=LIMITS,
    red_lines=RED_LINES,
    commitments=COMMITMENTS,
    milestones=MILESTONES,
    budget=BUDGET,
    payments=(
        PaymentText(label="À la signature", amount_minor=1_200_000),
        PaymentText(label="Après la restitution de l’enquête", amount_minor=900_000, milestone_code="J3"),
        PaymentText(label="Après la publication du guide", amount_minor=900_000, milestone_code="J8"),
    ),
    publication=True,
    transparency_object="partenariat",
)
EMPTY: Final = CharterSnapshot(
    schema=FORMER_SCHEMA,
    reference="LL-0",
    title="Rien encore",
    plain_words="",
    patient_need="",
    patient_benefit="",
    precise_action="",
    parties=PARTIES,
    broker=BrokerText(firm="Passeur Démo", person="Inès Passerelle"),
)


def of_today() -> CharterSnapshot:
    """Return the case P1 as it is frozen today: numbered by section, each row in a clause."""
    whole = chapters.terms_of(VOYAGER)
    counts = {each.table: each for each in terms.row_counts(whole)}
    clauses = []
    for number, clause in enumerate(VOYAGER.clauses, 1):
        names = [name for name in terms.TABLES.get(clause.heading, ()) if name in counts]
        rows = tuple(counts.pop(name) for name in names)
        clauses.append(replace(clause, key=f"k{number}", number=number, rows=rows))
    for heading, names in terms.TABLES.items():
        if rows := tuple(counts.pop(name) for name in names if name in counts):
            clause = ClauseText(
                key=f"h{heading}",
                number=1,
                heading=heading,
                title=HEADING_TITLES[heading],
                body="",
                rows=rows,
            )
            clauses.append(clause)
    return replace(VOYAGER, schema=SCHEMA, numbering="section", clauses=tuple(clauses))


def signed(charter: CharterSnapshot) -> tuple[SignatureText, ...]:
    """Return the signatures of every party and of the witness, some hours apart."""
    fingerprint = snapshot.fingerprint(charter)
    first = datetime(2026, 7, 5, 16, 7, tzinfo=UTC)
    methods = ("passkey", "totp", "code")
    parties = tuple(
        SignatureText(
            party_key=party.key,
            signatory_name=party.signatory_name,
            typed_name=party.signatory_name,
            capacity=party.signatory_capacity,
            mandate=party.mandate,
            signed_at=first + timedelta(hours=15 * number),
            method=methods[number % 3],
            consent=CONSENT,
            fingerprint=fingerprint,
        )
        for number, party in enumerate(charter.parties)
    )
    witness = SignatureText(
        party_key=BROKER,
        signatory_name=charter.broker.person,
        typed_name=charter.broker.person,
        capacity=charter.broker.capacity,
        signed_at=parties[-1].signed_at + timedelta(minutes=31),
        method="passkey",
        consent="Je témoigne que toutes les parties ont signé le même texte.",
        fingerprint=fingerprint,
    )
    return (*parties, witness)


def crowded() -> CharterSnapshot:
    """Return the hardest one to set: five parties, long words, thirty milestones, foreign signs."""
    parties = (
        *PARTIES,
        replace(
            PARTIES[0],
            key="p3",
            name="Fédération interrégionale des associations d’aide aux voyageurs et voyageuses"
            " insuffisants respiratoires d’exemple",
            signatory_name="Marie-Antoinette de La Tour-d’Auvergne-Lauraguais",
            ethics_charter="",
        ),
        replace(PARTIES[1], key="p4", name="Exempharma", signatory_name="Ōta Ñuñez-Żółć"),
        replace(PARTIES[1], key="p5", name="Interopérabilitéinternationalisée Démo SAS"),
    )
    owners = (*(party.key for party in parties), ALL_PARTIES)
    return replace(
        VOYAGER,
        reference="LL-DEMO-777",
        edition=2,
        previous_fingerprint=snapshot.fingerprint(VOYAGER),
        title="Coordonner l’accompagnement des personnes qui voyagent avec un traitement"
        " respiratoire, en France, outre-mer et dans les pays voisins : deuxième édition",
        plain_words=VOYAGER.plain_words * 3,
        parties=parties,
        limits=(*LIMITS, LimitText(code="L7", text="Signes rares : ✓ → 😀 漢, fin de l’essai.")),
        red_lines=(*RED_LINES, RedLineText(party_key="p5", text="Non " * 90)),
        milestones=tuple(
            MilestoneText(
                code=f"J{number}",
                title="Réunion d’avancement et partage des résultats intermédiaires " * (number % 3),
                owner=owners[number % 6],
                due_date=t(number * number % 37 * 9),
                indicator="" if number % 4 else "compte rendu signé par toutes les personnes présentes",
            )
            for number in range(1, 31)
        ),
        expectations=tuple(replace(each, milestone_code="J7") for each in EXPECTATIONS),
        payments=tuple(replace(each, milestone_code=None) for each in VOYAGER.payments),
        publication=False,
    )
