"""The PDF: the same bytes each time, all the words, drawn by our fonts alone."""

import logging
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from hypothesis import HealthCheck, given, settings
from pypdf import PdfReader

from partnerships.charter import chapters, snapshot, typography
from partnerships.charter.context import METHODS
from partnerships.charter.pdf import printing
from partnerships.charter.regulation import RegulationText
from partnerships.charter.texts import HEADING_TITLES, CounterpartText, Heading
from partnerships.signing.identity_proof import Method
from tests.partnerships.charter import examples
from tests.partnerships.charter.conftest import render
from tests.partnerships.charter.strategies import charters


def text_of(pdf):
    """Return the text as a reader of PDF finds it, with plain spaces."""
    printed_text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=pdf, capture_output=True, check=True
    ).stdout.decode()
    return re.sub(r"\s+", " ", printed_text)


def test_the_same_charter_gives_the_same_bytes(pdf):
    assert render(examples.VOYAGER) == pdf


def test_another_process_gives_the_same_bytes(pdf, tmp_path):
    program = (
        "import django, sys; django.setup();"
        "from tests.partnerships.charter import conftest, examples;"
        "open(sys.argv[1], 'wb').write(conftest.render(examples.VOYAGER))"
    )
    other = tmp_path / "other.pdf"
    subprocess.run([sys.executable, "-c", program, str(other)], check=True, timeout=120)
    assert other.read_bytes() == pdf


def test_the_dates_are_those_of_the_last_signature(pdf):
    info = PdfReader(BytesIO(pdf)).metadata
    last = max(signature.signed_at for signature in examples.signed(examples.VOYAGER))
    assert info.creation_date == info.modification_date == last


def test_every_word_of_the_snapshot_is_printed(pdf):
    printed_text = text_of(pdf)
    charter = examples.VOYAGER
    printed = [charter.title, charter.reference, charter.precise_action, charter.patient_benefit]
    printed += [clause.title for clause in charter.clauses]
    printed += [clause.plain_words for clause in charter.clauses]
    printed += [each.text for each in (*charter.limits, *charter.commitments, *charter.red_lines)]
    for text in printed:
        for line in typography.spaced(text).split("\n"):
            assert re.sub(r"\s+", " ", line) in printed_text, line


def test_ligatures_and_accents_read_back_as_letters(pdf):
    printed_text = text_of(pdf)
    for word in ("difficultés", "Indépendance", "confirment", "édition", "d’écoute", "Fictif"[1:]):
        assert word in printed_text
    assert not re.search("[\ufb00-\ufb06\ufffd]", printed_text)


def test_amounts_dates_and_hours_are_printed_in_french(pdf):
    printed_text = text_of(pdf)
    for words in ("41 100 €", "37 800 €", "6 000 €", "21 juillet 2026", "18 h 07, heure de Paris", "180 h"):
        assert words in printed_text, words


def test_the_chapters_are_in_the_specified_order(pdf):
    printed_text = text_of(pdf)
    titles = [re.sub(r"\s", " ", f"{int(h)}. {HEADING_TITLES[h]}") for h in Heading if h]
    indices = [
        printed_text.index(title)
        for title in ["En clair", "Préambule", *titles, "19. Signatures", "Annexe A"]
    ]
    assert indices == sorted(indices)
    assert indices[-1] < printed_text.index("Annexe B") < printed_text.index("Certificat de preuve")


def test_the_method_of_authentication_is_printed_in_words():
    methods = [*(method.value for method in Method), "demonstration"]
    assert [method for method in methods if method not in METHODS] == []
    played = [replace(each, method="demonstration") for each in examples.signed(examples.VOYAGER)]
    printed_text = text_of(render(examples.VOYAGER, played))
    assert "signature jouée" in printed_text
    assert "demonstration," not in printed_text


def test_missing_content_is_stated():
    printed_text = text_of(render(examples.EMPTY))
    for number, title in ((4, "Attentes"), (9, "Jalons"), (10, "Budget"), (17, "Litiges")):
        assert re.search(rf"{number}\. {title}[^.]*Sans objet pour cette action\.", printed_text), title
    for absent in ("1. Définitions", "13. Confidentialité", "Annexe A", "Annexe B"):
        assert absent not in printed_text


def test_a_charter_without_signatures_claims_none():
    printed_text = text_of(render(examples.VOYAGER, signatures=()))
    assert printed_text.count("Signature attendue") == 3
    assert "texte figé, signatures attendues" in printed_text
    assert "Signée le" not in printed_text


def test_the_missing_timestamp_is_visible(pdf):
    sentence = "Ce document n’est pas horodaté par un tiers."
    assert sentence in text_of(pdf)
    assert sentence not in text_of(render(examples.VOYAGER, timestamped=True))


def test_the_rows_stand_in_their_clause_and_each_is_printed(pdf_of_today):
    printed_text = text_of(pdf_of_today)
    charter = examples.of_today()
    for chapter in chapters.chapters(charter):
        for clause in chapter.clauses:
            start = printed_text.index(f"Clause {clause.number}. ")
            for table in clause.tables:
                assert printed_text.index(table.title, start) < printed_text.index("Annexe A")
    for each in (*charter.limits, *charter.commitments, *charter.red_lines):
        for line in typography.spaced(each.text).split("\n"):
            assert all(word in printed_text for word in line.split()), line
    assert "Sans objet" not in printed_text


