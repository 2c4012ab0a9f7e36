"""PDF/A-3a and PDF/UA-1, as far as can be checked without a validator of the whole standard.

No package of the registries ships veraPDF; the clauses that WeasyPrint or the seal could break are
checked here one by one.
"""

import hashlib
import re
from io import BytesIO
from xml.etree import ElementTree as ET

import pytest
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject

from partnerships.charter import snapshot
from tests.partnerships.charter import examples


@pytest.fixture(params=["pdf", "pdf_of_today", "crowded_pdf", "sealed"])
def reader(request):
    return PdfReader(BytesIO(request.getfixturevalue(request.param)))


def elements(node):
    """Yield each structure element under a node, with its parent."""
    kids = node.get("/K", [])
    for kid in kids if isinstance(kids, ArrayObject) else [kids]:
        child = kid.get_object()
        if isinstance(child, DictionaryObject) and "/S" in child:
            yield node, child
            yield from elements(child)


def test_the_xmp_declares_both_standards(reader):
    xmp = reader.root_object["/Metadata"].get_data()
    root = ET.fromstring(xmp[xmp.index(b"<x:xmpmeta") : xmp.index(b"<?xpacket end")])
    marks = {}
    for node in root.iter():
        for name, value in (*node.attrib.items(), (node.tag, node.text)):
            marks.setdefault(name, value)
    assert marks["{http://www.aiim.org/pdfa/ns/id/}part"] == "3"
    assert marks["{http://www.aiim.org/pdfa/ns/id/}conformance"] == "A"
    assert marks["{http://www.aiim.org/pdfua/ns/id/}part"] == "1"
    assert b"pdfaExtension:schemas" in xmp


def test_the_json_is_attached_once_as_the_source(reader):
    root = reader.root_object
    (associated,) = root["/AF"]
    names = root["/Names"]["/EmbeddedFiles"]["/Names"]
    assert names[1].get_object() == associated.get_object()
    specification = associated.get_object()
    assert specification["/AFRelationship"] == "/Source"
    assert specification["/UF"] == specification["/F"] == "charte.json"
    assert specification["/EF"]["/F"]["/Subtype"] == "/application/json"


def test_the_json_inside_has_the_fingerprint(sealed):
    (data,) = PdfReader(BytesIO(sealed)).attachments["charte.json"]
    assert data == snapshot.canonical_json(examples.VOYAGER)
    assert hashlib.sha256(data).hexdigest() == snapshot.fingerprint(examples.VOYAGER)


def test_colours_have_a_profile_and_no_script_runs(reader):
    root = reader.root_object
    (intent,) = root["/OutputIntents"]
    assert intent["/S"] == "/GTS_PDFA1"
    assert intent["/DestOutputProfile"]["/N"] == 3
    assert not {"/OpenAction", "/AA", "/Encrypt"} & (root.keys() | reader.trailer.keys())
    assert "/JavaScript" not in root.get("/Names", {})
    assert reader.trailer["/ID"][0].original_bytes


def test_the_document_is_tagged_and_its_language_is_french(reader):
    root = reader.root_object
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"].startswith("fr")
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "\xa0" not in reader.metadata.title.replace("\xa0:", "")
    kinds = {child["/S"] for _parent, child in elements(root["/StructTreeRoot"])}
    assert {"/H1", "/H2", "/H3", "/P", "/Table", "/TH", "/TD", "/L", "/LI", "/Figure"} <= kinds


def test_every_figure_has_an_alternative_text(reader):
    figures = [
        child
        for _parent, child in elements(reader.root_object["/StructTreeRoot"])
        if child["/S"] == "/Figure"
    ]
    assert len(figures) == 3
    assert all(figure.get("/Alt") for figure in figures)


def test_every_header_cell_has_a_scope(reader):
    scopes = {"/THead": "/Column", "/TBody": "/Row"}
    heads = 0
    for group, row in elements(reader.root_object["/StructTreeRoot"]):
        if row["/S"] == "/TR":
            for cell in (kid.get_object() for kid in row["/K"]):
                if cell["/S"] == "/TH":
                    heads += 1
                    assert cell["/A"]["/Scope"] == scopes[group["/S"]]
    assert heads > 20


def test_running_headers_are_artifacts(reader):
    for page in reader.pages[1:]:
        content = page.get_contents().get_data()
        assert len(re.findall(rb"/Artifact\s+<</Type /Pagination>>\s+BDC", content)) == 3


def test_every_mark_on_a_page_is_in_the_structure(reader):
    reached_marks = set(reachable(reader))
    for number, page in enumerate(reader.pages):
        content = page.get_contents().get_data()
        marks = {int(part.split(b">>")[0]) for part in content.split(b"/MCID ")[1:]}
        assert {(mark, number) for mark in marks} == {each for each in reached_marks if each[1] == number}


def reachable(reader):
    pages = {page.indirect_reference.idnum: number for number, page in enumerate(reader.pages)}
    for _parent, child in elements(reader.root_object["/StructTreeRoot"]):
        kids = child.get("/K", [])
        for kid in kids if isinstance(kids, ArrayObject) else [kids]:
            if isinstance(kid, int):
                yield int(kid), pages[child.raw_get("/Pg").idnum]
