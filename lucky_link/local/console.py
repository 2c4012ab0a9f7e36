"""Output of the commands on the terminal, and the exception that ends a command."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class LauncherError(Exception):
    """The command cannot continue; the message gives the reason and the remedy."""


def print_line(text: str) -> None:
    """Print one line and flush, so that a pipe shows progress too."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def step(text: str) -> Iterator[None]:
    """Print the name of a step when it starts, and its duration in seconds when it succeeds."""
    print_line(f"luckylink: {text} ...")
    started_at = time.monotonic()
    yield
    print_line(f"luckylink: {text}: done in {time.monotonic() - started_at:.1f} s")
