"""Three hundred PDFs that harm who parses or opens them, by name; the same bytes at each run."""

from __future__ import annotations

import random
from collections.abc import Iterator
from functools import cache

from tests.pdf_syntax import object_stream, one_page, packed_stream, pdf_of, stream, zeros

# What does more than show a page, as an action, an annotation or an object, and what a refusal calls it.
HARMFUL = {
    "script": (b"<</S/JavaScript/JS(app.alert\\(1\\))>>", "un programme"),
    "script, escaped": (b"<</S/Java#53cript/#4aS(app.alert\\(1\\))>>", "un programme"),
    "launch": (b"<</S/Launch/F(cmd.exe)>>", "un programme"),
    "launch on windows": (b"<</S/Launch/Win<</F(cmd.exe)/P(/c calc)>>>>", "un programme"),
    "form in xml": (b"<</XFA(<xdp/>)>>", "un programme"),
    "submit": (b"<</S/SubmitForm/F<</FS/URL/F(https://x.example)>>>>", "un formulaire"),
    "import": (b"<</S/ImportData/F(a.fdf)>>", "un formulaire"),
    "embedded go-to": (b"<</S/GoToE/F(a.pdf)/T<</R/C/N(a)>>>>", "un fichier joint"),
    "embedded file": (b"<</Type/Filespec/F(a.exe)/EF<</F 3 0 R>>>>", "un fichier joint"),
    "attachment": (b"<</Type/Annot/Subtype/FileAttachment/Rect[0 0 9 9]>>", "un fichier joint"),
    "sound": (b"<</S/Sound/Sound 3 0 R>>", "un son"),
    "sound annotation": (b"<</Type/Annot/Subtype/Sound/Rect[0 0 9 9]>>", "un son"),
    "movie": (b"<</S/Movie/T(film)>>", "un son"),
    "movie annotation": (b"<</Type/Annot/Subtype/Movie/Movie<</F(a.avi)>>>>", "un son"),
    "rendition": (b"<</S/Rendition/OP 0>>", "un son"),
    "screen": (b"<</Type/Annot/Subtype/Screen/Rect[0 0 9 9]>>", "un son"),
    "rich media": (b"<</Type/Annot/Subtype/RichMedia/RichMediaContent<<>>>>", "un son"),
    "rich media command": (b"<</S/RichMediaExecute/CMD<<>>>>", "un son"),
    "3d": (b"<</Type/Annot/Subtype/3D/3DD 3 0 R>>", "un son"),
    "3d view": (b"<</S/GoTo3DView/V/F>>", "un son"),
    "script address": (b"<</S/URI/URI(javascript:alert\\(1\\))>>", "un lien"),
    "script address, spaced": (b"<</S/URI/URI( Java\\tScript:alert\\(1\\))>>", "un lien"),
    "script address, utf-16": (
        b"<</S/URI/URI<FEFF" + "javascript:1".encode("utf-16-be").hex().encode() + b">>>",
        "un lien",
    ),
    "data address": (b"<</S/URI/URI(data:text/html,<script>)>>", "un lien"),
    "file address": (b"<</S/URI/URI(file://server/share/a)>>", "un lien"),
    "share address": (b"<</S/URI/URI(\\\\\\\\server\\\\share)>>", "un lien"),
    "share file": (b"<</S/GoToR/F(\\\\\\\\server\\\\share\\\\a.pdf)/D[0/Fit]>>", "un lien"),
    "share file spec": (b"<</S/GoToR/F<</Type/Filespec/UF(//server/share/a.pdf)>>/D[0/Fit]>>", "un lien"),
    "base address": (b"<</URI<</Base(file://server/)>>>>", "un lien"),
}
SETTINGS = ("opening", "annotation", "unreferenced", "unlisted in an object stream", "unlisted in the file")


def harmful(name: str, setting: str) -> bytes:
    """Return a PDF of one page with the harmful object where `setting` says."""
    item = HARMFUL[name][0]
    link = b"<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A %b>>" % item
    unlisted = one_page().replace(b"xref\n0", b"9 0 obj\n%b\nendobj\nxref\n0" % item, 1)
    return {
        "opening": one_page(item, catalogue=b"/OpenAction 4 0 R"),
        "annotation": one_page(page=b"/Annots[%b %b]" % (link, item)),
        "unreferenced": one_page(item),
        "unlisted in an object stream": one_page(object_stream(b"<</Type/Font>>", item)),
        "unlisted in the file": unlisted,
    }[setting]


