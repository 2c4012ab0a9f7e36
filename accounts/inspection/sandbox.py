"""Inspection of a file in a child process with limits of time, memory, output and open files."""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from django.utils.translation import gettext_lazy as _

from accounts.inspection import worker
from accounts.inspection.slots import slot
from accounts.refusals import Refusal

log = logging.getLogger(__name__)

WALL_SECONDS: Final = 4
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
        "Le fichier n’a pas pu être examiné : la panne vient du site. Renvoyez-le dans quelques minutes."
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
    with slot(is_public=is_public) as descriptor:
        return _run(module, content, options or {}, (descriptor,))


def inspect_own(module: str, content: bytes, *, options: Mapping[str, object]) -> Inspection:
    """Return what the child says of a file that this product made: it needs no slot.

    Raises FileTooComplex, InspectionUnavailable.
    """
    return _run(module, content, options, ())


def _run(
    module: str, content: bytes, options: Mapping[str, object], inherited: tuple[int, ...]
) -> Inspection:
    # Files, not pipes: the limit of the child on the size of a file then bounds its answer.
    with tempfile.TemporaryFile() as request, tempfile.TemporaryFile() as answer:
        request.write(json.dumps(options).encode() + b"\n")
        request.write(content)
        request.seek(0)
        try:
            child = subprocess.run(  # noqa: S603
                (sys.executable, "-I", worker.__file__, module),
                stdin=request,
                stdout=answer,
                stderr=subprocess.DEVNULL,
                pass_fds=inherited,
                env=ENVIRONMENT,
                cwd=Path(worker.__file__).parent,
                timeout=WALL_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired as error:
            raise FileTooComplex from error
        except OSError as error:
            log.exception("The child process of inspections could not start.")
            raise InspectionUnavailable from error
        if child.returncode == worker.NOT_STARTED:
            log.error("The child process of inspections could not import %s.", module)
            raise InspectionUnavailable
        if child.returncode:
            raise FileTooComplex
        answer.seek(0)
        facts = json.loads(answer.readline())
        if facts.get("limit"):
            raise FileTooComplex
        return Inspection(facts=facts, rewritten=answer.read())
