"""Mails about a registration, expiring documents, and requests to join an organisation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Document, Membership, Organisation, RegistrationStep, User
from accounts.portals import HOME_PAGES, REGISTRATION_PAGES
from accounts.recipients import administrators, recipient_for
from outbox import kinds
from outbox.kinds import Kind, Recipient, Topic
from outbox.models import Message


def register() -> None:
    """Register the kinds of mails of this chapter."""
    mandatory = partial(Kind, topic=Topic.ACCOUNT, mandatory=True)
    kinds.register(mandatory(name="welcome", recipients=_user, holds=_always, context=_welcome_context))
    kinds.register(
        mandatory(
            name="registration-resume",
            recipients=_user,
            holds=_is_unfinished,
            context=_resume_context,
        )
    )
    kinds.register(
        mandatory(name="join-request", recipients=administrators, holds=_is_not_member, context=_join_context)
    )
    kinds.register(
        mandatory(
            name="document-expiring",
            recipients=_document_administrators,
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


def _user(message: Message, _at: datetime) -> Iterator[Recipient]:
    for user in User.objects.filter(pk=UUID(message.facts["user"]), is_active=True):
        yield recipient_for(user)


def _always(_message: Message, _recipient: Recipient, _at: datetime) -> bool:
    return True


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
        "button_path": reverse(REGISTRATION_PAGES[organisation.side], args=["reprendre"]),
        "button_label": _("Continuer l’inscription"),
        "why": _("Vous recevez ce message parce que vous avez commencé cette inscription."),
    }


def _welcome_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    organisation = _organisation(message)
    return {
        "organisation": organisation,
        "side": organisation.side,
        "button_path": reverse(HOME_PAGES[organisation.side]),
        "button_label": _("Ouvrir votre espace"),
        "why": _("Vous recevez ce message parce que vous avez inscrit %(name)s.")
        % {"name": organisation.name},
    }


def _is_not_member(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    newcomer = UUID(message.facts["newcomer"])
    membership = Membership.objects.present().filter(
        organisation=UUID(message.facts["organisation"]), user=newcomer
    )
    return User.objects.filter(pk=newcomer, is_active=True).exists() and not membership.exists()


def _join_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    organisation = _organisation(message)
    return {
        "organisation": organisation,
        "newcomer": User.objects.get(pk=UUID(message.facts["newcomer"])),
        "side": organisation.side,
        "button_path": reverse("invite", args=[organisation.pk]),
        "button_label": _("Écrire une invitation"),
        "why": _("Vous recevez ce message comme gestionnaire : %(name)s.") % {"name": organisation.name},
    }


def _document(message: Message) -> Document:
    return Document.objects.select_related("organisation").get(pk=UUID(message.facts["document"]))


def _document_administrators(message: Message, _at: datetime) -> Iterator[Recipient]:
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
        "why": _("Vous recevez ce message comme gestionnaire : %(name)s.") % {"name": organisation.name},
    }
