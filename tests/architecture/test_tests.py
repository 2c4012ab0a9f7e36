"""A test says something: it asserts, and it drives the real thing."""

import ast

from tests.architecture.source import dotted, functions, modules

SAYING = ("assert", "raises", "fail", "expect", "warns")


def called(function: ast.AST) -> set[str]:
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call))
    return {dotted(call.func).rpartition(".")[2] for call in calls}


def asserts(function: ast.AST) -> bool:
    says = any(isinstance(node, ast.Assert) for node in ast.walk(function))
    return says or any(word in name for name in called(function) for word in SAYING)


# A test may leave its assertion to a function of the tests that several share.
SPEAKERS = {
    function.name
    for module in modules("tests")
    for function in functions(module.tree)
    if asserts(function) and not function.name.startswith("test_")
}


def says_something(function: ast.AST) -> bool:
    return asserts(function) or bool(called(function) & SPEAKERS)


def is_test(function: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    decorators = [dotted(getattr(decorator, "func", decorator)) for decorator in function.decorator_list]
    return function.name.startswith("test_") and not any(name.endswith("fixture") for name in decorators)


def test_every_test_asserts() -> None:
    silent = [
        f"{module.path}:{function.lineno} {function.name}"
        for module in modules("tests")
        for function in functions(module.tree)
        if is_test(function) and not says_something(function)
    ]
    assert silent == []


def test_every_test_module_is_collected() -> None:
    lost = [
        module.path
        for module in modules("tests")
        if not module.path.rpartition("/")[2].startswith("test_")
        and any(is_test(function) for function in functions(module.tree))
    ]
    assert lost == []


def test_no_test_has_the_name_of_another() -> None:
    twins = []
    for module in modules("tests"):
        names = [node.name for node in module.tree.body if isinstance(node, ast.FunctionDef)]
        twins += [f"{module.path} {name}" for name in set(names) if names.count(name) > 1]
    assert twins == []
