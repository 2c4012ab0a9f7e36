"""Inspection of a file in a child process with limits of time, memory, output and open files."""

from __future__ import annotations

import atexit
import json
import logging
import select
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.inspection import worker
from accounts.inspection.slots import slot
from accounts.refusals import Refusal

log = logging.getLogger(__name__)

# From the request to the answer; of these, at most so many for the imports of a child that has just started.
WALL_SECONDS: Final = 3.8
START_SECONDS: Final = 2.5
# The child receives none of the secrets of this process.
ENVIRONMENT: Final = {"LC_ALL": "C.UTF-8"}


class FileTooComplex(Refusal):
    """The inspection met a limit: time, memory or size."""

    sentence = _(
        "Ce fichier demande trop de temps ou de mémoire pour être examiné. "
        "Imprimez-le à nouveau en PDF, ou réduisez-le, puis renvoyez-le."
    )


class InspectionUnavailable(Refusal):
    """The child process could not start."""

    sentence = _(
        "Le fichier n’a pas pu être examiné\u00a0: la panne vient du site. Renvoyez-le dans quelques minutes."
    )


@dataclass(frozen=True, kw_only=True)
class Inspection:
    """The answer of the child: facts of the file, and the file rewritten (empty: not rewritten)."""

    facts: Mapping[str, Any]
    rewritten: bytes


def inspect(
    module: str, content: bytes, *, is_public: bool, options: Mapping[str, object] | None = None
) -> Inspection:
    """Return what `inspect` of a module of the child says of a file.

    `is_public`: the file comes from somebody who is not signed in. Raises TooManyInspections, FileTooComplex,
    InspectionUnavailable.
    """
    with slot(is_public=is_public):
        return _run(module, content, options or {})


def inspect_own(module: str, content: bytes, *, options: Mapping[str, object]) -> Inspection:
    """Return what the child says of a file that this product made: it needs no slot.

    Raises FileTooComplex, InspectionUnavailable.
    """
    return _run(module, content, options)


def _run(module: str, content: bytes, options: Mapping[str, object]) -> Inspection:
    deadline = time.monotonic() + WALL_SECONDS
    with _spares_lock:
        child = _spares.pop(module, None)
    if child is None or child.has_ended:
        child = _Child(module)
    if not child.is_ready_within(START_SECONDS):
        log.warning("The child process of inspections did not start in %s seconds.", START_SECONDS)
        _spare_or_end(module, child)
        raise InspectionUnavailable
    try:
        return child.answer_to(json.dumps(options).encode() + b"\n" + content, deadline=deadline)
    finally:
        child.end()
        with suppress(InspectionUnavailable):
            _spare_or_end(module, _Child(module))


class _Child:
    """A process that has its limits and its imports, and waits for one request."""

    def __init__(self, module: str) -> None:
        # A file, not a pipe: the limit of the child on the size of a file then bounds its answer.
        self._answer = tempfile.TemporaryFile()  # noqa: SIM115
        try:
            self._process = subprocess.Popen(  # noqa: S603
                (sys.executable, "-I", worker.__file__, module, str(self._answer.fileno())),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                pass_fds=(self._answer.fileno(),),
                env=ENVIRONMENT,
                cwd=Path(worker.__file__).parent,
            )
        except OSError as error:
            self._answer.close()
            log.exception("The child process of inspections could not start.")
            raise InspectionUnavailable from error

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def is_ready_within(self, seconds: float) -> bool:
        """Wait for the imports of the process; return whether it can be given a file."""
        ready = self._process.stdout
        if ready is None:
            return True
        is_answering, _writable, _failed = select.select([ready], [], [], seconds)
        if not is_answering or ready.read(1) != worker.READY:
            return False
        # From here on the file decides what the child writes, so nothing is read but the answer.
        ready.close()
        self._process.stdout = None
        return True

    def answer_to(self, request: bytes, *, deadline: float) -> Inspection:
        """Send the one request to a process that is ready. Raises FileTooComplex."""
        try:
            self._process.communicate(request, timeout=deadline - time.monotonic())
        except subprocess.TimeoutExpired as error:
            raise FileTooComplex from error
        if self._process.returncode:
            raise FileTooComplex
        self._answer.seek(0)
        facts = json.loads(self._answer.readline())
        if facts.get("limit"):
            raise FileTooComplex
        return Inspection(facts=facts, rewritten=self._answer.read())

    def end(self) -> None:
        """Stop the process and close its files."""
        self._process.kill()
        self._process.wait()
        for file in (self._process.stdin, self._process.stdout, self._answer):
            if file is not None:
                # A child that ended early leaves the request unwritten in the buffer.
                with suppress(BrokenPipeError):
                    file.close()


# One child of each module waits for the next file, since its imports take longer than most files.
_spares: Final[dict[str, _Child]] = {}
_spares_lock: Final = threading.Lock()


def _spare_or_end(module: str, child: _Child) -> None:
    """Keep a child for the next file, or end it if it ended by itself or another one waits."""
    with _spares_lock:
        if not child.has_ended and module not in _spares:
            _spares[module] = child
            return
    child.end()


def end_spares() -> None:
    """Stop the children that wait."""
    with _spares_lock:
        while _spares:
            _spares.popitem()[1].end()


atexit.register(end_spares)
