"""Hooks: functions of higher apps that an action of this app calls within its transaction."""

from __future__ import annotations

from collections.abc import Callable


class Hook[**P]:
    """The functions called at one point of an action; one that raises rolls the action back.

    Higher apps register them in `AppConfig.ready`, since this app may not import them.
    """

    def __init__(self) -> None:
        self._functions: list[Callable[P, None]] = []

    def register(self, function: Callable[P, None]) -> None:
        """Add a function; adding it again changes nothing."""
        if function not in self._functions:
            self._functions.append(function)

    def run(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call every function, in the order in which they were registered."""
        for function in self._functions:
            function(*args, **kwargs)
