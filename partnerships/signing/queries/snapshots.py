"""Building the snapshot of a text and the printed form of its signatures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from django.conf import settings
from django.utils import translation

from accounts.models import Side
from accounts.people.queries import mandates
from partnerships.charter import snapshot
from partnerships.charter import terms as charter_terms
from partnerships.charter.references import cited_keys, resolved
from partnerships.charter.snapshot import CharterSnapshot, Inconsistent
from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    BROKER,
    AmendmentText,
    BrokerText,
    ClauseKind,
    ClauseText,
    Heading,
    PartyText,
    SignatureText,
)
from partnerships.models import AmendmentKind, Charter, Clause, Party, Roadmap, Signature
from partnerships.signing.queries.agreements import agreement_texts
from partnerships.text import agreement, overview, references
from partnerships.text.differences import amendment_changes
from partnerships.text.differences.amended import Amended, amended_by
from partnerships.text.firm import identity_lines
from partnerships.text.money import company_commitment_minor
from partnerships.text.references import OWN_FIELD
from partnerships.text.view import PROMISES

# What the person of the broker firm signs as, in the language of the charter.
WITNESS = "témoin neutre"
KINDS: Mapping[Heading, ClauseKind] = {
    Heading.PRECISE_ACTION: "object",
    Heading.PATIENT_BENEFIT: "object",
    Heading.EXPECTATIONS: "expectation",
    Heading.LIMITS: "limit",
    Heading.INDEPENDENCE: "limit",
    **dict.fromkeys(PROMISES, "commitment"),
}


def terms_of(clauses: Iterable[Clause]) -> Terms:
    """Return the combined terms of the current revisions of the clauses."""
    return charter_terms.together(
        charter_terms.read(clause.current.terms) for clause in clauses if clause.current
    )


def snapshot_of(roadmap: Roadmap, at: datetime, previous: Charter | None) -> CharterSnapshot:
    """Return the snapshot of an edition, the value that people sign. Raises Inconsistent.

    `previous`: the charter that this edition amends; `at`: the moment at which mandates must be valid.
    """
    partnership = roadmap.partnership
    clauses = agreement.clauses_of(roadmap)
    amended = amended_by(roadmap, clauses)
    terms = terms_of(clauses)
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    amount_minor = company_commitment_minor(terms, parties)
    clause_names = references.names_of(clauses)
    _require_known_references(clauses, clause_names)
    own_fields = {
        name: "\n\n".join(
            resolved(clause.current.body, clause_names)
            for clause in clauses
            if clause.current and clause.heading == heading
        )
        for heading, name in OWN_FIELD.items()
    }
    clause_texts = _clause_texts(clauses, clause_names, amended, previous)
    return CharterSnapshot(
        reference=partnership.reference,
        edition=roadmap.edition,
        previous_fingerprint=previous.fingerprint if previous else None,
        title=partnership.title,
        plain_words=partnership.plain_words,
        patient_need=partnership.evidence_of_need,
        patient_benefit=own_fields["patient_benefit"],
        precise_action=own_fields["precise_action"],
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        parties=tuple(_party_text(party, amount_minor, at) for party in parties),
        broker=BrokerText(
            firm=settings.BROKER_NAME,
            person=str(partnership.broker),
            capacity=WITNESS,
            identity=tuple(identity_lines()),
            fees=terms.fees,
            declaration_of_interests=partnership.broker_interests,
        ),
        clauses=clause_texts,
        expectations=terms.expectations,
        limits=terms.limits,
        red_lines=terms.red_lines,
        commitments=terms.commitments,
        milestones=terms.milestones,
        budget=terms.budget,
        payments=terms.payments,
        publication=terms.publication,
        transparency_object=terms.transparency_object,
        counterparts=terms.counterparts,
        regulation=terms.regulation,
        freezing=roadmap.charters.count() + 1,
        amendment=_amendment_text(roadmap, clauses, amended, parties) if amended else None,
        numbering="section",
        agreements=agreement_texts(roadmap, clauses, clause_texts, parties, amended),
    )


def _amendment_text(
    roadmap: Roadmap, clauses: Sequence[Clause], amended: Amended, parties: Sequence[Party]
) -> AmendmentText:
    """Return what an amendment changes, in the language of the charter."""
    partnership = roadmap.partnership
    with translation.override("fr"):
        names = overview.names_of(parties, str(partnership.broker))
        changes = amendment_changes.changes_of(partnership, amended, clauses, names, parties)
    return AmendmentText(
        amends=amended.edition.edition,
        kind="clerical" if roadmap.amendment_kind == AmendmentKind.CLERICAL else "substance",
        purpose=roadmap.purpose,
        effective_on=roadmap.effective_on,
        changes=tuple(changes.clauses),
        others=tuple(changes.others),
    )


def _clause_texts(
    clauses: Sequence[Clause],
    clause_names: Mapping[str, str],
    amended: Amended | None,
    previous: Charter | None,
) -> tuple[ClauseText, ...]:
    """Return the clauses as printed; in an amendment each keeps its key of the signed text.

    So an unchanged clause is the same value in both charters, and the revisions of a changed one count on.
    """
    former = _former_texts(amended, previous) if amended and previous else {}
    changed = amended.changed if amended else {}
    texts = []
    for clause in clauses:
        text = _clause_text(clause, clause_names)
        before = former.get(clause.key)
        if before:
            more = text.revision_number - 1 if clause.key in changed else 0
            text = replace(text, key=before.key, revision_number=before.revision_number + more)
        texts.append(text)
    keys = {clause.key: text.key for clause, text in zip(clauses, texts, strict=True)}
    return tuple(replace(text, cites=tuple(sorted(keys[key] for key in text.cites))) for text in texts)


def _former_texts(amended: Amended, previous: Charter) -> dict[str, ClauseText]:
    """Return the clauses of the charter that is amended, by the key of each clause."""
    printed = {text.number: text for text in snapshot.from_json(bytes(previous.canonical_json)).clauses}
    return {
        clause.key: printed[clause.position]
        for clause in amended.clauses
        if clause.position and clause.position in printed
    }


def _party_text(party: Party, amount_minor: int, at: datetime) -> PartyText:
    organisation = party.organisation
    mandate = mandates.valid_mandates([organisation.pk], amount_minor=amount_minor, at=at).first()
    return PartyText(
        key=party.code,
        side="association" if party.side == Side.ASSOCIATION else "company",
        name=organisation.name,
        identity=tuple(organisation.identity_lines),
        address=organisation.city,
        ethics_charter=organisation.ethics_summary,
        signatory_name=str(mandate.user) if mandate else "",
        signatory_capacity=mandate.capacity if mandate else "",
        mandate=mandate.basis if mandate else "",
    )


def _require_known_references(clauses: Iterable[Clause], clause_names: Mapping[str, str]) -> None:
    cited = (key for keys in references.cited_map(clauses).values() for key in keys)
    if unknown := sorted(set(cited) - clause_names.keys()):
        raise Inconsistent(f"No such clause: {unknown}.")


def _clause_text(clause: Clause, clause_names: Mapping[str, str]) -> ClauseText:
    revision = clause.current
    if revision is None:
        raise AssertionError(clause.pk)
    return ClauseText(
        key=clause.key,
        number=clause.position or 0,
        heading=Heading(clause.heading),
        kind=KINDS.get(Heading(clause.heading), "standard"),
        title=revision.title,
        body=resolved(revision.body, clause_names),
        plain_words=resolved(revision.plain_words, clause_names),
        party_key=clause.responsible.code if clause.responsible else None,
        revision_number=revision.number,
        rows=charter_terms.row_counts(charter_terms.read(revision.terms)),
        cites=tuple(sorted(cited_keys(revision.body, revision.plain_words))),
    )


def signature_texts(charter: Charter) -> list[SignatureText]:
    """Return the signatures of a charter as printed, parties in order, the witness last. 1 query."""
    signatures = charter.signatures.select_related("party", "signatory").order_by("party__rank", "pk")
    return [_signature_text(signature) for signature in signatures]


def _signature_text(signature: Signature) -> SignatureText:
    return SignatureText(
        party_key=signature.party.code if signature.party else BROKER,
        signatory_name=str(signature.signatory),
        typed_name=signature.typed_name,
        capacity=signature.capacity,
        mandate=signature.mandate_words,
        signed_at=signature.signed_at,
        method=signature.method,
        consent=signature.consent_words,
        fingerprint=signature.fingerprint,
    )


def valid_charter(roadmap: Roadmap) -> Charter | None:
    """Return the frozen text of an edition that is not voided, if any. 1 query."""
    return (
        roadmap.charters.filter(voided=None)
        .select_related("partnership", "sealed")
        .order_by("-frozen_at", "-pk")
        .first()
    )
