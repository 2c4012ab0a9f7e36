"""The fonts of the pages: variable fonts, one WOFF2 file for each script, and the CSS rules that load them.

A browser fetches the file of a script when a page contains a character of it (`unicode-range`); the Latin
file contains what French and English pages use. Until a file arrives, text is set in a font of the reader's
device scaled to the same widths and line metrics, so that nothing moves (CSS Fonts 5, section 6).
"""

import hashlib
import io
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont

from lucky_link.local import fonts
from lucky_link.local.console import step

FOLDER = fonts.FOLDER.parent / "built"
RULES = "fonts.css"
STAMP = "fonts.recipe"
SLOPES = {"": "normal", "-Italic": "italic"}
# What the style sheets use, and what the shaping of Latin, Greek and Cyrillic needs.
FEATURES = ("calt", "ccmp", "kern", "liga", "lnum", "locl", "mark", "mkmk", "tnum")
# Characters of French and English, their punctuation, and the signs of the pages and of lists typed in them.
LATIN = frozenset(
    (
        *range(0x20, 0x7F),
        *range(0xA0, 0x100),
        *(0x131, 0x152, 0x153, 0x178, 0x2BC, 0x2C6, 0x2DC),
        *range(0x2000, 0x2070),
        *(0x20AC, 0x2116, 0x2122, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2260, 0x2264, 0x2265),
        *(0x25A0, 0x25A1, 0x25AA, 0x25AB, 0x25BA, 0x25C6, 0x25C7, 0x25CB, 0x25CF, 0x25E6),
        *(0x2610, 0x2611, 0x2713, 0x2714),
    )
)
BLOCKS = {
    "greek": (range(0x370, 0x400), range(0x1F00, 0x2000)),
    "cyrillic": (range(0x400, 0x530), range(0x1C80, 0x1C90), range(0x2DE0, 0x2E00), range(0xA640, 0xA6A0)),
    "latin-ext": (range(0x2000), range(0x2C60, 0x2C80), range(0xA700, 0xA800), range(0xFB00, 0xFB07)),
}
SYMBOLS = "symbols"
LONGEST_GAP = 32
# French and English in the proportion of the pages: the text whose mean width is matched.
SAMPLE = (
    "Deux mondes, une feuille de route, une charte signée. Une association de patients et une entreprise de"
    " santé s’accordent sur une action précise, jusqu’au 24 mars à 18 h. Each party reads the same text,"
    " clause by clause, agrees to it or says why not, and signs the charter that both have written with a"
    " neutral broker."
)


@dataclass(frozen=True, kw_only=True)
class DeviceFont:
    """A font of devices: its names for `local()`, and the mean width of SAMPLE in em, by weight of ours.

    Measured on the files of the font, or of one made to the same widths (Arimo, Liberation Sans for Arial).
    Those of Georgia follow from its mean width of a letter in `@capsizecss/metrics`.
    """

    names: Mapping[int, tuple[str, ...]]
    widths: Mapping[int, float]


# In the order in which they are tried: Android; Windows, macOS and iOS; Linux.
DEVICE_FONTS = {
    "source-sans-3": {
        "Roboto": DeviceFont(
            names={400: ("Roboto", "Roboto-Regular"), 600: ("Roboto Bold", "Roboto-Bold")},
            widths={400: 0.4366, 600: 0.4436},
        ),
        "Arial": DeviceFont(
            names={
                400: ("Arial", "ArialMT", "Liberation Sans", "Arimo"),
                600: ("Arial Bold", "Arial-BoldMT", "Liberation Sans Bold", "Arimo Bold"),
            },
            widths={400: 0.4403, 600: 0.4721},
        ),
        "DejaVu": DeviceFont(
            names={400: ("DejaVu Sans",), 600: ("DejaVu Sans Bold",)}, widths={400: 0.5034, 600: 0.5676}
        ),
    },
    "source-serif-4": {
        "Noto": DeviceFont(
            names={400: ("Noto Serif", "NotoSerif"), 600: ("Noto Serif Bold", "NotoSerif-Bold")},
            widths={400: 0.4692, 600: 0.4989},
        ),
        "Georgia": DeviceFont(
            names={400: ("Georgia", "Gelasio"), 600: ("Georgia Bold", "Georgia-Bold", "Gelasio Bold")},
            widths={400: 0.4349, 600: 0.5054},
        ),
        "DejaVu": DeviceFont(
            names={400: ("DejaVu Serif",), 600: ("DejaVu Serif Bold",)}, widths={400: 0.5078, 600: 0.5595}
        ),
    },
}


def build(folder: Path = FOLDER) -> str:
    """Write the font files unless they are there, and return the `@font-face` rules that load them."""
    packages = ("uharfbuzz", "fonttools", *(package for package, _, _ in fonts.FAMILIES.values()))
    versions = " ".join(f"{package}={version(package)}" for package in packages)
    recipe = f"{versions} code={hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}"
    stamp, rules = folder / STAMP, folder / RULES
    if not stamp.exists() or stamp.read_text() != recipe:
        folder.mkdir(parents=True, exist_ok=True)
        with step("making the fonts of the pages"), ProcessPoolExecutor() as pool:
            styles = [
                pool.submit(_write_style, family, slope, folder)
                for family in fonts.FAMILIES
                for slope in SLOPES
            ]
            faces = [face for style in styles for face in style.result()]
        rules.write_text("\n".join([*faces, *_device_rules()]))
        stamp.write_text(recipe)
    return rules.read_text()


