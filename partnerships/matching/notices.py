"""Messages of an introduction: proposed without names, answered, revealed, ended."""

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
from partnerships.case.mail_context import reply_to
from partnerships.case.recipients import kind
from partnerships.matching.queries.briefs import anonymous_title
from partnerships.matching.queries.introductions import (
    ENDED_STATUSES,
    IntroductionStatus,
    status_of,
    with_invitees,
)
from partnerships.models import Introduction, Invitee

WRITERS = Q(is_referent=True) | Q(is_administrator=True)


def _introduction(message: Message) -> Introduction:
    return with_invitees().get(pk=message.facts["introduction"])


def _writer_recipients(invitees: list[Invitee]) -> list[Recipient]:
    organisations = [invitee.brief.organisation_id for invitee in invitees]
    present = Membership.objects.present().filter(WRITERS, organisation__in=organisations)
    writers = present.filter(user__is_broker=False).exclude(organisation__state__in=READ_ONLY)
    return [recipient_for(membership.user) for membership in writers.select_related("user").order_by("pk")]


def _pending_recipients(message: Message, at: datetime) -> list[Recipient]:
    introduction = _introduction(message)
    if status_of(introduction, at) != IntroductionStatus.WAITING:
        return []
    return _writer_recipients([invitee for invitee in introduction.invitees.all() if invitee.is_yes is None])


def _revealed_recipients(message: Message, _at: datetime) -> list[Recipient]:
    introduction = _introduction(message)
    return _writer_recipients(list(introduction.invitees.all())) if introduction.revealed_at else []


def _ended_recipients(message: Message, at: datetime) -> list[Recipient]:
    """Return all invited organisations except those that declined."""
    introduction = _introduction(message)
    if status_of(introduction, at) not in ENDED_STATUSES:
        return []
    return _writer_recipients(
        [invitee for invitee in introduction.invitees.all() if invitee.is_yes is not False]
    )


def _broker_recipients(message: Message, _at: datetime) -> list[Recipient]:
    lead = _introduction(message).proposed_by
    if lead.is_active and lead.is_broker:
        return [recipient_for(lead)]
    return [recipient_for(broker) for broker in active_brokers()]


def _member_context(message: Message, reader: Recipient, button: str) -> dict[str, object]:
    """Return the context of a mail to one side; it has no names of the others before they are revealed."""
    introduction = _introduction(message)
    invitees = list(introduction.invitees.all())
    own = _own_invitee(invitees, reader)
    others = [invitee.brief for invitee in invitees if invitee.pk != own.pk]
    names = [brief.organisation.name for brief in others] if introduction.revealed_at else []
    own_name = own.brief.organisation.name
    return {
        "title": own.brief.title,
        "broker": str(introduction.proposed_by),
        "portraits": get_text_list([anonymous_title(brief) for brief in others], _("et")),
        "names": get_text_list(names, _("et")),
        "reply_to": reply_to(introduction.proposed_by, reader),
        "side": own.brief.organisation.side,
        "button_path": reverse("partnerships:introduction", args=[introduction.pk]),
        "button_label": button,
        "why": _("Vous recevez ce message comme référent : %(name)s.") % {"name": own_name},
        "details": [],
    }


def _own_invitee(invitees: list[Invitee], reader: Recipient) -> Invitee:
    person = reader.user.pk if reader.user else None
    present = Membership.objects.present().filter(user=person)
    own = set(present.values_list("organisation_id", flat=True))
    return next(invitee for invitee in invitees if invitee.brief.organisation_id in own)


def _proposed_context(message: Message, reader: Recipient, _at: datetime) -> dict[str, object]:
    return _member_context(message, reader, _("Lire et répondre"))


def _revealed_context(message: Message, reader: Recipient, _at: datetime) -> dict[str, object]:
    return _member_context(message, reader, _("Lire de qui il s’agit"))


def _ended_context(message: Message, reader: Recipient, _at: datetime) -> dict[str, object]:
    is_stopped = _introduction(message).is_hindered
    return {**_member_context(message, reader, _("Voir la mise en relation")), "is_stopped": is_stopped}


def _answered_context(message: Message, _reader: Recipient, _at: datetime) -> dict[str, object]:
    introduction = _introduction(message)
    invitee = next(
        invitee for invitee in introduction.invitees.all() if invitee.pk == message.facts["invitee"]
    )
    return {
        "title": invitee.brief.title,
        "organisation": invitee.brief.organisation.name,
        "is_yes": bool(invitee.is_yes),
        "is_revealed": introduction.revealed_at is not None,
        "side": "broker",
        "button_path": reverse("broker:introduction", args=[introduction.pk]),
        "button_label": _("Voir la mise en relation"),
        "why": _("Vous recevez ce message parce que vous êtes passeur de cette mise en relation."),
        "details": [],
    }


KINDS = (
    kind("introduction-proposed", Topic.NEWS, _pending_recipients, _proposed_context),
    kind("introduction-answered", Topic.NEWS, _broker_recipients, _answered_context),
    kind("introduction-revealed", Topic.NEWS, _revealed_recipients, _revealed_context),
    kind("introduction-ended", Topic.NEWS, _ended_recipients, _ended_context),
)
