"""Bring in the people and organisations of the demonstration, through the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from accounts.models import Decision, Side, User
from accounts.models import Organisation as OrganisationRow
from accounts.people.actions import brokers, mandates, memberships
from accounts.people.actions.account import create_account
from accounts.registration import actions as registration
from accounts.vetting import actions as vetting
from accounts.vetting.queries import applicable_checks
from lucky_link import casereader
from lucky_link.castfile import Fee, Organisation, Person
from lucky_link.demonstration import declared, papers

HERE = Path(__file__).parent


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays in the shipped cases."""

    brokers: tuple[Person, ...]
    associations: tuple[Organisation, ...]
    companies: tuple[Organisation, ...]
    fees: tuple[Fee, ...] = ()  # received by the first broker


@dataclass(frozen=True, kw_only=True)
class Troupe:
    """The rows made for a cast: people by address, organisations by name."""

    people: dict[str, User]
    organisations: dict[str, OrganisationRow]

    def signatory(self, organisation: str) -> User:
        """Return the first person of the organisation who may sign."""
        return self.people[f"signatory of {organisation}"]


def read_cast() -> Cast:
    """Return the shipped cast. Raises BadCaseFile."""
    path = HERE / "cast.toml"
    return casereader.parse(path.read_text(encoding="utf-8"), Cast, path.name)


def bring_in(cast: Cast, *, at: datetime, today: datetime) -> Troupe:
    """Enrol everybody, register every organisation, and have the first broker decide on each.

    People have no password yet; the demonstration's page signs them in.
    """
    troupe = Troupe(people={}, organisations={})
    for person in cast.brokers:
        create_account(email=person.email, full_name=person.name)
        troupe.people[person.email] = brokers.make_broker(email=person.email, full_name=person.name)
    broker = troupe.people[cast.brokers[0].email]
    for side, group in ((Side.ASSOCIATION, cast.associations), (Side.COMPANY, cast.companies)):
        for rank, organisation in enumerate(group):
            _register(troupe, side, organisation, at=at + timedelta(hours=rank), today=today)
            _decide(troupe, broker, organisation, at=at + timedelta(days=3, hours=rank))
    for fee in cast.fees:
        payer = troupe.organisations[fee.organisation]
        declared.receive(broker, payer.pk, fee, at=at + timedelta(days=4), today=today)
    return troupe


def _register(troupe: Troupe, side: Side, told: Organisation, *, at: datetime, today: datetime) -> None:
    founder = create_account(email=told.people[0].email, full_name=told.people[0].name)
    troupe.people[told.people[0].email] = founder
    row = registration.start_registration(founder=founder, side=side, identity=_identity(told), at=at)
    declared.declare(row.pk, founder, side, told, at=at, today=today)
    memberships.change_roles(
        organisation_id=row.pk,
        administrator=founder,
        member_id=founder.pk,
        roles=_roles(told.people[0]),
        at=at,
    )
    for person in told.people[1:]:
        _join(troupe, row, founder, person, at=at)
    proof = papers.bring_all(row.pk, founder, side, told, at=at, today=today)
    for person in told.people:
        if person.mandate:
            _mandate(troupe, row, told, person, proof, at=at)
    troupe.organisations[told.name] = registration.submit(
        organisation_id=row.pk,
        administrator=founder,
        rules_version=registration.RULES_VERSION,
        at=at + timedelta(hours=1),
    )


def _identity(told: Organisation) -> registration.OrganisationIdentity:
    return registration.OrganisationIdentity(
        name=told.name,
        city=told.city,
        rna=told.rna,
        siren=told.siren,
        siret=told.siret,
        court=told.court,
        court_volume=told.court_volume,
        court_folio=told.court_folio,
    )


def _roles(person: Person) -> memberships.Roles:
    return memberships.Roles(
        is_administrator=person.administrator,
        is_referent=person.referent,
        is_signatory=person.signatory,
    )


def _join(troupe: Troupe, row: OrganisationRow, founder: User, person: Person, *, at: datetime) -> None:
    guest = create_account(email=person.email, full_name=person.name)
    troupe.people[person.email] = guest
    letter = memberships.invite(
        organisation_id=row.pk,
        administrator=founder,
        guest=memberships.Guest(person.email, person.name),
        roles=_roles(person),
        at=at,
    )
    memberships.accept_invitation(token=letter.token, user=guest, at=at + timedelta(hours=2))


def _mandate(
    troupe: Troupe,
    row: OrganisationRow,
    told: Organisation,
    person: Person,
    proof: UUID | None,
    *,
    at: datetime,
) -> None:
    signatory = troupe.people[person.email]
    troupe.people[f"signatory of {told.name}"] = signatory
    mandates.record_mandate(
        organisation_id=row.pk,
        administrator=troupe.people[told.people[0].email],
        signatory_id=signatory.pk,
        terms=mandates.MandateTerms(
            capacity=person.capacity,
            basis=person.mandate,
            valid_from_date=at.date(),
            document_id=proof,
        ),
        at=at,
    )


def _decide(troupe: Troupe, broker: User, told: Organisation, *, at: datetime) -> None:
    if told.state == "pending":
        return
    row = troupe.organisations[told.name]
    vetting.record_checks(
        organisation_id=row.pk, broker=broker, findings=_findings(row, told), at=at - timedelta(minutes=20)
    )
    vetting.decide(
        organisation_id=row.pk,
        broker=broker,
        decision=Decision(told.state),
        reason=told.reason,
        at=at,
    )
    row.refresh_from_db()


def _findings(row: OrganisationRow, told: Organisation) -> dict[str, vetting.CheckFinding]:
    """Return what the broker finds: all right, or what the cast says is missing."""
    found = {each.code: vetting.CheckFinding("ok") for each in applicable_checks(row)}
    if told.state == "to_complete":
        found["power_to_sign"] = vetting.CheckFinding("to_complete", note=told.reason)
    if told.state == "refused":
        found["statutes"] = vetting.CheckFinding("wrong", note=told.reason)
    return found
