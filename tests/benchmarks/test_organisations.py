"""The lists of the broker and the page of one organisation, among ten organisations and among ten thousand."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Membership, Organisation, User
from broker.queries import organisations, queue
from tests.cast import create_broker
from tests.database_owner import owner

pytestmark = [pytest.mark.bench, pytest.mark.django_db]
FEW, MANY = 10, 10_000
PEOPLE_OF_EACH = 5
ROUNDS = 80
ALLOWED = 1.3
ROWS = 5  # half of the first ten wait for a decision, half for their yearly look
FIRST = ("pending", "verified")
STATES = ("pending", "pending", "pending", "to_complete", "verified", "verified", "verified", "verified")


def fill(first: int, last: int, at: datetime) -> list[Organisation]:
    """Write organisations and their people in bulk."""
    numbers = range(first, last)
    keys = {number: uuid4() for number in numbers}
    kinds = ("members", "referents", "signatories")
    groups = Group.objects.bulk_create(
        [Group(name=f"organisation:{keys[number]}:{kind}") for number in numbers for kind in kinds]
    )
    made = Organisation.objects.bulk_create(
        [
            Organisation(
                pk=keys[number],
                side="association" if number % 2 else "company",
                state=FIRST[number % 2] if number < FEW else STATES[number % len(STATES)],
                name=f"Organisation {number:05d}",
                city="Lyon",
                purpose="Agir avec les patients, sur des faits." * 5,
                siren=f"9{number:08d}",
                rules_version="2026-1",
                rules_accepted_at=at,
                submitted_at=at - timedelta(minutes=number if number < FEW else 1 + number % 10_000),
                checked_at=at - timedelta(days=800 if number < FEW else number % 730),
                created_at=at,
                members_group=groups[3 * rank],
                referents_group=groups[3 * rank + 1],
                signatories_group=groups[3 * rank + 2],
            )
            for rank, number in enumerate(numbers)
        ],
        batch_size=2_000,
    )
    people = User.objects.bulk_create(
        [
            User(email=f"p{number}-{each}@bench.example", full_name=f"Personne {number} {each}", password="!")
            for number in numbers
            for each in range(PEOPLE_OF_EACH)
        ],
        batch_size=5_000,
    )
    Membership.objects.bulk_create(
        [
            Membership(
                user=person,
                organisation_id=keys[first + rank // PEOPLE_OF_EACH],
                is_administrator=rank % PEOPLE_OF_EACH == 0,
                joined_at=at,
            )
            for rank, person in enumerate(people)
        ],
        batch_size=5_000,
    )
    with owner() as cursor:
        cursor.execute("ANALYZE")
    return made


class Cost(NamedTuple):
    """The queries of a page, and how long it takes beside a page that reads none of these tables."""

    queries: int
    relative: float


def measured(client: Client, address: str) -> Cost:
    """Return the cost of a page; both are asked in turn, and the shortest of each counts."""
    steady = reverse("preferences")
    for each in (address, steady):
        client.get(each)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(address).status_code == 200
    # The next request empties what was captured.
    queries = len(captured)
    durations: dict[str, list[float]] = {address: [], steady: []}
    for _ in range(ROUNDS):
        for each, taken in durations.items():
            started = time.perf_counter()
            client.get(each)
            taken.append(time.perf_counter() - started)
    return Cost(queries, min(durations[address]) / min(durations[steady]))


def entered(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


def pages(nora: Client, member: Client, one: UUID) -> dict[str, tuple[Client, str]]:
    return {
        "vetting queue": (nora, reverse("broker:vetting")),
        "vetting queue, to see again": (nora, f"{reverse('broker:vetting')}?section=recheck"),
        "organisations": (nora, reverse("broker:organisations")),
        "vetting of one": (nora, reverse("broker:vet", args=[one])),
        "people of one": (member, reverse("associations:organisation")),
    }


def test_ten_thousand_organisations_cost_as_ten(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    # As many rows in both, so that what is compared is the weight of the others, not showing more of them.
    for room in (organisations, queue):
        monkeypatch.setattr(room, "ON_A_PAGE", ROWS)
    at = datetime.now(UTC)
    one = fill(0, FEW, at)[1]
    someone = Membership.objects.filter(organisation=one).order_by("pk")[:1].get().user
    requests = pages(entered(create_broker("Nora Passerelle")), entered(someone), one.pk)
    few = {name: measured(*each) for name, each in requests.items()}
    fill(FEW, MANY, at)
    assert (Organisation.objects.count(), Membership.objects.count()) == (MANY, MANY * PEOPLE_OF_EACH)
    many = {name: measured(*each) for name, each in requests.items()}
    ratios = {name: many[name].relative / few[name].relative for name in requests}
    lines = [
        f"{name}: {few[name].queries} and {many[name].queries} queries, ratio {ratios[name]:.2f}"
        for name in requests
    ]
    with capsys.disabled():
        sys.stdout.write("\n" + "\n".join(lines) + "\n")
    assert {name: each.queries for name, each in few.items()} == {
        name: each.queries for name, each in many.items()
    }
    assert max(ratios.values()) <= ALLOWED, lines
