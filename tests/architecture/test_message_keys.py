"""Keys of messages are built in the modules `message_keys` alone, tell facts apart, and are parsed nowhere."""

import ast
import inspect
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from accounts import message_keys as account_keys
from outbox import message_keys as outbox_keys
from partnerships import message_keys as case_keys
from partnerships.models import Milestone
from tests.architecture.source import PRODUCT, Module, dotted, imports, modules

BUILDERS = {"build_key", "build_prefix"}
POSTERS = {"post", "cancel", "cancel_one", "replan", "Plan", "next_times"}
PARSERS = {
    "split",
    "rsplit",
    "partition",
    "rpartition",
    "removeprefix",
    "removesuffix",
    "startswith",
    "endswith",
}
TYPES = {"MessageKey", "KeyPrefix"}
OTHERS = [module for module in modules(*PRODUCT) if not module.path.endswith("/message_keys.py")]
OWN = [module for module in modules(*PRODUCT) if module.path.endswith("/message_keys.py")]

type Build = Callable[..., str]


def first_words() -> set[str]:
    """Return the first part of every key, as the modules of keys write it."""
    return {
        str(call.args[0].value)
        for module in OWN
        for call in ast.walk(module.tree)
        if isinstance(call, ast.Call)
        and dotted(call.func) in BUILDERS
        and isinstance(call.args[0], ast.Constant)
    }


BEGINNING = re.compile(rf"({'|'.join(sorted(map(re.escape, first_words())))}):")


def is_text(node: ast.AST | None) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def is_key_text(node: ast.AST) -> bool:
    """Say whether an f-string begins as a key does."""
    first = node.values[0] if isinstance(node, ast.JoinedStr) and node.values else None
    return isinstance(first, ast.Constant) and BEGINNING.match(str(first.value)) is not None


