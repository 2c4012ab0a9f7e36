"""The clause library: shipped clauses, revisions with a reason, retirement, clauses started from a version."""

from __future__ import annotations

import re

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse

from partnerships.charter.texts import Heading
from partnerships.drafting.actions import library
from partnerships.lifecycle import Edition
from partnerships.models import Clause, LibraryClause, LibraryVersion
from partnerships.permissions import NotABroker
from tests import make
from tests.database_owner import owner
from tests.wording import Wording

ASKING = {"days": "5", "rule": "open"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def veto(cast):
    """The clause on exclusivity, as shipped."""
    make.shipped_library()
    return LibraryClause.objects.select_related("current").get(key="non-exclusivite")


def revise(clause, broker, **changes):
    current = LibraryClause.objects.get(pk=clause.pk).current
    data = {
        name: getattr(library.text_of(current), name) for name in library.LibraryText.__dataclass_fields__
    }
    reason = changes.pop("reason", "Plus clair.")
    seen = changes.pop("seen_number", current.number)
    return library.revise(
        clause_id=clause.pk, broker=broker, seen_number=seen, text=library.LibraryText(**data | changes), reason=reason, at=make.NOON
    )  # fmt: skip


def address(case, name, *args):
    return reverse(f"partnerships:{name}", args=[case.reference, *args])


def test_shipped_clauses_are_written_once_also_by_the_command(veto, capsys):
    count = LibraryVersion.objects.count()
    assert count == LibraryClause.objects.count() >= 30
    assert library.update_shipped_clauses(at=make.NOON) == 0
    call_command("ship_library")
    assert "0 versions" in capsys.readouterr().out
    assert LibraryVersion.objects.count() == count


def test_an_upgrade_changes_only_clauses_that_no_broker_changed(veto, cast):
    revised, retired = LibraryClause.objects.get(key="duree"), LibraryClause.objects.get(key="sortie")
    revise(revised, cast.nora, title="Durée revue")
    library.retire(clause_id=retired.pk, broker=cast.nora, reason="En double.", at=make.NOON)
    old = LibraryVersion.objects.create(
        clause=veto, number=2, title="Ancienne", body="Ancien texte.", plain_words="x", title_en="x",
        body_en="x", plain_words_en="x", source="x", written_at=make.NOON,
    )  # fmt: skip
    veto.current = old
    veto.save()
    assert library.update_shipped_clauses(at=make.NOON) == 1
    now = {each.key: each.current for each in LibraryClause.objects.select_related("current")}
    assert (now["non-exclusivite"].number, now["non-exclusivite"].title) == (3, "Pas d’exclusivité")
    assert now["non-exclusivite"].reason
    assert now["duree"].title == "Durée revue"
    assert now["sortie"].is_retired


def test_a_revision_needs_a_reason_and_earlier_versions_stay(veto, cast):
    for obstacle, changes in (
        (library.LibraryReasonMissing, {"title": "Autre", "reason": " "}),
        (library.LibraryClauseUnchanged, {}),
        (library.StaleLibraryVersion, {"title": "Autre", "seen_number": 4}),
    ):
        with pytest.raises(obstacle):
            revise(veto, cast.nora, **changes)
    with pytest.raises(NotABroker):
        revise(veto, cast.ada, title="À moi")
    version = revise(veto, cast.nora, title="Autre")
    assert (version.number, version.written_by, version.reason) == (2, cast.nora, "Plus clair.")
    library.retire(clause_id=veto.pk, broker=cast.oscar, reason="Inutile.", at=make.NOON)
    with pytest.raises(library.AlreadyRetired):
        library.retire(clause_id=veto.pk, broker=cast.oscar, reason="Encore.", at=make.NOON)
    assert revise(veto, cast.nora).is_retired is False
    assert veto.versions.count() == 4


def test_a_version_is_never_rewritten_in_the_database(veto):
    for act in (
        "UPDATE partnerships_libraryversion SET body = 'x'",
        "DELETE FROM partnerships_libraryversion",
    ):
        with pytest.raises(IntegrityError, match="is sealed"), owner() as cursor:
            cursor.execute(act)


def test_a_heading_offers_its_clauses_with_the_names_of_the_case(veto, cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    browser = enter(cast.nora)
    assert address(case, "shelf", 12) in browser.get(address(case, "drafting")).text
    page = browser.get(address(case, "shelf", 12)).text
    assert "Réalisé par Souffle Imaginaire, qui a décidé seule du contenu, avec le soutien de Labo" in page
    assert "Made by Souffle Imaginaire, which alone decided on the content, with the support of L" in page
    assert "Exemple à ne pas utiliser" in page
    example = LibraryClause.objects.get(key="risque-veto")
    assert browser.get(address(case, "insert_clause", example.current_id)).status_code == 404
    assert browser.get(address(case, "shelf", 40)).status_code == 404


def test_every_heading_has_a_library_clause(veto, cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    browser = enter(cast.nora)
    pages = {heading: browser.get(address(case, "shelf", heading)).text for heading in Heading}
    assert [heading for heading, page in pages.items() if "Commencer avec cette clause" not in page] == []


def test_a_clause_started_from_the_library_records_the_version(veto, cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    browser = enter(cast.nora)
    there = address(case, "insert_clause", veto.current_id)
    page = browser.get(there).text
    assert re.search(r"<textarea[^>]*>\s*Aucune exclusivité n’est demandée", page)
    data = {
        "title": "Pas d’exclusivité",
        "body": veto.current.body,
        "plain_words": "Libres.",
        "responsible": "",
    }
    assert browser.post(there, data | {"body": ""}).status_code == 422
    assert browser.post(there, data).status_code == 303
    clause = Clause.objects.select_related("current").latest("pk")
    assert (clause.heading, clause.library_version_id) == (Heading.INDEPENDENCE, veto.current_id)
    assert "version 1 de la bibliothèque" in browser.get(address(case, "drafting")).text
    before = clause.current.body
    revise(veto, cast.oscar, body="Tout autre chose.")
    assert Clause.objects.select_related("current").get(pk=clause.pk).current.body == before
    assert browser.get(there).status_code == 404
    retired = library.retire(clause_id=veto.pk, broker=cast.oscar, reason="Inutile.", at=make.NOON)
    for version_id in (veto.current_id, retired.pk):
        with pytest.raises(library.LibraryVersionReplaced):
            library.insert_clause(
                partnership_id=case.pk, broker=cast.nora, version_id=version_id,
                wording=Wording(title="a", body="b"), at=make.NOON,
            )  # fmt: skip


def test_adding_a_row_keeps_changes_to_the_library_text(veto, cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    model = LibraryClause.objects.get(key="jalons")
    data = {
        "title": "Nos étapes",
        "body": "À nous.",
        "add": "milestones",
        "milestones-TOTAL_FORMS": "1",
        "milestones-INITIAL_FORMS": "0",
    }
    page = enter(cast.nora).post(address(case, "insert_clause", model.current_id), data).text
    assert "Nos étapes" in page
    assert 'name="milestones-1-title"' in page


def test_an_unfilled_placeholder_is_a_risk(veto, cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    model = LibraryClause.objects.select_related("current").get(key="duree")
    browser = enter(cast.nora)
    data = {"title": "Durée", "body": model.current.body, "plain_words": ""}
    browser.post(address(case, "insert_clause", model.current_id), data)
    page = browser.post(address(case, "open_negotiation"), ASKING, follow=True).text
    assert "Des blancs restent à compléter" in page
    assert "Durée\u00a0: date de fin" in page
    assert make.roadmap(case).state == Edition.DRAFTING
