"""Word files of a text, changed as word processors and lawyers change them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
W = f"{{{NAMESPACE}}}"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
TEXT = "word/document.xml"
TYPES = "[Content_Types].xml"
RELATIONS = "word/_rels/document.xml.rels"
PROPERTIES = "docProps/custom.xml"
DAY = "2026-12-01T09:00:00Z"


def members(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def packed(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return out.getvalue()


def with_parts(content: bytes, **changes: bytes | None) -> bytes:
    """Return the file with parts added, replaced, or removed (None); `__` stands for a slash."""
    return packed({k: v for k, v in (members(content) | changes).items() if v is not None})


def changed(content: bytes, change: Callable[[Any], object]) -> bytes:
    """Return the file after `change` of the root of its text."""
    parts = members(content)
    root = etree.fromstring(parts[TEXT])
    change(root)
    return packed(parts | {TEXT: etree.tostring(root, xml_declaration=True, encoding="UTF-8")})


def control(root: Any, name: str) -> Any:
    """Return the content of the control with that tag."""
    for each in root.iter(f"{W}sdt"):
        if each.find(f"{W}sdtPr/{W}tag").get(f"{W}val") == name:
            return each.find(f"{W}sdtContent")
    raise AssertionError(name)


def paragraph_of(root: Any, name: str, rank: int = 0) -> Any:
    return list(control(root, name).iter(f"{W}p"))[rank]


def element(markup: str) -> Any:
    return etree.fromstring(f'<w:x xmlns:w="{NAMESPACE}">{markup}</w:x>')[0]


def run(text: str, tag: str = "t") -> str:
    return f'<w:r><w:{tag} xml:space="preserve">{escape(text)}</w:{tag}></w:r>'


def inserted(text: str, author: str = "Me Dupont") -> Any:
    return element(f'<w:ins w:id="901" w:author={quoteattr(author)} w:date="{DAY}">{run(text)}</w:ins>')


def deleted(text: str, author: str = "Me Dupont") -> Any:
    return element(
        f'<w:del w:id="902" w:author={quoteattr(author)} w:date="{DAY}">{run(text, "delText")}</w:del>'
    )


def replace_text(root: Any, name: str, text: str, rank: int = 0) -> None:
    """Overwrite a paragraph without tracking."""
    first, *others = paragraph_of(root, name, rank).iter(f"{W}t")
    first.text = text
    for other in others:
        other.text = ""


def track(root: Any, name: str, before: str, after: str, author: str = "Me Dupont") -> None:
    """Replace words of a paragraph with changes tracked."""
    paragraph = next(p for p in control(root, name).iter(f"{W}p") if before in "".join(p.itertext()))
    whole = next(each for each in paragraph.iter(f"{W}r") if before in "".join(each.itertext()))
    head, _, tail = "".join(whole.itertext()).partition(before)
    for piece in (element(run(head)), deleted(before, author), inserted(after, author), element(run(tail))):
        whole.addprevious(piece)
    paragraph.remove(whole)


def add_comment(content: bytes, name: str, text: str, author: str = "Me Dupont") -> bytes:
    """Comment on the first paragraph of a control."""

    def anchor(root: Any) -> None:
        paragraph = paragraph_of(root, name)
        paragraph.insert(1, element('<w:commentRangeStart w:id="7"/>'))
        paragraph.append(element('<w:commentRangeEnd w:id="7"/>'))
        paragraph.append(element('<w:r><w:commentReference w:id="7"/></w:r>'))

    parts = members(changed(content, anchor))
    parts["word/comments.xml"] = (
        f'<w:comments xmlns:w="{NAMESPACE}"><w:comment w:id="7" w:author={quoteattr(author)} w:date="{DAY}">'
        f"<w:p>{run(text)}</w:p></w:comment></w:comments>"
    ).encode()
    return packed(related(parts, "comments", "comments.xml"))


def related(parts: dict[str, bytes], kind: str, target: str, *, mode: str = "") -> dict[str, bytes]:
    """Return the parts with a relation of the text to another part, or to an address."""
    outside = f' TargetMode="{mode}"' if mode else ""
    relation = (
        f'<Relationship Id="rId900" Type="{OFFICE}/{kind}" Target="{target}"{outside}/></Relationships>'
    )
    return parts | {RELATIONS: parts[RELATIONS].replace(b"</Relationships>", relation.encode())}


def saved_by_libreoffice(content: bytes) -> bytes:
    """Return the file as LibreOffice 7.4 saves it.

    The controls lose their tags and stand inside the first paragraph; the bookmark of several paragraphs is
    written twice: without an end in the first one, and with its end in the last one.
    """

    def save(root: Any) -> None:
        for number, each in enumerate([*root.iter(f"{W}sdt")]):
            name = each.find(f"{W}sdtPr/{W}tag").get(f"{W}val")
            blocks = [block for block in each.find(f"{W}sdtContent") if block.tag in (f"{W}p", f"{W}tbl")]
            paragraphs = [*blocks[0].iter(f"{W}p"), *blocks[-1].iter(f"{W}p")]
            first, last = paragraphs[0], paragraphs[-1]
            for block in blocks:
                each.addprevious(block)
            each.getparent().remove(each)
            first.insert(0, element(f'<w:bookmarkStart w:id="{2 * number + 1000}" w:name="{name}"/>'))
            if first is not last:
                last.insert(0, element(f'<w:bookmarkStart w:id="{2 * number + 1001}" w:name="{name}"/>'))
            last.append(element(f'<w:bookmarkEnd w:id="{2 * number + 1000 + (first is not last)}"/>'))

    return changed(content, save)
