"""The text as a Word file with hidden marks, and its tables as a spreadsheet."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from datetime import date

import docx
import openpyxl
import pytest
from django.urls import reverse

from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clauses as clause_actions
from partnerships.lifecycle import Case, Edition
from partnerships.text.agreement import clauses_of
from partnerships.text.contents import text_fingerprint
from partnerships.text_files import marks
from partnerships.text_files.marks import Mark
from tests import make

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def address(case, name, **values):
    return reverse(f"partnerships:{name}", args=[case.reference], query=values or None)


def change_title(case, cast, clause, title):
    """Have the broker rename the first milestone of a clause."""
    wording = clause_actions.wording_of(clause.current)
    first, *others = wording.terms.milestones
    terms = replace(wording.terms, milestones=(replace(first, title=title), *others))
    clause_actions.revise_clause(
        clause_id=clause.pk,
        broker=cast.nora,
        seen_number=clause.current.number,
        wording=replace(wording, terms=terms),
        reason="Demandé par une partie.",
        at=make.NOON,
    )


def word_file(browser, case, **values):
    response = browser.get(address(case, "text_docx", **values))
    assert response.status_code == 200
    return response.content


def controls(content):
    """Return the text of each content control by its tag."""
    body = docx.Document(io.BytesIO(content)).element.body
    return {
        control.find(f"{W}sdtPr/{W}tag").get(f"{W}val"): "\n".join(
            "".join(text.text or "" for text in paragraph.iter(f"{W}t"))
            for paragraph in control.iter(f"{W}p")
        )
        for control in body.iter(f"{W}sdt")
    }


@pytest.mark.parametrize("person", ["ada", "carla", "nora"])
def test_each_part_of_each_clause_stands_in_a_control_of_its_own(cast, enter, person):
    case = make.partnership(cast)
    parts = controls(word_file(enter(getattr(cast, person)), case))
    found = clauses_of(case.roadmaps.get())
    for clause in found:
        revision = clause.current
        assert revision.title in parts[Mark(clause.key, revision.number, "title").name]
        assert parts[Mark(clause.key, revision.number, "body").name] == revision.body
        assert revision.plain_words in parts.get(Mark(clause.key, revision.number, "gloss").name, "")
    rows = parts[Mark(found[3].key, found[3].current.number, "rows").name]
    assert "Limites du projet" in rows
    assert "Notre parole publique sur l’accès aux soins reste libre." in rows


def test_a_file_says_which_text_it_is_and_tracks_changes(cast, enter):
    case = make.partnership(cast)
    content = word_file(enter(cast.ada), case, langue="en")
    roadmap = case.roadmaps.get()
    fingerprint = text_fingerprint(roadmap, clauses_of(roadmap))
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        properties = package.read("docProps/custom.xml").decode()
        assert "trackRevisions" in package.read("word/settings.xml").decode()
    value = properties.partition("<vt:lpwstr>")[2].partition("</vt:lpwstr>")[0]
    assert len(value) <= 255
    assert marks.identity_of(value) == (case.reference, 1, fingerprint[:32], "en")
    assert marks.identity_of(f"x{value}") is None
    document = docx.Document(io.BytesIO(content))
    assert "DRAFT: Charter, v0.1" in document.sections[0].header.paragraphs[0].text
    assert fingerprint in document.sections[0].footer.paragraphs[0].text


def test_bookmarks_name_the_same_parts_as_the_controls(cast, enter):
    content = word_file(enter(cast.ada), make.partnership(cast))
    body = docx.Document(io.BytesIO(content)).element.body
    names = [mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")]
    assert names == list(controls(content))
    starts = [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkStart")]
    assert starts == [mark.get(f"{W}id") for mark in body.iter(f"{W}bookmarkEnd")]
    assert len(set(starts)) == len(starts)
    assert all(marks.mark_of(name) for name in names)


def test_a_text_that_is_not_sent_is_taken_away_by_the_broker_alone(cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING)
    for name in ("text_docx", "text_tables"):
        assert enter(cast.nora).get(address(case, name)).status_code == 200
        assert enter(cast.ada).get(address(case, name)).status_code == 404


def test_a_signed_text_is_a_reading_copy(cast, enter):
    content = word_file(enter(cast.ada), make.partnership(cast, until=Case.ACTIVE))
    assert "COPIE DE LECTURE" in docx.Document(io.BytesIO(content)).paragraphs[0].text


def workbook(browser, case, **values):
    response = browser.get(address(case, "text_tables", **values))
    assert response.status_code == 200
    return openpyxl.load_workbook(io.BytesIO(response.content))


def test_the_budget_the_milestones_and_the_commitments_are_sheets_of_numbers_and_dates(cast, enter):
    book = workbook(enter(cast.carla), make.partnership(cast))
    assert book.sheetnames == [
        "Texte", "Budget", "Versements", "Honoraires du passeur", "Jalons", "Engagements", "Attentes",
    ]  # fmt: skip
    budget = list(book["Budget"].values)
    assert budget[0] == ("Clause", "Ligne", "Apporté par", "Forme de l’apport", "Montant hors TVA")
    assert budget[1] == ("9.1", "Enquête et ateliers", "Laboratoires Valfictif", "argent", 30000)
    assert budget[-1] == ("Total", None, None, None, 32700)
    milestones = list(book["Jalons"].values)
    assert milestones[0] == ("Clause", "Code", "Jalon", "Responsable", "Échéance", "Indicateur, preuve")
    assert milestones[1][4].date() == date(2026, 4, 1)
    assert "Engagement" in next(book["Engagements"].values)


def test_the_sheets_are_named_in_the_language_that_is_asked(cast, enter):
    book = workbook(enter(cast.carla), make.partnership(cast), langue="en")
    assert book.sheetnames[1] == "Budget"
    assert book.sheetnames[4] == "Milestones"
    assert "DRAFT" in book.worksheets[0]["A1"].value


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_text_of_a_table_becomes_a_formula(cast, enter, start):
    case = make.partnership(cast, until=Edition.DRAFTING)
    clause = case.roadmaps.get().clauses.get(heading=Heading.MILESTONES)
    title = f'{start}HYPERLINK("http://example.org","x")'
    change_title(case, cast, clause, title)
    book = workbook(enter(cast.nora), case)
    cell = book["Jalons"]["C2"]
    assert cell.value == title
    assert cell.data_type == "s"
    assert cell.quotePrefix
