"""What apps above this one do within its actions, in the same transaction, whoever calls the action."""

from __future__ import annotations

from collections.abc import Callable


class Hook[**P]:
    """The functions to call at one point of an action; one that raises undoes the action.

    Registered in `AppConfig.ready`, because this app imports none of those that stand on it.
    """

    def __init__(self) -> None:
        self._functions: list[Callable[P, None]] = []

    def register(self, function: Callable[P, None]) -> None:
        """Have `function` called from now on; a second time changes nothing."""
        if function not in self._functions:
            self._functions.append(function)

    def run(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Call every function, in the order in which they were registered."""
        for function in self._functions:
            function(*args, **kwargs)
