"""The public register: what all parties agreed to publish, read from the signed text alone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from partnerships.charter import snapshot
from partnerships.charter.texts import Heading
from partnerships.lifecycle import Case, Edition
from partnerships.models import Charter, SealedCharter
from tests import make
from tests.database_owner import owner

pytestmark = pytest.mark.django_db


def test_a_charter_without_consent_to_publication_is_not_listed(cast, client):
    case = make.partnership(cast, until=Case.ACTIVE)
    page = client.get("/registre/").content.decode()
    assert "Aucune charte publiée pour l’instant" in page
    assert case.title not in page


def test_what_all_parties_agreed_to_publish_in_a_clause_is_listed(cast, client, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    wording = {"title": "Transparence", "body": "Le soutien est public.", "publication": "on"}
    address = reverse("partnerships:new_clause", args=[case.reference, Heading.TRANSPARENCY])
    assert enter(cast.nora).post(address, wording).status_code == 303
    for state in make.PATH[2:7]:
        make.STEPS[state](case, cast, 1, make.NOON)
    assert snapshot.from_json(bytes(make.charter(case).canonical_json)).publication
    text = enter(cast.ada).get(reverse("partnerships:roadmap", args=[case.reference])).text
    assert "résumé publié une fois la charte scellée" in text
    assert case.title in client.get("/registre/").text


def test_a_published_charter_is_summarised(cast, client, django_assert_num_queries):
    case = make.partnership(cast, until=Case.ACTIVE)
    signed = make.charter(case)
    other = make.partnership(cast)
    text = replace(
        snapshot.from_json(bytes(signed.canonical_json)), publication=True, title="Voyager, au grand jour"
    )
    with owner(triggers=False):
        published = Charter.objects.create(
            partnership=other,
            roadmap=make.roadmap(other),
            canonical_json=snapshot.canonical_json(text),
            fingerprint=snapshot.fingerprint(text),
            verification_code="0000-0000-0001",
            frozen_by=cast.nora,
            frozen_at=make.NOON,
        )
    with owner(triggers=False):
        SealedCharter.objects.create(charter=published, pdf=b"%PDF", sha256="1" * 64, sealed_at=make.NOON)
    with django_assert_num_queries(2):
        page = client.get("/registre/").content.decode()
    assert "Voyager, au grand jour" in page
    assert "Souffle Imaginaire" in page
    assert "0000-0000-0001" in page
    assert case.title not in page
