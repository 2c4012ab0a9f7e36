"""The text as it would be frozen, and who still has to sign it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet

from accounts.compiled import compiled
from accounts.models import Mandate, Membership, Organisation, Side
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
from partnerships.text.references import OWN_FIELD


def mandate_for(organisation: Organisation, day: date, amount_minor: int) -> Mandate | None:
    """Return the mandate of a present signatory that covers the day and the amount, if any.

    With several, the one recorded first. 1 query.
    """
    mandates = standing_mandates(organisation.pk)
    return next((each for each in mandates if each.covers(day, amount_minor)), None)


@compiled
def standing_mandates(organisation_id: UUID) -> QuerySet[Mandate]:
    """Return the mandates of present signatories, those run out included, the oldest first. 1 query."""
    signatories = Membership.objects.present().filter(organisation=organisation_id, is_signatory=True)
    mandates = Mandate.objects.filter(
        organisation=organisation_id, revoked_at=None, user__in=signatories.values("user")
    )
    return mandates.select_related("user").order_by("recorded_at", "pk")


def bound_minor(terms: Terms, parties: Iterable[Party]) -> int:
    """Return the money the companies of a text bind themselves to pay, in cents."""
    companies = {party.code for party in parties if party.side == Side.COMPANY}
    cash = sum(
        line.cost_minor
        for line in terms.budget
        if line.payer_key in companies and line.contribution == "cash"
    )
    return cash + sum(fee.amount_minor for fee in terms.fees if fee.payer_key in companies)


def terms_of(clauses: Iterable[Clause]) -> Terms:
    """Return the tables of all clauses as those of one text."""
    return charter_terms.together(
        charter_terms.read(clause.current.terms) for clause in clauses if clause.current
    )


def snapshot_of(roadmap: Roadmap, day: date, previous: Charter | None) -> CharterSnapshot:
    """Return the text of an edition as the value that people sign. Raises Inconsistent.

    `previous`: the charter that this edition amends. `day`: on which mandates are looked at.
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
        parties=tuple(_party_text(party, day, amount_minor) for party in parties),
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


def _party_text(party: Party, day: date, amount_minor: int) -> PartyText:
    organisation = party.organisation
    mandate = mandate_for(organisation, day, amount_minor)
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
