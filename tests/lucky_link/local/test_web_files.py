"""What browsers load is made from its sources: the style sheet, the fonts, the script for passkeys."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
import uharfbuzz
from fontTools.ttLib import TTFont

from lucky_link.local import fonts, web_files, web_fonts

ROOT = Path(__file__).resolve().parents[3]
LATIN_FILES = sorted(web_fonts.FOLDER.glob("*-latin.woff2"))
MOST_BYTES = 120_000


def written() -> set[str]:
    """Return every character that templates, catalogues and style sheets write."""
    folders = (ROOT / "templates", ROOT / "locale", ROOT / "static" / "css")
    paths = [
        path for folder in folders for path in folder.rglob("*.*") if path.suffix in {".html", ".po", ".css"}
    ]
    return {character for path in paths for character in path.read_text() if character.isprintable()}


def test_a_page_in_french_or_english_needs_the_latin_files_alone() -> None:
    whole = {file.stem: TTFont(file).getBestCmap() for file in fonts.FOLDER.glob("*-regular.ttf")}
    assert len(whole) == 2
    elsewhere = {
        (name, character)
        for name, characters in whole.items()
        for character in written()
        if ord(character) in characters and web_fonts.script_of(ord(character)) != "latin"
    }
    assert elsewhere == set()


def test_each_character_of_the_fonts_is_in_one_file() -> None:
    for family in fonts.FAMILIES:
        whole = set(TTFont(fonts.FOLDER / f"{family}-regular.ttf").getBestCmap())
        files = [TTFont(file).getBestCmap() for file in web_fonts.FOLDER.glob(f"{family}-[!i]*.woff2")]
        assert len(files) == 5
        assert set().union(*files) == whole
        assert sum(map(len, files)) == len(whole)


def test_the_ranges_of_the_rules_name_one_file_for_each_character() -> None:
    rules = re.findall(r"src: url\(\"([^\"]+)\"\).*?unicode-range: ([^;]+);", web_fonts.build())
    assert len(rules) == 20
    for name, ranges in rules:
        covered: set[int] = set()
        for first, last in re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", ranges):
            covered.update(range(int(first, 16), int(last or first, 16) + 1))
        own = set(TTFont(web_fonts.FOLDER / name).getBestCmap())
        assert own <= covered
        prefix = name.rpartition("-latin-ext" if "latin-ext" in name else "-")[0]
        siblings = [
            file
            for file in web_fonts.FOLDER.glob(f"{prefix}-*.woff2")
            if file.name != name and ("italic" in file.name) == ("italic" in name)
        ]
        assert len(siblings) == 4
        for sibling in siblings:
            assert not covered & set(TTFont(sibling).getBestCmap()), (name, sibling.name)


def test_the_latin_files_of_all_styles_are_light() -> None:
    assert len(LATIN_FILES) == 4
    assert sum(file.stat().st_size for file in LATIN_FILES) < MOST_BYTES


@pytest.mark.parametrize("file", LATIN_FILES, ids=lambda file: file.stem)
def test_a_font_has_both_weights_and_figures_of_one_width(file: Path) -> None:
    font = TTFont(file)
    [axis] = font["fvar"].axes
    assert (axis.axisTag, axis.minValue, axis.maxValue) == ("wght", 400, 600)
    widths = {font["hmtx"][font.getBestCmap()[ord(digit)]][0] for digit in "0123456789"}
    assert max(widths) - min(widths) <= 1  # thousandths of an em, from rounding
    assert "kern" in {record.FeatureTag for record in font["GPOS"].table.FeatureList.FeatureRecord}


def test_a_font_of_the_device_is_as_wide_as_ours() -> None:
    rules = web_fonts.build()
    for family, devices in web_fonts.DEVICE_FONTS.items():
        whole = uharfbuzz.Face(uharfbuzz.Blob.from_file_path(fonts.FOLDER / f"{family}-regular.ttf"))
        ours = web_fonts.mean_width(uharfbuzz.Font(whole))
        for name, device in devices.items():
            rule = re.search(rf'font-family: "{fonts.NAMES[family]} {name}"; font-weight: 400;[^}}]*', rules)
            assert rule is not None
            scale = float(re.findall(r"size-adjust: ([\d.]+)%", rule[0])[0]) / 100
            assert device.widths[400] * scale == pytest.approx(ours, rel=0.002)
            ascent = float(re.findall(r"ascent-override: ([\d.]+)%", rule[0])[0]) / 100
            ascender = TTFont(fonts.FOLDER / f"{family}-regular.ttf")["hhea"].ascent / whole.upem
            assert ascent * scale == pytest.approx(ascender, rel=0.002)


def test_another_source_makes_another_style_sheet(tmp_path: Path) -> None:
    for name in web_files.SHEETS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"@layer components {{ .{Path(name).stem} {{ color: red; }} }}")
    before = web_files.style_sheet("", tmp_path)
    assert [before.index(f".{Path(name).stem}") for name in web_files.SHEETS] == sorted(
        before.index(f".{Path(name).stem}") for name in web_files.SHEETS
    )
    (tmp_path / "layout.css").write_text("@layer layout { .other { color: blue; } }")
    assert ".other{color:blue}" in web_files.style_sheet("", tmp_path)


def test_a_descendant_stays_one(tmp_path: Path) -> None:
    for name in web_files.SHEETS:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    (tmp_path / "base.css").write_text(
        ".menu { & > ul :is(a, b) { color: red; } & a:hover { color: blue; } }"
    )
    minified = web_files.style_sheet("", tmp_path)
    assert "ul *:is(a,b){color:red" in minified
    assert "a:hover{color:blue" in minified


def test_a_stale_file_is_made_again_and_a_current_one_left() -> None:
    sheet = web_files.FOLDER / "site.css"
    web_files.build_all()
    current = sheet.read_text()
    os.utime(sheet, (1, 1))
    web_files.build_all()
    assert sheet.stat().st_mtime == 1
    sheet.write_text("stale")
    web_files.build_all()
    assert sheet.read_text() == current
