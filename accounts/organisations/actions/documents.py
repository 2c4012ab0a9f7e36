"""The papers of an organisation: brought, replaced by a newer one, read by the broker."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, time, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.models import KINDS_OF, Document, DocumentKind, Organisation, User
from accounts.organisations.file_kinds import Examined
from accounts.organisations.transitions import lock, require_administrator, write
from accounts.refusals import Refusal
from outbox import post

MORNING = time(9)
WARNED_BEFORE = timedelta(days=30)


class Paper(NamedTuple):
    """A file that was examined, what it is, and the last day it is good for (None: no end)."""

    kind: DocumentKind
    file: Examined
    expires_date: date | None = None


class DocumentError(Refusal):
    """The paper cannot be taken or given."""


class NotOfThisSide(DocumentError):
    """Such a paper says nothing of an organisation of that side."""

    sentence = _("Cette pièce n’est pas demandée ici. Choisissez-en une de la liste.")


class AlreadyOver(DocumentError):
    """The paper was good until a day that has passed."""

    sentence = _("Cette pièce n’est plus valable. Apportez celle qui est en cours.")


class SamePaper(DocumentError):
    """The very same bytes are the current paper."""

    sentence = _("Ce fichier est déjà là, octet pour octet. Il n’y a rien à remplacer.")


class Damaged(DocumentError):
    """The bytes that are kept are not those that were brought."""

    sentence = _("Le fichier gardé n’est plus celui qui a été apporté. Demandez-le à nouveau.")


@transaction.atomic
def bring(*, organisation_id: UUID, administrator: User, paper: Paper, at: datetime) -> Document:
    """Keep a paper; the one of its kind before it stays as history.

    The bytes are written before the row is committed: a crash leaves a file without a row, never the
    reverse. Raises NotAnAdministrator, NotOfThisSide, AlreadyOver, SamePaper.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if paper.kind not in KINDS_OF[organisation.side]:
        raise NotOfThisSide
    if paper.expires_date and paper.expires_date < timezone.localdate(at):
        raise AlreadyOver
    sha256 = hashlib.sha256(paper.file.content).hexdigest()
    before = _replace(organisation, paper, sha256, at)
    document = Document(
        organisation=organisation,
        kind=paper.kind,
        name=paper.file.name,
        content_type=paper.file.content_type,
        size=len(paper.file.content),
        sha256=sha256,
        expires_date=paper.expires_date,
        brought_by=administrator,
        brought_at=at,
    )
    document.file.save(uuid4().hex, ContentFile(paper.file.content), save=False)
    document.save(force_insert=True)
    act = "document-replaced" if before else "document-brought"
    write(organisation, act, actor=administrator, at=at, **_facts(document, before))
    _plan_reminders(document, at=at)
    return document


@transaction.atomic
def read(*, document: Document, reader: User, at: datetime) -> bytes:
    """Return the bytes of a paper; the reading by a broker is written. Raises Damaged."""
    try:
        with document.file.open("rb") as kept:
            content: bytes = kept.read()
    except OSError as error:
        raise Damaged from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise Damaged
    if reader.is_broker:
        organisation = lock(document.organisation_id)
        write(organisation, "document-read", actor=reader, at=at, **_facts(document, None))
    return content


def _replace(organisation: Organisation, paper: Paper, sha256: str, at: datetime) -> Document | None:
    before = Document.objects.current().filter(organisation=organisation, kind=paper.kind).first()
    if before is None:
        return None
    if before.sha256 == sha256 and before.expires_date == paper.expires_date:
        raise SamePaper
    before.replaced_at = at
    before.save(update_fields=["replaced_at"])
    return before


def _facts(document: Document, before: Document | None) -> dict[str, str]:
    facts = {"document": str(document.pk), "paper": document.kind, "sha256": document.sha256}
    if document.expires_date:
        facts["expires"] = document.expires_date.isoformat()
    if before:
        facts["replaces"] = before.sha256
    return facts


def _plan_reminders(document: Document, *, at: datetime) -> None:
    """Plan the two mails about the end of a paper, and drop those about the one before it."""
    owner = document.organisation_id
    plans = []
    if document.expires_date:
        days = (document.expires_date - WARNED_BEFORE, document.expires_date + timedelta(days=1))
        moments = [timezone.make_aware(datetime.combine(day, MORNING)) for day in days]
        plans = [
            post.Plan(
                kind="document-expiring",
                key=message_keys.document_expiring(owner, document.kind, document.pk, day=moment),
                due_at=moment,
                facts={
                    "document": str(document.pk),
                    "collapse": message_keys.document_collapse(owner, document.kind),
                },
            )
            for moment in moments
            if moment > at
        ]
    post.replan(prefix=message_keys.document_prefix(owner, document.kind), plans=plans, at=at)
