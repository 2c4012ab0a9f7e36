"""The style sheets: nothing unused, nothing louder than a class, no colour outside the tokens."""

import re

import pytest

from lucky_link.local import web_files
from tests.architecture.source import PRODUCT, STYLES, modules, styles, templates

# What no template writes, with who writes it.
WRITTEN_ELSEWHERE = {
    "htmx-request": "htmx, while a request is under way",
    "htmx-indicator": "htmx, shown while a request is under way",
    "errorlist": "Django's forms",
    "js": "the page's own script, when scripts run",
}
RULES = {name: re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL) for name, text in styles().items()}
# The web pages; the charter's sheet is for the PDF and paints its own paper.
PAGES = {name: text for name, text in RULES.items() if name not in {"tokens.css", "charter.css"}}


def classes(rules: str) -> set[str]:
    """Return the class names of the selectors, without strings, addresses and values."""
    selectors = re.sub(r"\"[^\"]*\"|url\([^)]*\)", "", rules)
    return set(re.findall(r"\.(-?[a-zA-Z_][\w-]*)", re.sub(r":[^;{}]*;", ";", selectors)))


def test_every_class_is_used() -> None:
    source = "\n".join([*templates().values(), *(module.text for module in modules(*PRODUCT))])
    words = set(re.findall(r"[a-zA-Z_][\w-]*", source))
    # `button--{{ kind }}` in a template stands for every class that begins so.
    beginnings = tuple(set(re.findall(r"([a-zA-Z][\w-]*-)\{[{%]", source)))
    unused = {
        f"{sheet}: .{name}"
        for sheet, rules in RULES.items()
        for name in classes(rules)
        if name not in words | set(WRITTEN_ELSEWHERE) and not (beginnings and name.startswith(beginnings))
    }
    assert sorted(unused) == []


@pytest.mark.parametrize("sheet", PAGES)
def test_a_sheet_is_calm(sheet: str) -> None:
    rules = PAGES[sheet]
    # Less movement and print must win over everything; that is what `!important` is for.
    loud = [match[0] for match in re.finditer(r"[^;{}]*!important", rules)]
    allowed = ("animation", "transition", "scroll-behavior", "display: none")
    assert [rule for rule in loud if not rule.strip().startswith(allowed)] == []
    selectors = re.findall(r"(?:^|[{};])\s*([^{};]+)\{", rules)
    assert [selector for selector in selectors if re.search(r"#[a-zA-Z]", selector)] == []


@pytest.mark.parametrize("sheet", PAGES)
def test_a_colour_comes_from_the_tokens(sheet: str) -> None:
    declarations = re.findall(r":\s*([^;{}]+)[;}]", PAGES[sheet])
    colours = [
        value for value in declarations if re.search(r"#[0-9a-fA-F]{3,8}\b|\b(rgb|hsl|oklch)a?\(", value)
    ]
    assert colours == []


@pytest.mark.parametrize("sheet", [name for name in RULES if name != "charter.css"])
def test_a_sheet_writes_in_its_layer(sheet: str) -> None:
    outside = re.sub(r"@charset[^;]*;|@layer[^;{]*;", "", RULES[sheet]).strip()
    assert outside.startswith("@layer ")


@pytest.mark.parametrize("sheet", RULES)
def test_no_sheet_names_a_file(sheet: str) -> None:
    assert re.findall(r"url\([^)]*\)", RULES[sheet]) == []


def test_the_style_sheet_of_the_pages_is_made_of_every_sheet() -> None:
    paths = [path.relative_to(STYLES).as_posix() for path in STYLES.rglob("*.css")]
    assert sorted(web_files.SHEETS) == sorted(path for path in paths if path != "charter.css")
