"""A newcomer whose organisation is already here asks its administrators to be invited."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts import message_keys
from accounts.models import User
from accounts.organisations.transitions import lock, present_member, write
from accounts.refusals import Refusal
from accounts.registration.actions.registration import BrokersDoNotRegister, Identity, holder_of
from outbox import post
from outbox.models import Message


class NobodyToAsk(Refusal):
    """No organisation bears this number any more."""

    sentence = _("Ce numéro est libre à présent. Continuez l’inscription.")


class AlreadyInside(Refusal):
    """The person is a member of that organisation."""

    sentence = _("Vous êtes déjà membre de cette organisation. Ouvrez votre espace pour y travailler.")


@transaction.atomic
def ask_to_join(*, newcomer: User, identity: Identity, at: datetime) -> None:
    """Pass the name and the address of a newcomer on to the administrators of who bears this identity.

    Asked again, nothing more is sent; the newcomer learns nothing of the organisation.
    Raises BrokersDoNotRegister, NobodyToAsk, AlreadyInside.
    """
    if newcomer.is_broker:
        raise BrokersDoNotRegister
    holder = holder_of(identity)
    if holder is None:
        raise NobodyToAsk
    organisation = lock(holder.pk)
    if present_member(organisation, newcomer.pk):
        raise AlreadyInside
    key = message_keys.join_request(organisation.pk, newcomer.pk)
    facts = {"organisation": str(organisation.pk), "newcomer": str(newcomer.pk)}
    if not Message.objects.filter(key=key).exists():
        post.post(kind="join-request", key=key, at=at, facts=facts)
        write(organisation, "join-asked", actor=newcomer, at=at)
