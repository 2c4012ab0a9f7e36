"""Files as people bring them, and as attackers do; each made here, byte by byte."""

from __future__ import annotations

from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from accounts.models import Document, DocumentKind, Organisation, User
from accounts.organisations.actions import documents
from accounts.organisations.file_kinds import CheckedFile

# Split, so that no scanner takes this file for the test virus itself.
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def pdf(title: str = "Statuts") -> bytes:
    """Return a PDF of one blank page; another title gives other bytes."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_metadata({"/Title": title})
    return written(writer)


def pdf_that_acts(kind: str, key: str, value: str) -> bytes:
    """Return a PDF that does something when it is opened, e.g. `("/JavaScript", "/JS", "app.alert(1)")`."""
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    action = DictionaryObject({NameObject("/S"): NameObject(kind), NameObject(key): TextStringObject(value)})
    writer.root_object[NameObject("/OpenAction")] = action
    return written(writer)


def pdf_with_a_file() -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.add_attachment("virus.exe", b"MZ")
    return written(writer)


def encrypted_pdf(password: str = "") -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(width=595, height=842)
    writer.encrypt(password, "owner", algorithm="AES-256")
    return written(writer)


def written(writer: PdfWriter) -> bytes:
    kept = BytesIO()
    writer.write(kept)
    return kept.getvalue()


def picture(kind: str = "JPEG", width: int = 40, height: int = 30) -> bytes:
    kept = BytesIO()
    Image.new("1", (width, height)).convert("L").save(kept, kind)
    return kept.getvalue()


def archive() -> bytes:
    kept = BytesIO()
    with ZipFile(kept, "w") as opened:
        opened.writestr("run.js", "alert(1)")
    return kept.getvalue()


def paper(
    organisation: Organisation,
    administrator: User,
    *,
    kind: DocumentKind = DocumentKind.STATUTES,
    title: str = "Statuts",
    expires_date: date | None = None,
    at: datetime,
) -> Document:
    """Have an administrator bring a paper; another title is another file."""
    file = CheckedFile(name=f"{title}.pdf", content_type="application/pdf", content=pdf(title))
    brought = documents.NewDocument(kind, file, expires_date)
    return documents.add_document(
        organisation_id=organisation.pk, administrator=administrator, new_document=brought, at=at
    )
