"""What a file really is, read from its bytes and never from its name; pure bytes in, plain words out."""

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

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 60_000_000
MOST_OBJECTS: Final = 60_000
LONGEST_NAME: Final = 120
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
# Split, so that no scanner takes this line for the test virus itself.
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"#!")
MARKUP: Final = re.compile(rb"<(?:!doctype\s+html|html|script|svg|\?php)[\s>/]", re.IGNORECASE)
# The end of a ZIP lies in the last 64 KB and makes the file open as an archive too.
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
# An object that no page leads to is not walked, and a lenient viewer may still find it.
ACTIVE_BYTES: Final = re.compile(rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia)\b")
EXTENSION: Final = re.compile(r"\.[a-z][a-z0-9]{0,4}$")
KEPT_SIGNS: Final = " .-_'’()&+,"


class BadFile(ValueError):
    """The file is not taken; `sentence` says why and what to bring instead."""

    def __init__(self, sentence: str | Promise) -> None:
        super().__init__(sentence)
        self.sentence = sentence


@dataclass(frozen=True, kw_only=True)
class Examined:
    """A file that may be kept, under a name without danger; `content_type` is read from the bytes."""

    name: str
    content_type: str
    content: bytes


def examine(name: str, content: bytes) -> Examined:
    """Return the file with its true type and a clean name. Raises BadFile."""
    if not content:
        raise BadFile(_("Ce fichier est vide. Ouvrez-le chez vous pour le vérifier, puis renvoyez-le."))
    if len(content) > MOST_BYTES:
        raise BadFile(_("Ce fichier dépasse 10 Mo. Réduisez-le, ou numérisez-le en moins fin."))
    if EICAR in content:
        raise BadFile(
            _("Ce fichier ressemble à un virus. Il n’est pas gardé : passez un antivirus chez vous.")
        )
    content_type = _type_of(content)
    _require_same_type(name, content_type)
    if content_type == "application/pdf":
        _require_plain_pdf(content)
    else:
        _require_plain_image(content, content_type)
    return Examined(name=clean_name(name, content_type), content_type=content_type, content=content)


def clean_name(written: str, content_type: str) -> str:
    """Return a file name without path, control sign, direction mark nor picture, with the true extension."""
    bare = written.replace("\\", "/").rpartition("/")[2]
    kept = "".join(sign for sign in unicodedata.normalize("NFC", bare) if _is_kept(sign))
    stem = " ".join(_stem(kept).split()).strip(" .")[:LONGEST_NAME].strip(" .")
    return f"{stem or 'piece'}{TYPES[content_type][1][0]}"


def _is_kept(sign: str) -> bool:
    return sign in KEPT_SIGNS or unicodedata.category(sign)[0] in "LMN"


def _extension(name: str) -> str:
    found = EXTENSION.search(name.strip().lower())
    return found[0] if found else ""


def _stem(name: str) -> str:
    known = {extension for _label, extensions in TYPES.values() for extension in extensions}
    return name[: -len(_extension(name))] if _extension(name) in known else name