@cache
def corpus() -> dict[str, bytes]:
    """Return all of them: what harms the reader of the file, and what harms its parser."""
    files = {f"{name}, {setting}": harmful(name, setting) for name in HARMFUL for setting in SETTINGS}
    for family in (_bombs, _filters, _sizes, _depths, _loops, _crowds, _tables, _seals, _keys, _noise):
        files |= {f"{family.__name__[1:]}: {name}": content for name, content in family()}
    return files


# The catalogue of a file, when it is the first object of an object stream.
CATALOGUE = (b"1 0 <</Type/Catalog/Pages 2 0 R/AF[3 0 R]/X[", b"]>>")


def _bombs() -> Iterator[tuple[str, bytes]]:
    for megabytes in (1, 8, 30, 200):
        for layers in (1, 2, 3):
            filters = b"/Filter[" + b"/FlateDecode " * layers + b"]"
            data = zeros(megabytes, layers=layers)
            catalogue = zeros(megabytes, layers=layers, before=CATALOGUE[0], after=CATALOGUE[1])
            for name, body in {
                "object stream": stream(catalogue, filters + b"/Type/ObjStm/N 1/First 4"),
                "table": stream(data, filters + b"/Type/XRef/W[1 4 1]/Size 9/Root 1 0 R"),
                "text": stream(data, filters + b"/Type/EmbeddedFile"),
            }.items():
                yield f"{name} of {megabytes} MB, {layers} times", _with_stream(body, name)


def _with_stream(body: bytes, name: str) -> bytes:
    """Return a PDF that a parser opens only by decoding the stream, which is object 4."""
    if name == "text":
        spec = b"<</Type/Filespec/AFRelationship/Source/F(a)/EF<</F 4 0 R>>>>"
        return one_page(body, spec, catalogue=b"/AF[5 0 R]")
    start = one_page(body)
    if name == "table":
        return start[: start.rindex(b"xref\n0")] + b"startxref\n%d\n%%%%EOF\n" % start.index(b"4 0 obj")
    # The catalogue is an object of the stream.
    rows = b"\x00\x00\x00\x00\x00\x00" + b"\x02\x00\x00\x00\x04\x00"
    rows += b"".join(
        b"\x01" + start.index(b"%d 0 obj" % number).to_bytes(4) + b"\x00" for number in (2, 3, 4)
    )
    table = stream(rows, b"/Type/XRef/W[1 4 1]/Size 5/Root 1 0 R")
    body = start[: start.rindex(b"xref\n0")]
    return body + b"6 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (table, len(body))


def _filters() -> Iterator[tuple[str, bytes]]:
    for count in (2, 10, 100, 5_000):
        for name in (b"ASCIIHexDecode", b"ASCII85Decode", b"FlateDecode", b"LZWDecode", b"RunLengthDecode"):
            chain = b"/Filter[" + (b"/" + name + b" ") * count + b"]"
            yield f"{name.decode()} {count} times", _with_stream(stream(b"00" * 5_000, chain), "text")
    for name in (b"JBIG2Decode", b"JPXDecode", b"DCTDecode", b"CCITTFaxDecode", b"Crypt", b"Unknown"):
        huge = b"/DecodeParms<</Columns 2147483647/Rows 2147483647/K -1>>/Width 2147483647/Height 2147483647"
        body = stream(bytes(range(256)) * 20, b"/Filter/" + name + huge)
        yield name.decode(), _with_stream(body, "text")
    runs = b"".join(bytes([129]) + b"0" for _run in range(1_000_000))
    yield "runs of one byte", _with_stream(stream(runs, b"/Filter/RunLengthDecode"), "text")
    for columns in (2**31 - 1, 10**9, 1):
        parms = (
            b"/Filter/FlateDecode/DecodeParms<</Predictor 12/Colors 32/BitsPerComponent 16/Columns %d>>"
            % columns
        )
        yield f"predictor of {columns} columns", _with_stream(stream(zeros(20), parms), "text")


def _sizes() -> Iterator[tuple[str, bytes]]:
    for length in (-1, 0, 2**31, 2**63, 10**40):
        yield f"stream of {length} bytes", one_page(b"<</Length %d>>\nstream\nx\nendstream" % length)
    yield "stream of its own length", one_page(b"<</Length 4 0 R>>\nstream\nx\nendstream")
    for megabytes in (1, 8):
        for name, body in {
            "numbers": b"[" + b"0 " * (megabytes * 500_000) + b"]",
            "arrays": b"[" + b"[]" * (megabytes * 500_000) + b"]",
            "dictionaries": b"[" + b"<<>>" * (megabytes * 250_000) + b"]",
            "references": b"[" + b"1 0 R " * (megabytes * 166_000) + b"]",
            "names": b"<<" + b"".join(b"/K%d 0" % key for key in range(megabytes * 100_000)) + b">>",
            "a string": b"(" + b"x" * (megabytes * 1_000_000) + b")",
            "hex": b"<" + b"41" * (megabytes * 500_000) + b">",
            "a comment": b"%" + b"x" * (megabytes * 1_000_000) + b"\nnull",
            "a number": b"1" * (megabytes * 1_000_000),
        }.items():
            yield f"{name}, {megabytes} MB", one_page(body, catalogue=b"/AF 4 0 R/X 4 0 R")


