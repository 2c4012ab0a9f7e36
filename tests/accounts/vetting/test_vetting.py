from datetime import timedelta

import pytest

from accounts import lifecycle
from accounts.models import Decision, IdentityChange, Organisation, OrganisationState
from accounts.organisations.actions.profile import save_presentation
from accounts.organisations.queries import decisions as queries
from accounts.organisations.transitions import OrganisationReadOnly
from accounts.people.actions import brokers, memberships
from accounts.registration import actions as registration
from accounts.vetting import actions as vetting
from accounts.vetting.queries import unsettled_checks
from ledger.models import Entry
from outbox.models import Message
from tests.cast import SOUFFLE, check_all, create_person, grant_mandate, register_organisation

pytestmark = pytest.mark.django_db


def decide(organisation, broker, decision, *, at, reason="Les statuts manquent."):
    return vetting.decide(
        organisation_id=organisation.pk, broker=broker, decision=decision, reason=reason, at=at
    )


def test_the_table_has_the_states_of_the_model():
    assert {each.value for each in lifecycle.State} == set(OrganisationState.values)
    assert {each.value for each in lifecycle.DECISIONS} == set(Decision.values)


@pytest.mark.parametrize("state", list(lifecycle.State))
@pytest.mark.parametrize("decision", list(Decision))
def test_a_decision_is_possible_where_the_table_has_it(cast, at, state, decision):
    Organisation.objects.filter(pk=cast.association.pk).update(state=state)
    if decision.value in lifecycle.decisions_from(state, was_verified=True):
        decide(cast.association, cast.nora, decision, at=at)
        assert Organisation.objects.get(pk=cast.association.pk).state == decision
        assert queries.vetting_history(cast.association).first().decision == decision
        assert Message.objects.filter(kind=f"organisation-{decision.replace('_', '-')}").exists()
    else:
        with pytest.raises(vetting.DecisionNotOpen):
            decide(cast.association, cast.nora, decision, at=at)
        assert Organisation.objects.get(pk=cast.association.pk).state == state


@pytest.mark.parametrize("name", ["ada", "carla", "root"])
def test_only_a_broker_decides(cast, at, name):
    with pytest.raises(vetting.OnlyBrokersVet):
        decide(cast.association, getattr(cast, name), Decision.SUSPENDED, at=at)


def test_a_decision_but_a_verification_needs_a_reason(cast, at):
    with pytest.raises(vetting.DecisionReasonMissing):
        decide(cast.association, cast.nora, Decision.SUSPENDED, at=at, reason="  ")


def record_checks(organisation, broker, at, **results):
    findings = {code: vetting.CheckFinding(*each) for code, each in results.items()}
    return vetting.record_checks(organisation_id=organisation.pk, broker=broker, findings=findings, at=at)


def newcomer(at):
    identity = registration.OrganisationIdentity(
        name="Cardiolune Démo", siren="000000026", siret="00000002600015"
    )
    return register_organisation(create_person("Zoé Nouvelle"), "company", identity, at=at)


def test_a_verification_needs_every_check_and_names_the_missing_ones(cast, at):
    waiting = newcomer(at)
    check_all(waiting, cast.nora, at=at)
    record_checks(waiting, cast.oscar, at, kbis=("wrong", "Il date de deux ans."), rules=("",))
    with pytest.raises(vetting.ChecksUnsettled) as refused:
        decide(waiting, cast.nora, Decision.VERIFIED, at=at, reason=" ")
    assert "Extrait Kbis, Règles communes" in str(refused.value.sentence)
    assert Organisation.objects.get(pk=waiting.pk).state == "pending"
    decide(waiting, cast.nora, Decision.VERIFIED, at=at, reason="Le Kbis neuf est promis.")
    entry = Entry.objects.filter(subject_id=waiting.pk, kind="organisation.verified").get()
    assert entry.facts["unsettled"] == ["kbis", "rules"]


def test_a_check_stores_its_author_and_moment_and_the_ledger_has_no_note(cast, at):
    waiting = newcomer(at)
    (row,) = record_checks(waiting, cast.oscar, at, kbis=("ok", "Merci.", "Lu au registre."))
    assert (row.checked_by, row.checked_at, row.private_note) == (cast.oscar, at, "Lu au registre.")
    assert record_checks(waiting, cast.nora, at, kbis=("ok", "Merci.", "Lu au registre.")) == []
    facts = [
        entry.facts for entry in Entry.objects.filter(kind="organisation.checked", subject_id=waiting.pk)
    ]
    assert facts == [{"results": {"kbis": "ok"}}]


@pytest.mark.parametrize("name", ["ada", "carla", "root"])
def test_only_a_broker_records_checks(cast, at, name):
    with pytest.raises(vetting.OnlyBrokersVet):
        record_checks(cast.association, getattr(cast, name), at, statutes=("ok",))


@pytest.mark.parametrize("code", ["kbis", "approval", "unknown"])
def test_a_check_that_does_not_apply_is_refused(cast, at, code):
    with pytest.raises(vetting.CheckNotApplicable):
        record_checks(cast.association, cast.nora, at, **{code: ("ok",)})


