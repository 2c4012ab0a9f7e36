"""Runs in the child process: the paragraphs of a Word file, with tracked changes, authors and comments."""

from __future__ import annotations

import posixpath
import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import Any, Final

from lxml import etree

from accounts.inspection.word_text import WordReader, local_name, value_of

MAX_MEMBERS: Final = 2000
# Of what is inflated: the text, and each other part that is read.
MAX_TEXT: Final = 8 * 1024 * 1024
MAX_PART: Final = 1024 * 1024
MAX_RELATIONS: Final = 200
ENCRYPTED: Final = 1
COMPRESSIONS: Final = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
TYPES_OF_PARTS: Final = "[Content_Types].xml"
PACKAGE_RELATIONS: Final = "_rels/.rels"
PROGRAMS: Final = re.compile(r"vbaproject|vbadata|activex|macroenabled|macrosheet", re.IGNORECASE)
ATTACHMENTS: Final = re.compile(r"(?:^|/)embeddings/|afchunk|altchunk|/oleobject", re.IGNORECASE)
SAFE_ADDRESS: Final = re.compile(r"(?:https?|mailto|tel):|#", re.IGNORECASE)
# Word notes where the template of the writer lies on its own disk.
LOCAL_TEMPLATE: Final = re.compile(r"file:///[a-z]:", re.IGNORECASE)
UNREADABLE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, etree.LxmlError),
    *(KeyError, ValueError, NotImplementedError, EOFError, OSError),
)

type Facts = dict[str, Any]
# Type, target and whether it lies outside the package, of each relation of a part.
type Relations = list[tuple[str, str, bool]]


class _TooLargeError(Exception):
    """More is inflated than is read."""


class _RefusedError(Exception):
    """The file contains more than text; the argument is "program", "attachment" or "link"."""


def inspect(content: bytes, _options: Facts) -> tuple[Facts, bytes]:
    """Return the text of a Word file.

    Facts: `{"limit": true}`, `{"problem": "unreadable" | "password" | "program" | "attachment" | "link"}`, or
    what `WordReader.facts` returns with "properties": the texts of the properties of the document by name.
    """
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            facts = _inspect(package)
    except _TooLargeError:
        facts = {"limit": True}
    except _RefusedError as refusal:
        facts = {"problem": str(refusal)}
    except UNREADABLE:
        facts = {"problem": "unreadable"}
    return facts, b""


def _inspect(package: zipfile.ZipFile) -> Facts:
    members = package.infolist()
    names = [member.filename for member in members]
    if len(names) > MAX_MEMBERS:
        raise _TooLargeError
    if any(member.flag_bits & ENCRYPTED for member in members):
        return {"problem": "password"}
    if len(set(names)) < len(names) or any(member.compress_type not in COMPRESSIONS for member in members):
        return {"problem": "unreadable"}
    _require_text_only(package, names)
    main = _target(package, "", "officeDocument")
    reader = WordReader(_parsed(package, main, MAX_TEXT))
    if comments := _target(package, main, "comments", is_required=False):
        reader.read_comments(_parsed(package, comments, MAX_PART))
    properties = _target(package, "", "custom-properties", is_required=False)
    return {
        **reader.facts(),
        "properties": _properties(_parsed(package, properties, MAX_PART)) if properties else {},
    }


def _require_text_only(package: zipfile.ZipFile, names: list[str]) -> None:
    types = _parsed(package, TYPES_OF_PARTS, MAX_PART)
    declared = [entry.get("ContentType", "") for entry in types.iter() if isinstance(entry.tag, str)]
    for text in (*names, *declared):
        if PROGRAMS.search(text):
            raise _RefusedError("program")
        if ATTACHMENTS.search(text):
            raise _RefusedError("attachment")
    relations = [name for name in names if name.endswith(".rels")]
    if len(relations) > MAX_RELATIONS:
        raise _TooLargeError
    for name in relations:
        for kind, target, is_outside in _relations(package, name):
            _require_safe(kind, target, is_outside=is_outside)


def _require_safe(kind: str, target: str, *, is_outside: bool) -> None:
    if kind == "aFChunk":
        raise _RefusedError("attachment")
    if not is_outside:
        return
    if kind == "hyperlink" and SAFE_ADDRESS.match(target):
        return
    if kind == "attachedTemplate" and LOCAL_TEMPLATE.match(target):
        return
    raise _RefusedError("link")


def _relations(package: zipfile.ZipFile, name: str) -> Relations:
    return [
        (
            entry.get("Type", "").rpartition("/")[2],
            entry.get("Target", "").strip(),
            entry.get("TargetMode", "").lower() == "external",
        )
        for entry in _parsed(package, name, MAX_PART)
        if isinstance(entry.tag, str)
    ]


def _target(package: zipfile.ZipFile, source: str, kind: str, *, is_required: bool = True) -> str:
    """Return the name of the part to which a part, or the package for "", is related; "" for none."""
    folder, name = posixpath.split(source)
    relations = posixpath.join(folder, "_rels", f"{name}.rels") if source else PACKAGE_RELATIONS
    if relations in package.namelist():
        for found, target, is_outside in _relations(package, relations):
            if found == kind and not is_outside:
                return posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
    if is_required:
        raise KeyError(kind)
    return ""


def _parsed(package: zipfile.ZipFile, name: str, max_bytes: int) -> Any:
    """Return the root of a part; entities are neither loaded nor replaced, and one with a DTD is refused."""
    with package.open(name) as file:
        content = file.read(max_bytes + 1)
    if len(content) > max_bytes:
        raise _TooLargeError
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    root = etree.fromstring(content, parser)
    if root.getroottree().docinfo.doctype:
        raise ValueError(name)
    return root


def _properties(root: Any) -> dict[str, str]:
    return {
        value_of(entry, "name"): "".join(entry.itertext())
        for entry in root
        if local_name(entry) == "property"
    }
