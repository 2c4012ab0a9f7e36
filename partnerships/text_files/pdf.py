"""PDF files written in a child process: a text as it stands, marked as a draft, and what is printed."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Final

from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from accounts.inspection.sandbox import ENVIRONMENT
from accounts.inspection.slots import TooManyInspections, slot
from accounts.refusals import Refusal
from partnerships.charter.pdf import prints
from partnerships.charter.pdf.prints import Print
from partnerships.text_files.queries import TakenText

CHILD: Final = Path(__file__).parent / "pdf_child.py"
PRINT_CHILD: Final = Path(__file__).parent / "print_child.py"
WALL_SECONDS: Final = 45

logger = logging.getLogger(__name__)


class NotWritten(Refusal):
    """The PDF was not written: a limit of time or memory, or too many at a time."""

    sentence = _("Le PDF n’a pas pu être préparé. Attendez une minute, puis demandez-le à nouveau.")


def draft_pdf(taken: TakenText) -> bytes:
    """Return the PDF of a text, in the active language. Raises NotWritten."""
    page = render_to_string("partnerships/text_files/draft.html", {"taken": taken})
    return _written_by(CHILD, page.encode())


def printed_pdf(printed: Print, child: Path = PRINT_CHILD) -> bytes:
    """Return the PDF of what is printed as a charter is. Raises NotWritten."""
    return _written_by(child, prints.to_json(printed))


def _written_by(child: Path, content: bytes) -> bytes:
    """Return what a child process makes of `content`. Raises NotWritten."""
    try:
        with slot(is_public=False, kind="pdf"):
            done = subprocess.run(  # noqa: S603
                (sys.executable, "-I", str(child)),
                input=content,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                timeout=WALL_SECONDS,
                check=True,
            )
    except TooManyInspections as error:
        raise NotWritten from error
    except (subprocess.SubprocessError, OSError) as error:
        logger.exception("A PDF could not be written.")
        raise NotWritten from error
    return done.stdout
