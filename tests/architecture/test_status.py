"""Every act that writes in the ledger of a case ends by refreshing the status of that case."""

import ast

from tests.architecture.source import dotted, functions, modules

ACTIONS = [module for module in modules("partnerships") if module.is_in("actions")]
WRITERS = {f"partnerships.case.transitions.{name}" for name in ("write", "advance_case", "advance_edition")}

type Calls = dict[str, tuple[ast.FunctionDef, set[str]]]


def called(function: ast.AST, here: str, imported: dict[str, str]) -> set[str]:
    """Return what a function calls, by dotted names; `imported`: what the names of its module stand for."""
    names = set()
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            first, _, rest = dotted(node.func).partition(".")
            names.add(".".join(filter(None, (imported.get(first, f"{here}.{first}"), rest))))
    return names


def graph() -> Calls:
    """Return each function of the actions with what it calls, by dotted name."""
    calls = {}
    for module in ACTIONS:
        here = module.path.removesuffix(".py").replace("/", ".")
        imported = {
            alias.asname or alias.name: f"{node.module}.{alias.name}"
            for node in ast.walk(module.tree)
            if isinstance(node, ast.ImportFrom)
            for alias in node.names
        }
        for function in functions(module.tree):
            calls[f"{here}.{function.name}"] = (function, called(function, here, imported))
    return calls


def writing(calls: Calls) -> set[str]:
    """Return the functions that write in the ledger of a case, by themselves or by what they call."""
    reached = set(WRITERS)
    while more := {
        name for name, (_function, names) in calls.items() if name not in reached and names & reached
    }:
        reached |= more
    return reached


def is_atomic(function: ast.FunctionDef) -> bool:
    return any(dotted(decorator).endswith("atomic") for decorator in function.decorator_list)


def ends_with_refresh(function: ast.FunctionDef) -> bool:
    """Tell whether nothing but the return follows the refresh, be it the end of a loop over the cases."""
    body = function.body[:-1] if isinstance(function.body[-1], ast.Return) else function.body
    last = body[-1]
    calls = [last] if isinstance(last, ast.Expr) else ast.walk(last) if isinstance(last, ast.For) else []
    return any(
        dotted(node.value.func) == "refresh_status"
        for node in calls
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
    )


def test_every_act_that_writes_ends_by_refreshing_the_status() -> None:
    calls = graph()
    writers = writing(calls)
    atomic = {name for name, (function, _names) in calls.items() if is_atomic(function) and name in writers}
    assert len(atomic) > 25
    # Whoever hands the whole act on to another act leaves the end to it.
    forgetful = [
        name
        for name in sorted(atomic)
        if not ends_with_refresh(calls[name][0])
        and not any(other in atomic and ends_with_refresh(calls[other][0]) for other in calls[name][1])
    ]
    assert forgetful == []


def test_nothing_but_the_refresh_writes_the_status_rows() -> None:
    rows = {"PartnershipStatus", "ClauseStanding", "ClausePosition"}
    writers = [
        f"{module.path}:{node.lineno}"
        for module in modules("partnerships", "broker", "associations", "companies")
        if not module.path.endswith("actions/status.py")
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call)
        and dotted(node.func).partition(".")[0] in rows
        and dotted(node.func).rpartition(".")[2]
        in {"create", "update", "delete", "save", "bulk_create", "update_or_create", "get_or_create"}
    ]
    assert writers == []
