"""A busy port is said in one sentence, with the remedy."""

import socket
from pathlib import Path

import pytest

from lucky_link import up
from lucky_link.console import Refusal
from lucky_link.supervisor import Supervisor


def test_a_busy_port_is_named_with_the_remedy(tmp_path: Path) -> None:
    with socket.socket() as listener:
        listener.bind((up.HOST, 0))
        listener.listen()
        port = listener.getsockname()[1]
        with pytest.raises(Refusal, match=f"Port {port} is busy.*--port {port + 1}"):
            up.launch(up.Plan(port=port), tmp_path, Supervisor())


def test_the_address_is_localhost_unless_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PUBLIC_URL", raising=False)
    assert up.Plan(port=8123).address == "http://localhost:8123"
    monkeypatch.setenv("PUBLIC_URL", "https://lucky.example.org")
    assert up.Plan(port=8123).address == "https://lucky.example.org"
