"""The mails about people and organisations: to whom, whether still true, with which words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.checklist import TITLES
from accounts.models import IdentityChange, Invitation, Organisation, User, Vetting
from accounts.organisations.queries.organisations import points_of
from accounts.recipients import administrators, recipient_for
from outbox import kinds
from outbox.kinds import Kind, Recipient, Topic
from outbox.models import Message

DECISIONS = ("verified", "to_complete", "refused", "suspended")
HOMES = {"association": "associations:home", "company": "companies:home"}
STEPS = {"association": "associations:registration", "company": "companies:registration"}


def register() -> None:
    """Make the kinds of this room known to the outbox."""
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
            holds=_is_still_open,
            context=_invitation_context,
            is_secret=True,
        )
    )
    kinds.register(mandatory(name="welcome", recipients=_submitter, holds=_always, context=_welcome_context))
    kinds.register(
        Kind(
            name="organisation-submitted",
            topic=Topic.NEWS,
            recipients=_brokers,
            holds=_is_pending,
            context=_submitted_context,
        )
    )
    kinds.register(
        Kind(
            name="organisation-changed",
            topic=Topic.NEWS,
            recipients=_brokers,
            holds=_is_pending,
            context=_changed_context,
        )
    )
    kinds.register(
        Kind(
            name="organisation-recheck",
            topic=Topic.NEWS,
            recipients=_brokers,
            holds=_is_to_recheck,
            context=_recheck_context,
            working_hours=True,
        )
    )
    for decision in DECISIONS:
        kinds.register(
            mandatory(
                name=f"organisation-{decision.replace('_', '-')}",
                recipients=administrators,
                holds=_still_stands,
                context=_vetting_context,
            )
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
        "written": message.facts,
        "button_path": reverse("home"),
        "button_label": _("Ouvrir Lucky Link"),
        "why": _("Vous recevez ce message parce que quelqu’un a donné cette adresse sur Lucky Link."),
    }


def _invitation(message: Message) -> Invitation:
    letters = Invitation.objects.select_related("organisation", "invited_by")
    return letters.get(pk=UUID(message.facts["invitation"]))


def _invited(message: Message, _at: datetime) -> Iterator[Recipient]:
    letter = _invitation(message)
    user = User.objects.filter(email=letter.email).first()
    if user:
        yield recipient_for(user)
    elif letter.invited_by:
        yield Recipient(
            user=None, address=letter.email, language=letter.invited_by.language, name=letter.full_name
        )


def _is_still_open(message: Message, _recipient: Recipient, at: datetime) -> bool:
    return _invitation(message).is_open(at)


def _invitation_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    letter = _invitation(message)
    return {
        "letter": letter,
        "side": letter.organisation.side if letter.organisation else "broker",
        "button_path": reverse("invitation", args=[letter.token]),
        "button_label": _("Lire l’invitation"),
        "why": _("Vous recevez ce message parce que %(person)s a donné votre adresse.")
        % {"person": letter.invited_by},
    }


def _organisation(message: Message) -> Organisation:
    return Organisation.objects.get(pk=UUID(message.facts["organisation"]))


def _submitter(message: Message, _at: datetime) -> Iterator[Recipient]:
    for user in User.objects.filter(pk=UUID(message.facts["user"]), is_active=True):
        yield recipient_for(user)


def _welcome_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    organisation = _organisation(message)
    return {
        "organisation": organisation,
        "side": organisation.side,
        "button_path": reverse(HOMES[organisation.side]),
        "button_label": _("Ouvrir votre espace"),
        "why": _("Vous recevez ce message parce que vous avez inscrit %(name)s.")
        % {"name": organisation.name},
    }


def _brokers(_message: Message, _at: datetime) -> Iterator[Recipient]:
    for user in User.objects.filter(is_broker=True, is_active=True).order_by("email"):
        yield recipient_for(user)


def _is_pending(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    return _organisation(message).state == "pending"


def _submitted_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    return {
        "organisation": _organisation(message),
        "side": "broker",
        "button_path": reverse("broker:vet", args=[message.facts["organisation"]]),
        "button_label": _("Vérifier l’organisation"),
        "why": _("Vous recevez ce message parce que vous êtes passeur."),
    }


def _changed_context(message: Message, recipient: Recipient, at: datetime) -> dict[str, object]:
    change = IdentityChange.objects.get(pk=message.facts["change"])
    return {**_submitted_context(message, recipient, at), "reason": change.reason}


def _is_to_recheck(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    organisation = _organisation(message)
    last = organisation.vettings.order_by("-decided_at", "-pk").first()
    return organisation.is_verified and last is not None and last.pk == message.facts["vetting"]


def _recheck_context(message: Message, recipient: Recipient, at: datetime) -> dict[str, object]:
    return {**_submitted_context(message, recipient, at), "button_label": _("Revoir l’organisation")}


def _still_stands(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    vetting = Vetting.objects.select_related("organisation").get(pk=message.facts["vetting"])
    return vetting.organisation.state == vetting.decision


def _vetting_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    vetting = Vetting.objects.select_related("organisation").get(pk=message.facts["vetting"])
    organisation = vetting.organisation
    path = reverse(HOMES[organisation.side])
    label = _("Ouvrir votre espace")
    if vetting.decision == "to_complete":
        path = reverse(STEPS[organisation.side], args=["identite"])
        label = _("Compléter l’inscription")
    return {
        "organisation": organisation,
        "vetting": vetting,
        "points": [(TITLES[each.code], each.note) for each in points_of(vetting)],
        "side": organisation.side,
        "button_path": path,
        "button_label": label,
        "why": _("Vous recevez ce message parce que vous administrez %(name)s.")
        % {"name": organisation.name},
    }
