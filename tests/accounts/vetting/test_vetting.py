from datetime import timedelta

import pytest

from accounts import lifecycle
from accounts.models import Decision, IdentityChange, Organisation, OrganisationState
from accounts.organisations.actions.profile import save_presentation
from accounts.organisations.queries import organisations as queries
from accounts.organisations.transitions import ReadsOnly
from accounts.people.actions import brokers, people
from accounts.registration.actions import registration
from accounts.vetting.actions import vetting
from ledger.models import Entry
from outbox.models import Message
from tests import cast

pytestmark = pytest.mark.django_db


def decide(organisation, broker, decision, *, at, reason="Les statuts manquent."):
    return vetting.decide(
        organisation_id=organisation.pk, broker=broker, decision=decision, reason=reason, at=at
    )


def test_the_table_speaks_of_the_states_that_exist():
    assert {each.value for each in lifecycle.Standing} == set(OrganisationState.values)
    assert {each.value for each in lifecycle.DECISIONS} == set(Decision.values)


@pytest.mark.parametrize("state", list(lifecycle.Standing))
@pytest.mark.parametrize("decision", list(Decision))
def test_a_decision_is_open_where_the_table_says(troupe, at, state, decision):
    Organisation.objects.filter(pk=troupe.association.pk).update(state=state)
    if decision.value in lifecycle.decisions_from(state, was_verified=True):
        decide(troupe.association, troupe.nora, decision, at=at)
        assert Organisation.objects.get(pk=troupe.association.pk).state == decision
        assert queries.vetting_history(troupe.association).first().decision == decision
        assert Message.objects.filter(kind=f"organisation-{decision.replace('_', '-')}").exists()
    else:
        with pytest.raises(vetting.DecisionNotOpen):
            decide(troupe.association, troupe.nora, decision, at=at)
        assert Organisation.objects.get(pk=troupe.association.pk).state == state


@pytest.mark.parametrize("name", ["ada", "carla", "root"])
def test_only_a_broker_decides(troupe, at, name):
    with pytest.raises(vetting.NotABroker):
        decide(troupe.association, getattr(troupe, name), Decision.SUSPENDED, at=at)


def test_a_decision_against_has_a_reason(troupe, at):
    with pytest.raises(vetting.ReasonIsMissing):
        decide(troupe.association, troupe.nora, Decision.SUSPENDED, at=at, reason="  ")


def found(organisation, broker, at, **results):
    findings = {code: vetting.Finding(*each) for code, each in results.items()}
    return vetting.check(organisation_id=organisation.pk, broker=broker, findings=findings, at=at)


def newcomer(at):
    identity = registration.Identity(name="Cardiolune Démo", siren="000000026", siret="00000002600015")
    return cast.organisation(cast.person("Zoé Nouvelle"), "company", identity, at=at)


def test_verified_waits_for_every_check_and_says_which(troupe, at):
    waiting = newcomer(at)
    cast.check_all(waiting, troupe.nora, at=at)
    found(waiting, troupe.oscar, at, kbis=("wrong", "Il date de deux ans."), rules=("",))
    with pytest.raises(vetting.ChecksAreOpen) as refused:
        decide(waiting, troupe.nora, Decision.VERIFIED, at=at, reason=" ")
    assert "Extrait Kbis, Règles de la maison" in str(refused.value.sentence)
    assert Organisation.objects.get(pk=waiting.pk).state == "pending"
    decide(waiting, troupe.nora, Decision.VERIFIED, at=at, reason="Le Kbis neuf est promis.")
    entry = Entry.objects.filter(subject_id=waiting.pk, kind="organisation.verified").get()
    assert entry.facts["unsettled"] == ["kbis", "rules"]


def test_a_check_says_by_whom_and_when_and_the_ledger_keeps_no_note(troupe, at):
    waiting = newcomer(at)
    (row,) = found(waiting, troupe.oscar, at, kbis=("ok", "Merci.", "Lu au registre."))
    assert (row.checked_by, row.checked_at, row.private_note) == (troupe.oscar, at, "Lu au registre.")
    assert found(waiting, troupe.nora, at, kbis=("ok", "Merci.", "Lu au registre.")) == []
    facts = [
        entry.facts for entry in Entry.objects.filter(kind="organisation.checked", subject_id=waiting.pk)
    ]
    assert facts == [{"results": {"kbis": "ok"}}]


@pytest.mark.parametrize("name", ["ada", "carla", "root"])
def test_only_a_broker_checks(troupe, at, name):
    with pytest.raises(vetting.NotABroker):
        found(troupe.association, getattr(troupe, name), at, statutes=("ok",))


@pytest.mark.parametrize("code", ["kbis", "approval", "unknown"])
def test_what_does_not_apply_is_not_checked(troupe, at, code):
    with pytest.raises(vetting.NotChecked):
        found(troupe.association, troupe.nora, at, **{code: ("ok",)})


