"""The fonts, cut at set-up from the packages that carry them.

Their licence reserves their name, so a changed file is never committed nor given away: every
installation cuts its own, one complete file a style (a subset under a shared family name prints
wrong letters in a PDF).
"""

import importlib.util
from concurrent.futures import ProcessPoolExecutor
from importlib.metadata import version
from pathlib import Path

from fontTools.ttLib import TTFont
from fontTools.varLib import instancer

from lucky_link.console import step

FOLDER = Path(__file__).resolve().parent.parent / "static" / "fonts"
REGULAR, SEMIBOLD = 400, 600
# The middle of the reading sizes; display sizes would print too thin in a paragraph.
READING_SIZE = 14
STYLES = {
    "regular": ("", REGULAR),
    "semibold": ("", SEMIBOLD),
    "italic": ("-Italic", REGULAR),
}
FAMILIES = {
    "source-serif-4": ("fontpkg-source-serif-4", "SourceSerif4{}[opsz,wght].ttf", {"opsz": READING_SIZE}),
    "source-sans-3": ("fontpkg-source-sans-3", "SourceSans3{}[wght].ttf", {}),
}


def cut_all(folder: Path = FOLDER) -> None:
    """Write every style as TrueType (for the PDF) and WOFF2 (for browsers), unless they are there."""
    recipe = " ".join(f"{package}={version(package)}" for package, _, _ in FAMILIES.values())
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
    slope, weight = STYLES[style]
    with TTFont(_source(package) / pattern.format(slope)) as variable:
        font = instancer.instantiateVariableFont(variable, {**axes, "wght": weight}, updateFontNames=True)
        font.save(folder / f"{family}-{style}.ttf")
        font.flavor = "woff2"
        font.save(folder / f"{family}-{style}.woff2")


def _source(package: str) -> Path:
    found = importlib.util.find_spec(package.replace("-", "_"))
    if found is None or found.origin is None:
        message = f"The font package {package} is not installed."
        raise FileNotFoundError(message)
    return Path(found.origin).parent / "files"
