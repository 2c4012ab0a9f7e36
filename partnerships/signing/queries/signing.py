"""The text as it would be frozen, and who still has to sign it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings

from accounts.models import Side
from accounts.people.queries import mandates
from partnerships.charter import terms as charter_terms
from partnerships.charter.references import resolved
from partnerships.charter.snapshot import CharterSnapshot, Inconsistent
from partnerships.charter.terms import Terms
from partnerships.charter.texts import (
    BROKER,
    BrokerText,
    ClauseText,
    Heading,
    PartyText,
    SignatureText,
)
from partnerships.models import Charter, Clause, Party, Roadmap, Signature
from partnerships.text import agreement
from partnerships.text import references as citing
from partnerships.text.money import company_commitment_minor as bound_minor
from partnerships.text.references import OWN_FIELD


def terms_of(clauses: Iterable[Clause]) -> Terms:
    """Return the tables of all clauses as those of one text."""
    return charter_terms.together(
        charter_terms.read(clause.current.terms) for clause in clauses if clause.current
    )


def snapshot_of(roadmap: Roadmap, at: datetime, previous: Charter | None) -> CharterSnapshot:
    """Return the text of an edition as the value that people sign. Raises Inconsistent.

    `previous`: the charter that this edition amends. `at`: when mandates are looked at.
    """
    partnership = roadmap.partnership
    clauses = agreement.clauses_of(roadmap)
    terms = terms_of(clauses)
    parties = list(partnership.parties.select_related("organisation").order_by("rank"))
    amount_minor = bound_minor(terms, parties)
    called = citing.names_of(clauses)
    _refuse_lost_references(clauses, called)
    own = {
        name: "\n\n".join(
            resolved(c.current.body, called) for c in clauses if c.current and c.heading == heading
        )
        for heading, name in OWN_FIELD.items()
    }
    return CharterSnapshot(
        reference=partnership.reference,
        edition=roadmap.edition,
        previous_fingerprint=previous.fingerprint if previous else None,
        title=partnership.title,
        plain_words=partnership.plain_words,
        patient_need=partnership.evidence_of_need,
        patient_benefit=own["patient_benefit"],
        precise_action=own["precise_action"],
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        parties=tuple(_party_text(party, amount_minor, at) for party in parties),
        broker=BrokerText(
            firm=settings.BROKER_NAME,
            person=str(partnership.broker),
            fees=terms.fees,
            declaration_of_interests=partnership.broker_interests,
        ),
        clauses=tuple(_clause_text(clause, called) for clause in clauses if clause.heading not in OWN_FIELD),
        expectations=terms.expectations,
        limits=terms.limits,
        red_lines=terms.red_lines,
        commitments=terms.commitments,
        milestones=terms.milestones,
        budget=terms.budget,
        payments=terms.payments,
        transparency_object=terms.transparency_object,
        counterparts=terms.counterparts,
        regulation=terms.regulation,
        freezing=roadmap.charters.count() + 1,
    )


def _party_text(party: Party, amount_minor: int, at: datetime) -> PartyText:
    organisation = party.organisation
    mandate = mandates.valid_mandates([organisation.pk], amount_minor=amount_minor, at=at).first()
    return PartyText(
        key=party.code,
        side="association" if party.side == Side.ASSOCIATION else "company",
        name=organisation.name,
        identity=tuple(organisation.identity_lines),
        address=organisation.city,
        signatory_name=str(mandate.user) if mandate else "",
        signatory_capacity=mandate.capacity if mandate else "",
        mandate=mandate.basis if mandate else "",
    )


def _refuse_lost_references(clauses: Iterable[Clause], called: Mapping[str, str]) -> None:
    cited = (key for keys in citing.cited_map(clauses).values() for key in keys)
    if lost := sorted(set(cited) - called.keys()):
        raise Inconsistent(f"No such clause: {lost}.")


def _clause_text(clause: Clause, called: Mapping[str, str]) -> ClauseText:
    revision = clause.current
    if revision is None:
        raise AssertionError(clause.pk)
    return ClauseText(
        key=f"c{clause.pk}",
        number=clause.position or 0,
        heading=Heading(clause.heading),
        title=revision.title,
        body=resolved(revision.body, called),
        plain_words=resolved(revision.plain_words, called),
        party_key=clause.responsible.code if clause.responsible else None,
        revision_number=revision.number,
    )


def signature_texts(charter: Charter) -> list[SignatureText]:
    """Return the signatures of a charter as they are printed, parties in order, the witness last."""
    found = charter.signatures.select_related("party", "signatory").order_by("party__rank", "pk")
    return [_signature_text(each) for each in found]


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


def standing_charter(roadmap: Roadmap) -> Charter | None:
    """Return the frozen text of an edition that nobody gave up, if there is one. 1 query."""
    return (
        roadmap.charters.filter(voided=None)
        .select_related("partnership", "sealed")
        .order_by("-frozen_at", "-pk")
        .first()
    )