def is_written(node: ast.AST) -> bool:
    """Say whether a key, a prefix or a "collapse" fact is written where it is used."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return any(isinstance(k, ast.Constant) and k.value == "collapse" and is_text(v) for k, v in pairs)
    if not isinstance(node, ast.Call):
        return False
    name = dotted(node.func).rpartition(".")[2]
    given = [keyword.value for keyword in node.keywords if keyword.arg in {"key", "prefix"}]
    return name in TYPES or (name in POSTERS and any(map(is_text, given)))


def is_parsed(node: ast.AST) -> bool:
    """Say whether a text named `key` is taken apart, or compared with its beginning or its end."""
    if not (
        isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in PARSERS
    ):
        return False
    receiver = node.func.value
    while isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Attribute):
        receiver = receiver.func.value
    return dotted(receiver).rpartition(".")[2] in {"key", "message_key"}


def faults(module: Module) -> list[str]:
    # Names of groups and keys of the cache look the same; who writes them posts nothing.
    posts = any(name.startswith("outbox") for _line, name in imports(module.tree))
    checks = (is_written, is_parsed, is_key_text) if posts else (is_written, is_parsed)
    return [
        f"{module.path}:{node.lineno} {check.__name__}"
        for node in ast.walk(module.tree)
        for check in checks
        if check(node)
    ]


def test_keys_are_built_and_read_nowhere_else() -> None:
    assert [fault for module in OTHERS for fault in faults(module)] == []


@pytest.mark.parametrize(
    "line",
    [
        'key = f"case:{partnership.pk}:opened"',
        'prefix = f"organisation:{organisation.pk}:"',
        'post.post(kind="welcome", key=f"{prefix}welcome", at=at)',
        'post.cancel(prefix="mandate:12:", at=at)',
        'Plan(kind="a", key=f"{prefix}{days}", due_at=at)',
        'facts = {"collapse": f"signing:{charter.pk}"}',
        'day = message.key.split(":")[-2]',
        'number = int(key.removeprefix(prefix).partition(":")[0])',
        'is_case = delivery.message.key.startswith("case:")',
        "key = MessageKey(text)",
    ],
)
def test_the_search_finds_a_key_that_is_written_or_parsed(line: str) -> None:
    assert faults(Module(path="accounts/actions/x.py", text=f"from outbox import post\n{line}"))


def builders() -> list[Build]:
    """Return every function that builds a key, a prefix or a "collapse" fact."""
    builders = [
        function
        for module in (account_keys, case_keys, outbox_keys)
        for _name, function in inspect.getmembers(module, inspect.isfunction)
        if function.__module__ == module.__name__
    ]
    helpers = (outbox_keys.build_key, outbox_keys.build_prefix, outbox_keys._joined)
    return [each for each in builders if each not in helpers and not each.__name__.endswith("_part")]


def value(parameter: inspect.Parameter, number: int) -> object:
    """Return the value of that number for a parameter, by its annotation."""
    name = getattr(parameter.annotation, "__name__", str(parameter.annotation))
    day = date(2026, 3, 2) + timedelta(days=number)
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC) + timedelta(days=number)
    values = {
        "UUID": UUID(int=number + 1),
        "int": number + 3,
        "str": f"v{number}",
        "date": day,
        "datetime": moment,
    }
    values["Milestone"] = Milestone(pk=number + 3, partnership_id=UUID(int=number + 1), due_date=day)
    return values[name]


def built(build: Build, numbers: dict[str, int]) -> str:
    parameters = inspect.signature(build).parameters
    arguments = {name: value(each, numbers.get(name, 0)) for name, each in parameters.items()}
    positional = [name for name, each in parameters.items() if each.kind != inspect.Parameter.KEYWORD_ONLY]
    named = {name: given for name, given in arguments.items() if name not in positional}
    return build(*(arguments[name] for name in positional), **named)


@pytest.mark.parametrize("build", builders(), ids=lambda build: f"{build.__module__}.{build.__name__}")
def test_every_fact_given_to_a_key_is_in_it(build: Build) -> None:
    base = built(build, {})
    assert built(build, {}) == base
    for name in inspect.signature(build).parameters:
        assert built(build, {name: 1}) != base, name


def test_two_kinds_of_fact_about_the_same_things_have_two_keys() -> None:
    keys = [
        built(build, {})
        for build in builders()
        if build.__name__.rpartition("_")[2] not in {"prefix", "collapse"}
    ]
    assert len(keys) > 40
    assert len(set(keys)) == len(keys)


def test_the_collapse_facts_of_two_kinds_differ() -> None:
    facts = [built(build, {}) for build in builders() if build.__name__.endswith("_collapse")]
    assert len(facts) == len(set(facts)) > 5


def test_a_prefix_begins_the_keys_of_its_fact_and_of_no_neighbour() -> None:
    case_id, round_id, charter_id = UUID(int=1), UUID(int=2), UUID(int=3)
    milestone, other = (Milestone(pk=pk, partnership_id=case_id, due_date=date(2026, 3, 2)) for pk in (1, 12))
    prefix = case_keys.milestone_prefix(milestone)
    assert case_keys.milestone_reminder(milestone, days=-7).startswith(prefix)
    assert case_keys.milestone_overdue(milestone, days=10).startswith(prefix)
    assert not case_keys.milestone_reminder(other, days=-7).startswith(prefix)
    assert case_keys.round_opened(case_id, round_id).startswith(case_keys.rounds_prefix(case_id))
    assert not case_keys.round_read(case_id, round_id).startswith(case_keys.rounds_prefix(case_id))
    signatures = case_keys.signatures_prefix(case_id, charter_id)
    assert case_keys.signature_overdue(case_id, charter_id).startswith(signatures)
    assert not case_keys.signing_ended(case_id, charter_id).startswith(signatures)


def test_a_sealed_envelope_and_a_sealed_charter_share_no_beginning() -> None:
    case_id, same = UUID(int=1), UUID(int=2)
    charter = case_keys.charter_sealed(case_id, same)
    envelope = case_keys.envelope_sealed(case_id, same, party_code="A", fingerprint="f" * 64)
    assert not envelope.startswith(charter)
    assert charter.split(":")[2] != envelope.split(":")[2]


def test_the_longest_key_fits_its_column() -> None:
    longest = case_keys.envelope_sealed(UUID(int=1), UUID(int=2), party_code="E" * 8, fingerprint="f" * 64)
    assert len(longest) <= 200


@pytest.mark.parametrize("parts", [(), ("case", ""), ("case", "a:b")])
def test_a_part_is_neither_empty_nor_holds_the_separator(parts: tuple[str, ...]) -> None:
    for build in (outbox_keys.build_key, outbox_keys.build_prefix):
        with pytest.raises(outbox_keys.InvalidKeyPart):
            build(*parts)


def test_the_same_moment_gives_one_part_in_every_time_zone() -> None:
    moment = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert outbox_keys.moment_part(moment) == outbox_keys.moment_part(
        moment.astimezone(ZoneInfo("Asia/Tokyo"))
    )
