"""The administration of cases: to be looked at; no text, no note, no envelope, and nothing to change."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.urls import reverse

from partnerships.dialogue import actions as dialogue
from partnerships.lifecycle import Case
from partnerships.models import Envelope, Note, Partnership
from tests import make

pytestmark = pytest.mark.django_db


@pytest.mark.queries_in_templates(reason="Django's own pages of the administration")
def test_a_case_is_displayed_without_its_private_texts(cast, enter):
    case = make.partnership(cast, until=Case.ACTIVE)
    party = case.parties.order_by("rank").first()
    dialogue.write_note(party_id=party.pk, author=cast.ada, text="Entre nous seulement.", at=make.NOON)
    browser = enter(cast.root)
    for name, key in (("partnership", case.pk), ("charter", make.charter(case).pk)):
        page = browser.get(reverse(f"admin:partnerships_{name}_change", args=[key]))
        assert page.status_code == 200
        assert "Entre nous seulement." not in page.content.decode()
        assert "canonical_json" not in page.content.decode()
        answer = browser.post(reverse(f"admin:partnerships_{name}_change", args=[key]), {"title": "Autre"})
        assert answer.status_code == 403
    assert Partnership.objects.get(pk=case.pk).title == make.TITLE


def test_notes_and_envelopes_have_no_page_there():
    assert not admin.site.is_registered(Note)
    assert not admin.site.is_registered(Envelope)
