"""Answering an introduction: names for all on the last yes, one same end otherwise, a case from it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext_lazy

from accounts.lifecycle import READ_ONLY
from accounts.models import Membership, Side, User
from accounts.organisations import transitions
from accounts.refusals import Refusal
from outbox import post
from outbox.message_keys import MessageKey
from partnerships import message_keys
from partnerships.matching.actions import introduction_end
from partnerships.matching.actions.briefs import NotAWriter, require_writer
from partnerships.matching.queries.briefs import limits_of
from partnerships.matching.queries.introductions import Standing, standing_of
from partnerships.models import Brief, Introduction, Invitee, Partnership
from partnerships.permissions import OfBothSides, require_broker
from partnerships.scoping.actions import canvas
from partnerships.scoping.actions.canvas import Boxes, shortened
from partnerships.scoping.actions.scoping import Description, describe, open_case


class IntroductionError(Refusal):
    """The introduction cannot be made or go on."""


class IsOver(IntroductionError):
    """It ended, or all have said yes."""

    sentence = gettext_lazy("Cette mise en relation a pris fin entre-temps. Rechargez la page.")


class NamesAreNotTold(IntroductionError):
    """A case opens once all have said yes."""

    sentence = gettext_lazy("Toutes les organisations n’ont pas dit oui. Le dossier s’ouvrira ensuite.")


@transaction.atomic
def answer(*, introduction_id: UUID, speaker: User, is_yes: bool, reason: str, at: datetime) -> None:
    """Say yes or no for one's organisation; the last yes tells the names to all, a no ends it for all.

    The last yes tells no name when one of those who said yes was suspended or left meanwhile: it ends there.
    `reason` is read by the brokers alone. A yes may become a no until the names are told.
    Raises IsOver, NotAWriter, OrganisationReadOnly, NotYetVerified, OfBothSides.
    """
    introduction, invitees = _locked(introduction_id)
    if standing_of(introduction, at) != Standing.WAITING:
        raise IsOver
    own = _own_invitee(invitees, speaker)
    require_writer(speaker, own.brief.organisation)
    own.is_yes, own.reason, own.answered_by, own.answered_at = is_yes, reason, speaker, at
    own.save()
    kind = "introduction-accepted" if is_yes else "introduction-declined"
    transitions.record_act(
        own.brief.organisation, kind, actor=speaker, at=at, introduction=str(introduction.pk)
    )
    if not is_yes:
        introduction_end.end(introduction, actor=None, at=at)
    elif all(each.is_yes for each in invitees):
        if all(_may_be_met(each) for each in invitees):
            _reveal(introduction, invitees, at=at)
        else:
            _stop(introduction, at=at)
    post.post(
        kind="introduction-answered",
        key=message_keys.introduction_answered(introduction.pk, own.pk, at=at),
        at=at,
        facts={"introduction": str(introduction.pk), "invitee": own.pk},
    )


@transaction.atomic
def withdraw(*, introduction_id: UUID, broker: User, at: datetime) -> None:
    """End an introduction that still waits; all are told in the same words as for a no.

    Raises NotABroker, IsOver.
    """
    require_broker(broker)
    introduction, _invitees = _locked(introduction_id)
    if standing_of(introduction, at) != Standing.WAITING:
        raise IsOver
    introduction.withdrawn_at = at
    introduction.save(update_fields=["withdrawn_at"])
    introduction_end.end(introduction, actor=broker, at=at)


@transaction.atomic
def open_introduced(*, introduction_id: UUID, broker: User, title: str, at: datetime) -> Partnership:
    """Open the case of organisations that all said yes, its evidence and its canvas filled from the briefs.

    Raises NotABroker, NamesAreNotTold, IsOver, NotVerified.
    """
    require_broker(broker)
    introduction, invitees = _locked(introduction_id)
    if introduction.partnership_id is not None:
        raise IsOver
    if introduction.revealed_at is None:
        raise NamesAreNotTold
    briefs = [each.brief for each in invitees]
    case = open_case(
        broker=broker, title=title, organisations=[brief.organisation for brief in briefs], at=at
    )
    evidence = [brief.evidence for brief in briefs if brief.evidence]
    description = Description(title=title, plain_words="", evidence_of_need="\n\n".join(evidence)[:2000])
    describe(partnership_id=case.pk, broker=broker, description=description, at=at)
    canvas.write_first_version(partnership=case, boxes=_boxes_from(briefs), broker=broker, at=at)
    introduction.partnership = case
    introduction.save(update_fields=["partnership"])
    return case


def _locked(introduction_id: UUID) -> tuple[Introduction, list[Invitee]]:
    invited = Invitee.objects.filter(introduction=introduction_id)
    keys = invited.order_by("brief__organisation").values_list("brief__organisation", flat=True)
    organisations = introduction_end.lock_all(keys)
    introduction = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction_id)
    invitees = list(invited.select_related("brief").order_by("brief__organisation__side", "pk"))
    for invitee in invitees:
        invitee.brief.organisation = organisations[invitee.brief.organisation_id]
    return introduction, invitees


def _own_invitee(invitees: Sequence[Invitee], speaker: User) -> Invitee:
    own = set(Membership.objects.present().filter(user=speaker).values_list("organisation_id", flat=True))
    mine = [each for each in invitees if each.brief.organisation_id in own]
    if not mine:
        raise NotAWriter
    if len(mine) > 1:
        raise OfBothSides
    return mine[0]


def _reveal(introduction: Introduction, invitees: Sequence[Invitee], *, at: datetime) -> None:
    introduction.revealed_at = at
    introduction.save(update_fields=["revealed_at"])
    for invitee in invitees:
        organisation = invitee.brief.organisation
        transitions.record_act(
            organisation, "introduction-revealed", actor=None, at=at, introduction=str(introduction.pk)
        )
    post.cancel(prefix=message_keys.introduction_prefix(introduction.pk), at=at)
    key = message_keys.introduction_revealed(introduction.pk)
    tell(introduction, kind="introduction-revealed", key=key, at=at)


def _may_be_met(invitee: Invitee) -> bool:
    """Say whether an organisation that said yes still acts, with its brief and somebody who answers."""
    organisation = invitee.brief.organisation
    present = Membership.objects.present().filter(organisation=organisation)
    return (
        organisation.state not in READ_ONLY
        and invitee.brief.withdrawn_at is None
        and present.filter(Q(is_referent=True) | Q(is_administrator=True)).exists()
    )


def _stop(introduction: Introduction, *, at: datetime) -> None:
    introduction.withdrawn_at, introduction.is_hindered = at, True
    introduction.save(update_fields=["withdrawn_at", "is_hindered"])
    introduction_end.end(introduction, actor=None, at=at)


def tell(
    introduction: Introduction, *, kind: str, key: MessageKey, at: datetime, due_at: datetime | None = None
) -> None:
    """Post a message about an introduction."""
    post.post(
        kind=kind,
        key=key,
        at=at,
        due_at=due_at,
        facts={"introduction": str(introduction.pk)},
    )


def _boxes_from(briefs: Sequence[Brief]) -> Boxes:
    sides = {side: [brief for brief in briefs if brief.organisation.side == side] for side in Side}
    associations, companies = sides[Side.ASSOCIATION], sides[Side.COMPANY]
    limits = dict.fromkeys(limit for brief in briefs for limit in limits_of(brief))
    budgets = dict.fromkeys(brief.get_budget_display() for brief in companies if brief.budget)
    return Boxes(
        need=shortened([brief.need for brief in associations]),
        action=shortened([brief.action for brief in associations]),
        association_hopes=shortened([brief.title for brief in associations]),
        company_hopes=shortened([brief.need for brief in companies]),
        limits=shortened([" ; ".join(limits)]),
        means=shortened(budgets),
    )
