"""The mails about what is filed: a registration left open, papers that end, newcomers who ask in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Document, Membership, Organisation, RegistrationStep, User
from accounts.people.notices.people import STEPS
from accounts.recipients import recipient_for
from outbox import kinds
from outbox.kinds import Kind, Recipient, Topic
from outbox.models import Message


def register() -> None:
    """Make the kinds of this room known to the outbox."""
    mandatory = partial(Kind, topic=Topic.ACCOUNT, mandatory=True)
    kinds.register(
        mandatory(
            name="registration-resume",
            recipients=_founder,
            holds=_is_unfinished,
            context=_resume_context,
        )
    )
    kinds.register(
        mandatory(name="join-request", recipients=_asked, holds=_is_still_outside, context=_join_context)
    )
    kinds.register(
        mandatory(
            name="document-expiring",
            recipients=_keepers,
            holds=_is_current,
            context=_document_context,
            working_hours=True,
        )
    )


def _organisation(message: Message) -> Organisation:
    return Organisation.objects.get(pk=UUID(message.facts["organisation"]))


def _administrators(organisation_id: UUID) -> Iterator[Recipient]:
    present = Membership.objects.present().filter(organisation=organisation_id, is_administrator=True)
    for membership in present.select_related("user").order_by("joined_at", "pk"):
        yield recipient_for(membership.user)


def _founder(message: Message, _at: datetime) -> Iterator[Recipient]:
    for user in User.objects.filter(pk=UUID(message.facts["user"]), is_active=True):
        yield recipient_for(user)


def _is_unfinished(message: Message, recipient: Recipient, _at: datetime) -> bool:
    present = Membership.objects.present().filter(
        organisation=UUID(message.facts["organisation"]),
        organisation__state="draft",
        user__email=recipient.address,
        is_administrator=True,
    )
    return present.exists()


def _resume_context(message: Message, _recipient: Recipient, at: datetime) -> dict[str, object]:
    organisation = _organisation(message)
    return {
        "organisation": organisation,
        "is_recall": message.facts["days"] > 0,
        "days": (timezone.localdate(at) - timezone.localdate(organisation.created_at)).days,
        "step": RegistrationStep(organisation.registration_step).label,
        "side": organisation.side,
        "button_path": reverse(STEPS[organisation.side], args=["reprendre"]),
        "button_label": _("Reprendre l’inscription"),
        "why": _("Vous recevez ce message parce que vous avez commencé cette inscription."),
    }


def _asked(message: Message, _at: datetime) -> Iterator[Recipient]:
    yield from _administrators(UUID(message.facts["organisation"]))


def _is_still_outside(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    newcomer = UUID(message.facts["newcomer"])
    inside = Membership.objects.present().filter(
        organisation=UUID(message.facts["organisation"]), user=newcomer
    )
    return User.objects.filter(pk=newcomer, is_active=True).exists() and not inside.exists()


def _join_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    organisation = _organisation(message)
    return {
        "organisation": organisation,
        "newcomer": User.objects.get(pk=UUID(message.facts["newcomer"])),
        "side": organisation.side,
        "button_path": reverse("invite", args=[organisation.pk]),
        "button_label": _("Écrire une invitation"),
        "why": _("Vous recevez ce message parce que vous administrez %(name)s.")
        % {"name": organisation.name},
    }


def _document(message: Message) -> Document:
    return Document.objects.select_related("organisation").get(pk=UUID(message.facts["document"]))


def _keepers(message: Message, _at: datetime) -> Iterator[Recipient]:
    yield from _administrators(_document(message).organisation_id)


def _is_current(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    document = _document(message)
    return document.replaced_at is None and document.organisation.state != "refused"


def _document_context(message: Message, _recipient: Recipient, at: datetime) -> dict[str, object]:
    document = _document(message)
    organisation = document.organisation
    end = document.expires_date
    return {
        "organisation": organisation,
        "document": document,
        "label": document.get_kind_display(),
        "is_over": end is not None and end < timezone.localdate(at),
        "side": organisation.side,
        "button_path": reverse("documents", args=[organisation.pk]),
        "button_label": _("Ouvrir les pièces"),
        "why": _("Vous recevez ce message parce que vous administrez %(name)s.")
        % {"name": organisation.name},
    }
