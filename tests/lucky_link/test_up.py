"""A busy port is said in one sentence, with the remedy."""

import socket
from pathlib import Path

import pytest

from lucky_link import demonstration_run, up
from lucky_link.console import Refusal
from lucky_link.supervisor import Supervisor


def test_a_busy_port_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind((up.HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} is busy.*--port {port + 1}"):
            up.launch(up.Plan(port=port), tmp_path, Supervisor())


def test_a_story_serves_where_up_will_unless_that_port_is_taken() -> None:
    """The addresses that it prints, on the screen and in the PDF, are those of a later `up`."""
    with socket.socket() as listener:
        listener.bind((up.HOST, 0))
        port = listener.getsockname()[1]
        listener.listen()
        assert up.free_port(port) not in (0, port)
    assert up.free_port(port) == port


def test_the_address_is_localhost_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    assert up.Plan(port=8123).address == "http://localhost:8123"
    monkeypatch.setenv("PUBLIC_URL", "https://lucky.example.org")
    assert up.Plan(port=8123).address == "https://lucky.example.org"


@pytest.fixture
def database(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Say whether the database has people: what the first element says."""
    people = [False]
    monkeypatch.setattr(demonstration_run, "_has_people", lambda url: people[0])
    return people


@pytest.mark.parametrize(
    ("has_people", "note", "is_played"),
    [(False, "", True), (False, "begun", True), (False, "done", True), (True, "done", False)],
)
def test_the_demonstration_is_played_once(
    has_people: bool, note: str, is_played: bool, tmp_path: Path, database: list[bool]
) -> None:
    database[0] = has_people
    if note:
        demonstration_run.remember(tmp_path, note)
    assert demonstration_run.must_be_played(tmp_path, "") is is_played


@pytest.mark.parametrize(("note", "words"), [("", "real people"), ("begun", "rm -r")])
def test_the_demonstration_never_joins_others(
    note: str, words: str, tmp_path: Path, database: list[bool]
) -> None:
    database[0] = True
    if note:
        demonstration_run.remember(tmp_path, note)
    with pytest.raises(Refusal, match=words):
        demonstration_run.must_be_played(tmp_path, "")
