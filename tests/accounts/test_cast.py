from datetime import UTC, datetime

import pytest

from accounts.models import OrganisationState
from accounts.people.queries.mandates import valid_mandates
from tests.cast import assemble_cast

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def test_the_cast_is_verified_mandated_and_grouped():
    people = assemble_cast(NOON)
    assert people.association.state == OrganisationState.VERIFIED
    assert people.association.identity_lines == ["RNA W000000001", "SIREN 000000018"]
    assert valid_mandates([people.association.pk], amount_minor=10**9, at=NOON).get() == people.ada_mandate
    groups = set(people.ben.groups.values_list("pk", flat=True))
    assert groups == {people.association.members_group_id, people.association.referents_group_id}
    assert people.nora.groups.get().name == "brokers"
