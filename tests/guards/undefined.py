"""The value of an undefined template variable; a module of its own, because the settings import it."""

from typing import NoReturn


class UndefinedVariable(str):
    """The `string_if_invalid` of the tests: it refuses to be printed."""

    __slots__ = ()

    def __new__(cls) -> "UndefinedVariable":
        """Return a true string, so that the engine takes it for a set value."""
        return super().__new__(cls, "undefined template variable")

    def __contains__(self, part: object) -> bool:
        """Claim to be a format, so that the engine hands over the name of the variable."""
        return part == "%s"

    def __mod__(self, variable: object) -> NoReturn:
        """Fail with the name of the variable."""
        message = f"Undefined template variable: {variable}"
        raise AssertionError(message)
