"""The rules of the rooms that only the code itself can show."""

import ast
import importlib
import inspect

import pytest

from tests.architecture.source import ROOMS, Module, dotted, functions, modules

CLOCKS = {
    "timezone.now",
    "now",
    "datetime.now",
    "datetime.utcnow",
    "datetime.today",
    "date.today",
    "time.time",
}
DOORS = ("views", "tasks", "management", "adapter")
ROWS = {"objects", "save", "delete", "bulk_create", "bulk_update", "select_for_update", "get_or_create"}
ACTIONS = [module for module in modules(*ROOMS) if module.is_in("actions")]


def calls(module: Module) -> list[ast.Call]:
    return [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]


def test_only_doors_read_the_clock() -> None:
    readers = [
        f"{module.path}:{call.lineno} {dotted(call.func)}"
        for module in modules(*ROOMS)
        if not module.is_in(*DOORS)
        for call in calls(module)
        if dotted(call.func) in CLOCKS or dotted(call.func).endswith((".timezone.now", ".datetime.now"))
    ]
    assert readers == []


def test_views_and_tasks_touch_no_row() -> None:
    touched = [
        f"{module.path}:{node.lineno} .{node.attr}"
        for module in modules(*ROOMS)
        if module.is_in("views", "tasks")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr in ROWS
    ]
    assert touched == []


def test_views_and_tasks_open_no_transaction() -> None:
    opened = [
        f"{module.path}:{node.lineno}"
        for module in modules(*ROOMS)
        if module.is_in("views", "tasks")
        for node in ast.walk(module.tree)
        if dotted(node).startswith("transaction.")
    ]
    assert opened == []


def state_writes(module: Module) -> list[str]:
    written = []
    for node in ast.walk(module.tree):
        targets = node.targets if isinstance(node, ast.Assign) else []
        targets = [node.target] if isinstance(node, ast.AnnAssign | ast.AugAssign) else targets
        written += [t.lineno for t in targets if isinstance(t, ast.Attribute) and t.attr == "state"]
        if isinstance(node, ast.Call) and dotted(node.func).rpartition(".")[2] == "update":
            written += [node.lineno for keyword in node.keywords if keyword.arg == "state"]
    return [f"{module.path}:{line}" for line in written]


def test_only_transitions_write_a_state() -> None:
    # The outbox has no lifecycle table: the state of a delivery is a fact of the post, written by who carries it.
    writers = [
        place
        for module in modules(*ROOMS)
        # A lifecycle has no rows: what it names `state` is a word in an exception.
        if module.room != "outbox"
        and not module.is_in("lifecycle")
        and not module.path.endswith("/transitions.py")
        for place in state_writes(module)
    ]
    assert writers == []


def is_plain_value(kind: type) -> bool:
    """Tell whether a class only groups what an action takes: frozen, and no method of its own."""
    frozen = getattr(kind, "__dataclass_params__", None) is not None and kind.__dataclass_params__.frozen
    methods = [name for name, thing in vars(kind).items() if inspect.isfunction(thing) and name[0] != "_"]
    return (frozen or hasattr(kind, "_fields")) and not methods


@pytest.mark.parametrize("module", ACTIONS, ids=lambda module: module.path)
def test_actions_hold_functions_and_the_names_of_obstacles(module: Module) -> None:
    name = module.path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
    loaded = importlib.import_module(name)
    classes = [kind for _, kind in inspect.getmembers(loaded, inspect.isclass) if kind.__module__ == name]
    assert [
        kind.__name__ for kind in classes if not (issubclass(kind, Exception) or is_plain_value(kind))
    ] == []


def test_an_action_is_called_by_name() -> None:
    positional = [
        f"{module.path}:{function.lineno} {function.name}"
        for module in ACTIONS
        for function in functions(module.tree)
        if not function.name.startswith("_")
        and any(dotted(decorator).endswith("atomic") for decorator in function.decorator_list)
        and (function.args.args or function.args.posonlyargs or function.args.vararg)
    ]
    assert positional == []


def test_no_action_passes_arguments_through() -> None:
    through = [
        f"{module.path}:{function.lineno} **{function.args.kwarg.arg}"
        for module in modules(*ROOMS)
        if module.is_in("actions", "queries")
        for function in functions(module.tree)
        # `paths` renames columns, as `values_list` does.
        if function.args.kwarg and function.args.kwarg.arg not in {"facts", "paths"}
    ]
    assert through == []


def test_no_relation_is_generic() -> None:
    generic = [
        f"{module.path}:{node.lineno}"
        for module in modules(*ROOMS)
        for node in ast.walk(module.tree)
        if dotted(node).rpartition(".")[2] in {"GenericForeignKey", "GenericRelation"}
    ]
    assert generic == []


def test_no_model_hides_work() -> None:
    hidden = [
        f"{module.path}:{function.lineno} {node.name}.{function.name}"
        for module in modules(*ROOMS)
        if module.is_in("models")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef)
        for function in node.body
        if isinstance(function, ast.FunctionDef)
        and function.name in {"save", "delete", "clean", "full_clean"}
    ]
    assert hidden == []


def test_no_model_orders_itself() -> None:
    ordered = [
        f"{module.path}:{node.lineno}"
        for module in modules(*ROOMS)
        if module.is_in("models")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "ordering" for target in node.targets)
    ]
    assert ordered == []