def _type_of(content: bytes) -> str:
    for magic, content_type in MAGIC.items():
        if content.startswith(magic):
            return content_type
    head = content[:1024].lstrip()
    if content.startswith(PROGRAMS):
        raise BadFile(_("Ce fichier est un programme. Il n’est pas gardé : apportez un PDF ou une photo."))
    if MARKUP.search(head):
        raise BadFile(_("Ce fichier est une page web. Imprimez-la en PDF, puis apportez le PDF."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise BadFile(
            _(
                "Ce fichier est une archive ou un document de bureau. "
                "Enregistrez-le en PDF, puis apportez le PDF."
            )
        )
    raise BadFile(_("Ce fichier n’est ni un PDF, ni une photo JPEG ou PNG. Apportez l’un des trois."))


def _require_same_type(name: str, content_type: str) -> None:
    label, extensions = TYPES[content_type]
    extension = _extension(name)
    if extension and extension not in extensions:
        raise BadFile(
            _(
                "Le nom finit par « %(extension)s », mais le contenu est %(label)s. "
                "Renommez le fichier d’après ce qu’il est."
            )
            % {"extension": extension, "label": label}
        )


def _require_one_nature(content: bytes) -> None:
    if ZIP_END in content[-ZIP_REACH:] or MARKUP.search(content[:1024]):
        raise BadFile(_("Ce fichier en cache un autre. Numérisez la pièce à nouveau, en PDF ou en photo."))


def _require_plain_image(content: bytes, content_type: str) -> None:
    _require_one_nature(content)
    if MARKUP.search(content) or b"%PDF-" in content:
        raise BadFile(_("Ce fichier en cache un autre. Numérisez la pièce à nouveau, en PDF ou en photo."))
    formats = [TYPES[content_type][0]]
    try:
        with Image.open(BytesIO(content), formats=formats) as picture:
            width, height = picture.size
            picture.verify()
        if width * height <= MOST_PIXELS:
            with Image.open(BytesIO(content), formats=formats) as picture:
                picture.load()
    except (OSError, SyntaxError, ValueError, EOFError, Warning, struct.error, zlib.error) as error:
        raise BadFile(_("Cette photo ne s’ouvre pas. Prenez-la à nouveau, puis renvoyez-la.")) from error
    except Image.DecompressionBombError as error:
        raise BadFile(_("Cette photo est trop grande. Réduisez-la, puis renvoyez-la.")) from error
    if width * height > MOST_PIXELS:
        raise BadFile(_("Cette photo est trop grande. Réduisez-la, puis renvoyez-la."))


def _require_plain_pdf(content: bytes) -> None:
    _require_one_nature(content)
    if content.rpartition(b"%%EOF")[2].strip(b"\r\n\t \x00"):
        raise BadFile(
            _("Quelque chose suit la fin de ce PDF. Imprimez-le à nouveau en PDF, puis renvoyez-le.")
        )
    is_active = ACTIVE_BYTES.search(content) is not None
    # Anybody may bring anything: a parser of PDF has more ways to fail than can be named.
    try:
        reader = PdfFileReader(BytesIO(content), strict=False)
        is_encrypted = bool(reader.encrypted)
        if not is_encrypted:
            is_active = is_active or _is_active(reader)
            is_empty = int(reader.root["/Pages"]["/Count"]) < 1
    except Exception as error:
        raise BadFile(_("Ce PDF ne s’ouvre pas. Enregistrez-le à nouveau, puis renvoyez-le.")) from error
    if is_encrypted:
        raise BadFile(_("Ce PDF est protégé par un mot de passe. Apportez-le sans protection."))
    if is_active:
        raise BadFile(
            _(
                "Ce PDF contient un programme ou un fichier joint. "
                "Imprimez-le à nouveau en PDF, puis apportez cette copie."
            )
        )
    if is_empty:
        raise BadFile(_("Ce PDF ne compte aucune page."))


def _is_active(reader: PdfFileReader) -> bool:
    waiting: list[object] = [reader.root]
    seen: set[object] = set()
    for _turn in range(MOST_OBJECTS):
        if not waiting:
            return False
        thing = waiting.pop()
        if isinstance(thing, generic.IndirectObject):
            if thing.reference in seen:
                continue
            seen.add(thing.reference)
            thing = thing.get_object()  # type: ignore[no-untyped-call]
        if isinstance(thing, generic.DictionaryObject):
            said = {str(thing.raw_get(key)) for key in ("/S", "/Subtype", "/Type") if key in thing}
            if ACTIVE_KEYS & set(thing) or ACTIVE_VALUES & said:
                return True
            waiting += [thing.raw_get(key) for key in thing]
        elif isinstance(thing, generic.ArrayObject):
            waiting += [thing.raw_get(place) for place in range(len(thing))]
    # What is too large to be walked cannot be called plain.
    return True
