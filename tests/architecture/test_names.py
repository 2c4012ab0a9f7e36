"""A module is named after what the user calls it, never after what it is made of."""

import ast

from tests.architecture.source import PRODUCT, ROOMS, every_module, modules, templates

BANNED = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "base",
    "services",
    "managers",
    "core",
    "tools",
    "lib",
}
BANNED_CLASSES = ("Service", "Manager", "Helper", "Mixin", "Factory")


def test_no_module_has_an_empty_name() -> None:
    places = {part.removesuffix(".py") for module in every_module() for part in module.path.split("/")}
    assert places & BANNED == set()


def test_no_template_folder_has_an_empty_name() -> None:
    folders = {part for name in templates() for part in name.split("/")[:-1]}
    assert folders & BANNED == set()


def test_no_class_has_an_empty_name() -> None:
    names = [
        f"{module.path}:{node.lineno} {node.name}"
        for module in modules(*ROOMS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        and node.name.endswith(BANNED_CLASSES)
        # A model may need a manager for the user table: Django asks for one by that name.
        and node.name != "UserManager"
    ]
    assert names == []


def test_an_abstract_model_has_two_children() -> None:
    children: dict[str, int] = {}
    for module in modules(*ROOMS):
        for node in (node for node in ast.walk(module.tree) if isinstance(node, ast.ClassDef)):
            for parent in node.bases:
                name = getattr(parent, "id", getattr(parent, "attr", ""))
                children[name] = children.get(name, 0) + 1
    abstract = [
        node.name
        for module in modules(*ROOMS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and "abstract = True" in (ast.unparse(node))
    ]
    assert [name for name in abstract if children.get(name, 0) < 2 and name != "Meta"] == []


def test_a_class_name_stands_once() -> None:
    # Django finds the class of a command, and the options of a model, by these names.
    by_name: dict[str, list[str]] = {}
    for module in modules(*PRODUCT):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ClassDef) and node.name not in {"Command", "Meta"}:
                by_name.setdefault(node.name, []).append(f"{module.path}:{node.lineno}")
    assert {name: paths for name, paths in by_name.items() if len(paths) > 1} == {}
