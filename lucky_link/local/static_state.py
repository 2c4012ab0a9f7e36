"""Whether `collectstatic` has to run, decided without starting Django.

The state file in the folder of collected files holds one fingerprint: of what this code and its packages
offer to browsers. Files of the packages are known by the lock files.
"""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

COLLECTED = "staticfiles"
STATE_FILE = ".collected"
SOURCES = ("static/*", "static/built/*", "static/js/*", "requirements*.lock", "lucky_link/settings.py")


def is_needed(code: Path) -> bool:
    """Return whether the files have to be collected: the state file is missing or differs."""
    state_file = code / COLLECTED / STATE_FILE
    return not state_file.exists() or state_file.read_text() != _fingerprint(code)


def write(code: Path) -> None:
    """Write the state file after the files were collected."""
    (code / COLLECTED / STATE_FILE).write_text(_fingerprint(code))


@contextmanager
def exclusive_lock(code: Path) -> Iterator[None]:
    """Let one run at a time collect the files, since all runs of this code share them."""
    folder = os.open(code / "static", os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _fingerprint(code: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for pattern in SOURCES for path in code.glob(pattern) if path.is_file()):
        digest.update(f"{path.relative_to(code)}\n".encode() + path.read_bytes())
    return digest.hexdigest()
