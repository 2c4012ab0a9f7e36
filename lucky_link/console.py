"""What the commands say to the person at the keyboard."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


class Refusal(Exception):
    """The command cannot go on; the message says why and what to do."""


def say(text: str) -> None:
    """Write one line at once, so that a pipe shows progress too."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


@contextmanager
def step(text: str) -> Iterator[None]:
    """Name a step when it begins and say how long it took, in seconds, when it succeeded."""
    say(f"luckylink: {text} ...")
    begun = time.monotonic()
    yield
    say(f"luckylink: {text}: done in {time.monotonic() - begun:.1f} s")