def test_an_organisation_sent_back_starts_the_next_pass_with_its_checks(cast, at):
    waiting = newcomer(at)
    check_all(waiting, cast.nora, at=at)
    record_checks(waiting, cast.nora, at, kbis=("to_complete", "Envoyez-en un récent."))
    organisation = decide(waiting, cast.nora, Decision.TO_COMPLETE, at=at)
    assert [(row.code, row.note) for row in queries.failed_checks(organisation)] == [
        ("kbis", "Envoyez-en un récent.")
    ]
    record_checks(waiting, cast.nora, at, kbis=("ok",))
    assert [row.result for row in queries.failed_checks(organisation)] == ["to_complete"]
    assert unsettled_checks(waiting) == []


def test_a_recheck_is_mailed_after_a_year_unless_there_was_a_decision(cast, at):
    def planned():
        messages = Message.objects.filter(kind="organisation-recheck", cancelled_at=None)
        return list(messages.filter(facts__organisation=str(own.pk)).values_list("due_at", flat=True))

    own = cast.association
    assert planned() == [at + lifecycle.RECHECK_AFTER]
    later = at + lifecycle.RECHECK_AFTER
    check_all(own, cast.nora, at=later)
    decide(own, cast.nora, Decision.VERIFIED, at=later, reason="")
    assert planned() == [later + lifecycle.RECHECK_AFTER]
    decide(own, cast.nora, Decision.SUSPENDED, at=later)
    assert planned() == []
    decide(own, cast.nora, Decision.VERIFIED, at=later + timedelta(days=9), reason="")
    assert planned() == [later + lifecycle.RECHECK_AFTER]


ACTS = {
    "invite": lambda t, at: memberships.invite(
        organisation_id=t.association.pk,
        administrator=t.ada,
        guest=memberships.Guest("eve@theatre.example"),
        roles=memberships.Roles(),
        at=at,
    ),
    "roles": lambda t, at: memberships.change_roles(
        organisation_id=t.association.pk,
        administrator=t.ada,
        member_id=t.ben.pk,
        roles=memberships.Roles(is_signatory=True),
        at=at,
    ),
    "presentation": lambda t, at: save_presentation(
        organisation_id=t.association.pk, administrator=t.ada, purpose="Autre", website="", at=at
    ),
    "mandate": lambda t, at: grant_mandate(t.association, t.ada, "présidente", at=at),
}


@pytest.mark.parametrize("act", ACTS)
def test_members_of_a_suspended_organisation_are_refused_with_a_reason(cast, at, act):
    decide(cast.association, cast.nora, Decision.SUSPENDED, at=at, reason="Mandats contestés.")
    with pytest.raises(OrganisationReadOnly) as refused:
        ACTS[act](cast, at)
    for words in ("Souffle Imaginaire", "Mandats contestés.", "passeur"):
        assert words in str(refused.value.sentence)
    decide(cast.association, cast.nora, Decision.VERIFIED, at=at, reason="")
    ACTS[act](cast, at)


def test_a_suspended_organisation_may_be_left_and_not_joined(cast, at):
    invitation = ACTS["invite"](cast, at)
    decide(cast.association, cast.nora, Decision.SUSPENDED, at=at)
    with pytest.raises(OrganisationReadOnly):
        memberships.accept_invitation(token=invitation.token, user=create_person("Eve Autre"), at=at)
    memberships.leave(organisation_id=cast.association.pk, member=cast.ben, at=at)


def test_an_organisation_sent_back_is_corrected_and_submitted_again(cast, at):
    decide(cast.association, cast.nora, Decision.TO_COMPLETE, at=at)
    registration.save_identity(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        identity=SOUFFLE._replace(city="Villeurbanne"),
        at=at,
    )
    registration.submit(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        rules_version=registration.RULES_VERSION,
        at=at,
    )
    assert Organisation.objects.get(pk=cast.association.pk).state == "pending"
    change = IdentityChange.objects.get(organisation=cast.association)
    assert (change.before, change.after) == ({"city": "Lyon"}, {"city": "Villeurbanne"})


def test_a_member_cannot_become_a_broker_and_a_broker_is_in_the_group(cast):
    with pytest.raises(brokers.BelongsToAnOrganisation):
        brokers.make_broker(email=cast.ben.email, full_name="Ben")
    assert cast.oscar.groups.get().name == "brokers"


def test_an_invitation_makes_one_broker(cast, at):
    invitation = brokers.invite_broker(email="eve@theatre.example", full_name="Eve Autre", at=at)
    eve, zoe = create_person("Eve Autre"), create_person("Zoe Voisine")
    with pytest.raises(memberships.InvitationForSomebodyElse):
        brokers.accept_broker_invitation(token=invitation.token, user=zoe, at=at)
    assert brokers.accept_broker_invitation(token=invitation.token, user=eve, at=at).is_broker
    with pytest.raises(memberships.InvitationIsClosed):
        brokers.accept_broker_invitation(token=invitation.token, user=eve, at=at)


def test_a_broker_invitation_gives_no_membership(cast, at):
    invitation = brokers.invite_broker(email="eve@theatre.example", full_name="Eve Autre", at=at)
    with pytest.raises(memberships.InvitationIsClosed):
        memberships.accept_invitation(token=invitation.token, user=create_person("Eve Autre"), at=at)
