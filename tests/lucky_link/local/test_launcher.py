"""The launcher: ports, addresses, and when the demonstration may be loaded."""

import socket
from pathlib import Path

import pytest

from accounts.people.actions.account import create_account
from lucky_link.local import demo_state, launcher
from lucky_link.local.console import LauncherError
from lucky_link.local.supervisor import Supervisor


def test_a_busy_port_is_refused_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind((launcher.HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(LauncherError, match=f"Port {port} is busy.*--port {port + 1}"):
            launcher.start_all(launcher.Options(port=port), tmp_path, Supervisor())


def test_a_story_uses_the_port_of_up_unless_it_is_busy() -> None:
    """So that the addresses it prints, on the screen and in the PDF, are those of a later `up`."""
    with socket.socket() as listener:
        listener.bind((launcher.HOST, 0))
        port = listener.getsockname()[1]
        listener.listen()
        assert launcher.free_port(port) not in (0, port)
    assert launcher.free_port(port) == port


def test_the_address_is_localhost_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    assert launcher.Options(port=8123).address == "http://localhost:8123"
    monkeypatch.setenv("PUBLIC_URL", "https://lucky.example.org")
    assert launcher.Options(port=8123).address == "https://lucky.example.org"


@pytest.mark.parametrize(
    ("has_users", "state", "is_loaded"),
    [(False, "", True), (False, "begun", True), (False, "done", True), (True, "done", False)],
)
def test_the_demonstration_is_loaded_once(
    has_users: bool, state: str, is_loaded: bool, tmp_path: Path, database_url: str
) -> None:
    if has_users:
        create_account(email="ada@example.org", full_name="Ada")
    if state:
        demo_state.write(tmp_path, state)
    assert demo_state.must_load(tmp_path, database_url) is is_loaded


@pytest.mark.parametrize(("state", "message"), [("", "real people"), ("begun", "rm -r")])
def test_the_demonstration_is_never_loaded_beside_other_users(
    state: str, message: str, tmp_path: Path, database_url: str
) -> None:
    create_account(email="ada@example.org", full_name="Ada")
    if state:
        demo_state.write(tmp_path, state)
    with pytest.raises(LauncherError, match=message):
        demo_state.must_load(tmp_path, database_url)
