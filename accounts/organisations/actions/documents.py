"""Documents of an organisation: added, replaced, read, with reminders of their expiry."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.models import KINDS_OF, Document, DocumentKind, Organisation, User
from accounts.organisations.file_kinds import CheckedFile
from accounts.organisations.transitions import lock, record_act, require_administrator
from accounts.refusals import Refusal
from outbox import post, slots

REMINDER_BEFORE = timedelta(days=30)


class NewDocument(NamedTuple):
    """A checked file, its kind and its last day of validity (None: no end)."""

    kind: DocumentKind
    file: CheckedFile
    expires_date: date | None = None


class DocumentError(Refusal):
    """The document cannot be added or read."""


class DocumentKindNotExpected(DocumentError):
    """Organisations of this side have no document of this kind."""

    sentence = _("Cette pièce n’est pas demandée ici. Choisissez-en une de la liste.")


class DocumentExpired(DocumentError):
    """The last day of validity has passed."""

    sentence = _("Cette pièce n’est plus valable. Ajoutez une pièce en cours de validité.")


class DocumentUnchanged(DocumentError):
    """The current document has the same content and expiry."""

    sentence = _("Ce fichier est déjà là, à l’identique. Il n’y a rien à remplacer.")


class DocumentDamaged(DocumentError):
    """The stored file does not have the recorded checksum."""

    sentence = _(
        "Ce fichier a été modifié depuis son ajout. Demandez à l’organisation de l’ajouter de nouveau."
    )


@transaction.atomic
def add_document(
    *, organisation_id: UUID, administrator: User, new_document: NewDocument, at: datetime
) -> Document:
    """Store a document; the current one of its kind becomes history.

    The file is written before the row is committed: a crash leaves a file without a row, never the
    reverse. Raises NotAnAdministrator, DocumentKindNotExpected, DocumentExpired, DocumentUnchanged.
    """
    organisation = lock(organisation_id)
    require_administrator(administrator, organisation)
    if new_document.kind not in KINDS_OF[organisation.side]:
        raise DocumentKindNotExpected
    if new_document.expires_date and new_document.expires_date < timezone.localdate(at):
        raise DocumentExpired
    sha256 = hashlib.sha256(new_document.file.content).hexdigest()
    previous = _replace_current(organisation, new_document, sha256, at)
    document = Document(
        organisation=organisation,
        kind=new_document.kind,
        name=new_document.file.name,
        content_type=new_document.file.content_type,
        size=len(new_document.file.content),
        sha256=sha256,
        expires_date=new_document.expires_date,
        brought_by=administrator,
        brought_at=at,
    )
    document.file.save(uuid4().hex, ContentFile(new_document.file.content), save=False)
    document.save(force_insert=True)
    kind = "document-replaced" if previous else "document-brought"
    record_act(organisation, kind, actor=administrator, at=at, **_facts(document, previous))
    _plan_reminders(document, at=at)
    return document


@transaction.atomic
def read_document(*, document: Document, reader: User, at: datetime) -> bytes:
    """Return the content of a document; a reading by a broker enters the ledger. Raises DocumentDamaged."""
    try:
        with document.file.open("rb") as file:
            content: bytes = file.read()
    except OSError as error:
        raise DocumentDamaged from error
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise DocumentDamaged
    if reader.is_broker:
        organisation = lock(document.organisation_id)
        record_act(organisation, "document-read", actor=reader, at=at, **_facts(document, None))
    return content


def _replace_current(
    organisation: Organisation, new_document: NewDocument, sha256: str, at: datetime
) -> Document | None:
    current = Document.objects.current().filter(organisation=organisation, kind=new_document.kind).first()
    if current is None:
        return None
    if current.sha256 == sha256 and current.expires_date == new_document.expires_date:
        raise DocumentUnchanged
    current.replaced_at = at
    current.save(update_fields=["replaced_at"])
    return current


def _facts(document: Document, previous: Document | None) -> dict[str, str]:
    facts = {"document": str(document.pk), "paper": document.kind, "sha256": document.sha256}
    if document.expires_date:
        facts["expires"] = document.expires_date.isoformat()
    if previous:
        facts["replaces"] = previous.sha256
    return facts


@transaction.atomic
def plan_reminders_again(*, at: datetime) -> int:
    """Plan the reminders of every current document again; return the number of documents."""
    current = list(Document.objects.current().exclude(expires_date=None).order_by("pk"))
    for document in current:
        _plan_reminders(document, at=at)
    return len(current)


def _plan_reminders(document: Document, *, at: datetime) -> None:
    """Plan a mail 30 days before the expiry and one the day after; cancel those of the replaced document."""
    organisation_id = document.organisation_id
    plans = []
    if document.expires_date:
        days = (document.expires_date - REMINDER_BEFORE, document.expires_date + timedelta(days=1))
        plans = [
            post.Plan(
                kind="document-expiring",
                key=message_keys.document_expiring(
                    organisation_id, document.kind, document.pk, day=slot.target
                ),
                due_at=slot.due_at,
                facts={
                    **slot.facts(),
                    "document": str(document.pk),
                    "collapse": message_keys.document_collapse(organisation_id, document.kind),
                },
            )
            for slot in slots.series(document.expires_date, days)
            if slot.last_leaves_at > at
        ]
    post.replan(prefix=message_keys.document_prefix(organisation_id, document.kind), plans=plans, at=at)
