"""What stands on each page of the charter, in order: plain values that the templates only show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import batched
from typing import Final

from partnerships.charter import costs, pictures, regulation, typography
from partnerships.charter.chapters import (
    PAIR,
    Actor,
    actors,
    chapters,
    clauses_of,
    commitments_of,
    preamble,
)
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import (
    BROKER,
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
PROMISE_LETTERS: Final = 300


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One box of the page in plain words; a party's has its promises, and how many more it made."""

    title: str = ""
    actor: Actor | None = None
    text: str = ""
    words: tuple[str, ...] = ()
    more: int = 0


@dataclass(frozen=True, kw_only=True)
class Thread:
    """One expectation followed to its commitments and its milestone."""

    actor: Actor
    expectation: ExpectationText
    commitments: str
    milestone: MilestoneText | None


@dataclass(frozen=True, kw_only=True)
class SignatureBox:
    """Where one person signs, and how that person did if it is done."""

    actor: Actor
    name: str
    capacity: str
    mandate: str
    signature: SignatureText | None
    method: str = field(default="")


def everything(charter: CharterSnapshot, signatures: Sequence[SignatureText]) -> dict[str, object]:
    """Return all that the templates of the charter show, by name."""
    return {
        "charter": charter,
        "authors": " ; ".join(party.name for party in charter.parties),
        **_cover(charter, signatures),
        **_plain(charter),
        "preamble": preamble(charter),
        "chapters": chapters(charter),
        **_rows(charter),
        "boxes": signature_boxes(charter, signatures),
        "ethics": [party for party in charter.parties if party.ethics_charter],
        "many": len(charter.parties) > PAIR,
    }


def promises(charter: CharterSnapshot) -> tuple[Cell, ...]:
    """Return the first promises of each party, as many as leave room on the page for the others."""
    named = actors(charter)
    room = PROMISE_LETTERS * PAIR // max(PAIR, len(charter.parties))
    return tuple(
        _promises(named[party.key], commitments_of(charter, party.key), room) for party in charter.parties
    )


def threads(charter: CharterSnapshot) -> tuple[Thread, ...]:
    """Return each expectation with what serves it; what is missing stays visible as missing."""
    named = actors(charter)
    milestones = {milestone.code: milestone for milestone in charter.milestones}
    return tuple(
        Thread(
            actor=named[expectation.party_key],
            expectation=expectation,
            commitments=", ".join(c.code for c in charter.commitments if expectation.code in c.serves),
            milestone=milestones.get(expectation.milestone_code or ""),
        )
        for expectation in charter.expectations
    )


def trouble(charter: CharterSnapshot) -> str:
    """Return in plain words what happens when things go wrong."""
    ways_out = clauses_of(charter, Heading.DISPUTES) + clauses_of(charter, Heading.TERM)
    return " ".join(clause.plain_words for clause in ways_out if clause.plain_words)


def signature_boxes(
    charter: CharterSnapshot, signatures: Sequence[SignatureText]
) -> tuple[SignatureBox, ...]:
    """Return one box a party in the order of the cover, then the witness."""
    named = actors(charter)
    signed = {signature.party_key: signature for signature in signatures}
    people = [
        (party.key, party.signatory_name, party.signatory_capacity, party.mandate)
        for party in charter.parties
    ]
    people.append((BROKER, charter.broker.person, charter.broker.capacity, ""))
    return tuple(
        _box(named[key], signed.get(key), (name, capacity, mandate))
        for key, name, capacity, mandate in people
    )


def _cover(charter: CharterSnapshot, signatures: Sequence[SignatureText]) -> dict[str, object]:
    columns = [
        [party for party in charter.parties if party.side == side] for side in ("association", "company")
    ]
    counts = [len(column) for column in columns]
    last = max((signature.signed_at for signature in signatures), default=None)
    boxes = signature_boxes(charter, signatures)
    is_signed = all(box.signature for box in boxes)
    broker = charter.broker
    return {
        "columns": columns,
        "association_words": _counted(counts[0], "association", "de patients"),
        "company_words": _counted(counts[1], "entreprise", "de santé"),
        "broker_person": Actor(side=BROKER, name=f"{broker.person}, {broker.firm}"),
        "signed_on": typography.day(last.astimezone(typography.PARIS).date()) if last and is_signed else "",
        "title_size": _size(len(charter.title), long=55, longest=110),
        "previous_edition": charter.edition - 1,
    }


