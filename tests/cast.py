"""The fixed people of every test, brought in by the real actions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.utils.text import slugify

from accounts.models import Decision, Mandate, Organisation, Side, User
from accounts.organisations.actions import finances
from accounts.organisations.actions.profile import save_presentation
from accounts.people.actions import brokers, mandates, memberships
from accounts.people.actions.account import create_account
from accounts.registration import actions as registration
from accounts.vetting import actions as vetting
from accounts.vetting.queries import applicable_checks
from tests.fixture_cache import cached_fixture

# One moment for all who come in "today", so that their scene is the same for every test.
ARRIVAL = datetime.now(tz=UTC)
PASSWORD = "un mot de passe de théâtre"

SOUFFLE = registration.OrganisationIdentity(
    name="Souffle Imaginaire", city="Lyon", rna="W000000001", siren="000000018"
)
VALFICTIF = registration.OrganisationIdentity(
    name="Laboratoires Valfictif", city="Lyon", siren="000000075", siret="00000007500010"
)
EXEMPHARMA = registration.OrganisationIdentity(
    name="Exempharma France", city="Paris", siren="000000109", siret="00000010900017"
)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Ada and Ben of the association, Carla and Dan of the company, Mallory of another company,
    the brokers Nora and Oscar, and Root, a superuser who belongs nowhere."""

    ada: User
    ben: User
    carla: User
    dan: User
    nora: User
    oscar: User
    mallory: User
    root: User
    association: Organisation
    company: Organisation
    other_company: Organisation
    ada_mandate: Mandate
    carla_mandate: Mandate
    mallory_mandate: Mandate


def create_person(name: str) -> User:
    """Bring in somebody who belongs nowhere, with a password."""
    email = f"{slugify(name.split(maxsplit=1)[0])}@theatre.example"
    return create_account(email=email, full_name=name, password=PASSWORD)


def authenticator_code(secret: str) -> str:
    """Return the code that an authenticator application shows now for a secret."""
    counters = list(yield_hotp_counters_from_time())
    return str(format_hotp_value(hotp_value(secret, counters[len(counters) // 2])))


def reauthenticate(client: Client) -> None:
    """Let somebody who is signed in prove again who they are, as sensitive acts ask."""
    answer = client.post("/compte/reauthenticate/", {"password": PASSWORD})
    assert answer.status_code == 302, answer.content.decode()


def register_organisation(
    founder: User, side: Side, identity: registration.OrganisationIdentity, *, at: datetime
) -> Organisation:
    """Register and submit an organisation, its founder administrator and signatory."""
    draft = registration.start_registration(founder=founder, side=side, identity=identity, at=at)
    memberships.change_roles(
        organisation_id=draft.pk,
        administrator=founder,
        member_id=founder.pk,
        roles=memberships.Roles(is_administrator=True, is_referent=True, is_signatory=True),
        at=at,
    )
    save_presentation(
        organisation_id=draft.pk,
        administrator=founder,
        purpose="Agir avec les patients, sur des faits.",
        website="",
        at=at,
    )
    finances.record_income(
        organisation_id=draft.pk,
        administrator=founder,
        income=finances.Income(at.year - 1, 41_200_000, 5_768_000),
        at=at,
    )
    return registration.submit(
        organisation_id=draft.pk, administrator=founder, rules_version=registration.RULES_VERSION, at=at
    )


def add_member(organisation: Organisation, administrator: User, name: str, *, at: datetime) -> User:
    """Invite a referent and have the invitation accepted."""
    guest = create_person(name)
    invitation = memberships.invite(
        organisation_id=organisation.pk,
        administrator=administrator,
        guest=memberships.Guest(guest.email, guest.full_name),
        roles=memberships.Roles(is_referent=True),
        at=at,
    )
    memberships.accept_invitation(token=invitation.token, user=guest, at=at)
    return guest


def check_all(organisation: Organisation, broker: User, *, at: datetime) -> None:
    """Have a broker find every check right."""
    vetting.record_checks(
        organisation_id=organisation.pk,
        broker=broker,
        findings={each.code: vetting.CheckFinding("ok") for each in applicable_checks(organisation)},
        at=at,
    )


def verify_organisation(organisation: Organisation, broker: User, *, at: datetime) -> Organisation:
    """Have a broker find every check right and verify an organisation."""
    check_all(organisation, broker, at=at)
    vetting.decide(
        organisation_id=organisation.pk, broker=broker, decision=Decision.VERIFIED, reason="", at=at
    )
    return Organisation.objects.get(pk=organisation.pk)


def grant_mandate(organisation: Organisation, signatory: User, capacity: str, *, at: datetime) -> Mandate:
    """Let an administrator who signs record their own mandate, without end nor ceiling."""
    return mandates.record_mandate(
        organisation_id=organisation.pk,
        administrator=signatory,
        signatory_id=signatory.pk,
        terms=mandates.MandateTerms(
            capacity=capacity,
            basis="Statuts, article 12",
            valid_from_date=(at - timedelta(days=30)).date(),
        ),
        at=at,
    )


def create_broker(name: str) -> User:
    """Bring in a broker, with a password and the second factor that brokers must have."""
    named = brokers.make_broker(email=create_person(name).email, full_name=name)
    TOTP.activate(named, generate_totp_secret())
    return named


@cached_fixture
def assemble_cast(at: datetime) -> Cast:
    """Bring everybody in: three verified organisations, their people, their mandates."""
    nora, oscar = create_broker("Nora Passerelle"), create_broker("Oscar Médian")
    ada, carla, mallory = (
        create_person("Ada Vernet"),
        create_person("Carla Morin"),
        create_person("Mallory Salvetat"),
    )
    association = register_organisation(ada, Side.ASSOCIATION, SOUFFLE, at=at)
    company = register_organisation(carla, Side.COMPANY, VALFICTIF, at=at)
    other_company = register_organisation(mallory, Side.COMPANY, EXEMPHARMA, at=at)
    return Cast(
        ada=ada,
        ben=add_member(association, ada, "Ben Lamarre", at=at),
        carla=carla,
        dan=add_member(company, carla, "Dan Maillard", at=at),
        nora=nora,
        oscar=oscar,
        mallory=mallory,
        root=User.objects.create_superuser("root@theatre.example", PASSWORD, full_name="Root"),
        association=verify_organisation(association, nora, at=at),
        company=verify_organisation(company, nora, at=at),
        other_company=verify_organisation(other_company, nora, at=at),
        ada_mandate=grant_mandate(association, ada, "présidente", at=at),
        carla_mandate=grant_mandate(company, carla, "directrice des affaires patients", at=at),
        mallory_mandate=grant_mandate(other_company, mallory, "directrice générale", at=at),
    )
