"""A text that says "without object" of its follow-up, its disputes or its exit is not frozen."""

from __future__ import annotations

import pytest

from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.actions.requirements import IncompleteText
from partnerships.lifecycle import Edition
from partnerships.models import Charter
from partnerships.signing.actions import freezing
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("heading", [Heading.FOLLOW_UP, Heading.DISPUTES, Heading.TERM])
def test_it_is_refused_with_what_to_write(cast, heading):
    case = make.partnership(cast, until=Edition.DRAFTING)
    wording = drafting.Wording(title="Cette rubrique", body="Sans objet pour cette action.")
    drafting.add_clause(
        partnership_id=case.pk,
        broker=cast.nora,
        heading=heading,
        wording=wording,
        responsible="",
        at=make.NOON,
    )
    with pytest.raises(IncompleteText) as refused:
        for state in make.PATH[2:5]:
            make.STEPS[state](case, cast, 0, make.NOON)
    assert "Gouvernance, litiges et sortie" in str(refused.value.message)
    assert not Charter.objects.exists()


def test_the_same_text_with_a_clause_that_says_it_is_frozen(cast):
    case = make.partnership(cast, until=Edition.DRAFTING)
    wording = drafting.Wording(title="En cas de désaccord", body="Le passeur réunit les parties.")
    drafting.add_clause(
        partnership_id=case.pk,
        broker=cast.nora,
        heading=Heading.DISPUTES,
        wording=wording,
        responsible="",
        at=make.NOON,
    )
    for state in make.PATH[2:4]:
        make.STEPS[state](case, cast, 0, make.NOON)
    assert freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=make.NOON).fingerprint
