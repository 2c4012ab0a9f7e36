"""Register the people and organisations of a cast through the actions of the product."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from accounts.models import Decision, Side, User
from accounts.models import Organisation as OrganisationRow
from accounts.people.actions import brokers, mandates, memberships
from accounts.people.actions.account import create_account
from accounts.registration import actions as registration
from accounts.vetting import actions as vetting
from accounts.vetting.queries import applicable_checks
from lucky_link.demo.actions import declarations, documents
from lucky_link.demo.cast import Cast, CastOrganisation, Person


@dataclass(frozen=True, kw_only=True)
class CastRows:
    """The rows created for a cast: users by e-mail address, organisations by name."""

    users: dict[str, User]
    organisations: dict[str, OrganisationRow]


def register(cast: Cast, *, at: datetime, today: datetime) -> CastRows:
    """Enrol everybody, register every organisation, and have the first broker decide on each.

    The users have no password; the sign-in page of the demonstration needs none.
    """
    rows = CastRows(users={}, organisations={})
    for person in cast.brokers:
        create_account(email=person.email, full_name=person.name)
        rows.users[person.email] = brokers.make_broker(email=person.email, full_name=person.name)
    broker = rows.users[cast.brokers[0].email]
    for side, group in ((Side.ASSOCIATION, cast.associations), (Side.COMPANY, cast.companies)):
        for rank, organisation in enumerate(group):
            _register(rows, side, organisation, at=at + timedelta(hours=rank), today=today)
            _decide(rows, broker, organisation, at=at + timedelta(days=3, hours=rank))
    for fee in cast.fees:
        payer = rows.organisations[fee.organisation]
        declarations.declare_fee(broker, payer.pk, fee, at=at + timedelta(days=4), today=today)
    return rows


def _register(
    rows: CastRows, side: Side, organisation: CastOrganisation, *, at: datetime, today: datetime
) -> None:
    founder_entry, *colleagues = organisation.people
    founder = create_account(email=founder_entry.email, full_name=founder_entry.name)
    rows.users[founder_entry.email] = founder
    row = registration.start_registration(founder=founder, side=side, identity=_identity(organisation), at=at)
    declarations.declare(row.pk, founder, side, organisation, at=at, today=today)
    memberships.change_roles(
        organisation_id=row.pk,
        administrator=founder,
        member_id=founder.pk,
        roles=_roles(founder_entry),
        at=at,
    )
    for person in colleagues:
        _join(rows, row, founder, person, at=at)
    proof_id = documents.add_all(row.pk, founder, side, organisation, at=at, today=today)
    for person in organisation.people:
        if person.mandate:
            _record_mandate(rows, row, founder, person, proof_id, at=at)
    rows.organisations[organisation.name] = registration.submit(
        organisation_id=row.pk,
        administrator=founder,
        rules_version=registration.RULES_VERSION,
        at=at + timedelta(hours=1),
    )


def _identity(organisation: CastOrganisation) -> registration.OrganisationIdentity:
    return registration.OrganisationIdentity(
        name=organisation.name,
        city=organisation.city,
        rna=organisation.rna,
        siren=organisation.siren,
        siret=organisation.siret,
        court=organisation.court,
        court_volume=organisation.court_volume,
        court_folio=organisation.court_folio,
    )


def _roles(person: Person) -> memberships.Roles:
    return memberships.Roles(
        is_administrator=person.administrator,
        is_referent=person.referent,
        is_signatory=person.signatory,
    )


def _join(rows: CastRows, row: OrganisationRow, founder: User, person: Person, *, at: datetime) -> None:
    user = create_account(email=person.email, full_name=person.name)
    rows.users[person.email] = user
    invitation = memberships.invite(
        organisation_id=row.pk,
        administrator=founder,
        guest=memberships.Guest(person.email, person.name),
        roles=_roles(person),
        at=at,
    )
    memberships.accept_invitation(token=invitation.token, user=user, at=at + timedelta(hours=2))


def _record_mandate(
    rows: CastRows,
    row: OrganisationRow,
    founder: User,
    person: Person,
    proof_id: UUID | None,
    *,
    at: datetime,
) -> None:
    mandates.record_mandate(
        organisation_id=row.pk,
        administrator=founder,
        signatory_id=rows.users[person.email].pk,
        terms=mandates.MandateTerms(
            capacity=person.capacity,
            basis=person.mandate,
            valid_from_date=at.date(),
            document_id=proof_id,
        ),
        at=at,
    )


def _decide(rows: CastRows, broker: User, organisation: CastOrganisation, *, at: datetime) -> None:
    if organisation.state == "pending":
        return
    row = rows.organisations[organisation.name]
    vetting.record_checks(
        organisation_id=row.pk,
        broker=broker,
        findings=_findings(row, organisation),
        at=at - timedelta(minutes=20),
    )
    vetting.decide(
        organisation_id=row.pk,
        broker=broker,
        decision=Decision(organisation.state),
        reason=organisation.reason,
        at=at,
    )
    row.refresh_from_db()


def _findings(row: OrganisationRow, organisation: CastOrganisation) -> dict[str, vetting.CheckFinding]:
    """Return the findings of the broker: each check passed, except the one that the cast fails."""
    findings = {check.code: vetting.CheckFinding("ok") for check in applicable_checks(row)}
    if organisation.state == "to_complete":
        findings["power_to_sign"] = vetting.CheckFinding("to_complete", note=organisation.reason)
    if organisation.state == "refused":
        findings["statutes"] = vetting.CheckFinding("wrong", note=organisation.reason)
    return findings
