"""A photograph is written again from its pixels: nothing else of it is stored."""

from __future__ import annotations

from io import BytesIO

import pikepdf
import pytest
from PIL import Image

from accounts.organisations.file_kinds import MAX_BYTES, check_file
from tests import files
from tests.pdf_syntax import one_page, stream

NAMES = {"JPEG": "photo.jpg", "PNG": "photo.png"}
# What stands beside the pixels in the two formats, by the first bytes of its segment or chunk.
METADATA = (
    b"Exif",
    b"Secret",
    b"xmp",
    b"tEXt",
    b"iTXt",
    b"zTXt",
    b"eXIf",
    b"ICC_PROFILE",
    b"iCCP",
    b"Photoshop",
)


def stored(content, kind="JPEG"):
    return check_file(NAMES[kind], content).content


@pytest.mark.parametrize("kind", NAMES)
def test_nothing_but_the_pixels_is_stored(kind):
    before = files.photograph(kind)
    assert b"Secret camera" in before
    assert b"Secret latitude" in before
    after = stored(before, kind)
    assert [words for words in METADATA if words in after] == []
    with Image.open(BytesIO(after)) as picture:
        assert picture.format == kind
        assert not picture.getexif()
        assert {"exif", "xmp", "comment", "icc_profile"} & set(picture.info) == set()


@pytest.mark.parametrize("kind", NAMES)
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright(kind, orientation):
    before, after = (
        files.photograph(kind, orientation=orientation),
        stored(files.photograph(kind, orientation=orientation), kind),
    )
    black = {
        1: (0, 15),
        2: (39, 15),
        3: (39, 15),
        4: (0, 15),
        5: (15, 0),
        6: (15, 0),
        7: (15, 39),
        8: (15, 39),
    }
    with Image.open(BytesIO(before)) as picture:
        assert picture.getexif()[0x0112] == orientation
    with Image.open(BytesIO(after)) as picture:
        assert picture.size == ((40, 30) if orientation <= 4 else (30, 40))
        assert picture.convert("L").getpixel(black[orientation]) < 60


@pytest.mark.parametrize("hidden", [files.archive(), files.pdf(), b"<script>alert(1)</script>", b"MZ" * 40])
@pytest.mark.parametrize("kind", NAMES)
def test_what_hides_behind_a_photograph_is_left_behind(kind, hidden):
    assert hidden not in stored(files.photograph(kind) + hidden, kind)


@pytest.mark.parametrize("kind", NAMES)
def test_the_same_photograph_gives_the_same_bytes(kind):
    assert stored(files.photograph(kind), kind) == stored(files.photograph(kind), kind)


MODES = {"PNG": ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"), "JPEG": ("L", "RGB", "CMYK", "YCbCr")}


@pytest.mark.parametrize(("mode", "kind"), [(mode, kind) for kind in MODES for mode in MODES[kind]])
def test_a_photograph_of_any_colours_is_taken(mode, kind):
    before = BytesIO()
    Image.new("L", (30, 20), 200).convert(mode).save(before, kind)
    with Image.open(BytesIO(stored(before.getvalue(), kind))) as picture:
        assert picture.size == (30, 20)
        assert abs(picture.convert("RGB").getpixel((9, 9))[0] - 200) < 60 or mode in {"1", "I;16"}


@pytest.mark.parametrize(("width", "height"), [(6_000, 4_000), (9_000, 7_000)])
def test_a_large_photograph_is_made_smaller(width, height):
    before = BytesIO()
    Image.new("L", (width, height), 90).save(before, "JPEG")
    after = stored(before.getvalue())
    with Image.open(BytesIO(after)) as picture:
        assert picture.size == (width // 2, height // 2)
    assert len(after) < MAX_BYTES


def pdf_with_a_photograph(*, catalogue=b""):
    entries = b"/Subtype/Image/Width 40/Height 30/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode"
    page = b"/Resources<</XObject<</I 4 0 R>>>>"
    return one_page(stream(files.photograph(), entries), catalogue=catalogue, page=page)


def test_a_photograph_in_a_pdf_loses_its_metadata_and_no_pixel():
    before = pdf_with_a_photograph()
    after = check_file("statuts.pdf", before).content
    assert b"Secret" in before
    assert b"Secret" not in after
    assert after == check_file("statuts.pdf", before).content

    def pixels(content):
        with pikepdf.open(BytesIO(content)) as pdf:
            image = next(item for item in pdf.objects if isinstance(item, pikepdf.Stream))
            return Image.open(BytesIO(image.read_raw_bytes())).tobytes()

    assert pixels(after) == pixels(before)


def test_a_signed_pdf_is_stored_as_it_was_signed():
    signature = b"/AcroForm<</SigFlags 3/Fields[<</FT/Sig/V<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>>>]>>"
    before = pdf_with_a_photograph(catalogue=signature)
    assert check_file("statuts.pdf", before).content == before
