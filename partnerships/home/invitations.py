"""What an introduction asks of an organisation, on its home."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from partnerships.models import Invitee


class Todo(NamedTuple):
    title: str
    why: str
    badge_status: str
    badge_words: str
    due_date: date | None
    url: str
    verb: str


def invited(organisation_id: UUID, at: datetime) -> QuerySet[Invitee]:
    """Return the introductions that wait for the word of an organisation, the first to end first. 1 query."""
    waiting = Invitee.objects.filter(
        brief__organisation=organisation_id,
        is_yes=None,
        introduction__withdrawn_at=None,
        introduction__expires_at__gt=at,
    )
    refused = Invitee.objects.filter(is_yes=False).values("introduction")
    found = waiting.exclude(introduction__in=refused).select_related("introduction", "brief")
    return found.order_by("introduction__expires_at", "pk")


def asked_by(invitee: Invitee) -> Todo:
    """Return what an introduction asks of the organisation invited. No query."""
    expires_at = invitee.introduction.expires_at
    return Todo(
        title=_("Dire oui ou non à une mise en relation"),
        why=_("À partir de votre texte «\u202f%(title)s\u202f». Aucun nom n’est dit avant.")
        % {"title": invitee.brief.title},
        badge_status="due",
        badge_words=_("Avant %(day)s") % {"day": wording.moment_text(expires_at, "week")},
        due_date=timezone.localdate(expires_at),
        url=reverse("partnerships:introduction", args=[invitee.introduction_id]),
        verb=_("Lire et répondre"),
    )
