"""The cases of the demonstration, played to the opening of their expectations, from where a text begins."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from lucky_link.demo import reader
from lucky_link.demo.actions import rounds as demo_rounds
from lucky_link.demo.actions.scoping import ScopingFile
from lucky_link.demo.case_file import CaseFile, FiledExpectation, Filing
from lucky_link.demo.cast import CASES
from partnerships.expectations.actions import open_expectations
from partnerships.models import Partnership
from partnerships.rounds.actions import envelopes
from partnerships.scoping import actions as scoping
from tests.cast import Cast

# The model charter that a broker would choose for each case.
MODELS: Final = {
    "P1": "Guide ou document écrit ensemble",
    "P2": "Application ou service revu avec des patients",
    "P3": "Ateliers ou événement",
    "P4": "Application ou service revu avec des patients",
    "P5": "Enquête ou étude des besoins",
}
# What the broker types in the blanks, by label.
ANSWERS: Final = {
    "action précise": "relire à dix des conditions d’utilisation et en écrire une version en deux pages",
    "à qui, avec quelle exception pour un don": "à l’entreprise qui les a versées",
    "ce qui change pour les patients": "chacun sait à qui s’adresser et quels délais prévoir",
    "besoin, avec sa preuve et sa date": "81 adhérents sur 94 acceptent sans lire",
    "don, parrainage ou prestation": "parrainage",
    "durée de l’action": "dix mois",
    "engagement": "Répondre par écrit à chaque question.",
    "exceptions, comme la faute grave ou le dommage à une personne": "faute grave ou dommage à une personne",
    "indicateur": "le nombre de personnes qui disent avoir trouvé une réponse",
    "jour et mois": "1er mars",
    "limite du projet": "Aucun conseil médical individuel.",
    "montant": "30 €",
    "montant, ou « sans financement »": "sans financement",
    "nom de la licence": "CC BY-SA",
    "nom et date du code": "code EFPIA, 2019",
    "nombre d’années": "2",
    "nombre d’usagers": "huit",
    "nombre de jours": "30",
    "nombre de mois": "3",
    "nombre de séances": "cinq",
    "payeur": "L’association",
    "personnes concernées": "les personnes malades et leurs proches",
    "pourcentage": "10 %",
    "territoire": "la France entière",
    "usage et durée": "le rapport, pendant deux ans",
}


@dataclass(frozen=True, kw_only=True)
class OpenedCase:
    """A case whose expectations are open, with the file it comes from and what each party filed."""

    partnership: Partnership
    case: CaseFile
    filings: tuple[Filing, ...]


def opened_case(cast: Cast, name: str, *, at: datetime) -> OpenedCase:
    """Play a shipped case, between the organisations of the cast, until its envelopes open."""
    case = reader.read(CASES / f"{name}.toml", CaseFile)
    partnership = scoping.open_case(
        broker=cast.nora, title=case.title, organisations=[cast.association, cast.company], at=at
    )
    scoping.describe(
        partnership_id=partnership.pk,
        broker=cast.nora,
        description=scoping.CaseDescription(
            title=case.title, plain_words=case.plain_words, evidence_of_need=case.evidence_of_need
        ),
        at=at,
    )
    _write_canvas(partnership, cast, at)
    scoping.prepare(partnership_id=partnership.pk, broker=cast.nora, at=at)
    open_expectations(partnership_id=partnership.pk, broker=cast.nora, at=at)
    round_id = demo_rounds.expectations_round(partnership).pk
    filings = (filing_of(case, "A"), filing_of(case, "E"))
    for filing, speaker in zip(filings, (cast.ada, cast.carla), strict=True):
        demo_rounds.fill_envelope(partnership, filing, speaker, at=at)
        envelopes.seal(round_id=round_id, speaker=speaker, at=at + timedelta(minutes=5))
    return OpenedCase(partnership=Partnership.objects.get(pk=partnership.pk), case=case, filings=filings)


def filing_of(case: CaseFile, party: Literal["A", "E"]) -> Filing:
    """Return what a party filed, or, where the file does not say, what its text was later written from."""
    for filing in case.filings:
        if filing.party == party:
            return filing
    expectations = [row for clause in case.clauses for row in clause.expectations if row.party == party]
    promises = [row for clause in case.clauses for row in clause.commitments if row.party == party]
    limits = [text for clause in case.clauses for text in clause.limits]
    return Filing(
        party=party,
        author="",
        day=0,
        expectations=tuple(
            FiledExpectation(text=row.text, indicator=row.indicator or "un compte rendu")
            for row in expectations
        ),
        limits=tuple(limits) if party == "A" else (),
        red_lines=tuple(
            row.text for clause in case.clauses for row in clause.red_lines if row.party == party
        ),
        means=promises[0].text if promises else "",
        hours=sum(row.hours for row in promises) or None,
        amount=sum(row.amount for row in promises) or None,
    )


def _write_canvas(partnership: Partnership, cast: Cast, at: datetime) -> None:
    for entry in reader.read(CASES.parent / "scoping.toml", ScopingFile).canvases:
        if entry.title == partnership.title:
            names = scoping.CanvasBoxes.__dataclass_fields__
            boxes = scoping.CanvasBoxes(**{name: getattr(entry, name) for name in names})
            scoping.write_canvas(
                partnership_id=partnership.pk, broker=cast.nora, boxes=boxes, seen_number=0, at=at
            )
