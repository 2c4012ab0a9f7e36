"""Runs in the child process: the lines of a Word document, each with its marks, changes and comments.

Names are compared without their namespace, which differs between the two variants of the format.
"""

from __future__ import annotations

import re
from typing import Any, Final

MARK: Final = "_LL_"
# Their text is that of a version of the paragraph: added, or removed.
ADDED: Final = {"ins", "moveTo"}
REMOVED: Final = {"del", "moveFrom"}
TEXTS: Final = {"t", "delText"}
SIGNS: Final = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# What is not read as text of a line.
SKIPPED: Final = {"pPr", "rPr", "tblPr", "tblGrid", "tcPr", "sdtPr", "sdtEndPr", "sectPr", "numPr"}
UNREAD: Final = {"AlternateContent", "drawing", "pict", "object", "footnoteReference", "endnoteReference"}
COMMENTS: Final = {"commentRangeStart", "commentReference"}
LIVE_FIELD: Final = re.compile(r"\s*DDE", re.IGNORECASE)

type Line = dict[str, Any]


def local_name(element: Any) -> str:
    """Return the name of an element without its namespace, "" for an entity."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def value_of(element: Any, name: str) -> str:
    """Return an attribute by its name without namespace, "" when it is missing."""
    for attribute, value in element.attrib.items():
        if attribute.rpartition("}")[2] == name:
            return str(value)
    return ""


class WordReader:
    """The lines of a document: its paragraphs and the rows of its tables, in order.

    A line: "mark": the name of the content control or of the bookmark around it, "" for none; "instance": the
    number of that control, 0 for a bookmark; "pieces": [kind, author, text] with kind "same", "ins" or "del";
    "end": kind of the mark at its end; "comments": the comments that begin in it.
    """

    def __init__(self, root: Any) -> None:
        self._lines: list[Line] = []
        self._bookmarks: dict[str, str] = {}
        self._ended = {value_of(each, "id") for each in root.iter() if local_name(each) == "bookmarkEnd"}
        self._halves: set[str] = set()
        self._controls: list[tuple[str, int]] = []
        self._instances = 0
        self._pending_comments: list[str] = []
        self._comments: dict[str, list[str]] = {}
        self._unread = 0
        self._is_live = False
        self._line: Line | None = None
        self._blocks(next((each for each in root if local_name(each) == "body"), root))
        self._join_halves()

    def facts(self) -> dict[str, Any]:
        """Return `{"lines": [...], "comments": {id: [author, text]}, "unread": n}`, or a problem.

        "unread": the number of notes, pictures and text boxes.
        """
        if self._is_live:
            return {"problem": "program"}
        return {"lines": self._lines, "comments": self._comments, "unread": self._unread}

    def read_comments(self, root: Any) -> None:
        """Read the part of the comments."""
        for comment in root:
            if local_name(comment) == "comment":
                paragraphs = [
                    "".join(text.text or "" for text in paragraph.iter() if local_name(text) == "t")
                    for paragraph in comment.iter()
                    if local_name(paragraph) == "p"
                ]
                text = "\n".join(each for each in paragraphs if each.strip())
                self._comments[value_of(comment, "id")] = [value_of(comment, "author"), text]

    def _blocks(self, parent: Any) -> None:
        for element in parent:
            match local_name(element):
                case "p":
                    self._paragraph(element)
                case "tbl":
                    self._table(element)
                case "sdt":
                    self._control(element, self._blocks)
                case name:
                    self._other(element, name, self._blocks)

    def _other(self, element: Any, name: str, descend: Any) -> None:
        """Read an element between the paragraphs, or inside one."""
        if name == "bookmarkStart" and value_of(element, "name").startswith(MARK):
            self._bookmarks[value_of(element, "id")] = value_of(element, "name")
        elif name == "bookmarkEnd":
            self._bookmarks.pop(value_of(element, "id"), None)
        elif name in COMMENTS:
            self._comment(value_of(element, "id"))
        elif name in UNREAD:
            self._unread += 1
        elif name not in SKIPPED:
            descend(element)

    def _comment(self, identifier: str) -> None:
        ids = self._line["comments"] if self._line else self._pending_comments
        if identifier not in ids:
            ids.append(identifier)

    def _control(self, element: Any, descend: Any) -> None:
        parts = {local_name(child): child for child in element}
        properties = list(parts.get("sdtPr", ()))
        tags = [value_of(each, "val") for each in properties if local_name(each) == "tag"]
        is_marked = bool(tags) and tags[0].startswith(MARK)
        if is_marked:
            self._instances += 1
            self._controls.append((tags[0], self._instances))
        if is_marked and any(local_name(each) == "showingPlcHdr" for each in properties):
            # An emptied control: its content is an invitation of the word processor to write.
            self._mark(self._begin())
        elif (content := parts.get("sdtContent")) is not None:
            descend(content)
        if is_marked:
            self._controls.pop()

    def _paragraph(self, element: Any) -> None:
        line = self._begin()
        self._line = line
        properties = next((child for child in element if local_name(child) == "pPr"), None)
        if properties is not None:
            line["end"] = _end_of(properties)
            if any(local_name(child) == "numPr" for child in properties):
                line["pieces"].append(["same", "", "- "])
        self._runs(element, "same", "")
        self._finish()

    def _table(self, table: Any) -> None:
        for row in (each for each in table if local_name(each) == "tr"):
            self._row(row)

    def _row(self, row: Any) -> None:
        """Read a row as one line; its cells are separated by tabulators."""
        line = self._begin()
        self._line = line
        properties = next((child for child in row if local_name(child) == "trPr"), None)
        kind, author = ("same", "") if properties is None else _change_of(properties)
        # Those of a table inside a cell are read as text of that cell.
        cells = [
            each
            for each in row.iter()
            if local_name(each) == "tc" and next(each.iterancestors(row.tag)) is row
        ]
        for rank, cell in enumerate(cells):
            if rank:
                line["pieces"].append([kind, author, "\t"])
            for number, paragraph in enumerate(each for each in cell.iter() if local_name(each) == "p"):
                if number:
                    line["pieces"].append([kind, author, " "])
                self._runs(paragraph, kind, author)
        self._finish()

    def _begin(self) -> Line:
        line = {"mark": "", "instance": 0, "pieces": [], "end": "same", "comments": self._pending_comments}
        self._pending_comments = []
        self._lines.append(line)
        return line

    def _finish(self) -> None:
        if self._line and not self._line["mark"]:
            self._mark(self._line)
        self._line = None
        for key in self._bookmarks.keys() - self._ended:
            self._halves.add(self._bookmarks.pop(key))

    def _join_halves(self) -> None:
        """Mark all lines of a bookmark of several paragraphs that LibreOffice saved.

        It writes the bookmark twice: in the first paragraph without an end, and in the last one with its end.
        """
        last = {line["mark"]: number for number, line in enumerate(self._lines)}
        inside = ""
        for number, line in enumerate(self._lines):
            inside = line["mark"] if line["mark"] in self._halves else inside
            if inside and number < last[inside]:
                line["mark"] = line["mark"] or inside
            elif inside:
                inside = ""

    def _mark(self, line: Line) -> None:
        """Write the innermost control around a line, else the bookmark that began last."""
        if self._controls:
            line["mark"], line["instance"] = self._controls[-1]
        elif self._bookmarks:
            line["mark"] = next(reversed(self._bookmarks.values()))

    def _runs(self, parent: Any, kind: str, author: str) -> None:
        for element in parent:
            name = local_name(element)
            if name in TEXTS:
                self._text(kind, author, element.text or "")
            elif name in SIGNS:
                self._text(kind, author, SIGNS[name])
            elif name in ADDED | REMOVED:
                self._changed(element, name, kind)
            elif name in ("instrText", "fldSimple") and LIVE_FIELD.match(
                element.text or value_of(element, "instr")
            ):
                self._is_live = True
            elif name == "sdt":
                self._control(element, lambda content: self._runs(content, kind, author))
            elif name != "instrText":
                self._other(element, name, lambda child: self._runs(child, kind, author))

    def _changed(self, element: Any, name: str, around: str) -> None:
        inner = "ins" if name in ADDED else "del"
        # What one person added and another removed is in neither version.
        kind = inner if around in ("same", inner) else "none"
        self._runs(element, kind, value_of(element, "author"))

    def _text(self, kind: str, author: str, text: str) -> None:
        if self._line is None or kind == "none" or not text:
            return
        if not self._line["mark"] and text.strip():
            self._mark(self._line)
        pieces = self._line["pieces"]
        if pieces and pieces[-1][:2] == [kind, author]:
            pieces[-1][2] += text
        else:
            pieces.append([kind, author, text])


def _end_of(properties: Any) -> str:
    """Return whether the mark at the end of a paragraph was added or removed."""
    for child in properties:
        if local_name(child) == "rPr":
            return _change_of(child)[0]
    return "same"


def _change_of(properties: Any) -> tuple[str, str]:
    for child in properties:
        name = local_name(child)
        if name in ADDED | REMOVED:
            return ("ins" if name in ADDED else "del"), value_of(child, "author")
    return "same", ""
