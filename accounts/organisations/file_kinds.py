"""Checks of uploaded files by their content, never by their name."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.inspection import sandbox

MAX_BYTES: Final = 10 * 1024 * 1024
MAX_NAME_LENGTH: Final = 120
IMAGES: Final = "accounts.inspection.images"
PDFS: Final = "accounts.inspection.pdf"
TYPES: Final = {
    "application/pdf": ("PDF", (".pdf",)),
    "image/jpeg": ("JPEG", (".jpg", ".jpeg")),
    "image/png": ("PNG", (".png",)),
}
MAGIC: Final = {
    b"\xff\xd8\xff": "image/jpeg",
    b"\x89PNG\r\n\x1a\n": "image/png",
}
# Split, so that no scanner takes this line for the test virus.
EICAR: Final = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"
PROGRAMS: Final = (b"MZ", b"\x7fELF", b"\xca\xfe\xba\xbe", b"\xcf\xfa\xed\xfe", b"\xfe\xed\xfa", b"#!")
MARKUP: Final = re.compile(rb"<(?:!doctype\s+html|html|script|svg|\?php)[\s>/]", re.IGNORECASE)
# A ZIP end record in the last 64 KB makes a file readable as an archive too.
ZIP_END, ZIP_REACH = b"PK\x05\x06", 65_557
# Bytes that some programs write before the header of a PDF and after its end; readers skip them.
HEADER_PREFIX: Final = b"\xef\xbb\xbf \t\r\n\x00"
PADDING: Final = b"\r\n\t \x00\x1a"
PDF_PROBLEMS: Final = {
    "unreadable": _("Ce PDF ne s’ouvre pas. Enregistrez-le à nouveau, puis renvoyez-le."),
    "password": _("Ce PDF est protégé par un mot de passe. Ajoutez-le sans protection."),
    "no_page": _("Ce PDF est vide. Choisissez un autre fichier."),
}
# What the child finds in a PDF besides pages.
FEATURES: Final = {
    "program": _("un programme"),
    "attachment": _("un fichier joint"),
    "media": _("un son, une vidéo ou une image en relief"),
    "form": _("un formulaire qui envoie ses réponses"),
    "link": _("un lien qui ouvre autre chose qu’une page web"),
}
# The list of the system would differ from one machine to the next.
KNOWN_EXTENSIONS: Final = mimetypes.MimeTypes()
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
    """Return the file with its real type and a safe name; it is parsed in a child process.

    A photograph is written again without its metadata, such as the place where it was taken; so are the
    photographs of a PDF. Raises InvalidFile, TooManyInspections, FileTooComplex, InspectionUnavailable.
    """
    if not content:
        raise InvalidUpload(
            _("Ce fichier est vide. Ouvrez-le sur votre appareil pour le vérifier, puis renvoyez-le.")
        )
    if len(content) > MAX_BYTES:
        raise InvalidUpload(
            _("Ce fichier dépasse 10 Mo. Réduisez-le, ou numérisez-le avec une qualité plus basse.")
        )
    if EICAR in content:
        raise InvalidUpload(
            _(
                "Ce fichier ressemble à un virus. Il n’est pas conservé : analysez votre "
                "appareil avec un antivirus."
            )
        )
    content_type = _type_of(content)
    _require_same_type(name, content_type)
    checked = (
        _plain_pdf(content) if content_type == "application/pdf" else _plain_image(content, content_type)
    )
    return CheckedFile(name=safe_name(name, content_type), content_type=content_type, content=checked)


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
    if content.lstrip(HEADER_PREFIX).startswith(b"%PDF-"):
        return "application/pdf"
    for magic, content_type in MAGIC.items():
        if content.startswith(magic):
            return content_type
    head = content[:1024].lstrip()
    if content.startswith(PROGRAMS):
        raise InvalidUpload(
            _("Ce fichier est un programme. Il n’est pas conservé : ajoutez un PDF ou une photo.")
        )
    if MARKUP.search(head):
        raise InvalidUpload(_("Ce fichier est une page web. Imprimez-la en PDF, puis ajoutez le PDF."))
    if content.startswith((b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"{\\rtf")):
        raise InvalidUpload(
            _(
                "Ce fichier est une archive ou un document de bureau. Enregistrez-le en PDF, "
                "puis ajoutez le PDF."
            )
        )
    raise InvalidUpload(
        _(
            "Ce fichier n’est ni un PDF, ni une photo JPEG ou PNG. Choisissez un fichier de l’un de "
            "ces trois formats."
        )
    )


def _require_same_type(name: str, content_type: str) -> None:
    label, extensions = TYPES[content_type]
    extension = _extension(name)
    is_known = KNOWN_EXTENSIONS.guess_type(f"x{extension}")[0] is not None
    if is_known and extension not in extensions:
        raise InvalidUpload(
            _(
                "Le nom finit par « %(extension)s », mais le contenu est %(label)s. Renommez "
                "le fichier selon son contenu."
            )
            % {"extension": extension, "label": label}
        )


def _plain_image(content: bytes, content_type: str) -> bytes:
    options = {"format": TYPES[content_type][0], "max_bytes": MAX_BYTES}
    inspection = sandbox.inspect(IMAGES, content, is_public=False, options=options)
    problem = inspection.facts.get("problem")
    if problem == "too_large":
        raise InvalidUpload(_("Cette photo est trop grande. Réduisez-la, puis renvoyez-la."))
    if problem:
        raise InvalidUpload(_("Cette photo ne s’ouvre pas. Prenez-la à nouveau, puis renvoyez-la."))
    return inspection.rewritten


def _plain_pdf(content: bytes) -> bytes:
    if ZIP_END in content[-ZIP_REACH:]:
        raise InvalidUpload(
            _("Ce fichier contient un autre fichier. Enregistrez-le en PDF simple, puis ajoutez-le.")
        )
    if b"%%EOF" in content and content.rpartition(b"%%EOF")[2].strip(PADDING):
        raise InvalidUpload(
            _("Ce PDF contient un autre fichier après sa fin. Imprimez-le à nouveau en PDF, puis ajoutez-le.")
        )
    inspection = sandbox.inspect(PDFS, content, is_public=False)
    if problem := inspection.facts.get("problem"):
        raise InvalidUpload(PDF_PROBLEMS[problem])
    if features := inspection.facts["features"]:
        names = ", ".join(str(FEATURES[feature]) for feature in features)
        raise InvalidUpload(
            _("Ce PDF contient\u00a0: %(features)s. Imprimez-le à nouveau en PDF, puis ajoutez cette copie.")
            % {"features": names}
        )
    return inspection.rewritten if 0 < len(inspection.rewritten) <= MAX_BYTES else content
