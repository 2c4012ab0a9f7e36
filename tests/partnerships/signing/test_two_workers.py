"""Two workers at the same charter: one seals it, the other goes on."""

from __future__ import annotations

import threading

import pytest
from django.db import connection, transaction

from partnerships.lifecycle import Edition
from partnerships.models import Roadmap, SealedCharter
from partnerships.signing.actions import sealing
from tests import make
from tests.cast import assemble_cast


@pytest.mark.django_db(transaction=True)
def test_a_charter_locked_by_another_worker_is_skipped():
    people = assemble_cast(make.NOON)
    case = make.partnership(people, until=Edition.SIGNED)
    frozen = make.charter(case)
    answers = []

    def second_worker():
        answers.append(sealing.seal(charter_id=frozen.pk, at=make.NOON))
        connection.close()

    with transaction.atomic():
        assert Roadmap.objects.select_for_update(no_key=True).get(pk=frozen.roadmap_id)
        worker = threading.Thread(target=second_worker)
        worker.start()
        worker.join(timeout=20)
    assert answers == [None]
    assert not SealedCharter.objects.exists()
