from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Document, DocumentKind
from accounts.organisations.transitions import NotAnAdministrator
from accounts.people.actions import mandates, memberships
from accounts.people.queries.mandates import mandate_proofs
from ledger.models import Entry
from outbox.models import Message
from outbox.sending import delivery
from outbox.slots import slot_in

pytestmark = pytest.mark.django_db
TERMS = mandates.MandateTerms(
    "présidente", "Statuts, article 12", date(2026, 1, 1), date(2026, 12, 31), 1_000_00
)


def record(cast, signatory, *, at, terms=TERMS, by=None):
    return mandates.record_mandate(
        organisation_id=cast.association.pk,
        administrator=by or cast.ada,
        signatory_id=signatory.pk,
        terms=terms,
        at=at,
    )


def running(cast):
    return cast.association.mandates.filter(revoked_at=None).order_by("pk").first()


def test_a_new_mandate_ends_the_running_one(cast, at):
    new = record(cast, cast.ada, at=at)
    cast.ada_mandate.refresh_from_db()
    assert cast.ada_mandate.revoked_at == at
    assert running(cast) == new


@pytest.mark.parametrize("name", ["ben", "carla", "nora"])
def test_a_mandate_goes_to_a_present_signatory(cast, at, name):
    with pytest.raises(mandates.MemberIsNotSignatory):
        record(cast, getattr(cast, name), at=at)


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_records_a_mandate(cast, at, name):
    with pytest.raises(NotAnAdministrator):
        record(cast, cast.ada, at=at, by=getattr(cast, name))


def test_a_mandate_may_not_end_before_its_start(cast, at):
    terms = TERMS._replace(valid_until_date=date(2025, 12, 31))
    with pytest.raises(mandates.MandateEndsBeforeStart):
        record(cast, cast.ada, at=at, terms=terms)


def test_a_mandate_ends_once(cast, at):
    def end():
        mandates.revoke_mandate(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            mandate_id=cast.ada_mandate.pk,
            at=at,
        )

    end()
    assert running(cast) is None
    with pytest.raises(mandates.MandateNotFound):
        end()


def test_the_mandate_of_another_organisation_is_not_found(cast, at):
    with pytest.raises(mandates.MandateNotFound):
        mandates.revoke_mandate(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            mandate_id=cast.carla_mandate.pk,
            at=at,
        )


def test_the_mandate_of_a_leaving_member_ends(cast, at):
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(is_administrator=True),
        at=at,
    )
    memberships.leave(organisation_id=cast.association.pk, member=cast.ada, at=at + timedelta(hours=1))
    assert running(cast) is None


def paper(cast, at, kind=DocumentKind.MINUTES, organisation=None, **fields):
    return Document.objects.create(
        organisation=organisation or cast.association,
        kind=kind,
        name="pv-du-3-mars.pdf",
        content_type="application/pdf",
        size=1,
        sha256="0" * 64,
        file="organisations/pv.pdf",
        brought_by=cast.ada,
        brought_at=at,
        **fields,
    )


def test_a_mandate_is_proved_by_a_document_of_the_organisation(cast, at):
    document = paper(cast, at)
    proved = record(cast, cast.ada, at=at, terms=TERMS._replace(document_id=document.pk))
    assert proved.document == document
    last = Entry.objects.filter(subject_id=cast.association.pk).order_by("sequence").last()
    assert last.facts["document"] == str(document.pk)
    assert mandate_proofs(cast.association) == [
        (str(document.pk), "Procès-verbal qui donne le mandat · pv-du-3-mars.pdf")
    ]


@pytest.mark.parametrize("wrong", ["other", "kind", "replaced", "unknown"])
def test_a_document_that_is_no_proof_is_refused(cast, at, wrong):
    match wrong:
        case "other":
            document_id = paper(cast, at, organisation=cast.company).pk
        case "kind":
            document_id = paper(cast, at, kind=DocumentKind.STATUTES).pk
        case "replaced":
            document_id = paper(cast, at, replaced_at=at).pk
        case _:
            document_id = cast.ada.pk
    with pytest.raises(mandates.DocumentProvesNothing):
        record(cast, cast.ada, at=at, terms=TERMS._replace(document_id=document_id))
    assert mandate_proofs(cast.association) == []


def planned(mandate):
    waiting = Message.objects.filter(kind="mandate-expiry", cancelled_at=None, facts__mandate=mandate.pk)
    return [(slot_in(each.facts).target, each.facts["days"]) for each in waiting.order_by("due_at")]


def test_the_end_of_a_mandate_has_two_reminders_and_a_notice(cast, at):
    mandate = record(cast, cast.ada, at=at)
    assert planned(mandate) == [
        (date(2026, 12, 1), -30),
        (date(2026, 12, 24), -7),
        (date(2027, 1, 1), 1),
    ]


def test_past_reminders_are_not_planned(cast, at):
    short = TERMS._replace(valid_until_date=at.date() + timedelta(days=10))
    assert [days for _day, days in planned(record(cast, cast.ada, at=at, terms=short))] == [-7, 1]
    assert planned(record(cast, cast.ada, at=at, terms=TERMS._replace(valid_until_date=None))) == []


@pytest.mark.parametrize("end", ["revoked", "renewed", "roles"])
def test_a_revoked_mandate_has_no_reminder(cast, at, end):
    mandate = record(cast, cast.ada, at=at)
    if end == "revoked":
        mandates.revoke_mandate(
            organisation_id=cast.association.pk, administrator=cast.ada, mandate_id=mandate.pk, at=at
        )
    if end == "renewed":
        record(cast, cast.ada, at=at)
    if end == "roles":
        memberships.change_roles(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            member_id=cast.ada.pk,
            roles=memberships.Roles(is_administrator=True),
            at=at,
        )
    assert planned(mandate) == []


def test_administrators_and_the_signatory_get_the_reminder_with_their_own_text(cast, at, smtp_sink):
    memberships.change_roles(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        member_id=cast.ben.pk,
        roles=memberships.Roles(is_signatory=True),
        at=at,
    )
    record(cast, cast.ben, at=at)
    delivery.deliver_due(at=at, limit=500)
    smtp_sink.mails.clear()
    delivery.deliver_due(at=datetime(2026, 12, 24, 9, tzinfo=UTC))
    assert {str(mail["To"]) for mail in smtp_sink.mails} == {cast.ada.email, cast.ben.email}
    (to_ada,), (to_ben,) = smtp_sink.to(cast.ada.email), smtp_sink.to(cast.ben.email)
    assert to_ada["Subject"] == to_ben["Subject"] == "Renouvelez un mandat d’ici 7 jours\u00a0: Ben Lamarre"
    assert "/mandat/" in to_ada.get_body(("plain",)).get_content()
    assert "Demandez à un gestionnaire" in to_ben.get_body(("plain",)).get_content()
    smtp_sink.mails.clear()
    delivery.deliver_due(at=datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert {str(mail["Subject"]) for mail in smtp_sink.mails} == {
        "Renouvelez un mandat qui a pris fin\u00a0: Ben Lamarre"
    }
