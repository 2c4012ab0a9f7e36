"""A text as a Word file: clauses, rows and gloss, with hidden marks to recognise them in a changed file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any, Final
from xml.sax.saxutils import escape

import docx
from django.template.loader import render_to_string
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Length, Mm, Pt, RGBColor

from accounts.templatetags import wording
from partnerships.charter import typography
from partnerships.text.tables import TableShown, cell_text
from partnerships.text_files import marks
from partnerships.text_files.marks import FINGERPRINT_LENGTH, Identity, Mark
from partnerships.text_files.queries import TakenClause, TakenText

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph

INK: Final = RGBColor(0x2B, 0x25, 0x20)
QUIET: Final = RGBColor(0x5B, 0x56, 0x51)
# Signs by which the width of a column of a table is computed.
SHORTEST_COLUMN: Final = 7
LONGEST_COLUMN: Final = 28
PROPERTIES_PATH: Final = "/docProps/custom"
PROPERTIES_TYPE: Final = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
PROPERTIES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"'
    ' xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes">'
    '<property fmtid="{{D5CDD505-2E9C-101B-9397-08002B2CF9AE}}" pid="2" name="{name}">'
    "<vt:lpwstr>{value}</vt:lpwstr></property></Properties>"
)


def draft_docx(taken: TakenText) -> bytes:
    """Return the Word file of a text, in the active language; changes made to it are tracked."""
    document = docx.Document()
    _set_up(document, taken)
    mark = _words("partnerships/text_files/mark.html", taken)
    _write_margins(document, taken, mark)
    _write_identity(document, taken, mark)
    for section in taken.sections:
        document.add_heading(f"{section.number}. {section.title}", level=1)
        for clause in section.clauses:
            _write_clause(document, clause)
    # Word wants a paragraph after a table that ends a document.
    _small(document.add_paragraph(_("Fin du texte.")))
    _add_property(document, taken)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def paragraphs_of(text: str) -> Iterator[str]:
    """Yield the paragraphs of a typed text: each item of a list is one; others may have several lines."""
    for block in typography.blocks(text):
        if block.kind == "p":
            yield "\n".join(block.lines)
        elif block.kind == "ul":
            yield from (f"- {line}" for line in block.lines)
        else:
            yield from (f"{number} {line}" for number, line in block.items)


def rows_of(clause: TakenClause) -> list[str]:
    """Return the rows and the facts of a clause, one line each, as the file contains them."""
    lines = [line for table in clause.shown.tables for line in table_lines(table)]
    return lines + [_fact(fact.label, fact.value) for fact in clause.shown.facts]


def table_lines(table: TableShown) -> list[str]:
    """Return the title, the header and the rows of a table, their cells separated by tabulators."""
    rows = [list(table.columns), *([cell_text(cell) for cell in row] for row in table.rows)]
    return [table.title, *("\t".join(row) for row in rows)]


def _fact(label: str, value: str) -> str:
    return _("%(label)s\u00a0: %(value)s") % {"label": label, "value": strip_tags(value)}


def _words(template: str, taken: TakenText) -> str:
    return " ".join(render_to_string(template, {"taken": taken}).split(" ")).strip()


def _set_up(document: Document, taken: TakenText) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin, section.right_margin = Mm(28), Mm(22)
    numbers = OxmlElement("w:lnNumType")
    numbers.set(qn("w:countBy"), "1")
    numbers.set(qn("w:restart"), "newPage")
    section._sectPr.find(qn("w:pgMar")).addnext(numbers)  # noqa: SLF001 - python-docx has no name for it
    document.settings.element.find(qn("w:defaultTabStop")).addprevious(OxmlElement("w:trackRevisions"))
    for name, size in (("Normal", 11), ("Title", 20), ("Heading 1", 14), ("Heading 2", 11)):
        font = document.styles[name].font
        font.size, font.color.rgb = Pt(size), INK
    properties = document.core_properties
    properties.title, properties.author, properties.comments = taken.title, "Lucky Link", ""
    # The clauses are in French whatever the language of the labels.
    properties.language = "fr-FR"
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "fr-FR")


def _write_margins(document: Document, taken: TakenText, mark: str) -> None:
    section = document.sections[0]
    section.header.paragraphs[0].text = mark
    section.footer.paragraphs[0].text = " ".join(
        _words("partnerships/text_files/running.html", taken).split("\n")
    )
    for margin in (section.header, section.footer):
        for run in margin.paragraphs[0].runs:
            run.font.size, run.font.color.rgb = Pt(8), QUIET


def _write_identity(document: Document, taken: TakenText, mark: str) -> None:
    document.add_paragraph(mark).runs[0].bold = True
    document.add_heading(taken.title, level=0)
    parties = ", ".join(party.name for party in taken.parties)
    state = strip_tags(taken.text.state)
    for label, value in (
        (_("Dossier"), taken.reference),
        (_("Édition"), f"{taken.text.name}, {state}"),
        (_("Pris le"), strip_tags(wording.moment(taken.taken_at))),
        (_("Parties"), parties),
        (_("Passeur"), taken.broker),
        (_("Empreinte (SHA-256)"), taken.fingerprint),
    ):
        _small(document.add_paragraph(_fact(label, value)))
    if taken.is_draft:
        note = _(
            "Modifiez le texte des clauses en suivi des modifications et commentez-le. Gardez les titres "
            "numérotés. Pendant un tour, l’organisation peut rapporter ce fichier\u00a0: les modifications "
            "deviennent des formulations qu’elle choisit de proposer."
        )
        document.add_paragraph(note).runs[0].italic = True
    if taken.removed:
        document.add_heading(_("Clauses dont le retrait est demandé"), level=1)
        for title in taken.removed:
            document.add_paragraph(f"- {title}")


def _small(paragraph: Paragraph) -> None:
    paragraph.paragraph_format.space_after = Pt(2)
    for run in paragraph.runs:
        run.font.size, run.font.color.rgb = Pt(9), QUIET


def _write_clause(document: Document, clause: TakenClause) -> None:
    shown = clause.shown
    heading = f"{shown.number} {shown.title}"
    _marked(document, clause, "title", lambda: document.add_heading(heading, level=2))
    _marked(document, clause, "body", lambda: _write_paragraphs(document, paragraphs_of(shown.body)))
    if shown.tables or shown.facts:
        _marked(document, clause, "rows", lambda: _write_rows(document, clause))
    if shown.gloss:
        _marked(document, clause, "gloss", lambda: _write_gloss(document, shown.gloss))


def _write_paragraphs(document: Document, paragraphs: Iterator[str]) -> None:
    for text in paragraphs:
        document.add_paragraph(text)


def _write_gloss(document: Document, gloss: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Mm(6)
    paragraph.add_run(_("En clair.")).bold = True
    paragraph.add_run(f" {gloss}")
    _small(paragraph)


def _write_rows(document: Document, clause: TakenClause) -> None:
    for table in clause.shown.tables:
        document.add_paragraph(table.title).runs[0].bold = True
        rows = [list(table.columns), *([cell_text(cell) for cell in row] for row in table.rows)]
        _write_table(document, rows)
    for fact in clause.shown.facts:
        document.add_paragraph(_fact(fact.label, fact.value))


def _write_table(document: Document, rows: Sequence[Sequence[str]]) -> None:
    grid = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for cells, row in zip(grid.rows, rows, strict=True):
        for cell, text in zip(cells.cells, row, strict=True):
            cell.text = text
            _small(cell.paragraphs[0])
    for run in (run for cell in grid.rows[0].cells for run in cell.paragraphs[0].runs):
        run.bold = True
    page = document.sections[-1]
    if page.page_width is None or page.left_margin is None or page.right_margin is None:
        raise AssertionError(page)
    grid.autofit = False
    for column, width in zip(
        grid.columns, _widths(rows, page.page_width - page.left_margin - page.right_margin), strict=True
    ):
        column.width = width
        for cell in column.cells:
            cell.width = width


def _widths(rows: Sequence[Sequence[str]], total: int) -> list[Length]:
    """Return the width of each column in proportion to its texts, within bounds."""
    weights = [
        min(max(*map(len, column), SHORTEST_COLUMN), LONGEST_COLUMN) for column in zip(*rows, strict=True)
    ]
    return [Length(total * weight // sum(weights)) for weight in weights]


def _marked(document: Document, clause: TakenClause, part: str, write: Callable[[], object]) -> None:
    """Write a part of a clause inside a content control and between bookmarks."""
    body = document.element.body
    start = len(body) - 1
    write()
    # The last element of the body is the set-up of the page.
    written = list(body)[start:-1]
    mark = Mark(clause.key, clause.revision, part)
    identifier = str(start + 1)
    control, properties, content = (OxmlElement(f"w:{name}") for name in ("sdt", "sdtPr", "sdtContent"))
    labels = {
        "title": _("Clause %(number)s, titre"),
        "body": _("Clause %(number)s, texte"),
        "rows": _("Clause %(number)s, lignes"),
        "gloss": _("Clause %(number)s, en clair"),
    }
    _append(properties, "w:alias", val=labels[part] % {"number": clause.shown.number})
    _append(properties, "w:tag", val=mark.name)
    _append(properties, "w:id", val=identifier)
    # The control cannot be deleted; what it contains can be changed.
    _append(properties, "w:lock", val="sdtLocked")
    _append(content, "w:bookmarkStart", id=identifier, name=mark.name)
    content.extend(written)
    _append(content, "w:bookmarkEnd", id=identifier)
    control.append(properties)
    control.append(content)
    body.insert(start, control)


def _append(parent: Any, tag: str, /, **attributes: str) -> None:
    element = OxmlElement(tag)
    for attribute, value in attributes.items():
        element.set(qn(f"w:{attribute}"), value)
    parent.append(element)


def _add_property(document: Document, taken: TakenText) -> None:
    identity = Identity(
        taken.reference, taken.edition, taken.fingerprint[:FINGERPRINT_LENGTH], taken.language
    )
    content = PROPERTIES.format(name=marks.PROPERTY, value=escape(marks.signed(identity)))
    package = document.part.package
    part = Part(PackURI(f"{PROPERTIES_PATH}.xml"), PROPERTIES_TYPE, content.encode(), package)
    package.relate_to(part, RELATIONSHIP_TYPE.CUSTOM_PROPERTIES)
