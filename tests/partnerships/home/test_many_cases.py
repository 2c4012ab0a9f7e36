"""The homes, the board, the list and the pages of a case, among ten cases and among ten thousand."""

from __future__ import annotations

import re
import uuid
from copy import copy
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection, models
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.lifecycle import Case, Edition
from partnerships.models import Partnership, PartnershipGroupPermission, PartnershipStatus, Party
from tests import make
from tests.cast import Cast, assemble_cast
from tests.database_owner import owner

pytestmark = [pytest.mark.django_db, pytest.mark.audit]
FEW, MANY = 10, 10_000
# More than any page shows of one kind: 24 tasks, 20 rows of the list, 12 tickets in each of 7 columns.
MOST_LINKS = 200


def rows_of(case: Partnership) -> list[Any]:
    """Return a case and the rows that lists read of it, the case first."""
    return [
        case,
        *case.parties.order_by("pk"),
        *PartnershipGroupPermission.objects.filter(content_object=case).order_by("pk"),
        PartnershipStatus.objects.get(partnership=case),
    ]


def copied(original: Any, case: Partnership) -> Any:
    """Return an unsaved copy of a row, as a row of `case`."""
    row = copy(original)
    if not isinstance(row, PartnershipStatus):
        row.pk = None
    setattr(row, "content_object" if isinstance(row, PartnershipGroupPermission) else "partnership", case)
    return row


def fill(cases: list[Partnership], up_to: int) -> None:
    """Bring the number of cases to `up_to` with copies of `cases`, in turn."""
    originals = [rows_of(case) for case in cases]
    new: dict[type[models.Model], list[Any]] = {}
    for number in range(Partnership.objects.count(), up_to):
        case, *rows = originals[number % len(originals)]
        twin = copy(case)
        twin.pk, twin.reference, twin.title = uuid.uuid4(), f"LL-2026-{number:05}", f"Action {number}"
        for row in [twin, *(copied(each, twin) for each in rows)]:
            new.setdefault(type(row), []).append(row)
    with owner(triggers=False):
        for model, many in new.items():
            model._default_manager.bulk_create(many, batch_size=2000)


def visit(client: Client, path: str) -> tuple[int, int, int]:
    """Return the queries of a page that is in no cache, those of the same page cached, and the links it shows."""
    cache.clear()
    counts = []
    for _once in range(2):
        with CaptureQueriesContext(connection) as queries:
            page = client.get(path)
        assert page.status_code == 200, path
        counts.append(len(queries))
    return *counts, len(re.findall(r"<a\b", page.text))


def client_of(person: Any) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def cast(db: None) -> Cast:
    return assemble_cast(datetime.now(UTC))


def test_pages_cost_the_same_among_ten_cases_and_ten_thousand(cast: Cast) -> None:
    at = datetime.now(UTC)
    states = (Edition.NEGOTIATION, Case.SCOPING, Case.CLOSED)
    cases = [make.partnership(cast, until=state, at=at, title=f"Action {state}") for state in states]
    own = cases[0].reference
    pages = [
        (cast.ada, reverse("associations:home")),
        (cast.carla, reverse("companies:home")),
        (cast.nora, reverse("broker:pipeline")),
        *[(person, reverse("partnerships:list")) for person in (cast.ada, cast.nora)],
        *[
            (person, reverse(name, args=[own]))
            for person in (cast.ada, cast.nora)
            for name in ("partnerships:roadmap", "partnerships:rounds")
        ],
    ]
    clients = {person.pk: client_of(person) for person, _path in pages}
    measured = {}
    for number in (FEW, MANY):
        fill(cases, number)
        measured[number] = [visit(clients[person.pk], path) for person, path in pages]
    assert Partnership.objects.count() == MANY
    assert Party.objects.filter(organisation=cast.association).count() == MANY
    queries = {number: [row[:2] for row in rows] for number, rows in measured.items()}
    assert queries[MANY] == queries[FEW]
    assert max(row[2] for row in measured[MANY]) <= MOST_LINKS, measured
