"""Runs in the child process: what a PDF contains besides pages, read with pikepdf (qpdf)."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import pairwise
from typing import Any, Final

import pikepdf
from pikepdf.settings import qpdf_limit_errors, set_qpdf_limits

from accounts.inspection.images import without_metadata

# Actions, annotations and objects that do more than show a page (ISO 32000-2, 12.6 and 13), by what they are.
KINDS: Final = {
    "program": {"/JavaScript", "/Launch"},
    "form": {"/SubmitForm", "/ImportData"},
    "attachment": {"/EmbeddedFile", "/FileAttachment", "/GoToE"},
    "media": {
        "/Sound",
        "/Movie",
        "/Rendition",
        "/Screen",
        "/RichMedia",
        "/RichMediaExecute",
        "/3D",
        "/GoTo3DView",
        "/U3D",
        "/PRC",
    },
}
KEYS: Final = {
    "/JS": "program",
    "/XFA": "program",
    "/EF": "attachment",
    "/RichMediaContent": "media",
    "/3DD": "media",
}
KIND_KEYS: Final = ("/S", "/Subtype", "/Type")
FILE_KEYS: Final = ("/F", "/UF", "/DOS", "/Unix", "/Mac")
ADDRESS_KEYS: Final = ("/URI", "/Base")
SAFE_SCHEMES: Final = {"http", "https", "mailto", "tel"}
SCHEME: Final = re.compile(r"[a-z][a-z0-9+.-]*:")
# An object is walked only if one of these names is written in it.
NAMES: Final = sorted(
    {*KEYS, *FILE_KEYS, *ADDRESS_KEYS, *(name for names in KINDS.values() for name in names)}
)
ANY_NAME: Final = re.compile(
    b"(?:" + b"|".join(re.escape(name.encode()) for name in NAMES) + rb")(?![^\s()<>\[\]{}/%])"
)
ESCAPE: Final = re.compile(rb"#([0-9a-fA-F]{2})")
REFERENCE: Final = re.compile(rb"\b\d+\s+\d+\s+R\b")
OBJECT: Final = re.compile(rb"\d\s+\d+\s+obj\b")
OBJECT_END: Final = re.compile(rb"\bendobj\b|\bstream\r?\n")
DRIVE: Final = re.compile(r"[a-z]:")
# What is needed to find the objects; the content of pages and images is not inflated.
MAX_INFLATED: Final = 32 * 1024 * 1024
MAX_FILTERS: Final = 4

set_qpdf_limits(
    flate_max_memory=MAX_INFLATED,
    run_length_max_memory=MAX_INFLATED,
    png_max_memory=MAX_INFLATED,
    tiff_max_memory=MAX_INFLATED,
    max_stream_filters=MAX_FILTERS,
    parser_max_container_size=500_000,
)

type Facts = dict[str, Any]


def inspect(content: bytes, _options: Facts) -> tuple[Facts, bytes]:
    """Return what a PDF contains, and the PDF without the metadata of its photographs if they have any.

    Facts: `{"limit": true}`, `{"problem": "unreadable" | "password" | "no_page"}`, or `{"features": [...]}`,
    sorted, of the keys of KINDS and "link" (to something else than a page of the Web, a mail or a telephone).
    """
    facts, rewritten = ({"limit": True}, b"") if _inflates_too_far(content) else _inspect(content)
    # What a limit of the library cut off reads as damage.
    return ({"limit": True}, b"") if qpdf_limit_errors() else (facts, rewritten)


def _inflates_too_far(content: bytes) -> bool:
    """Return whether the streams in which objects and tables are packed are larger than MAX_INFLATED."""
    left = MAX_INFLATED
    for source, start in _written_objects(content):
        if start is None or not (b"/ObjStm" in source or b"/XRef" in source):
            continue
        data = content[start : content.find(b"endstream", start)]
        for _filter in range(MAX_FILTERS):
            try:
                data = zlib.decompressobj().decompress(data, left + 1)
            except zlib.error:
                break
            if len(data) > left:
                return True
        left -= len(data)
    return False


def _inspect(content: bytes) -> tuple[Facts, bytes]:
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not len(pdf.pages):
                return {"problem": "no_page"}, b""
            features = set(_features_of(pdf)) | set(_features_outside(content))
            return {"features": sorted(features)}, b"" if features else _without_metadata(pdf)
    except pikepdf.PasswordError:
        return {"problem": "password"}, b""
    except MemoryError:
        raise
    # On hostile input the library raises any of its own exceptions, or ValueError, TypeError, RuntimeError.
    except Exception:  # noqa: BLE001
        return {"problem": "unreadable"}, b""


def _features_of(pdf: pikepdf.Pdf) -> Iterator[str]:
    """Yield the features of all objects, whether a page refers to them or not."""
    for item in pdf.objects:
        if isinstance(item, pikepdf.Stream):
            yield from _features_in(item.stream_dict, is_stream=True)
            if item.stream_dict.get("/Type") == "/ObjStm":
                yield from _features_packed(item)
        elif isinstance(item, pikepdf.Dictionary | pikepdf.Array):
            yield from _features_in(item)


def _features_packed(stream: pikepdf.Object) -> Iterator[str]:
    """Yield the features of the objects in an object stream, also of those that no table lists."""
    packed = stream.read_bytes()
    first = int(stream.stream_dict["/First"])
    numbers = [int(number) for number in packed[:first].split()]
    offsets = [*sorted(numbers[1::2]), len(packed) - first]
    for start, end in pairwise(offsets):
        yield from _features_written(packed[first + start : first + end])


def _features_outside(content: bytes) -> Iterator[str]:
    """Yield the features of the objects written in the file, also of those that no table lists."""
    for source, _start in _written_objects(content):
        yield from _features_written(source)


def _written_objects(content: bytes) -> Iterator[tuple[bytes, int | None]]:
    """Yield each object as it is written, without its stream, and the offset where its stream begins."""
    offset = 0
    while (start := OBJECT.search(content, offset)) and (end := OBJECT_END.search(content, start.end())):
        is_stream = not end[0].startswith(b"endobj")
        yield content[start.end() : end.start()], end.end() if is_stream else None
        offset = max(end.end(), content.find(b"endstream", end.end())) if is_stream else end.end()


def _features_written(source: bytes) -> Iterator[str]:
    names = ESCAPE.sub(lambda match: bytes([int(match[1], 16)]), source)
    if not ANY_NAME.search(names):
        return
    try:
        item = pikepdf.Object.parse(REFERENCE.sub(b"null", source))
    except (pikepdf.PdfError, ValueError, RuntimeError):
        return
    if isinstance(item, pikepdf.Dictionary | pikepdf.Array):
        yield from _features_in(item)


def _features_in(item: Any, *, is_stream: bool = False) -> Iterator[str]:
    """Yield the features of a dictionary or an array and of all that is written inside it."""
    if not ANY_NAME.search(item.unparse(resolved=True)):
        return
    if is_stream and "/F" in item:
        # The content of the stream is a file elsewhere.
        yield "link"
    queue = [item]
    while queue:
        node = queue.pop()
        if isinstance(node, pikepdf.Dictionary):
            yield from _features_of_dictionary(node)
            children = list(node.values())
        else:
            children = list(node)
        queue += [
            child
            for child in children
            if isinstance(child, pikepdf.Dictionary | pikepdf.Array) and not child.is_indirect
        ]


def _features_of_dictionary(node: Any) -> Iterator[str]:
    yield from (feature for key, feature in KEYS.items() if key in node)
    for key in KIND_KEYS:
        name = node.get(key)
        if isinstance(name, pikepdf.Name):
            yield from (feature for feature, names in KINDS.items() if str(name) in names)
    if any(_is_unsafe_address(node.get(key)) for key in ADDRESS_KEYS):
        yield "link"
    if any(_is_elsewhere(node.get(key)) for key in FILE_KEYS):
        yield "link"


def _is_unsafe_address(value: Any) -> bool:
    """Return whether an address leads to a program, a file or a shared folder."""
    if not isinstance(value, pikepdf.String):
        return False
    # Browsers skip blanks and control characters inside a scheme.
    address = "".join(character for character in str(value).lower() if character > " ")
    scheme = SCHEME.match(address)
    if scheme:
        return scheme[0][:-1] not in SAFE_SCHEMES
    return address.replace("\\", "/").startswith("//")


def _is_elsewhere(value: Any) -> bool:
    """Return whether a file is named on another computer."""
    return _is_unsafe_address(value) and not DRIVE.match(str(value).lower())


def _without_metadata(pdf: pikepdf.Pdf) -> bytes:
    """Return the PDF without the metadata of its photographs; empty if they have none.

    A PDF with a digital signature is left as it is: a change would make the signature invalid.
    """
    is_changed = False
    for item in pdf.objects:
        if isinstance(item, pikepdf.Dictionary) and b"/ByteRange" in item.unparse(resolved=True):
            return b""
        if isinstance(item, pikepdf.Stream) and item.stream_dict.get("/Subtype") == "/Image":
            is_changed |= _strip_image(item)
    if not is_changed:
        return b""
    out = BytesIO()
    pdf.save(out, encryption=pdf.is_encrypted, deterministic_id=not pdf.is_encrypted)
    return out.getvalue()


def _strip_image(image: Any) -> bool:
    is_changed = "/Metadata" in image.stream_dict
    if is_changed:
        del image.stream_dict["/Metadata"]
    filters = image.stream_dict.get("/Filter")
    is_jpeg = filters == "/DCTDecode" or (
        isinstance(filters, pikepdf.Array) and [str(name) for name in filters] == ["/DCTDecode"]
    )
    if is_jpeg:
        jpeg = image.read_raw_bytes()
        stripped = without_metadata(jpeg)
        if stripped != jpeg:
            image.write(
                stripped, filter=pikepdf.Name.DCTDecode, decode_parms=image.stream_dict.get("/DecodeParms")
            )
            is_changed = True
    return is_changed
