"""How many files are inspected at a time on this machine."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from accounts.refusals import Refusal

ATTEMPTS: Final = 6
PAUSE_SECONDS: Final = 0.1
# Slots that only people who are signed in may use.
RESERVED: Final = 1


class TooManyInspections(Refusal):
    """All slots are taken, or more files came in a minute than the rate limits allow."""

    sentence = _(
        "Trop de fichiers ont été envoyés en peu de temps. Attendez une minute, puis renvoyez le vôtre."
    )


@contextmanager
def slot(*, is_public: bool, kind: str = "") -> Iterator[None]:
    """Take a slot, waiting half a second at most. Raises TooManyInspections.

    `kind`: of work that has as many slots of its own, "" for the inspection of a file. A slot is a lock on a
    file, shared by all processes of the machine; the system frees it when one ends.
    """
    folder = Path(settings.INSPECTION_SLOTS_DIR) / kind
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    count = settings.INSPECTIONS_AT_ONCE
    descriptor = _wait_for_one(folder, max(1, count - RESERVED) if is_public else count)
    try:
        yield
    finally:
        os.close(descriptor)


def _wait_for_one(folder: Path, count: int) -> int:
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(PAUSE_SECONDS)
        for number in range(count):
            descriptor = os.open(folder / str(number), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                os.close(descriptor)
            else:
                return descriptor
    raise TooManyInspections
