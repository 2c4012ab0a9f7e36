"""What other apps do within an action: each function once, in order."""

from __future__ import annotations

from accounts.hooks import Hook


def test_every_function_is_called_once_in_order_however_often_it_is_registered():
    calls: list[str] = []

    def first(name: str) -> None:
        calls.append(f"first {name}")

    def second(name: str) -> None:
        calls.append(f"second {name}")

    hook: Hook[[str]] = Hook()
    for function in (first, second, first):
        hook.register(function)
    hook.run("decision")
    assert calls == ["first decision", "second decision"]