def _size(letters: int, *, long: int, longest: int) -> str:
    return "longest" if letters > longest else "long" if letters > long else ""


def _counted(count: int, noun: str, of: str) -> str:
    words = {1: "une", 2: "deux", 3: "trois", 4: "quatre", 5: "cinq", 6: "six"}
    return f"{words.get(count, count)} {noun}{'s' if count > 1 else ''} {of}"


def _plain(charter: CharterSnapshot) -> dict[str, object]:
    whole = costs.shares(charter)
    cells = [
        Cell(title="Pour qui", text=charter.patient_need),
        Cell(title="Pour quoi", text=charter.patient_benefit),
        *promises(charter),
        Cell(title="Combien", text=costs.price(whole)),
        Cell(title="Si cela va mal", text=trouble(charter)),
    ]
    shown = [cell for cell in cells if cell.text or cell.words]
    return {
        "plain_size": _size(len(charter.plain_words), long=420, longest=900),
        "cells": shown,
        "pairs": list(batched(shown, PAIR, strict=False)),
        "shares": whole,
        "total": costs.total(whole),
    }


def _rows(charter: CharterSnapshot) -> dict[str, object]:
    named = actors(charter)
    natures = {"cash": "numéraire", "in_kind": "nature"}
    milestones = sorted(charter.milestones, key=lambda each: (each.due_date, each.code))
    return {
        "threads": threads(charter),
        "red_lines": [_named(each, named[each.party_key]) for each in charter.red_lines],
        "milestones": [_named(each, named[each.owner]) for each in milestones],
        "timeline_words": pictures.alternative(charter.parties, milestones) if milestones else "",
        "budget": [
            {
                **_named(each, named[each.payer_key]),
                "nature": natures[each.contribution],
                "vat_words": costs.vat_words(each),
                "cost_minor": each.cost_minor,
            }
            for each in charter.budget
        ],
        "has_vat": any(each.vat != "none" for each in charter.budget),
        "sums": costs.sums(charter),
        "counterparts": [_named(each, named[each.party_key]) for each in charter.counterparts],
        "regulation": [(line.label, _written(line.value)) for line in regulation.lines(charter.regulation)],
        "fees": [_named(each, named[each.payer_key]) for each in charter.broker.fees],
        "payments": [
            {**_named(payment, None), "payer": named[payment.payer_key].name if payment.payer_key else ""}
            for payment in charter.payments
        ],
    }


def _written(value: str | date) -> str:
    return typography.day(value) if isinstance(value, date) else value


def _named(row: object, actor: Actor | None) -> dict[str, object]:
    names = row.__dataclass_fields__  # type: ignore[attr-defined]
    return {"actor": actor, **{name: getattr(row, name) for name in names}}


def _box(actor: Actor, signature: SignatureText | None, planned: tuple[str, str, str]) -> SignatureBox:
    name, capacity, mandate = planned
    if signature is None:
        return SignatureBox(actor=actor, name=name, capacity=capacity, mandate=mandate, signature=None)
    return SignatureBox(
        actor=actor,
        name=signature.typed_name,
        capacity=signature.capacity,
        mandate=signature.mandate,
        signature=signature,
        method=METHODS.get(signature.method, signature.method),
    )


def _promises(actor: Actor, commitments: Sequence[CommitmentText], room: int) -> Cell:
    words: list[str] = []
    for commitment in commitments:
        promise = commitment.plain_words or commitment.text
        if words and sum(map(len, words)) + len(promise) > room:
            break
        words.append(promise)
    text = "" if words else "Aucun engagement propre."
    more = len(commitments) - len(words)
    return Cell(actor=actor, text=text, words=tuple(words), more=more)


def fingerprint_lines(digits: str) -> tuple[str, ...]:
    """Return a fingerprint as it is read aloud: two lines of eight groups of four digits."""
    fours = [digits[start : start + 4] for start in range(0, len(digits), 4)]
    return tuple(" ".join(line) for line in batched(fours, 8, strict=False))
