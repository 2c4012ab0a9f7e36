"""Mails about accounts, invitations, mandates and handovers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts.models import AddressChange, Handover, Invitation, Mandate, Membership, User
from accounts.people.queries.mandates import legal_day
from accounts.portals import ORGANISATION_PAGES
from accounts.recipients import recipient_for
from accounts.templatetags import wording
from outbox import kinds
from outbox.kinds import Kind, Recipient, Topic
from outbox.models import Message


def register() -> None:
    """Register the kinds of mails of this chapter."""
    mandatory = partial(Kind, topic=Topic.ACCOUNT, mandatory=True)
    kinds.register(
        mandatory(
            name="account-mail",
            recipients=_addressee,
            holds=_always,
            context=_account_context,
            is_secret=True,
            secret_facts=("text", "code"),
        )
    )
    kinds.register(
        mandatory(
            name="invitation",
            recipients=_invited,
            holds=_is_invitation_open,
            context=_invitation_context,
            is_secret=True,
        )
    )
    kinds.register(
        mandatory(
            name="mandate-expiry",
            recipients=_administrators_and_signatory,
            holds=_is_mandate_running,
            context=_mandate_context,
            working_hours=True,
        )
    )
    kinds.register(mandatory(name="new-device", recipients=_owner, holds=_always, context=_device_context))
    kinds.register(mandatory(name="handover", recipients=_heir, holds=_is_unseen, context=_handover_context))
    kinds.register(
        mandatory(
            name="address-change", recipients=_old_address, holds=_is_change_open, context=_change_context
        )
    )
    kinds.register(
        mandatory(name="address-changed", recipients=_both_addresses, holds=_always, context=_changed_context)
    )


def _always(_message: Message, _recipient: Recipient, _at: datetime) -> bool:
    return True


def _addressee(message: Message, _at: datetime) -> Iterator[Recipient]:
    facts = message.facts
    user = User.objects.filter(email=facts["address"].lower()).first()
    yield Recipient(
        user=user,
        address=facts["address"],
        language=facts["language"],
        name=user.full_name if user else "",
    )


def _account_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    return {
        "mail": message.facts,
        "button_path": reverse("home"),
        "button_label": _("Ouvrir Lucky Link"),
        "why": _("Vous recevez ce message parce que cette adresse a été indiquée sur Lucky Link."),
    }


def _invitation(message: Message) -> Invitation:
    invitations = Invitation.objects.select_related("organisation", "invited_by")
    return invitations.get(pk=UUID(message.facts["invitation"]))


def _invited(message: Message, _at: datetime) -> Iterator[Recipient]:
    invitation = _invitation(message)
    user = User.objects.filter(email=invitation.email).first()
    if user:
        yield recipient_for(user)
    elif invitation.invited_by:
        yield Recipient(
            user=None,
            address=invitation.email,
            language=invitation.invited_by.language,
            name=invitation.full_name,
        )


def _is_invitation_open(message: Message, _recipient: Recipient, at: datetime) -> bool:
    return _invitation(message).is_open(at)


def _invitation_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    invitation = _invitation(message)
    return {
        "invitation": invitation,
        "side": invitation.organisation.side if invitation.organisation else "broker",
        "button_path": reverse("invitation", args=[invitation.token]),
        "button_label": _("Lire l’invitation"),
        "why": _("Vous recevez ce message parce que votre adresse a été indiquée par %(person)s.")
        % {"person": invitation.invited_by},
    }


def _owner(message: Message, _at: datetime) -> Iterator[Recipient]:
    for user in User.objects.filter(pk=UUID(message.facts["user"]), is_active=True):
        yield recipient_for(user)


def _device_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    facts = message.facts
    return {
        "details": [
            (_("Quand"), strip_tags(wording.moment(datetime.fromisoformat(facts["at"])))),
            (_("Navigateur"), facts["agent"] or "—"),
            (_("Adresse IP"), facts["address"]),
        ],
        "button_path": reverse("usersessions_list"),
        "button_label": _("Voir les appareils connectés"),
        "why": _("Vous recevez ce message parce que cette adresse ouvre un compte sur Lucky Link."),
    }


def _mandate(message: Message) -> Mandate:
    mandates = Mandate.objects.select_related("organisation", "user")
    return mandates.get(pk=message.facts["mandate"])


def _administrators_and_signatory(message: Message, _at: datetime) -> Iterator[Recipient]:
    mandate = _mandate(message)
    present = Membership.objects.present().filter(organisation=mandate.organisation)
    concerned = present.filter(Q(is_administrator=True) | Q(user=mandate.user))
    for membership in concerned.select_related("user").order_by("joined_at", "pk"):
        yield recipient_for(membership.user)


def _person(recipient: Recipient) -> User | None:
    return recipient.user if isinstance(recipient.user, User) else None


def _is_mandate_running(message: Message, recipient: Recipient, _at: datetime) -> bool:
    mandate = _mandate(message)
    present = Membership.objects.present().filter(organisation=mandate.organisation)
    return mandate.revoked_at is None and present.filter(user=_person(recipient)).exists()


def _mandate_context(message: Message, recipient: Recipient, at: datetime) -> dict[str, object]:
    mandate = _mandate(message)
    organisation = mandate.organisation
    present = Membership.objects.present().filter(organisation=organisation, user=_person(recipient))
    may_give = present.filter(is_administrator=True).exists()
    today, last_day = legal_day(at), mandate.valid_until_date
    assert last_day is not None  # noqa: S101
    page = reverse(ORGANISATION_PAGES[organisation.side])
    return {
        "mandate": mandate,
        "organisation": organisation,
        "is_over": last_day < today,
        "days": (last_day - today).days,
        "is_own": mandate.user == recipient.user,
        "may_give": may_give,
        "side": organisation.side,
        "button_path": reverse("mandate", args=[organisation.pk, mandate.user_id]) if may_give else page,
        "button_label": _("Donner un nouveau mandat") if may_give else _("Voir les mandats"),
        "why": _("Vous recevez ce message comme signataire ou gestionnaire : %(name)s.")
        % {"name": organisation.name},
    }


def _handover(message: Message) -> Handover:
    handovers = Handover.objects.select_related("organisation", "leaver", "heir")
    return handovers.get(pk=message.facts["handover"])


def _heir(message: Message, _at: datetime) -> Iterator[Recipient]:
    yield recipient_for(_handover(message).heir)


def _is_unseen(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    handover = _handover(message)
    present = Membership.objects.present().filter(organisation=handover.organisation, user=handover.heir)
    return handover.seen_at is None and present.exists()


def _handover_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    handover = _handover(message)
    organisation = handover.organisation
    return {
        "handover": handover,
        "organisation": organisation,
        "side": organisation.side,
        "button_path": reverse(ORGANISATION_PAGES[organisation.side]),
        "button_label": _("Ouvrir la liste des personnes"),
        "why": _("Vous recevez ce message comme gestionnaire : %(name)s.") % {"name": organisation.name},
    }


def _change(message: Message) -> AddressChange:
    return AddressChange.objects.select_related("user").get(pk=UUID(message.facts["change"]))


def _old_address(message: Message, _at: datetime) -> Iterator[Recipient]:
    change = _change(message)
    yield replace(recipient_for(change.user), address=change.old_email)


def _is_change_open(message: Message, _recipient: Recipient, at: datetime) -> bool:
    return _change(message).is_open(at)


def _change_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    change = _change(message)
    return {
        "change": change,
        "button_path": reverse("address_change", args=[change.token]),
        "button_label": _("Confirmer ou refuser"),
        "why": _("Vous recevez ce message parce que cette adresse ouvre un compte sur Lucky Link."),
    }


def _both_addresses(message: Message, _at: datetime) -> Iterator[Recipient]:
    change = _change(message)
    for address in (change.old_email, change.new_email):
        yield replace(recipient_for(change.user), address=address)


def _changed_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    return {
        "change": _change(message),
        "button_path": reverse("account_email"),
        "button_label": _("Voir mon compte"),
        "why": _("Vous recevez ce message parce que cette adresse ouvre ou ouvrait un compte."),
    }
