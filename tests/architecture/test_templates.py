"""A page says what it is made of: components with named parameters, no script or style of its own."""

import ast
import re
from pathlib import Path

import pytest
from django.template.utils import get_app_template_dirs

from outbox.kinds import all_kinds
from tests.architecture.source import PRODUCT, ROOMS, ROOT, modules, templates

# A mail has no style sheet: its layout carries its styles, as mail programs want.
STYLED = ("emails/",)
# The comment that a component begins with; a long one goes on in comments of its own on the next lines.
FIRST_LINE = re.compile(r"\{# (?P<name>[\w-]+):(?P<parameters>.*?) #\}(?!\n\{#)", re.DOTALL)
INCLUDE = re.compile(r"\{% include \"(?P<name>[^\"]+)\"(?P<rest>[^%]*)%\}")
NAMED = re.compile(r"\"(?P<name>[\w./-]+\.(?:html|txt|svg|xml))(?:#[\w-]+)?\"")
# Django asks for these by itself.
ANSWERS = {"400.html", "403.html", "403_csrf.html", "404.html", "409.html", "500.html"}
LONGEST_LINE = 120
COMPONENTS = {name: text for name, text in templates().items() if name.startswith("components/")}


def without_comments(text: str) -> str:
    return re.sub(r"\{#.*?#\}|\{% comment %\}.*?\{% endcomment %\}", "", text, flags=re.DOTALL)


def test_no_line_is_longer_than_120_characters() -> None:
    long = [
        f"{name}:{number}"
        for name, text in templates().items()
        if name.endswith((".html", ".txt"))
        for number, line in enumerate(text.splitlines(), start=1)
        if len(line) > LONGEST_LINE
    ]
    assert long == []


@pytest.mark.parametrize("name", COMPONENTS)
def test_a_component_names_its_parameters_first(name: str) -> None:
    first = FIRST_LINE.match(COMPONENTS[name])
    assert first, "the first line is {# name: parameters #}"
    assert first["name"] == name.removeprefix("components/").removesuffix(".html")


def test_a_component_gets_only_what_it_is_given() -> None:
    leaking = [
        f"{place}: {include['name']}"
        for place, text in templates().items()
        for include in INCLUDE.finditer(without_comments(text))
        if include["name"].startswith("components/") and not include["rest"].rstrip().endswith("only")
    ]
    assert leaking == []


def test_a_component_is_given_what_it_names() -> None:
    unknown = []
    for place, text in templates().items():
        for include in INCLUDE.finditer(without_comments(text)):
            first = FIRST_LINE.match(COMPONENTS.get(include["name"], ""))
            given = re.findall(r"(\w+)=", include["rest"])
            named = re.findall(r"\w+", first["parameters"]) if first else given
            unknown += [f"{place}: {include['name']} {name}" for name in given if name not in named]
    assert unknown == []


@pytest.mark.parametrize(
    "banned",
    [
        r"\sstyle=",
        r"<style\b",
        r"<script(?![^>]*(?:\ssrc=|\stype=\"application/json\"))",
        r"\son[a-z]+=[\"']",
        r"javascript:",
        r"\shx-on[:-]",
        r"\bsrc=[\"']data:",
    ],
)
def test_no_page_carries_style_or_script(banned: str) -> None:
    violations = [
        f"{name}:{text[: match.start()].count(chr(10)) + 1}"
        for name, text in templates().items()
        if name.endswith(".html") and not name.startswith(STYLED)
        for match in re.finditer(banned, without_comments(text))
    ]
    assert violations == []


def test_no_page_asks_a_third_party() -> None:
    asking = [
        f"{name}: {match[0]}"
        for name, text in templates().items()
        for match in re.finditer(r"(?:src|srcset|action|poster)=[\"']https?://[^\"']*|@import[^;]*", text)
    ]
    assert asking == []


def replaces_a_template_of_a_package(name: str) -> bool:
    folders = [
        Path(folder) for folder in (*get_app_template_dirs("templates"), *get_app_template_dirs("forms"))
    ]
    return any((folder / name).exists() for folder in folders if ROOT / "templates" not in folder.parents)


def composed_names() -> list[re.Pattern[str]]:
    """Return the names that the product builds, such as `emails/{kind}/body.txt`, as patterns."""
    strings = [
        node
        for module in modules(*PRODUCT)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.JoinedStr)
        and ast.unparse(node).rstrip("'\"").endswith((".html", ".txt", ".svg"))
    ]
    parts = [
        [part.value if isinstance(part, ast.Constant) else None for part in text.values] for text in strings
    ]
    return [
        re.compile("".join("[^/]+" if part is None else re.escape(part) for part in text)) for text in parts
    ]


def test_every_template_is_reached() -> None:
    source = "\n".join([*(module.text for module in modules(*PRODUCT)), *templates().values()])
    named = {include["name"] for include in NAMED.finditer(source.replace("'", '"'))}
    patterns = composed_names()
    lost = [
        name
        for name in templates()
        if name not in named | ANSWERS
        and not any(pattern.fullmatch(name) for pattern in patterns)
        and not replaces_a_template_of_a_package(name)
    ]
    assert lost == []


def test_every_template_that_is_named_exists() -> None:
    source = "\n".join(module.text for module in modules(*ROOMS))
    named = {include["name"] for include in NAMED.finditer(source) if "/" in include["name"]}
    named |= {
        include["name"]
        for text in templates().values()
        for include in INCLUDE.finditer(without_comments(text))
    }
    missing = [
        name for name in named if name not in templates() and not replaces_a_template_of_a_package(name)
    ]
    assert missing == []


def test_every_mail_has_its_three_texts() -> None:
    texts = {
        f"emails/{kind.name}/{part}"
        for kind in all_kinds()
        for part in ("subject.txt", "body.txt", "body.html")
    }
    assert sorted(texts - set(templates())) == []