def _depths() -> Iterator[tuple[str, bytes]]:
    for depth in (500, 5_000, 60_000, 1_000_000):
        yield f"arrays, {depth}", one_page(b"[" * depth + b"]" * depth, catalogue=b"/AF 4 0 R")
        yield (
            f"dictionaries, {depth}",
            one_page(b"<</A" * depth + b" 0" + b">>" * depth, catalogue=b"/AF 4 0 R"),
        )
        yield f"parentheses, {depth}", one_page(b"(" * depth + b")" * depth)
        yield f"never closed, {depth}", one_page(b"[<<" * depth)


def _loops() -> Iterator[tuple[str, bytes]]:
    catalogue = b"<</Type/Catalog/Pages 2 0 R>>"
    yield "pages in themselves", pdf_of(catalogue, b"<</Type/Pages/Kids[2 0 R]/Count 1>>")
    yield (
        "pages in each other",
        pdf_of(
            catalogue,
            b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 9>>",
            b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 9>>",
        ),
    )
    levels = [b"<</Type/Pages/Kids[%d 0 R %d 0 R]/Count 999>>" % (n, n) for n in range(3, 60)]
    yield "pages doubled fifty times", pdf_of(catalogue, *levels, b"<</Type/Page>>")
    yield "a reference to itself", pdf_of(b"1 0 R")
    yield "references in a ring", pdf_of(b"2 0 R", b"3 0 R", b"1 0 R")
    yield "a former table that is itself", pdf_of(catalogue, trailer=b"/Prev 9")
    whole = one_page()
    table = whole.index(b"xref\n0")
    yield "a former table that is this one", whole.replace(b"/Root", b"/Prev %d/Root" % table)
    yield "a former table that is a stream", whole.replace(b"/Root", b"/XRefStm %d/Root" % table)
    yield (
        "an object stream that extends itself",
        one_page(packed_stream(b"5 0 null", b"/Type/ObjStm/N 1/First 4/Extends 4 0 R")),
    )
    yield "fields in themselves", one_page(b"<</Kids[4 0 R]/T(a)>>", catalogue=b"/AcroForm<</Fields[4 0 R]>>")
    yield "names in themselves", one_page(b"<</Kids[4 0 R]>>", catalogue=b"/Names<</EmbeddedFiles 4 0 R>>")
    yield (
        "outlines in themselves",
        one_page(b"<</First 4 0 R/Next 4 0 R/Last 4 0 R>>", catalogue=b"/Outlines 4 0 R"),
    )
    yield "a filter that is the stream", one_page(b"<</Length 1/Filter 4 0 R>>\nstream\nx\nendstream")
    yield (
        "a text that is the catalogue",
        one_page(catalogue=b"/AF[1 0 R]/AFRelationship/Source/EF 1 0 R/F 1 0 R"),
    )


def _crowds() -> Iterator[tuple[str, bytes]]:
    for count in (1_000, 20_000, 200_000):
        yield f"{count} objects", one_page(*[b"null"] * count)
        yield f"{count} unfinished objects", one_page(after=b"\n1 0 obj" * count + b"\n%%EOF")
        yield f"{count} ends", one_page(after=b"startxref\n9\n%%EOF\n" * count)
    for count in (100, 2_000):
        revision, whole = b"", one_page()
        for _revision in range(count):
            table = len(whole) + len(revision)
            former = whole.index(b"xref\n0") if not revision else table - 87
            part = b"xref\n0 0\ntrailer\n<</Size 4/Root 1 0 R/Prev %010d>>\nstartxref\n%010d\n%%%%EOF\n" % (
                former,
                table,
            )
            revision += part.ljust(87)
        yield f"{count} revisions", whole + revision
    fields = b" ".join(b"%d 0 R" % number for number in range(4, 3_004))
    field = b"<</FT/Sig/T(a)/V<</Type/Sig/Contents<00>/ByteRange[0 1 2 3]>>>>"
    yield "3000 seals", one_page(*[field] * 3_000, catalogue=b"/AcroForm<</SigFlags 3/Fields[%b]>>" % fields)


