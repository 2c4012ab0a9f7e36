"""Inspection of a file in a child process with limits of time, memory, output and open files."""

from __future__ import annotations

import atexit
import json
import logging
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Mapping
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
# The child stops a file in time by itself; after so much more, the child is stopped.
GRACE_SECONDS: Final = 0.4
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
    try:
        if not child.is_ready_within(START_SECONDS):
            log.warning("The child process of inspections did not start in %s seconds.", START_SECONDS)
            raise InspectionUnavailable
        return child.answer_to(json.dumps(options).encode() + b"\n" + content, deadline=deadline)
    finally:
        _spare_or_end(module, child)


class _Child:
    """A process that has its imports, and forks for each file within limits."""

    def __init__(self, module: str) -> None:
        self._control, theirs = socket.socketpair()
        self._is_ready = False
        with theirs:
            try:
                self._process = subprocess.Popen(  # noqa: S603
                    (sys.executable, "-I", worker.__file__, module, str(theirs.fileno())),
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    pass_fds=(theirs.fileno(),),
                    env=ENVIRONMENT,
                    cwd=Path(worker.__file__).parent,
                    start_new_session=True,
                )
            except OSError as error:
                self._control.close()
                log.exception("The child process of inspections could not start.")
                raise InspectionUnavailable from error

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def is_ready_within(self, seconds: float) -> bool:
        """Wait for the imports of the process; return whether it can be given a file."""
        self._is_ready = self._is_ready or self._receive(seconds) == worker.READY
        return self._is_ready

    def answer_to(self, request: bytes, *, deadline: float) -> Inspection:
        """Send a request to a process that is ready. Raises FileTooComplex, InspectionUnavailable."""
        # Files, not pipes: the limit of the child on the size of a file then bounds its answer.
        with tempfile.TemporaryFile() as asked, tempfile.TemporaryFile() as answer:
            asked.write(request)
            asked.seek(0)
            seconds = max(0.0, deadline - time.monotonic())
            try:
                message = [f"{seconds:.3f}".encode()]
                socket.send_fds(self._control, message, [asked.fileno(), answer.fileno()])
            except OSError as error:
                raise InspectionUnavailable from error
            self._require_done(self._receive(seconds + GRACE_SECONDS))
            answer.seek(0)
            facts = json.loads(answer.readline())
            if facts.get("limit"):
                raise FileTooComplex
            return Inspection(facts=facts, rewritten=answer.read())

    def _require_done(self, outcome: bytes) -> None:
        if outcome == worker.STOPPED:
            raise FileTooComplex
        if outcome != worker.DONE:
            # A process that is late with its word may say it to the next file.
            self._kill()
            raise InspectionUnavailable

    def _receive(self, seconds: float) -> bytes:
        """Return the next byte of the process, empty when there is none in time or it has ended."""
        is_answering, _writable, _failed = select.select([self._control], [], [], seconds)
        try:
            return self._control.recv(1) if is_answering else b""
        except OSError:
            return b""

    def end(self) -> None:
        """Stop the process."""
        self._kill()
        self._control.close()

    def _kill(self) -> None:
        """Kill the process and the fork that it may have."""
        if not self.has_ended:
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()


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
