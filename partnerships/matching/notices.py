"""An introduction: proposed without a name, answered, then names for all, or an end in the same words."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from accounts.lifecycle import READ_ONLY
from accounts.models import Membership
from accounts.people.queries.account import active_brokers
from accounts.recipients import recipient_for
from outbox.kinds import Recipient, Topic
from outbox.models import Message
from partnerships.case.recipients import kind
from partnerships.matching.queries.anonymous_profiles import title_of
from partnerships.matching.queries.introductions import OVER, Standing, standing_of, with_invitees
from partnerships.models import Introduction, Invitee

WRITERS = Q(is_referent=True) | Q(is_administrator=True)


def _introduction(message: Message) -> Introduction:
    return with_invitees().get(pk=message.facts["introduction"])


def _writers(invitees: list[Invitee]) -> list[Recipient]:
    organisations = [each.brief.organisation_id for each in invitees]
    present = Membership.objects.present().filter(WRITERS, organisation__in=organisations)
    found = present.filter(user__is_broker=False).exclude(organisation__state__in=READ_ONLY)
    return [recipient_for(each.user) for each in found.select_related("user").order_by("pk")]


def _asked(message: Message, at: datetime) -> list[Recipient]:
    found = _introduction(message)
    if standing_of(found, at) != Standing.WAITING:
        return []
    return _writers([each for each in found.invitees.all() if each.is_yes is None])


def _met(message: Message, _at: datetime) -> list[Recipient]:
    found = _introduction(message)
    return _writers(list(found.invitees.all())) if found.revealed_at else []


def _dismissed(message: Message, at: datetime) -> list[Recipient]:
    """Return everybody invited but those who said no themselves."""
    found = _introduction(message)
    if standing_of(found, at) not in OVER:
        return []
    return _writers([each for each in found.invitees.all() if each.is_yes is not False])


def _lead(message: Message, _at: datetime) -> list[Recipient]:
    lead = _introduction(message).proposed_by
    if lead.is_active and lead.is_broker:
        return [recipient_for(lead)]
    return [recipient_for(broker) for broker in active_brokers()]


def _to_member(message: Message, reader: Recipient, button: str) -> dict[str, object]:
    """Return the context of a mail to one side; of the others it holds no name as long as none is told."""
    found = _introduction(message)
    invited = list(found.invitees.all())
    own = _own(invited, reader)
    others = [each.brief for each in invited if each.pk != own.pk]
    names = [brief.organisation.name for brief in others] if found.revealed_at else []
    own_name = own.brief.organisation.name
    return {
        "title": own.brief.title,
        "broker": str(found.proposed_by),
        "portraits": get_text_list([title_of(brief) for brief in others], _("et")),
        "names": get_text_list(names, _("et")),
        "side": own.brief.organisation.side,
        "button_path": reverse("partnerships:introduction", args=[found.pk]),
        "button_label": button,
        "why": _("Vous recevez ce message parce que vous répondez pour %(name)s.") % {"name": own_name},
        "details": [],
    }


def _own(invited: list[Invitee], reader: Recipient) -> Invitee:
    person = reader.user.pk if reader.user else None
    present = Membership.objects.present().filter(user=person)
    own = set(present.values_list("organisation_id", flat=True))
    return next(each for each in invited if each.brief.organisation_id in own)


def _proposal(message: Message, reader: Recipient, _at: datetime) -> dict[str, object]:
    return _to_member(message, reader, _("Lire et répondre"))


def _names(message: Message, reader: Recipient, _at: datetime) -> dict[str, object]:
    return _to_member(message, reader, _("Lire qui c’est"))


def _end(message: Message, reader: Recipient, _at: datetime) -> dict[str, object]:
    is_stopped = _introduction(message).is_hindered
    return {**_to_member(message, reader, _("Voir la mise en relation")), "is_stopped": is_stopped}


def _answered(message: Message, _reader: Recipient, _at: datetime) -> dict[str, object]:
    found = _introduction(message)
    one = next(each for each in found.invitees.all() if each.pk == message.facts["invitee"])
    return {
        "title": one.brief.title,
        "organisation": one.brief.organisation.name,
        "is_yes": bool(one.is_yes),
        "is_revealed": found.revealed_at is not None,
        "side": "broker",
        "button_path": reverse("broker:introduction", args=[found.pk]),
        "button_label": _("Voir la mise en relation"),
        "why": _("Vous recevez ce message parce que vous êtes passeur de cette mise en relation."),
        "details": [],
    }


KINDS = (
    kind("introduction-proposed", Topic.NEWS, _asked, _proposal),
    kind("introduction-answered", Topic.NEWS, _lead, _answered),
    kind("introduction-revealed", Topic.NEWS, _met, _names),
    kind("introduction-ended", Topic.NEWS, _dismissed, _end),
)
