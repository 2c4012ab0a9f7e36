"""Checks of uploaded files by their content, never by their name (pure)."""

from __future__ import annotations

import re
import struct
import unicodedata
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from PIL import Image
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.reader import PdfFileReader

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_PIXELS: Final = 60_000_000
MAX_OBJECTS: Final = 60_000
MAX_NAME_LENGTH: Final = 120
TYPES: Final = {
    "application/pdf": ("PDF", (".pdf",)),
    "image/jpeg": ("JPEG", (".jpg", ".jpeg")),
    "image/png": ("PNG", (".png",)),
}
MAGIC: Final = {
    b"%PDF-": "application/pdf",
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
# Split, so that no scanner takes this line for the test virus.
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"#!")
MARKUP: Final = re.compile(rb"<(?:!doctype\s+html|html|script|svg|\?php)[\s>/]", re.IGNORECASE)
# A ZIP end record in the last 64 KB makes a file readable as an archive too.
ZIP_END, ZIP_REACH = b"PK\x05\x06", 65_557
ACTIVE_KEYS: Final = {"/JS", "/JavaScript", "/EF", "/EmbeddedFiles", "/RichMedia", "/XFA"}
ACTIVE_VALUES: Final = {
    "/JavaScript",
    "/Launch",
    "/EmbeddedFile",
    "/RichMedia",
    "/GoToE",
    "/ImportData",
    "/SubmitForm",
}
# An unreferenced object is not visited, and a lenient viewer may still use it.
ACTIVE_BYTES: Final = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
EXTENSION: Final = re.compile(r"\.[a-z][a-z0-9]{0,4}$")
ALLOWED_PUNCTUATION: Final = " .-_'’()&+,"


