"""The files of the house, read once, for tests that read code."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("accounts", "associations", "broker", "companies", "ledger", "outbox", "partnerships")
PRODUCT = (*ROOMS, "lucky_link")
TEMPLATES = ROOT / "templates"
STYLES = ROOT / "static" / "css"


@dataclass(frozen=True, kw_only=True)
class Module:
    """One Python file: where it is, relative to the root, and what it says."""

    path: str
    text: str

    @property
    def tree(self) -> ast.Module:
        """Return the syntax tree, parsed once."""
        return parsed(self.text)

    @property
    def room(self) -> str:
        """Return the first folder of the path."""
        return self.path.partition("/")[0]

    def is_in(self, *places: str) -> bool:
        """Say whether the module is one of `places` of its app or of a chapter of it, or lies in that folder."""
        _app, *inside = self.path.removesuffix(".py").split("/")
        return any(place in inside[:2] for place in places)


@cache
def parsed(text: str) -> ast.Module:
    return ast.parse(text)


@cache
def modules(*folders: str) -> tuple[Module, ...]:
    """Return every module of the folders, without migrations, in the order of their paths."""
    paths = [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]
    return tuple(
        Module(path=path.relative_to(ROOT).as_posix(), text=path.read_text())
        for path in paths
        if "migrations" not in path.parts and "__pycache__" not in path.parts
    )


def every_module() -> tuple[Module, ...]:
    """Return the modules of the product and of the tests."""
    return modules(*PRODUCT, "tests")


@cache
def templates() -> dict[str, str]:
    """Return the text of every page, mail and component, by its name."""
    return {
        path.relative_to(TEMPLATES).as_posix(): path.read_text()
        for path in sorted(TEMPLATES.rglob("*"))
        if path.suffix in {".html", ".txt", ".svg", ".xml"}
    }


@cache
def styles() -> dict[str, str]:
    """Return the text of every style sheet, by its name."""
    return {path.relative_to(STYLES).as_posix(): path.read_text() for path in sorted(STYLES.rglob("*.css"))}


def imports(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Give each thing imported below `tree`, with its line, as a dotted name."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def dotted(node: ast.AST) -> str:
    """Return `a.b.c` for a name or a chain of attributes, else the last attribute alone."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return ""


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Give every function and method below `tree`."""
    return (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
