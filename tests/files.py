"""Files as people bring them, and as attackers do; each made here, byte by byte."""

from __future__ import annotations

import zlib
from datetime import date, datetime
from io import BytesIO
from zipfile import ZipFile

from PIL import ExifTags, Image
from PIL.PngImagePlugin import PngInfo
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
    buffer = BytesIO()
    writer.write(buffer)
    return buffer.getvalue()


def picture(kind: str = "JPEG", width: int = 40, height: int = 30) -> bytes:
    buffer = BytesIO()
    Image.new("1", (width, height)).convert("L").save(buffer, kind)
    return buffer.getvalue()


def photograph(kind: str = "JPEG", *, orientation: int = 1) -> bytes:
    """Return a photograph of 40 by 30, its left half black, with all that a camera and its owner may note."""
    image = Image.new("RGB", (40, 30), "white")
    image.paste("black", (0, 0, 20, 30))
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Make] = "Secret camera"
    exif.get_ifd(ExifTags.IFD.GPSInfo)[ExifTags.GPS.GPSLatitude] = (48.0, 51.0, 30.0)
    notes = PngInfo()
    notes.add_text("Comment", "Secret note")
    notes.add_itxt("XML:com.adobe.xmp", "<x:xmpmeta>Secret latitude</x:xmpmeta>", zip=False)
    buffer = BytesIO()
    if kind == "PNG":
        image.save(buffer, "PNG", exif=exif, pnginfo=notes)
    else:
        xmp = b"<x:xmpmeta>Secret latitude</x:xmpmeta>"
        image.save(buffer, "JPEG", exif=exif, xmp=xmp, comment=b"Secret note", quality=95)
    return buffer.getvalue()


def picture_announced(width: int, height: int) -> bytes:
    """Return a PNG that says how large it is and has no pixel to show."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([8, 2, 0, 0, 0])
    pixels = zlib.compress(bytes(1000))
    parts = (chunk(b"IHDR", head), chunk(b"IDAT", pixels), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def archive() -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w") as opened:
        opened.writestr("run.js", "alert(1)")
    return buffer.getvalue()


def checked(name: str) -> CheckedFile:
    """Return a PDF as the check of an uploaded file returns it."""
    return CheckedFile(name=name, content_type="application/pdf", content=pdf())


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
