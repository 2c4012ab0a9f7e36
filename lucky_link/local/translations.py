"""Compilation of the translations at set-up: the repository holds .po files and no compiled .mo file."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

FOLDER = Path(__file__).resolve().parents[2] / "locale"


def compile_all(folder: Path = FOLDER) -> list[Path]:
    """Compile each .po that is newer than its .mo, and return the files written."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime > source.stat().st_mtime:
            continue
        with source.open("rb") as source_file:
            catalogue = read_po(source_file, abort_invalid=True)
        with target.open("wb") as target_file:
            write_mo(target_file, catalogue)
        written.append(target)
    return written
