"""Runs in the child process: a photograph written again from its pixels, upright, without its metadata."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any, Final

from PIL import ExifTags, Image, ImageOps

# What the decoded image may take of the memory of the child, and what is left of a larger photograph.
MAX_DECODED: Final = 144 * 1024 * 1024
MAX_PIXELS: Final = 20_000_000
JPEG_QUALITY: Final = 90
# The decoder of JPEG can skip detail and give a half, a quarter or an eighth of the width.
JPEG_SCALES: Final = (1, 2, 4, 8)
BYTES_OF_MODE: Final = {"1": 1, "L": 1, "P": 1, "I;16": 2}
PNG_MODES: Final = {"1", "L", "LA", "P", "RGB", "RGBA", "I;16"}
UNREADABLE: Final = (OSError, SyntaxError, ValueError, EOFError, KeyError, struct.error, zlib.error)

Image.MAX_IMAGE_PIXELS = None


def inspect(content: bytes, options: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Return the image in its format (`options["format"]`) with at most `options["max_bytes"]` bytes.

    The first part of the answer is `{"problem": "unreadable" | "too_large"}` when it cannot be.
    """
    try:
        with Image.open(BytesIO(content), formats=[options["format"]]) as picture:
            _skip_detail(picture)
            if _decoded_bytes(picture) > MAX_DECODED:
                return {"problem": "too_large"}, b""
            picture.load()
            orientation = picture.getexif().get(ExifTags.Base.Orientation)
            upright = _upright(_at_most(picture, MAX_PIXELS), orientation)
            return {}, _written_within(upright, options["format"], options["max_bytes"])
    except UNREADABLE:
        return {"problem": "unreadable"}, b""


def _skip_detail(picture: Image.Image) -> None:
    width, height = picture.size
    pixels = width * height
    scale = next((scale for scale in JPEG_SCALES if pixels <= MAX_PIXELS * scale**2), JPEG_SCALES[-1])
    # Only the decoder of JPEG follows it.
    picture.draft(None, (width // scale, height // scale))


def _decoded_bytes(picture: Image.Image) -> int:
    width, height = picture.size
    return width * height * BYTES_OF_MODE.get(picture.mode, 4)


def _at_most(picture: Image.Image, pixels: int) -> Image.Image:
    width, height = picture.size
    factor = 1
    while width * height > pixels * factor**2:
        factor += 1
    if factor == 1:
        return picture
    # Neither black and white nor a palette has the levels between.
    levels = {"1": "L", "P": "RGB", "I;16": "RGB"}.get(picture.mode)
    return (picture.convert(levels) if levels else picture).reduce(factor)


def _upright(picture: Image.Image, orientation: int | None) -> Image.Image:
    picture.getexif()[ExifTags.Base.Orientation] = orientation or 1
    ImageOps.exif_transpose(picture, in_place=True)
    return picture


def _written_within(picture: Image.Image, image_format: str, max_bytes: int) -> bytes:
    while len(written := _written(picture, image_format)) > max_bytes:
        width, height = picture.size
        picture = _at_most(picture, width * height // 4)
    return written


def _written(picture: Image.Image, image_format: str) -> bytes:
    """Return the file of the pixels alone: what the decoder noted beside them is left behind."""
    transparency = picture.info.get("transparency")
    picture.info.clear()
    out = BytesIO()
    if image_format == "JPEG":
        pixels = picture if picture.mode in {"L", "RGB"} else picture.convert("RGB")
        pixels.save(out, "JPEG", quality=JPEG_QUALITY, exif=b"")
    else:
        pixels = picture if picture.mode in PNG_MODES else picture.convert("RGB")
        extra = {} if transparency is None else {"transparency": transparency}
        pixels.save(out, "PNG", compress_level=3, exif=b"", **extra)
    return out.getvalue()


METADATA_MARKERS: Final = {0xE1, 0xED, 0xFE, *range(0xE3, 0xED), 0xEF}
START_OF_SCAN: Final = 0xDA


def without_metadata(jpeg: bytes) -> bytes:
    """Return a JPEG without its segments of EXIF, XMP, IPTC and comments; its pixels are copied as they are.

    A file whose segments cannot be followed is returned unchanged.
    """
    if not jpeg.startswith(b"\xff\xd8"):
        return jpeg
    segments, offset = [jpeg[:2]], 2
    while offset + 4 <= len(jpeg) and jpeg[offset] == 0xFF:  # noqa: PLR2004
        marker = jpeg[offset + 1]
        if marker == START_OF_SCAN:
            return b"".join([*segments, jpeg[offset:]])
        end = offset + 2 + int.from_bytes(jpeg[offset + 2 : offset + 4])
        if marker not in METADATA_MARKERS:
            segments.append(jpeg[offset:end])
        offset = end
    return jpeg
