"""Every refusal that can be raised explains itself in a sentence more precise than the default one."""

import ast
import importlib
import inspect
import re
from collections.abc import Iterator

from accounts.refusals import Refusal
from tests.architecture.source import ROOMS, dotted, modules

OWN_SENTENCE = re.compile(r"self\.sentence\b[^=\n]*=[^=]")


def refusals_below(parent: type[Refusal]) -> Iterator[type[Refusal]]:
    for child in parent.__subclasses__():
        yield child
        yield from refusals_below(child)


def product_refusals() -> list[type[Refusal]]:
    for module in modules(*ROOMS):
        importlib.import_module(module.path.removesuffix(".py").removesuffix("/__init__").replace("/", "."))
    return [
        refusal
        for refusal in dict.fromkeys(refusals_below(Refusal))
        if refusal.__module__.partition(".")[0] in ROOMS
    ]


def raised_names() -> set[str]:
    raised = (
        node.exc
        for module in modules(*ROOMS)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Raise)
    )
    classes = (error.func if isinstance(error, ast.Call) else error for error in raised if error is not None)
    return {dotted(error).rpartition(".")[2] for error in classes}


def has_sentence(refusal: type[Refusal]) -> bool:
    """Return whether the class, or a base of it other than Refusal itself, gives `sentence` a value."""
    own_bases = [base for base in refusal.__mro__ if base not in Refusal.__mro__]
    return any("sentence" in vars(base) or assigns_sentence(base) for base in own_bases)


def assigns_sentence(kind: type) -> bool:
    """Return whether `__init__` gives each refusal a sentence of its own."""
    return "__init__" in vars(kind) and OWN_SENTENCE.search(inspect.getsource(kind)) is not None


def test_every_concrete_refusal_has_a_sentence() -> None:
    raised = raised_names()
    silent = [
        f"{refusal.__module__}.{refusal.__qualname__}"
        for refusal in product_refusals()
        # A class with subclasses that nobody raises only groups them for `except`.
        if (not refusal.__subclasses__() or refusal.__name__ in raised) and not has_sentence(refusal)
    ]
    assert "\n".join(silent) == ""
