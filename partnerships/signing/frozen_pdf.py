"""The PDF of a frozen text before its seal, to take away before signing; a child process writes it."""

from __future__ import annotations

import logging
import subprocess
import sys
from pathlib import Path
from typing import Final

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.inspection.sandbox import ENVIRONMENT
from accounts.inspection.slots import TooManyInspections, slot
from accounts.refusals import Refusal
from partnerships.charter import composition, prints, snapshot
from partnerships.charter.typography import FontsMissing
from partnerships.models import Charter
from partnerships.signing.queries import snapshots

CHILD: Final = Path(__file__).parent / "frozen_pdf_child.py"
WALL_SECONDS: Final = 45
# The charter is always printed in French.
NOTE: Final = "Ce PDF n’est pas scellé\u00a0: il montre le texte figé, avec les signatures données jusqu’ici."

logger = logging.getLogger(__name__)


class NotPrinted(Refusal):
    """The PDF was not printed: a limit of time or memory, too many at a time, or no fonts."""

    sentence = _("Le PDF n’a pas pu être préparé. Attendez une minute, puis demandez-le à nouveau.")


def frozen_pdf(charter: Charter) -> bytes:
    """Return the PDF of a frozen text as it stands, rendered as it will be sealed. Raises NotPrinted."""
    code = charter.verification_code
    notes = {
        "verification_code": code,
        "verification_url": settings.PUBLIC_URL + reverse("verification_code", args=[code]),
        "seal_note": NOTE,
        "timestamped": False,
    }
    text = snapshot.from_json(bytes(charter.canonical_json))
    try:
        printed = composition.compose(text, snapshots.signature_texts(charter), notes)
        with slot(is_public=False):
            done = subprocess.run(  # noqa: S603
                (sys.executable, "-I", str(CHILD)),
                input=prints.to_json(printed),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=ENVIRONMENT,
                timeout=WALL_SECONDS,
                check=True,
            )
    except TooManyInspections as error:
        raise NotPrinted from error
    except (subprocess.SubprocessError, OSError, FontsMissing) as error:
        logger.exception("The PDF of the frozen text %s could not be printed.", code)
        raise NotPrinted from error
    return done.stdout
