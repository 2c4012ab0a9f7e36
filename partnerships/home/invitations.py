"""Needs, offers and introductions as tasks of a home page: of the organisation, of others, of the broker."""

from __future__ import annotations

from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.lifecycle import State
from accounts.models import Organisation, Side, User
from accounts.templatetags import wording
from partnerships.matching.queries.briefs import may_write_for
from partnerships.models import Invitee


class Todo(NamedTuple):
    """What an organisation must do. `may_act`: the reader in person, else only others of the organisation."""

    title: str
    why: str
    badge_status: str
    badge_label: str
    due_date: date | None
    url: str
    verb: str
    may_act: bool = True


class Waiting(NamedTuple):
    """`due_at`: the moment of the due date, None when the day is all."""

    side: str
    who: str
    title: str
    due_date: date | None
    url: str
    due_at: datetime | None = None


def current_introductions(organisation_id: UUID, at: datetime) -> QuerySet[Invitee]:
    """Return the introductions of an organisation that wait for anybody, by expiry. 1 query.

    That is for its own answer, for that of others, or for the broker once all have accepted.
    """
    own = Invitee.objects.filter(
        Q(introduction__expires_at__gt=at) | Q(introduction__revealed_at__isnull=False),
        brief__organisation=organisation_id,
        introduction__withdrawn_at=None,
        introduction__partnership=None,
    )
    refused = Invitee.objects.filter(is_yes=False).values("introduction")
    queryset = own.exclude(introduction__in=refused).select_related("introduction__proposed_by", "brief")
    return queryset.order_by("introduction__expires_at", "pk")


def introduction_todo(invitee: Invitee) -> Todo:
    """Return the task that an introduction gives to the invited organisation. No query."""
    expires_at = invitee.introduction.expires_at
    return Todo(
        title=_("Répondre à une mise en relation"),
        why=_("À partir de\u00a0: «\u202f%(title)s\u202f». Aucun nom n’est communiqué avant.")
        % {"title": invitee.brief.title},
        badge_status="due",
        badge_label=_("Jusqu’au %(day)s") % {"day": wording.moment_text(expires_at, "week")},
        due_date=timezone.localdate(expires_at),
        url=_introduction_url(invitee),
        verb=_("Lire et répondre"),
    )


def waiting_for(invitee: Invitee) -> Waiting:
    """Return who acts on an introduction that the organisation accepted: the others, then the broker."""
    introduction = invitee.introduction
    if introduction.revealed_at:
        title = _("Ouvrir le dossier · %(title)s") % {"title": invitee.brief.title}
        return Waiting("broker", str(introduction.proposed_by), title, None, _introduction_url(invitee))
    title = _("Répondre à la mise en relation · %(title)s") % {"title": invitee.brief.title}
    day = timezone.localdate(introduction.expires_at)
    url = _introduction_url(invitee)
    return Waiting("both", _("l’autre organisation"), title, day, url, introduction.expires_at)


def _introduction_url(invitee: Invitee) -> str:
    return reverse("partnerships:introduction", args=[invitee.introduction_id])


def first_brief_todo(organisation: Organisation, user: User) -> Todo | None:
    """Return the task of whoever may write, while a verified organisation published nothing. 2 queries."""
    current = list(organisation.briefs.filter(withdrawn_at=None).order_by("-changed_at", "pk"))
    is_published = any(brief.is_published for brief in current)
    if organisation.state != State.VERIFIED or is_published or not may_write_for(user, organisation):
        return None
    is_association = organisation.side == Side.ASSOCIATION
    return Todo(
        title=_("Décrire et publier un besoin")
        if is_association
        else _("Décrire et publier une intention de partenariat"),
        why=_("Le passeur cherche un rapprochement à partir de ce texte, sans donner votre nom."),
        badge_status="none",
        badge_label=_("Dès maintenant"),
        due_date=None,
        url=reverse("partnerships:edit_brief", args=[current[0].pk])
        if current
        else reverse("partnerships:briefs"),
        verb=_("Décrire un besoin") if is_association else _("Décrire une intention"),
    )