def test_sent_back_the_pass_is_kept_and_goes_on_from_there(troupe, at):
    waiting = newcomer(at)
    cast.check_all(waiting, troupe.nora, at=at)
    found(waiting, troupe.nora, at, kbis=("to_complete", "Envoyez-en un récent."))
    asked = decide(waiting, troupe.nora, Decision.TO_COMPLETE, at=at)
    assert [(row.code, row.note) for row in queries.points_of(asked)] == [("kbis", "Envoyez-en un récent.")]
    found(waiting, troupe.nora, at, kbis=("ok",))
    assert [row.result for row in queries.points_of(asked)] == ["to_complete"]
    assert vetting.unsettled(waiting) == []


def test_a_year_later_the_brokers_are_told_unless_something_was_decided(troupe, at):
    def planned():
        told = Message.objects.filter(kind="organisation-recheck", cancelled_at=None)
        return list(told.filter(facts__organisation=str(own.pk)).values_list("due_at", flat=True))

    own = troupe.association
    assert planned() == [at + lifecycle.RECHECK_AFTER]
    later = at + lifecycle.RECHECK_AFTER
    cast.check_all(own, troupe.nora, at=later)
    decide(own, troupe.nora, Decision.VERIFIED, at=later, reason="")
    assert planned() == [later + lifecycle.RECHECK_AFTER]
    decide(own, troupe.nora, Decision.SUSPENDED, at=later)
    assert planned() == []
    decide(own, troupe.nora, Decision.VERIFIED, at=later + timedelta(days=9), reason="")
    assert planned() == [later + lifecycle.RECHECK_AFTER]


ACTS = {
    "invite": lambda t, at: people.invite(
        organisation_id=t.association.pk,
        administrator=t.ada,
        guest=people.Guest("eve@theatre.example"),
        roles=people.Roles(),
        at=at,
    ),
    "roles": lambda t, at: people.change_roles(
        organisation_id=t.association.pk,
        administrator=t.ada,
        member_id=t.ben.pk,
        roles=people.Roles(is_signatory=True),
        at=at,
    ),
    "presentation": lambda t, at: save_presentation(
        organisation_id=t.association.pk, administrator=t.ada, purpose="Autre", website="", at=at
    ),
    "mandate": lambda t, at: cast.mandate(t.association, t.ada, "présidente", at=at),
}


@pytest.mark.parametrize("act", ACTS)
def test_suspended_its_people_act_on_nothing_and_are_told_why(troupe, at, act):
    decide(troupe.association, troupe.nora, Decision.SUSPENDED, at=at, reason="Mandats contestés.")
    with pytest.raises(ReadsOnly) as refused:
        ACTS[act](troupe, at)
    for words in ("Souffle Imaginaire", "Mandats contestés.", "passeur"):
        assert words in str(refused.value.sentence)
    decide(troupe.association, troupe.nora, Decision.VERIFIED, at=at, reason="")
    ACTS[act](troupe, at)


def test_suspended_nobody_joins_but_a_person_may_leave(troupe, at):
    letter = ACTS["invite"](troupe, at)
    decide(troupe.association, troupe.nora, Decision.SUSPENDED, at=at)
    with pytest.raises(ReadsOnly):
        people.accept_invitation(token=letter.token, user=cast.person("Eve Autre"), at=at)
    people.leave(organisation_id=troupe.association.pk, member=troupe.ben, at=at)


def test_sent_back_it_is_corrected_and_submitted_again(troupe, at):
    decide(troupe.association, troupe.nora, Decision.TO_COMPLETE, at=at)
    registration.save_identity(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        identity=cast.SOUFFLE._replace(city="Villeurbanne"),
        at=at,
    )
    registration.submit(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        rules_version=registration.RULES_VERSION,
        at=at,
    )
    assert Organisation.objects.get(pk=troupe.association.pk).state == "pending"
    change = IdentityChange.objects.get(organisation=troupe.association)
    assert (change.before, change.after) == ({"city": "Lyon"}, {"city": "Villeurbanne"})


def test_a_member_is_not_made_broker_and_a_broker_once_made_is_in_the_group(troupe):
    with pytest.raises(brokers.BelongsToAnOrganisation):
        brokers.name_broker(email=troupe.ben.email, full_name="Ben")
    assert troupe.oscar.groups.get().name == "brokers"


def test_a_letter_makes_one_broker(troupe, at):
    letter = brokers.invite_broker(email="eve@theatre.example", full_name="Eve Autre", at=at)
    eve, zoe = cast.person("Eve Autre"), cast.person("Zoe Voisine")
    with pytest.raises(people.InvitationForSomebodyElse):
        brokers.accept_enrolment(token=letter.token, user=zoe, at=at)
    assert brokers.accept_enrolment(token=letter.token, user=eve, at=at).is_broker
    with pytest.raises(people.InvitationIsClosed):
        brokers.accept_enrolment(token=letter.token, user=eve, at=at)


def test_a_letter_for_brokers_gives_no_membership(troupe, at):
    letter = brokers.invite_broker(email="eve@theatre.example", full_name="Eve Autre", at=at)
    with pytest.raises(people.InvitationIsClosed):
        people.accept_invitation(token=letter.token, user=cast.person("Eve Autre"), at=at)
