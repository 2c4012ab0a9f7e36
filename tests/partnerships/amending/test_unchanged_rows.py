"""An amendment that changes nothing leaves the canonical JSON equal, whatever the rows of the text."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partnerships.charter import snapshot
from partnerships.charter import terms as charter_terms
from partnerships.charter.regulation import RegulationText
from partnerships.charter.terms import TABLES, Terms
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import amendments
from partnerships.drafting.forms.rows import ROW_FORMS
from partnerships.lifecycle import Case
from partnerships.models import Charter, ClauseRevision, Roadmap
from partnerships.signing.queries import snapshots
from partnerships.text import agreement
from tests import make
from tests.cast import assemble_cast
from tests.database_owner import owner
from tests.make import NOON

AT = NOON + timedelta(days=1)
WORDS = st.text("abcé’ ", min_size=1, max_size=12)
KNOWN: dict[str, st.SearchStrategy[Any]] = {
    "party_key": st.sampled_from("AE"),
    "payer_key": st.sampled_from("AE"),
    "owner": st.sampled_from(("A", "E", "both")),
    "milestone_code": st.sampled_from((None, "J1")),
    "serves": st.sampled_from(((), ("C1",))),
    "depends_on": st.none(),
}
CODES = {"expectations": "C1", "limits": "L1", "commitments": "E1", "milestones": "J1"}


def values(kind: Any) -> st.SearchStrategy[Any]:
    kind = getattr(kind, "__value__", kind)
    if get_origin(kind) is Literal:
        return st.sampled_from(get_args(kind))
    kinds = get_args(kind) or (kind,)
    if date in kinds:
        return st.dates(date(2026, 1, 1), date(2029, 12, 31))
    if bool in kinds:
        return st.booleans()
    return st.integers(1, 10**7) if int in kinds else WORDS


def filled(kind: type, **known: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    hints = get_type_hints(kind)
    return st.builds(
        kind, **{each.name: known.get(each.name, values(hints[each.name])) for each in fields(kind)}
    )


def rows(name: str) -> st.SearchStrategy[Any]:
    known = KNOWN | ({"code": st.just(CODES[name])} if name in CODES else {})
    return filled(ROW_FORMS[name].text_class, **known)


ALONE = {"starts_on", "ends_on", "transparency_object", "publication"}
TERMS = st.builds(
    Terms,
    **{name: st.tuples(rows(name)) for name in ROW_FORMS},
    **{name: values(get_type_hints(Terms)[name]) for name in ALONE},
    regulation=filled(RegulationText),
)


def test_every_table_is_filled():
    assert {each.name for each in fields(Terms)} == {*ROW_FORMS, *ALONE, "regulation"}


def fill(signed: Roadmap, terms: Terms) -> None:
    """Write rows of every kind into the signed text, under the headings that have them."""
    stored = charter_terms.store(terms)
    seen: set[str] = set()
    for clause in agreement.clauses_of(signed):
        names = set(TABLES.get(Heading(clause.heading), ())) - seen
        seen |= names
        own = {name: stored[name] for name in names if name in stored}
        with owner(triggers=False):
            ClauseRevision.objects.filter(pk=clause.current_id).update(terms=own)


@pytest.mark.django_db
def test_an_amendment_that_changes_nothing_leaves_every_row_as_it_is():
    cast = assemble_cast(NOON)
    case = make.partnership(cast, until=Case.ACTIVE, at=NOON)
    signed = case.roadmaps.get(edition=1)

    @settings(
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(TERMS)
    def leaves(terms: Terms) -> None:
        with transaction.atomic():
            fill(signed, terms)
            charter = case.charters.get()
            then = snapshots.snapshot_of(signed, NOON, None)
            with owner(triggers=False):
                Charter.objects.filter(pk=charter.pk).update(
                    canonical_json=snapshot.canonical_json(replace(then, freezing=1))
                )
            charter.refresh_from_db()
            amendment = amendments.open_amendment(partnership_id=case.pk, broker=cast.nora, at=AT)
            now = snapshots.snapshot_of(amendment, NOON, charter)
            assert now.amendment
            assert not now.amendment.changes
            # Who agreed, and how, differs: by answers to the first edition, by its signature to the second.
            agreed = {"agreements": then.agreements}
            alike = replace(now, edition=1, previous_fingerprint=None, amendment=None, **agreed)
            assert snapshot.canonical_json(alike) == bytes(charter.canonical_json)
            transaction.set_rollback(True)

    leaves()
