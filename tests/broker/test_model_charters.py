"""The model charters in the console: the list, one model, its revision and its retirement."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.charter.texts import Heading
from partnerships.models import LibraryClause, ModelCharter
from tests import make


@pytest.fixture
def model(people):
    make.shipped_library()
    return ModelCharter.objects.select_related("current").get(key="guide")


def values_of(model: ModelCharter, **changes) -> dict[str, object]:
    """Return what the form of a model posts when nothing was changed."""
    current = model.current
    values: dict[str, object] = {
        name: getattr(current, name)
        for name in ("title", "description", "title_en", "description_en", "kinds")
    }
    values |= {"seen_number": current.number, "reason": "Plus clair."}
    for clause in LibraryClause.objects.filter(pk__in=current.clause_ids).order_by("pk"):
        values.setdefault(f"clauses-{clause.heading}", []).append(clause.pk)
    return values | changes


def test_the_list_and_a_model_show_what_it_contains_in_both_languages(model, broker_client):
    browser = broker_client
    library = browser.get(reverse("broker:library")).text
    assert reverse("broker:model_charters") in library
    page = browser.get(reverse("broker:model_charters")).text
    assert all(row.current.title in page for row in ModelCharter.objects.select_related("current"))
    page = browser.get(reverse("broker:model_charter", args=[model.pk])).text
    for words in (
        model.current.description,
        model.current.title_en,
        "En cas de désaccord",
        "Publication and",
    ):
        assert words in page


def test_the_clauses_under_each_heading_are_chosen_and_a_mandatory_one_keeps_one(model, broker_client):
    browser = broker_client
    address = reverse("broker:model_charter", args=[model.pk])
    dispute = f"clauses-{Heading.DISPUTES:d}"
    answer = browser.post(address, values_of(model, **{dispute: []}))
    assert answer.status_code == 422
    assert "choisissez au moins une clause" in answer.text
    kept = LibraryClause.objects.get(key="litiges").pk
    dropped = LibraryClause.objects.get(key="responsabilite").pk
    browser.post(address, values_of(model, **{dispute: [kept], "title": "Guide court"}))
    model.refresh_from_db()
    assert (model.current.number, model.current.title) == (2, "Guide court")
    assert dropped not in model.current.clause_ids
    assert kept in model.current.clause_ids
    assert "Plus clair." in browser.get(address).text


def test_a_model_is_retired_with_a_reason_and_no_longer_offered(model, broker_client):
    browser = broker_client
    address = reverse("broker:retire_model_charter", args=[model.pk])
    assert browser.post(address, {"reason": ""}).status_code == 422
    browser.post(address, {"reason": "En double."})
    model.refresh_from_db()
    assert model.current.is_retired
    page = browser.get(reverse("broker:model_charter", args=[model.pk])).text
    assert "En double." in page
    assert "Modifier et remettre en service" in page
