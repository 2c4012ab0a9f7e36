"""The introductions that wait for an answer of an organisation, as tasks of its home page."""

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
    badge_label: str
    due_date: date | None
    url: str
    verb: str


def pending_introductions(organisation_id: UUID, at: datetime) -> QuerySet[Invitee]:
    """Return the introductions that wait for an answer of an organisation, by expiry. 1 query."""
    waiting = Invitee.objects.filter(
        brief__organisation=organisation_id,
        is_yes=None,
        introduction__withdrawn_at=None,
        introduction__expires_at__gt=at,
    )
    refused = Invitee.objects.filter(is_yes=False).values("introduction")
    queryset = waiting.exclude(introduction__in=refused).select_related("introduction", "brief")
    return queryset.order_by("introduction__expires_at", "pk")


def introduction_todo(invitee: Invitee) -> Todo:
    """Return the task that an introduction gives to the invited organisation. No query."""
    expires_at = invitee.introduction.expires_at
    return Todo(
        title=_("Répondre à une mise en relation"),
        why=_("À partir de «\u202f%(title)s\u202f». Aucun nom n’est communiqué avant.")
        % {"title": invitee.brief.title},
        badge_status="due",
        badge_label=_("Jusqu’au %(day)s") % {"day": wording.moment_text(expires_at, "week")},
        due_date=timezone.localdate(expires_at),
        url=reverse("partnerships:introduction", args=[invitee.introduction_id]),
        verb=_("Lire et répondre"),
    )
