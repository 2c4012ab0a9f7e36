"""Mails about the vetting of an organisation: to brokers, and to its administrators."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import Decision, IdentityChange, Organisation, User, Vetting
from accounts.organisations.checklist import TITLES
from accounts.organisations.queries.decisions import failed_checks
from accounts.portals import HOME_PAGES, REGISTRATION_PAGES
from accounts.recipients import administrators, recipient_for
from outbox import kinds
from outbox.kinds import Kind, Recipient, Topic
from outbox.models import Message


def register() -> None:
    """Register the kinds of mails of this chapter."""
    to_brokers = partial(Kind, topic=Topic.NEWS, recipients=_brokers)
    kinds.register(to_brokers(name="organisation-submitted", holds=_is_pending, context=_submitted_context))
    kinds.register(to_brokers(name="organisation-changed", holds=_is_pending, context=_changed_context))
    kinds.register(
        to_brokers(
            name="organisation-recheck", holds=_is_to_recheck, context=_recheck_context, working_hours=True
        )
    )
    for decision in Decision.values:
        kinds.register(
            Kind(
                name=f"organisation-{decision.replace('_', '-')}",
                topic=Topic.ACCOUNT,
                mandatory=True,
                recipients=administrators,
                holds=_is_decision_current,
                context=_vetting_context,
            )
        )


def _organisation(message: Message) -> Organisation:
    return Organisation.objects.get(pk=UUID(message.facts["organisation"]))


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
    return {
        **_submitted_context(message, recipient, at),
        "button_label": _("Vérifier de nouveau l’organisation"),
    }


def _is_decision_current(message: Message, _recipient: Recipient, _at: datetime) -> bool:
    vetting = Vetting.objects.select_related("organisation").get(pk=message.facts["vetting"])
    return vetting.organisation.state == vetting.decision


def _vetting_context(message: Message, _recipient: Recipient, _at: datetime) -> dict[str, object]:
    vetting = Vetting.objects.select_related("organisation").get(pk=message.facts["vetting"])
    organisation = vetting.organisation
    path = reverse(HOME_PAGES[organisation.side])
    label = _("Ouvrir votre espace")
    if vetting.decision == "to_complete":
        path = reverse(REGISTRATION_PAGES[organisation.side], args=["identite"])
        label = _("Compléter l’inscription")
    return {
        "organisation": organisation,
        "vetting": vetting,
        "points": [(TITLES[each.code], each.note) for each in failed_checks(vetting)],
        "side": organisation.side,
        "button_path": path,
        "button_label": label,
        "why": _("Vous recevez ce message comme gestionnaire : %(name)s.") % {"name": organisation.name},
    }
