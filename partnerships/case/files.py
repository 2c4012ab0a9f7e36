"""Files that people give in a case: stored, then read."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import uuid4

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.organisations.file_kinds import CheckedFile
from accounts.refusals import Refusal
from partnerships.models import Partnership, SharedFile


class FileDamaged(Refusal):
    """The stored file does not have the recorded checksum."""

    sentence = gettext_lazy(
        "Ce fichier a été modifié depuis son dépôt. Demandez à l’organisation qui l’a déposé de l’envoyer "
        "au passeur."
    )


def store_file(partnership: Partnership, file: CheckedFile, *, giver: User, at: datetime) -> SharedFile:
    """Store a checked file of a locked case.

    The file is written before the row is committed: a crash leaves a file without a row, never the reverse.
    """
    row = SharedFile(
        partnership=partnership,
        name=file.name,
        content_type=file.content_type,
        size=len(file.content),
        sha256=hashlib.sha256(file.content).hexdigest(),
        given_by=giver,
        given_at=at,
    )
    row.file.save(uuid4().hex, ContentFile(file.content), save=False)
    row.save(force_insert=True)
    return row


def read_file(file: SharedFile) -> bytes:
    """Return the content of a file. Raises FileDamaged."""
    try:
        with file.file.open("rb") as stored:
            content: bytes = stored.read()
    except OSError as error:
        raise FileDamaged from error
    if hashlib.sha256(content).hexdigest() != file.sha256:
        raise FileDamaged
    return content
