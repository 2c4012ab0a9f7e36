"""Every state that `make.partnership` promises is reached, and by the real actions alone."""

from __future__ import annotations

import pytest

from ledger import verify
from ledger.record import Subject
from partnerships.lifecycle import Case, Edition
from partnerships.models import SealedCharter
from tests import make
from tests.cast import assemble_cast

STATES = [
    (Case.SCOPING, Case.SCOPING, None),
    (Case.PREPARING, Case.PREPARING, Edition.DRAFTING),
    (Edition.NEGOTIATION, Case.PREPARING, Edition.NEGOTIATION),
    (Edition.AGREED, Case.PREPARING, Edition.AGREED),
    (Edition.SIGNING, Case.PREPARING, Edition.SIGNING),
    (Edition.SIGNED, Case.ACTIVE, Edition.SIGNED),
    (Case.ACTIVE, Case.ACTIVE, Edition.SIGNED),
    (Case.REVIEW, Case.REVIEW, Edition.SIGNED),
    (Case.CLOSED, Case.CLOSED, Edition.SIGNED),
    (Case.ABANDONED, Case.ABANDONED, None),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("until", "state", "edition"), STATES)
def test_a_case_is_played_up_to_each_state(until, state, edition):
    people = assemble_cast(make.NOON)
    case = make.partnership(people, until=until)
    assert case.state == state
    assert [each.state for each in case.roadmaps.order_by("edition")] == ([edition] if edition else [])
    assert SealedCharter.objects.exists() is (until in (Case.ACTIVE, Case.REVIEW, Case.CLOSED))
    assert verify.verify(subject=Subject("case", case.pk)) is None


@pytest.mark.django_db
def test_the_text_has_as_many_clauses_as_asked():
    people = assemble_cast(make.NOON)
    case = make.partnership(people, until=Edition.DRAFTING, clauses=11)
    assert len(make.revision_ids(case)) == 20
