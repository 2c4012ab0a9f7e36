"""What WeasyPrint leaves undone in a tagged PDF/A-3, put right before the file is written."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pydyf

type Elements = Mapping[bytes, Any]

# PDF/A asks for a description of each XMP schema that it does not know, and PDF/UA's is one.
PDF_UA: Final = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" \
xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#"><pdfaExtension:schemas><rdf:Bag>\
<rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>\
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>\
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of the PDF/UA standard</pdfaProperty:description></rdf:li>\
</rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def finish(_document: object, pdf: Any) -> None:
    """Finish a pydyf document: one /AF entry a file, PDF/UA mark, table scopes, artifacts."""
    _name_each_file_once(pdf)
    _mark_as_accessible(pdf)
    held = [each for each in pdf.objects if isinstance(each, pydyf.Dictionary)]
    elements = {each.reference: each for each in held if each.get("Type") == "/StructElem"}
    _scope_headers(elements)
    _set_aside_margins(pdf, elements)


def _name_each_file_once(pdf: Any) -> None:
    # WeasyPrint names an attachment twice in the catalogue of an A-3 file.
    associated = pdf.catalog["AF"]
    associated[:] = dict.fromkeys(associated)


def _mark_as_accessible(pdf: Any) -> None:
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>") for part in metadata.stream]


def _scope_headers(elements: Elements) -> None:
    for element in elements.values():
        if element["S"] == "/TH" and "A" in element:
            group = elements[elements[element["P"]]["P"]]["S"]
            element["A"]["Scope"] = "/Column" if group == "/THead" else "/Row"


def _set_aside_margins(pdf: Any, elements: Elements) -> None:
    """Turn running headers and page numbers into artifacts: they hang outside the structure."""
    pages = {page: number for number, page in enumerate(pdf.page_references)}
    for root in elements.values():
        parent = elements.get(root["P"])
        if parent is None or root.reference in parent["K"]:
            continue
        for page, mark in _marks(root, elements):
            stream = _object(pdf, _object(pdf, page)["Contents"]).stream
            _make_artifact(stream, mark)
            _forget(pdf, pages[page], mark)


def _marks(element: Any, elements: Elements) -> Iterator[tuple[bytes, int]]:
    for kid in element["K"]:
        if isinstance(kid, int):
            yield element["Pg"], kid
        elif kid in elements:
            yield from _marks(elements[kid], elements)


def _make_artifact(stream: list[Any], mark: int) -> None:
    for place, part in enumerate(stream):
        if isinstance(part, dict) and part.get("MCID") == mark:
            stream[place - 1] = "/Artifact"
            stream[place] = pydyf.Dictionary({"Type": "/Pagination"})


def _forget(pdf: Any, page: int, mark: int) -> None:
    structure = _object(pdf, pdf.catalog["StructTreeRoot"])
    numbers = _object(pdf, structure["ParentTree"])["Nums"]
    numbers[numbers.index(page) + 1][mark] = "null"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