def _write_style(family: str, slope: str, folder: Path) -> list[str]:
    """Write the files of one style of a family, and return their rules."""
    face, axes = _variable_font(family, slope)
    scripts = _by_script(face.unicodes)
    rules = []
    for script, characters in scripts.items():
        name = f"{family}{slope.lower()}-{script}.woff2"
        others = [character for other in scripts if other != script for character in scripts[other]]
        _write_subset(face, axes, characters, folder / name)
        rules.append(_rule(family, SLOPES[slope], name, unicode_range(characters, others)))
    return rules


def _variable_font(family: str, slope: str) -> tuple[uharfbuzz.Face, Mapping[str, float]]:
    """Return the font of a style and the axes that are pinned."""
    package, pattern, axes = fonts.FAMILIES[family]
    path = fonts.source_folder(package) / pattern.format(slope)
    return uharfbuzz.Face(uharfbuzz.Blob.from_file_path(path)), axes


def _by_script(characters: Iterable[int]) -> dict[str, list[int]]:
    """Return the characters of each file; the Latin one comes first."""
    scripts: dict[str, list[int]] = {name: [] for name in ("latin", *BLOCKS, SYMBOLS)}
    for character in sorted(characters):
        scripts[script_of(character)].append(character)
    return {script: inside for script, inside in scripts.items() if inside}


def script_of(character: int) -> str:
    """Return the name of the file that contains a character, if the font has it."""
    if character in LATIN:
        return "latin"
    of_block = (name for name, blocks in BLOCKS.items() if any(character in block for block in blocks))
    return next(of_block, SYMBOLS)


def unicode_range(characters: list[int], others: Iterable[int]) -> str:
    """Return `characters` as the value of `unicode-range`.

    A range extends over a few characters that no file has, never over one of `others`.
    """
    foreign = sorted(others)
    ranges = [[characters[0], characters[0]]]
    for before, character in pairwise(characters):
        if character - before > LONGEST_GAP or any(before < other < character for other in foreign):
            ranges.append([character, character])
        else:
            ranges[-1][1] = character
    return ", ".join(f"U+{first:X}" if first == last else f"U+{first:X}-{last:X}" for first, last in ranges)


def _write_subset(
    face: uharfbuzz.Face, axes: Mapping[str, float], characters: Iterable[int], path: Path
) -> None:
    plan = uharfbuzz.SubsetInput()
    for axis, value in axes.items():
        plan.pin_axis_location(face, axis, value)
    plan.set_axis_range(face, "wght", fonts.REGULAR, fonts.SEMIBOLD, fonts.REGULAR)
    plan.unicode_set.update(characters)
    plan.layout_feature_tag_set.clear()
    plan.layout_feature_tag_set.update(int.from_bytes(tag.encode()) for tag in FEATURES)
    plan.flags = uharfbuzz.SubsetFlags.NO_HINTING
    with TTFont(io.BytesIO(uharfbuzz.subset(face, plan).blob.data)) as font:
        font.flavor = "woff2"
        font.save(path)


def _rule(family: str, style: str, name: str, characters: str) -> str:
    return (
        f'@font-face {{ font-family: "{fonts.NAMES[family]}"; font-style: {style};'
        f" font-weight: {fonts.REGULAR} {fonts.SEMIBOLD}; font-display: swap;"
        f' src: url("{name}") format("woff2"); unicode-range: {characters}; }}'
    )


def _device_rules() -> Iterator[str]:
    """Give the rules of the device fonts, scaled to the widths and line metrics of ours."""
    for family, devices in DEVICE_FONTS.items():
        face, axes = _variable_font(family, "")
        for weight in (fonts.REGULAR, fonts.SEMIBOLD):
            font = uharfbuzz.Font(face)
            font.set_variations({**axes, "wght": weight})
            yield from (_device_rule(family, name, font, device, weight) for name, device in devices.items())


def _device_rule(family: str, name: str, font: uharfbuzz.Font, device: DeviceFont, weight: int) -> str:
    scale = mean_width(font) / device.widths[weight]
    extents = font.get_font_extents("ltr")
    lines = (extents.ascender, -extents.descender, extents.line_gap)
    ascent, descent, gap = (f"{line / font.face.upem / scale:.2%}" for line in lines)
    sources = ", ".join(f'local("{local_name}")' for local_name in device.names[weight])
    return (
        f'@font-face {{ font-family: "{fonts.NAMES[family]} {name}"; font-weight: {weight}; src: {sources};'
        f" size-adjust: {scale:.2%}; ascent-override: {ascent}; descent-override: {descent};"
        f" line-gap-override: {gap}; }}"
    )


def mean_width(font: uharfbuzz.Font) -> float:
    """Return the mean width of a character of SAMPLE, in em."""
    widths = [font.get_glyph_h_advance(font.get_nominal_glyph(ord(character)) or 0) for character in SAMPLE]
    return float(sum(widths) / len(widths) / font.face.upem)
