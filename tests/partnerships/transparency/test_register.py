"""The public register: what all parties agreed to publish, read from the signed text alone."""

from __future__ import annotations

from dataclasses import replace

import pytest

from partnerships.charter import snapshot
from partnerships.lifecycle import Case
from partnerships.models import Charter, SealedCharter
from tests import make
from tests.database_owner import owner

pytestmark = pytest.mark.django_db


def test_a_charter_without_consent_to_publication_is_not_listed(cast, client):
    case = make.partnership(cast, until=Case.ACTIVE)
    page = client.get("/registre/").content.decode()
    assert "Aucune charte publiée pour l’instant" in page
    assert case.title not in page


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