class InvalidUpload(ValueError):
    """The file is refused; `sentence` says why and what to upload instead."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True)
class CheckedFile:
    """An accepted file with a safe name; `content_type` is read from its content."""

    name: str
    content_type: str
    content: bytes


def check_file(name: str, content: bytes) -> CheckedFile:
    """Return the file with its real type and a safe name. Raises InvalidFile."""
    if not content:
        raise InvalidUpload(_("Ce fichier est vide. Ouvrez-le chez vous pour le vérifier, puis renvoyez-le."))
    if len(content) > MAX_BYTES:
        raise InvalidUpload(_("Ce fichier dépasse 10 Mo. Réduisez-le, ou numérisez-le en moins fin."))
    if EICAR in content:
        raise InvalidUpload(
            _("Ce fichier ressemble à un virus. Il n’est pas gardé : passez un antivirus chez vous.")
        )
    content_type = _type_of(content)
    _require_same_type(name, content_type)
    if content_type == "application/pdf":
        _require_plain_pdf(content)
    else:
        _require_plain_image(content, content_type)
    return CheckedFile(name=safe_name(name, content_type), content_type=content_type, content=content)


def safe_name(original: str, content_type: str) -> str:
    """Return a name without path, control character, direction mark or emoji, with the real extension."""
    basename = original.replace("\\", "/").rpartition("/")[2]
    allowed = "".join(
        character for character in unicodedata.normalize("NFC", basename) if _is_allowed(character)
    )
    stem = " ".join(_stem(allowed).split()).strip(" .")[:MAX_NAME_LENGTH].strip(" .")
    return f"{stem or 'piece'}{TYPES[content_type][1][0]}"


def _is_allowed(character: str) -> bool:
    return character in ALLOWED_PUNCTUATION or unicodedata.category(character)[0] in "LMN"


def _extension(name: str) -> str:
    match = EXTENSION.search(name.strip().lower())
    return match[0] if match else ""


def _stem(name: str) -> str:
    known = {extension for _label, extensions in TYPES.values() for extension in extensions}
    return name[: -len(_extension(name))] if _extension(name) in known else name


def _type_of(content: bytes) -> str:
    for magic, content_type in MAGIC.items():
        if content.startswith(magic):
            return content_type
    head = content[:1024].lstrip()
    if content.startswith(PROGRAMS):
        raise InvalidUpload(
            _("Ce fichier est un programme. Il n’est pas gardé : apportez un PDF ou une photo.")
        )
    if MARKUP.search(head):
        raise InvalidUpload(_("Ce fichier est une page web. Imprimez-la en PDF, puis apportez le PDF."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise InvalidUpload(
            _(
                "Ce fichier est une archive ou un document de bureau. "
                "Enregistrez-le en PDF, puis apportez le PDF."
            )
        )
    raise InvalidUpload(_("Ce fichier n’est ni un PDF, ni une photo JPEG ou PNG. Apportez l’un des trois."))


def _require_same_type(name: str, content_type: str) -> None:
    label, extensions = TYPES[content_type]
    extension = _extension(name)
    if extension and extension not in extensions:
        raise InvalidUpload(
            _(
                "Le nom finit par « %(extension)s », mais le contenu est %(label)s. "
                "Renommez le fichier d’après ce qu’il est."
            )
            % {"extension": extension, "label": label}
        )


def _require_one_nature(content: bytes) -> None:
    if ZIP_END in content[-ZIP_REACH:] or MARKUP.search(content[:1024]):
        raise InvalidUpload(
            _("Ce fichier en cache un autre. Numérisez la pièce à nouveau, en PDF ou en photo.")
        )


def _require_plain_image(content: bytes, content_type: str) -> None:
    _require_one_nature(content)
    if MARKUP.search(content) or b"%PDF-" in content:
        raise InvalidUpload(
            _("Ce fichier en cache un autre. Numérisez la pièce à nouveau, en PDF ou en photo.")
        )
    formats = [TYPES[content_type][0]]
    try:
        with Image.open(BytesIO(content), formats=formats) as picture:
            width, height = picture.size
            picture.verify()
        if width * height <= MAX_PIXELS:
            with Image.open(BytesIO(content), formats=formats) as picture:
                picture.load()
    except (OSError, SyntaxError, ValueError, EOFError, Warning, struct.error, zlib.error) as error:
        raise InvalidUpload(
            _("Cette photo ne s’ouvre pas. Prenez-la à nouveau, puis renvoyez-la.")
        ) from error
    except Image.DecompressionBombError as error:
        raise InvalidUpload(_("Cette photo est trop grande. Réduisez-la, puis renvoyez-la.")) from error
    if width * height > MAX_PIXELS:
        raise InvalidUpload(_("Cette photo est trop grande. Réduisez-la, puis renvoyez-la."))


def _require_plain_pdf(content: bytes) -> None:
    _require_one_nature(content)
    if content.rpartition(b"%%EOF")[2].strip(b"\r\n\t \x00"):
        raise InvalidUpload(
            _("Quelque chose suit la fin de ce PDF. Imprimez-le à nouveau en PDF, puis renvoyez-le.")
        )
    is_active = ACTIVE_BYTES.search(content) is not None
    # On hostile input a PDF parser may raise any exception.
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        is_encrypted = bool(reader.encrypted)
        if not is_encrypted:
            is_active = is_active or _is_active(reader)
            is_empty = int(reader.root["/Pages"]["/Count"]) < 1
    except Exception as error:
        raise InvalidUpload(
            _("Ce PDF ne s’ouvre pas. Enregistrez-le à nouveau, puis renvoyez-le.")
        ) from error
    if is_encrypted:
        raise InvalidUpload(_("Ce PDF est protégé par un mot de passe. Apportez-le sans protection."))
    if is_active:
        raise InvalidUpload(
            _(
                "Ce PDF contient un programme ou un fichier joint. "
                "Imprimez-le à nouveau en PDF, puis apportez cette copie."
            )
        )
    if is_empty:
        raise InvalidUpload(_("Ce PDF ne compte aucune page."))


def _is_active(reader: PdfFileReader) -> bool:
    queue: list[object] = [reader.root]
    seen: set[object] = set()
    for _count in range(MAX_OBJECTS):
        if not queue:
            return False
        node = queue.pop()
        if isinstance(node, generic.IndirectObject):
            if node.reference in seen:
                continue
            seen.add(node.reference)
            node = node.get_object()  # type: ignore[no-untyped-call]
        if isinstance(node, generic.DictionaryObject):
            types = {str(node.raw_get(key)) for key in ("/S", "/Subtype", "/Type") if key in node}
            if ACTIVE_KEYS & set(node) or ACTIVE_VALUES & types:
                return True
            queue += [node.raw_get(key) for key in node]
        elif isinstance(node, generic.ArrayObject):
            queue += [node.raw_get(index) for index in range(len(node))]
    # A document too large to be visited is not accepted as inactive.
    return True
