"""Corrections to the tagged PDF/A-3 of WeasyPrint, made before the file is written."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import pydyf

type Elements = Mapping[bytes, Any]

# PDF/A requires a description of each XMP extension schema, and that of PDF/UA is one.
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
    """Correct a pydyf document: one /AF entry a file, PDF/UA identifier, table scopes, artifacts."""
    _remove_duplicate_attachments(pdf)
    _declare_pdf_ua(pdf)
    finish_structure(_document, pdf)


def finish_structure(_document: object, pdf: Any) -> None:
    """Correct the structure tree of a pydyf document: table scopes, artifacts."""
    dictionaries = [item for item in pdf.objects if isinstance(item, pydyf.Dictionary)]
    elements = {item.reference: item for item in dictionaries if item.get("Type") == "/StructElem"}
    _set_header_scopes(elements)
    _mark_margins_as_artifacts(pdf, elements)


def _remove_duplicate_attachments(pdf: Any) -> None:
    # WeasyPrint lists an attachment twice in the catalogue of an A-3 file.
    associated = pdf.catalog["AF"]
    associated[:] = dict.fromkeys(associated)


def _declare_pdf_ua(pdf: Any) -> None:
    metadata = _object(pdf, pdf.catalog["Metadata"])
    metadata.stream = [part.replace(b"</rdf:RDF>", PDF_UA + b"</rdf:RDF>") for part in metadata.stream]


def _set_header_scopes(elements: Elements) -> None:
    for element in elements.values():
        if element["S"] == "/TH" and "A" in element:
            group = elements[elements[element["P"]]["P"]]["S"]
            element["A"]["Scope"] = "/Column" if group == "/THead" else "/Row"


def _mark_margins_as_artifacts(pdf: Any, elements: Elements) -> None:
    """Turn running headers and page numbers, which are outside the structure tree, into artifacts."""
    pages = {page: number for number, page in enumerate(pdf.page_references)}
    for root in elements.values():
        parent = elements.get(root["P"])
        if parent is None or root.reference in parent["K"]:
            continue
        for page, mark in _marks(root, elements):
            stream = _object(pdf, _object(pdf, page)["Contents"]).stream
            _make_artifact(stream, mark)
            _remove_from_parent_tree(pdf, pages[page], mark)


def _marks(element: Any, elements: Elements) -> Iterator[tuple[bytes, int]]:
    for child in element["K"]:
        if isinstance(child, int):
            yield element["Pg"], child
        elif child in elements:
            yield from _marks(elements[child], elements)


def _make_artifact(stream: list[Any], mark: int) -> None:
    for index, part in enumerate(stream):
        if isinstance(part, dict) and part.get("MCID") == mark:
            stream[index - 1] = "/Artifact"
            stream[index] = pydyf.Dictionary({"Type": "/Pagination"})


def _remove_from_parent_tree(pdf: Any, page: int, mark: int) -> None:
    structure = _object(pdf, pdf.catalog["StructTreeRoot"])
    numbers = _object(pdf, structure["ParentTree"])["Nums"]
    numbers[numbers.index(page) + 1][mark] = "null"


def _object(pdf: Any, reference: bytes) -> Any:
    return pdf.objects[int(reference.split()[0])]