def _tables() -> Iterator[tuple[str, bytes]]:
    whole = one_page()
    table = whole.index(b"xref\n0")
    for count in (10**6, 10**9, 2**31, 2**63, 10**30):
        yield f"{count} rows announced", whole.replace(b"xref\n0 4", b"xref\n0 %d" % count)
        yield f"size of {count}", whole.replace(b"/Size 4", b"/Size %d" % count)
        rows = stream(b"\x00" * 60, b"/Type/XRef/W[1 4 1]/Size %d/Index[0 %d]/Root 1 0 R" % (count, count))
        yield (
            f"stream of {count} rows",
            whole[:table] + b"4 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (rows, table),
        )
    for widths in (b"0 0 0", b"1 1000000000 1", b"-1 -1 -1", b"1 2"):
        rows = stream(zeros(30), b"/Filter/FlateDecode/Type/XRef/W[%b]/Size 9/Root 1 0 R" % widths)
        yield (
            f"rows of {widths.decode()}",
            whole[:table] + b"4 0 obj\n%b\nendobj\nstartxref\n%d\n%%%%EOF\n" % (rows, table),
        )
    yield "no catalogue", pdf_of(b"null")
    yield "no table", whole[:table]
    yield "a header alone", b"%PDF-1.7\n"


def _seals() -> Iterator[tuple[str, bytes]]:
    form = b"/AcroForm<</SigFlags 3/Fields[4 0 R]>>"
    seal = b"<</FT/Sig/T(Sceau)/V<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached/Contents<%b>/ByteRange[%b]>>>>"
    for ranges in (
        b"0 -1 9999999999 7",
        b"0 1 2",
        b"0 0 0 0",
        b"-5 9 9 9",
        b"0 99999999999999999999 0 9",
        b"0 1 " * 50_000,
    ):
        yield f"range {ranges[:30].decode()}", one_page(seal % (b"00", ranges), catalogue=form)
    for depth in (100, 5_000, 200_000):
        yield f"{depth} layers of ASN.1", one_page(seal % (b"3080" * depth, b"0 9 20 9"), catalogue=form)
    yield (
        "a seal of 4 MB",
        one_page(seal % (b"30840040000002" + b"41" * 4_000_000, b"0 9 20 9"), catalogue=form),
    )


def _keys() -> Iterator[tuple[str, bytes]]:
    for version, revision in ((1, 2), (2, 3), (4, 4), (5, 5), (5, 6), (6, 7), (9, 99)):
        for length in (40, 128, 256, 2**31):
            entries = b"/Encrypt<</Filter/Standard/V %d/R %d/Length %d" % (version, revision, length)
            entries += b"/O<%b>/U<%b>/OE<%b>/UE<%b>/Perms<%b>/P -4>>/ID[<00><00>]" % (
                b"00" * 48,
                b"00" * 48,
                b"00" * 32,
                b"00" * 32,
                b"00" * 16,
            )
            yield f"version {version}, revision {revision}, {length} bits", one_page(trailer=entries)


def _noise() -> Iterator[tuple[str, bytes]]:
    for seed in range(30):
        chance = random.Random(seed)
        yield (
            f"{seed}",
            b"%PDF-1.7\n" + chance.randbytes(4_000) + b"\nstartxref\n%d\n%%%%EOF" % chance.randrange(4_000),
        )


def mutations(original: bytes, count: int) -> Iterator[bytes]:
    """Yield as many different files made from one by a seeded change of bytes, of order or of length."""
    for seed in range(count):
        chance = random.Random(seed)
        content = bytearray(original)
        start = chance.randrange(len(content))
        length = min(chance.choice((1, 1, 4, 64, 1_000)), len(content) - start)
        change = seed % 6
        if change == 0:
            content[start] ^= chance.randrange(1, 256)
        elif change == 1:
            content[start : start + length] = chance.randbytes(length + 1)
        elif change == 2:
            del content[start : start + length]
        elif change == 3:
            content[start:start] = content[start : start + length] or b"\x00"
        elif change == 4:
            content += chance.choice((b"\n", b"%%EOF\n", b"\x00" * length, content[start:])) + b"%d" % seed
        else:
            digits = [index for index, byte in enumerate(content) if 48 <= byte <= 57]
            for index in chance.sample(digits, 3):
                content[index] = 48 + (content[index] - 48 + chance.randrange(1, 10)) % 10
        yield bytes(content)
