import pytest

from accounts.lifecycle import OrganisationTransitionNotAllowed
from accounts.models import Organisation
from accounts.organisations.actions import finances
from accounts.organisations.actions.profile import save_ethics, save_presentation
from accounts.organisations.transitions import IdentityNotEditable, IdentityTaken, NotAnAdministrator
from accounts.registration import actions as registration
from ledger.models import Entry
from outbox.models import Message
from tests.cast import SOUFFLE, create_broker, create_person

pytestmark = pytest.mark.django_db


def start(founder, identity=SOUFFLE, *, at, side="association"):
    return registration.start_registration(founder=founder, side=side, identity=identity, at=at)


def submit(organisation, administrator, *, at, version=registration.RULES_VERSION):
    return registration.submit(
        organisation_id=organisation.pk, administrator=administrator, rules_version=version, at=at
    )


def kinds(organisation):
    chain = Entry.objects.filter(subject_id=organisation.pk).order_by("sequence")
    return list(chain.values_list("kind", flat=True))


def test_the_founder_administers_and_is_in_the_groups(at):
    ada = create_person("Ada Vernet")
    draft = start(ada, at=at)
    membership = draft.memberships.get()
    assert (membership.is_administrator, membership.is_signatory) == (True, False)
    groups = set(ada.groups.values_list("pk", flat=True))
    assert groups == {draft.members_group_id, draft.referents_group_id}
    assert kinds(draft) == ["organisation.started"]


def test_a_form_sent_twice_creates_one_draft(at):
    ada = create_person("Ada Vernet")
    first = start(ada, at=at)
    again = start(ada, SOUFFLE._replace(city="Paris"), at=at)
    assert again.pk == first.pk
    assert Organisation.objects.get().city == "Paris"


def test_a_broker_cannot_register_an_organisation(at):
    with pytest.raises(registration.BrokersDoNotRegister):
        start(create_broker("Nora Passerelle"), at=at)


def test_drafts_may_share_a_number_until_the_first_submission(at):
    ada, eve = create_person("Ada Vernet"), create_person("Eve Autre")
    hers, other = start(ada, at=at), start(eve, at=at)
    submit(hers, ada, at=at)
    with pytest.raises(IdentityTaken):
        submit(other, eve, at=at)
    assert Organisation.objects.get(pk=other.pk).state == "draft"


@pytest.mark.parametrize(
    "identity",
    [
        registration.OrganisationIdentity(name="Copie", rna="W000000001"),
        registration.OrganisationIdentity(name="Copie", siren="000000018"),
    ],
)
def test_an_identity_in_use_is_refused_at_once(cast, at, identity):
    with pytest.raises(IdentityTaken):
        start(create_person("Eve Autre"), identity, at=at)


def test_a_submission_is_pending_and_mailed_to_both(at):
    ada, nora = create_person("Ada Vernet"), create_broker("Nora Passerelle")
    organisation = submit(start(ada, at=at), ada, at=at)
    assert (organisation.state, organisation.rules_version) == ("pending", registration.RULES_VERSION)
    messages = Message.objects.filter(cancelled_at=None)
    assert set(messages.values_list("kind", flat=True)) == {"welcome", "organisation-submitted"}
    assert nora.is_broker


def test_old_rules_are_not_accepted(at):
    ada = create_person("Ada Vernet")
    with pytest.raises(registration.RulesNotAccepted):
        submit(start(ada, at=at), ada, at=at, version="2019-1")


def test_without_a_number_nothing_is_submitted(at):
    ada = create_person("Ada Vernet")
    draft = start(ada, registration.OrganisationIdentity(name="Sans numéro"), at=at)
    with pytest.raises(registration.IdentityMissing):
        submit(draft, ada, at=at)


def test_a_verified_identity_is_not_editable(cast, at):
    with pytest.raises(IdentityNotEditable):
        registration.save_identity(
            organisation_id=cast.association.pk,
            administrator=cast.ada,
            identity=SOUFFLE._replace(name="Autre"),
            at=at,
        )


def test_submitting_twice_is_refused(cast, at):
    with pytest.raises(OrganisationTransitionNotAllowed):
        submit(cast.association, cast.ada, at=at)


@pytest.mark.parametrize("name", ["ben", "carla", "nora", "root"])
def test_only_an_administrator_saves(cast, at, name):
    user = getattr(cast, name)
    with pytest.raises(NotAnAdministrator):
        save_presentation(
            organisation_id=cast.association.pk, administrator=user, purpose="x", website="", at=at
        )
    with pytest.raises(NotAnAdministrator):
        finances.record_income(
            organisation_id=cast.association.pk,
            administrator=user,
            income=finances.Income(2025, 1, 0),
            at=at,
        )


def test_income_recorded_again_is_corrected(cast, at):
    finances.record_income(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        income=finances.Income(2025, 500, 100),
        at=at,
    )
    assert cast.association.incomes.get(year=2025).industry_minor == 100


def test_the_ethics_charter_is_saved_and_each_change_recorded(cast, at):
    own = {"organisation_id": cast.association.pk, "administrator": cast.ada, "at": at}
    for summary in ("Aucune marque.", "Aucune marque.", "Aucune marque, aucune molécule."):
        save_ethics(summary=summary, **own)
    cast.association.refresh_from_db()
    assert cast.association.ethics_summary == "Aucune marque, aucune molécule."
    written = Entry.objects.filter(kind="organisation.ethics").order_by("sequence")
    assert [entry.facts["summary"] for entry in written] == [
        "Aucune marque.",
        "Aucune marque, aucune molécule.",
    ]
    with pytest.raises(NotAnAdministrator):
        save_ethics(summary="x", **{**own, "administrator": cast.ben})
