"""The fonts of the PDF, cut at set-up from the packages that carry them; those of the pages: `web_fonts`.

Their licence reserves their name, so a changed file is never committed nor given away: every
installation cuts its own, one complete file a style (a subset under a shared family name prints
wrong letters in a PDF).
"""

import importlib.util
import io
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

import uharfbuzz
from fontTools.ttLib import TTFont

from lucky_link.local.console import step

FOLDER = Path(__file__).resolve().parents[2] / "static" / "fonts"
REGULAR, SEMIBOLD = 400, 600
# The middle of the reading sizes; display sizes would print too thin in a paragraph.
READING_SIZE = 14
# The style's name for programs that know four styles a family, its slope in file names, its weight.
STYLES = {
    "regular": ("Regular", "", REGULAR),
    "semibold": ("SemiBold", "", SEMIBOLD),
    "italic": ("Italic", "-Italic", REGULAR),
}
FAMILIES = {
    "source-serif-4": ("fontpkg-source-serif-4", "SourceSerif4{}[opsz,wght].ttf", {"opsz": READING_SIZE}),
    "source-sans-3": ("fontpkg-source-sans-3", "SourceSans3{}[wght].ttf", {}),
}
NAMES = {"source-serif-4": "Source Serif 4", "source-sans-3": "Source Sans 3"}


def cut_all(folder: Path = FOLDER) -> None:
    """Write every style as TrueType, unless they are there."""
    packages = ("uharfbuzz", *(package for package, _, _ in FAMILIES.values()))
    recipe = " ".join(f"{package}={version(package)}" for package in packages)
    stamp = folder / "recipe"
    if stamp.exists() and stamp.read_text() == recipe:
        return
    folder.mkdir(parents=True, exist_ok=True)
    with step("cutting the fonts"), ProcessPoolExecutor() as pool:
        cuts = [pool.submit(cut, family, style, folder) for family in FAMILIES for style in STYLES]
        for done in cuts:
            done.result()
    stamp.write_text(recipe)


def cut(family: str, style: str, folder: Path) -> None:
    """Write one style of one family."""
    package, pattern, axes = FAMILIES[family]
    _, slope, weight = STYLES[style]
    variable = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(source_folder(package) / pattern.format(slope)))
    plan = uharfbuzz.SubsetInput()
    plan.keep_everything()
    for axis, value in {**axes, "wght": weight}.items():
        plan.pin_axis_location(variable, axis, value)
    with TTFont(io.BytesIO(uharfbuzz.subset(variable, plan).blob.data)) as font:
        _name(font, NAMES[family], STYLES[style][0])
        font.save(folder / f"{family}-{style}.ttf")


def _name(font: TTFont, family: str, style: str) -> None:
    """Name a cut style; without this each would call itself the default of its variable font."""
    for table in ("DSIG", "STAT"):  # a signature and axes that the cut no longer has
        if table in font:
            del font[table]
    is_of_four = style in {"Regular", "Italic"}
    names = {
        1: family if is_of_four else f"{family} {style}",
        2: style if is_of_four else "Regular",
        4: f"{family} {style}",
        6: f"{family} {style}".replace(" ", ""),
        16: family,
        17: style,
    }
    for number, words in names.items():
        font["name"].setName(words, number, 3, 1, 0x409)


def source_folder(package: str) -> Path:
    """Return the folder of the font files of a package. Raises FileNotFoundError when it is not installed."""
    spec = importlib.util.find_spec(package.replace("-", "_"))
    if spec is None or spec.origin is None:
        message = f"The font package {package} is not installed."
        raise FileNotFoundError(message)
    return Path(spec.origin).parent / "files"