def test_a_row_of_no_clause_is_refused():
    charter = examples.of_today()
    clauses = tuple(replace(clause, rows=()) for clause in charter.clauses)
    with pytest.raises(snapshot.Inconsistent):
        replace(charter, clauses=clauses)


def test_an_amendment_names_the_charter_before_it(crowded_pdf):
    printed_text = text_of(crowded_pdf)
    before = examples.crowded().previous_fingerprint
    assert "Avenant à la charte de partenariat entre deux associations de patients" in printed_text
    assert f"empreinte {before[:8]}" in printed_text
    assert " ".join(re.findall("....", before)[:8]) in printed_text


def test_five_parties_and_thirty_milestones_stay_on_the_page(crowded_pdf):
    boxes = subprocess.run(
        ["pdftotext", "-bbox", "-", "-"], input=crowded_pdf, capture_output=True, check=True
    ).stdout.decode()
    edges = [
        [float(edge) for edge in box] for box in re.findall(r'<word xMin="(.+?)" .*? xMax="(.+?)"', boxes)
    ]
    margin = 24 / 25.4 * 72
    assert len(edges) > 1_000
    assert min(left for left, _right in edges) > margin - 1
    assert max(right for _left, right in edges) < 595.3 - margin + 1
    reader = PdfReader(BytesIO(crowded_pdf))
    printed_text = text_of(crowded_pdf)
    assert all(re.search(rf"\bJ{number}\b", printed_text) for number in range(1, 31))
    assert len(reader.pages[0].extract_text()) > 200
    assert "En clair" in reader.pages[1].extract_text()


def test_characters_without_a_glyph_are_printed_as_codes(crowded_pdf):
    printed_text = text_of(crowded_pdf)
    assert "[signe U+1F600] [signe U+6F22], fin de l’essai." in printed_text


def test_a_list_with_text_between_keeps_its_numbers_in_print():
    body = "1. Objet\n\nCe que couvre l’objet.\n\n2. Durée\n\nUn an (voir 3).\n\n3) Fin\n\n☐ oui\n☑ non"
    clauses = (replace(examples.VOYAGER.clauses[0], body=body), *examples.VOYAGER.clauses[1:])
    printed_text = text_of(render(replace(examples.VOYAGER, clauses=clauses)))
    for typed in ("1. Objet", "2. Durée", "3) Fin", "☐ oui", "☑ non"):
        assert typed in printed_text


def test_no_glyph_is_missing(crowded_pdf, pdf):
    for document in (pdf, crowded_pdf):
        fonts = [
            f for page in PdfReader(BytesIO(document)).pages for f in page["/Resources"]["/Font"].values()
        ]
        assert {font["/BaseFont"].partition("+")[2].partition("-")[0] for font in fonts} == {"Source"}
        for font in fonts:
            embedded = font["/DescendantFonts"][0]["/FontDescriptor"]["/FontFile2"].get_data()
            mapping = font["/ToUnicode"].get_data().partition(b"endcodespacerange")[2]
            drawn = {int(glyph, 16) for glyph in re.findall(rb"(?m)^<([0-9a-f]{4})> <", mapping)}
            # A sign that a font lacks is written as glyph 0 or beyond its last one.
            assert min(drawn) > 0
            assert max(drawn) < TTFont(BytesIO(embedded))["maxp"].numGlyphs


def test_rendering_logs_no_warning(caplog):
    with caplog.at_level(logging.WARNING):
        render(examples.crowded())
    assert not caplog.records


@pytest.mark.parametrize("url", ["https://example.org/a.png", "file:///etc/passwd", "font:../../manage.py"])
def test_the_page_can_fetch_no_other_url(url):
    fetcher = printing._FileFetcher({})
    with pytest.raises(PermissionError):
        fetcher.fetch(url)


def test_typed_text_is_never_markup():
    hostile = replace(
        examples.VOYAGER,
        title='<img src="file:///etc/passwd"> & <b>gras</b>',
        precise_action="</p><script>1</script>\x0b\x1f",
    )
    printed_text = text_of(render(hostile))
    assert '<img src="file:///etc/passwd"> & <b>gras</b>' in printed_text
    assert "</p><script>1</script>" in printed_text


@pytest.mark.slow
@given(charters())
@settings(max_examples=6, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_charter_can_be_printed(charter):
    reader = PdfReader(BytesIO(render(charter)))
    (embedded,) = reader.attachments["charte.json"]
    assert snapshot.from_json(embedded) == charter


def test_vat_counterparts_and_the_regulatory_typology_are_printed():
    line = replace(examples.VOYAGER.budget[0], vat="borne", vat_permille=55)
    charter = replace(
        examples.VOYAGER,
        budget=(line, *examples.VOYAGER.budget[1:]),
        counterparts=(
            CounterpartText(label="Mention du soutien", party_key=line.payer_key, amount_minor=60_050),
        ),
        regulation=RegulationText(
            kind="patronage",
            object_code="autre",
            other_words="Un film",
            event_name="Journée d’écoute",
            event_date=date(2027, 5, 1),
        ),
    )
    printed_text = text_of(render(charter))
    for words in (
        "5,5 %, non récupérée",
        "9 495 €",
        "Mention du soutien",
        "600,50 €",
        "Nature du soutien : Mécénat.",
        "Motif de la convention : Un film.",
        "Date de la manifestation : 1er mai 2027.",
        "Total des versements 30 000 €",
        "Clause 3. Indépendance et non-exclusivité",
    ):
        assert words in printed_text
