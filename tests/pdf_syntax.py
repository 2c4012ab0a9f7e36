"""PDFs written object by object, as no library would write them."""

from __future__ import annotations

import zlib
from functools import cache
from io import BytesIO

PAGE = (b"<</Type/Catalog/Pages 2 0 R%b>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>")
BLANK = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]%b>>"


def pdf_of(*objects: bytes, trailer: bytes = b"", before: bytes = b"", after: bytes = b"") -> bytes:
    """Return a PDF of these objects, numbered from 1; the first is the catalogue."""
    out, offsets = BytesIO(before + b"%PDF-1.7\n"), []
    out.seek(0, 2)
    for number, body in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % offset for offset in offsets))
    out.write(b"trailer\n<</Size %d/Root 1 0 R%b>>\n" % (len(objects) + 1, trailer))
    out.write(b"startxref\n%d\n%%%%EOF\n%b" % (table, after))
    return out.getvalue()


def one_page(
    *objects: bytes, catalogue: bytes = b"", page: bytes = b"", trailer: bytes = b"", after: bytes = b""
) -> bytes:
    """Return a PDF of one blank page, with more entries and more objects, numbered from 4."""
    first = (PAGE[0] % catalogue, PAGE[1], BLANK % page)
    return pdf_of(*first, *objects, trailer=trailer, after=after)


def stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(data), entries, data)


def packed_stream(data: bytes, entries: bytes = b"") -> bytes:
    return stream(zlib.compress(data, 9), b"/Filter/FlateDecode" + entries)


def object_stream(*objects: bytes, number: int = 100) -> bytes:
    """Return an object stream whose objects no table lists, unless the caller does."""
    offsets = [sum(len(body) + 1 for body in objects[:index]) for index in range(len(objects))]
    head = b" ".join(b"%d %d" % (number + index, offset) for index, offset in enumerate(offsets)) + b"\n"
    entries = b"/Type/ObjStm/N %d/First %d" % (len(objects), len(head))
    return packed_stream(head + b"\n".join(objects), entries)


@cache
def zeros(megabytes: int, *, layers: int = 1, before: bytes = b"", after: bytes = b"") -> bytes:
    """Return so many megabytes of "0 " between other bytes, compressed so many times."""
    if layers > 1:
        return zlib.compress(zeros(megabytes, layers=layers - 1, before=before, after=after), 9)
    packer = zlib.compressobj(9)
    block = b"0 " * 500_000
    parts = [packer.compress(before), *(packer.compress(block) for _megabyte in range(megabytes))]
    return b"".join([*parts, packer.compress(after), packer.flush()])
