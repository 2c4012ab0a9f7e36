"""Context of the charter templates: plain values, computed from the snapshot and the signatures."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Final

from partnerships.charter import costs, regulation, typography
from partnerships.charter.actors import PAIR, Actor, actors
from partnerships.charter.chapters import (
    chapters,
    clauses_of,
    commitments_of,
    numbers_of,
    signatures_number,
)
from partnerships.charter.pdf import pictures
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import (
    BROKER,
    AgreementText,
    CommitmentText,
    ExpectationText,
    Heading,
    MilestoneText,
    SignatureText,
)

METHODS: Final = {
    "passkey": "clé d’accès",
    "totp": "code d’une application d’authentification",
    "code": "code à usage unique reçu par courriel",
    "password": "mot de passe",
    "demonstration": "personne\u00a0: signature jouée pour la démonstration",
}
SUMMARY_CHARACTERS: Final = 300


@dataclass(frozen=True, kw_only=True)
class SummaryCell:
    """One box of the "in plain words" page.

    `words`: first commitments of a party; `more`: number of its commitments that are not listed.
    """

    title: str = ""
    actor: Actor | None = None
    text: str = ""
    words: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class TraceabilityRow:
    """One expectation with the codes of its commitments and its milestone."""

    actor: Actor
    expectation: ExpectationText
    commitments: str
    milestone: MilestoneText | None


@dataclass(frozen=True, kw_only=True)
class AgreementRow:
    """The agreements to one clause; `given`: how and when, with the parties that agreed so together."""

    number: str
    title: str
    revision_number: int
    given: tuple[tuple[str, tuple[Actor, ...]], ...]


@dataclass(frozen=True, kw_only=True)
class SignatureBox:
    """The box of one signatory, with the signature once it is given."""

    actor: Actor
    name: str
    capacity: str
    mandate: str
    signature: SignatureText | None
    method: str = field(default="")


def template_context(charter: CharterSnapshot, signatures: Sequence[SignatureText]) -> dict[str, object]:
    """Return the whole context of the charter templates."""
    return {
        "charter": charter,
        "authors": " ; ".join(party.name for party in charter.parties),
        **_cover(charter, signatures),
        **_summary(charter),
        "chapters": chapters(charter),
        "signatures_number": signatures_number(charter),
        **_tables(charter),
        "signature_boxes": signature_boxes(charter, signatures),
        "agreement_rows": agreement_rows(charter),
        "parties_with_ethics_charter": [party for party in charter.parties if party.ethics_charter],
        "has_money": bool(
            charter.budget or (charter.numbering == "section" and (charter.broker.fees or charter.payments))
        ),
        "has_many_parties": len(charter.parties) > PAIR,
    }


def commitment_cells(charter: CharterSnapshot) -> tuple[SummaryCell, ...]:
    """Return one cell a party with as many of its first commitments as fit on the page."""
    actor_of = actors(charter)
    max_characters = SUMMARY_CHARACTERS * PAIR // max(PAIR, len(charter.parties))
    return tuple(
        _commitment_cell(actor_of[party.key], commitments_of(charter, party.key), max_characters)
        for party in charter.parties
    )


def traceability_rows(charter: CharterSnapshot) -> tuple[TraceabilityRow, ...]:
    """Return one row for each expectation, also where commitments or milestone are missing."""
    actor_of = actors(charter)
    milestones = {milestone.code: milestone for milestone in charter.milestones}
    return tuple(
        TraceabilityRow(
            actor=actor_of[expectation.party_key],
            expectation=expectation,
            commitments=", ".join(
                commitment.code for commitment in charter.commitments if expectation.code in commitment.serves
            ),
            milestone=milestones.get(expectation.milestone_code or ""),
        )
        for expectation in charter.expectations
    )


def agreement_rows(charter: CharterSnapshot) -> tuple[AgreementRow, ...]:
    """Return one row for each clause in printed order; none for a charter that does not say who agreed."""
    if not charter.agreements:
        return ()
    actor_of, numbers = actors(charter), numbers_of(charter)
    given: dict[str, dict[str, list[Actor]]] = {}
    for each in charter.agreements:
        groups = given.setdefault(each.clause_key, {})
        groups.setdefault(_agreement_words(each), []).append(actor_of[each.party_key])
    return tuple(
        AgreementRow(
            number=numbers[clause.key],
            title=clause.title,
            revision_number=clause.revision_number,
            given=tuple((words, tuple(people)) for words, people in given.get(clause.key, {}).items()),
        )
        for clause in sorted(charter.clauses, key=lambda clause: (clause.heading, clause.number, clause.key))
    )


def _agreement_words(agreement: AgreementText) -> str:
    moment = typography.moment(agreement.agreed_at)
    match agreement.way:
        case "round":
            return f"Tour {agreement.round_number}, le {moment}"
        case "confirmation":
            return f"Correction confirmée le {moment}"
        case "signature":
            return f"Texte inchangé depuis l’édition {agreement.edition}, signée le {moment}"


def dispute_words(charter: CharterSnapshot) -> str:
    """Return the plain words of the clauses on disputes and termination."""
    clauses = clauses_of(charter, Heading.DISPUTES) + clauses_of(charter, Heading.TERM)
    return " ".join(clause.plain_words for clause in clauses if clause.plain_words)


def signature_boxes(
    charter: CharterSnapshot, signatures: Sequence[SignatureText]
) -> tuple[SignatureBox, ...]:
    """Return one box a party in printed order, then that of the witness."""
    actor_of = actors(charter)
    signature_of = {signature.party_key: signature for signature in signatures}
    people = [
        (party.key, party.signatory_name, party.signatory_capacity, party.mandate)
        for party in charter.parties
    ]
    people.append((BROKER, charter.broker.person, charter.broker.capacity, ""))
    return tuple(
        _signature_box(actor_of[key], signature_of.get(key), (name, capacity, mandate))
        for key, name, capacity, mandate in people
    )


def _cover(charter: CharterSnapshot, signatures: Sequence[SignatureText]) -> dict[str, object]:
    columns = [
        [party for party in charter.parties if party.side == side] for side in ("association", "company")
    ]
    counts = [len(column) for column in columns]
    last_signed_at = max((signature.signed_at for signature in signatures), default=None)
    boxes = signature_boxes(charter, signatures)
    is_signed = all(box.signature for box in boxes)
    broker = charter.broker
    return {
        "columns": columns,
        "association_words": _counted(counts[0], "association", "de patients"),
        "company_words": _counted(counts[1], "entreprise", "de santé"),
        "broker_person": Actor(side=BROKER, name=f"{broker.person}, {broker.firm}"),
        "signed_on": typography.day(last_signed_at.astimezone(typography.PARIS).date())
        if last_signed_at and is_signed
        else "",
        "title_size": _size(len(charter.title), long=55, longest=110),
        "previous_edition": charter.amendment.amends if charter.amendment else charter.edition - 1,
    }


def _size(letters: int, *, long: int, longest: int) -> str:
    return "longest" if letters > longest else "long" if letters > long else ""


def _counted(count: int, noun: str, of: str) -> str:
    words = {1: "une", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six"}
    return f"{words.get(count, count)} {noun}{'s' if count > 1 else ''} {of}"


def _summary(charter: CharterSnapshot) -> dict[str, object]:
    shares = costs.shares(charter)
    cells = [
        SummaryCell(title="Pour qui", text=charter.patient_need),
        SummaryCell(title="Pour quoi", text=charter.patient_benefit),
        *commitment_cells(charter),
        SummaryCell(title="Combien", text=costs.price_sentence(shares)),
        SummaryCell(title="Si cela va mal", text=dispute_words(charter)),
    ]
    filled = [cell for cell in cells if cell.text or cell.words]
    return {
        "plain_size": _size(len(charter.plain_words), long=420, longest=900),
        "cells": filled,
        "pairs": list(batched(filled, PAIR, strict=False)),
        "shares": shares,
        "total": costs.total(shares),
    }


def _tables(charter: CharterSnapshot) -> dict[str, object]:
    actor_of = actors(charter)
    natures = {"cash": "numéraire", "in_kind": "nature"}
    milestones = sorted(charter.milestones, key=lambda milestone: (milestone.due_date, milestone.code))
    return {
        "traceability_rows": traceability_rows(charter),
        "limits": [_with_actor(line, actor_of.get(line.party_key)) for line in charter.limits],
        "red_lines": [_with_actor(line, actor_of[line.party_key]) for line in charter.red_lines],
        "milestones": [_with_actor(row, actor_of[row.owner]) for row in milestones],
        "timeline_words": pictures.alternative(charter.parties, milestones) if milestones else "",
        "budget": [
            {
                **_with_actor(line, actor_of[line.payer_key]),
                "nature": natures[line.contribution],
                "vat_words": costs.vat_words(line),
                "cost_minor": line.cost_minor,
            }
            for line in charter.budget
        ],
        "has_vat": any(line.vat != "none" for line in charter.budget),
        "sums": costs.sums(charter),
        "counterparts": [_with_actor(row, actor_of[row.party_key]) for row in charter.counterparts],
        "regulation": [(line.label, _text(line.value)) for line in regulation.lines(charter.regulation)],
        "fees": [_with_actor(fee, actor_of[fee.payer_key]) for fee in charter.broker.fees],
        "payments": [
            {
                **_with_actor(payment, None),
                "payer": actor_of[payment.payer_key].name if payment.payer_key else "",
            }
            for payment in charter.payments
        ],
    }


def _text(value: str | date) -> str:
    return typography.day(value) if isinstance(value, date) else value


def _with_actor(row: object, actor: Actor | None) -> dict[str, object]:
    names = row.__dataclass_fields__  # type: ignore[attr-defined]
    return {"actor": actor, **{name: getattr(row, name) for name in names}}


def _signature_box(
    actor: Actor, signature: SignatureText | None, expected: tuple[str, str, str]
) -> SignatureBox:
    name, capacity, mandate = expected
    if signature is None:
        return SignatureBox(actor=actor, name=name, capacity=capacity, mandate=mandate, signature=None)
    return SignatureBox(
        actor=actor,
        name=signature.typed_name,
        capacity=signature.capacity or capacity,
        mandate=signature.mandate,
        signature=signature,
        method=METHODS.get(signature.method, signature.method),
    )


def _commitment_cell(actor: Actor, commitments: Sequence[CommitmentText], max_characters: int) -> SummaryCell:
    words: list[str] = []
    for commitment in commitments:
        text = commitment.plain_words or commitment.text
        if words and sum(map(len, words)) + len(text) > max_characters:
            break
        words.append(text)
    empty_text = "" if words else "Aucun engagement propre."
    more = len(commitments) - len(words)
    return SummaryCell(actor=actor, text=empty_text, words=tuple(words), more=more)


def fingerprint_lines(digits: str) -> tuple[str, ...]:
    """Return a fingerprint as two lines of eight groups of four digits."""
    groups = [digits[start : start + 4] for start in range(0, len(digits), 4)]
    return tuple(" ".join(line) for line in batched(groups, 8, strict=False))
