"""What the broker still misses to verify an organisation, each with the form that gives it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.lifecycle import State
from accounts.models import Membership, Organisation, User
from accounts.organisations.queries.documents import missing_for_vetting
from accounts.people.queries.memberships import PersonalAlerts

UNFINISHED: Final = (State.DRAFT, State.TO_COMPLETE)  # its registration is to be submitted, or again


class VettingTask(NamedTuple):
    title: str
    detail: str
    url: str


class VettingTasks(NamedTuple):
    """`may_act`: whether the reader is an administrator, to whom alone the forms open."""

    items: Sequence[VettingTask]
    may_act: bool


def vetting_tasks(organisation: Organisation, user: User) -> VettingTasks | None:
    """Return what is missing, None if nothing is. 4 queries at most."""
    missing = missing_for_vetting(organisation)
    if missing is None:
        return None
    members = list(Membership.objects.present().filter(organisation=organisation).order_by("joined_at", "pk"))
    tasks: list[VettingTask] = []
    if missing.papers:
        url = reverse("documents", args=[organisation.pk])
        tasks.append(VettingTask(_("Ajouter les pièces"), " · ".join(missing.papers), url))
    if missing.income:
        tasks.append(VettingTask(_("Indiquer vos ressources"), "", reverse("associations:finances")))
    if missing.mandate:
        tasks.extend(_signing_tasks(organisation, user, members))
    own = next((member for member in members if member.user_id == user.pk), None)
    return VettingTasks(tasks, may_act=own is not None and own.is_administrator)


def task_count(organisation: Organisation, alerts: PersonalAlerts, tasks: VettingTasks | None) -> int:
    """Return the number of tasks that the registration of an organisation gives to a member. No query."""
    is_unfinished = organisation.state in UNFINISHED and alerts.is_administrator
    return is_unfinished + (len(tasks.items) if tasks and tasks.may_act else 0)


def _signing_tasks(
    organisation: Organisation, user: User, members: Sequence[Membership]
) -> Iterator[VettingTask]:
    signatory = next((member for member in members if member.is_signatory), None)
    if signatory is None:
        url = reverse("member", args=[organisation.pk, user.pk])
        yield VettingTask(
            _("Indiquer si vous êtes signataire"),
            _("Sinon, invitez la personne signataire ou changez son rôle."),
            url,
        )
    else:
        url = reverse("mandate", args=[organisation.pk, signatory.user_id])
        yield VettingTask(_("Enregistrer un mandat de signature"), "", url)
