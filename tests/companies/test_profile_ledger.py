"""What a company says of its duty to declare matters to trust: its ledger keeps each answer, its cases read it."""

import pytest
from django.db import IntegrityError, transaction

from accounts.models import Organisation
from accounts.organisations.actions.profile import Presentation
from companies import actions
from ledger.models import Entry
from tests.cast import assemble_cast
from tests.make import NOON

pytestmark = pytest.mark.django_db


def test_whether_it_must_declare_is_kept_each_time_it_is_said():
    cast = assemble_cast(NOON)
    own = {"organisation_id": cast.company.pk, "administrator": cast.carla, "at": NOON}
    actions.save_activity(activity=actions.CompanyActivity("device", "no"), **own)
    actions.save_profile(
        presentation=Presentation("Agir.", "", ""),
        profile=actions.CompanyProfileData("device", "yes", "Snitem"),
        **own,
    )
    entries = Entry.objects.filter(subject_id=cast.company.pk, kind="organisation.profile").order_by(
        "sequence"
    )
    assert [each.facts["declares"] for each in entries] == ["no", "yes"]
    assert {each.actor for each in entries} == {cast.carla}


def test_what_it_said_is_read_by_its_cases():
    cast = assemble_cast(NOON)
    assert cast.company.declares == "unknown"
    actions.save_activity(
        organisation_id=cast.company.pk,
        administrator=cast.carla,
        activity=actions.CompanyActivity("device", "yes"),
        at=NOON,
    )
    cast.company.refresh_from_db()
    assert cast.company.declares == "yes"
    with pytest.raises(IntegrityError, match="only_a_company_declares"), transaction.atomic():
        Organisation.objects.filter(pk=cast.association.pk).update(declares="no")
