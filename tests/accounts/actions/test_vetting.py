import pytest

from accounts import lifecycle, queries
from accounts.actions import brokers, organisations, people, vetting
from accounts.models import Decision, Organisation, OrganisationState
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
    if decision.value in lifecycle.decisions_from(state):
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


def test_sent_back_it_is_corrected_and_submitted_again(troupe, at):
    decide(troupe.association, troupe.nora, Decision.TO_COMPLETE, at=at)
    organisations.save_identity(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        identity=cast.SOUFFLE._replace(city="Villeurbanne"),
        at=at,
    )
    organisations.submit(
        organisation_id=troupe.association.pk,
        administrator=troupe.ada,
        rules_version=organisations.RULES_VERSION,
        at=at,
    )
    assert Organisation.objects.get(pk=troupe.association.pk).state == "pending"


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
