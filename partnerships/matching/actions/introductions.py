"""Introductions: proposed without names, answered, revealed on the last yes, and the case opened from one."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Final
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.lifecycle import READ_ONLY
from accounts.models import Membership, Side, User
from accounts.organisations import transitions
from accounts.organisations.transitions import lock
from accounts.refusals import Refusal
from outbox import post
from outbox.message_keys import MessageKey
from partnerships import message_keys
from partnerships.matching.actions import introduction_end
from partnerships.matching.actions.briefs import NotAWriter, require_verified, require_writer
from partnerships.matching.anonymity import identifying_words
from partnerships.matching.queries.briefs import free_texts, identity_of, limits_of
from partnerships.matching.queries.introductions import IntroductionStatus, open_introductions, status_of
from partnerships.matching.scoring import Conflict, conflicting_limits
from partnerships.models import Brief, Introduction, Invitee, Limit, Partnership
from partnerships.permissions import OfBothSides, require_broker
from partnerships.scoping.actions import (
    CanvasBoxes,
    CaseDescription,
    OrganisationNotVerified,
    SideMissing,
    describe,
    joined_for_box,
    open_case,
    write_first_canvas,
)

VALIDITY: Final = timedelta(days=21)


class IntroductionError(Refusal):
    """The introduction cannot be proposed or continued."""


class IntroductionClosed(IntroductionError):
    """The introduction has ended, or all have accepted."""

    sentence = gettext_lazy("Cette mise en relation a pris fin entre-temps. Rechargez la page.")


class NamesNotRevealed(IntroductionError):
    """A case opens once all have accepted."""

    sentence = gettext_lazy("Toutes les organisations n’ont pas dit oui. Le dossier s’ouvrira ensuite.")


class BriefNotPublished(IntroductionError):
    """A brief was withdrawn meanwhile."""

    sentence = gettext_lazy(
        "Un besoin ou une intention n’est plus publié. Revenez à la liste et choisissez-en un autre."
    )


class OrganisationRepeated(IntroductionError):
    """An organisation takes part with one brief only."""

    sentence = gettext_lazy(
        "Une organisation ne peut avoir qu’un besoin ou une intention ici. N’en choisissez qu’un "
        "par organisation."
    )


class AlreadyIntroduced(IntroductionError):
    """An introduction between two of these briefs is open."""

    sentence = gettext_lazy(
        "Une mise en relation est déjà en cours entre ces organisations. Attendez sa fin, ou retirez-la."
    )


class ConflictingLimits(IntroductionError):
    """Limits of two briefs contradict each other."""

    def __init__(self, conflicts: Iterable[Conflict]) -> None:
        pairs = [f"«\u202f{Limit(a).label}\u202f» / «\u202f{Limit(b).label}\u202f»" for a, b in conflicts]
        super().__init__(*pairs)
        self.sentence = _(
            "Leurs limites se contredisent : %(what)s. Cette mise en relation ne peut pas être proposée."
        ) % {"what": get_text_list(pairs, _("et"))}


class ProposalNotAnonymous(IntroductionError):
    """A text that all will read identifies one of the organisations."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        super().__init__(name)
        self.sentence = _(
            "Ces mots permettent de reconnaître une organisation, %(name)s : %(words)s. "
            "Modifiez votre message, ou demandez-lui de réviser son texte."
        ) % {"name": name, "words": ", ".join(words)}


@transaction.atomic
def propose(*, brief_ids: Sequence[UUID], broker: User, words: str, at: datetime) -> Introduction:
    """Propose an introduction to the organisations of published briefs, without their names.

    Raises NotABroker, BriefNotPublished, OrganisationRepeated, SideMissing, OrganisationNotVerified,
    ConflictingLimits, ProposalNotAnonymous, AlreadyIntroduced.
    """
    require_broker(broker)
    briefs = _lock_briefs(brief_ids)
    _require_introducible(briefs, words)
    if _has_open_introduction(briefs, at):
        raise AlreadyIntroduced
    introduction = Introduction.objects.create(
        words=words, proposed_by=broker, proposed_at=at, expires_at=at + VALIDITY
    )
    for brief in briefs:
        Invitee.objects.create(introduction=introduction, brief=brief)
        transitions.record_act(
            brief.organisation,
            "introduced",
            actor=broker,
            at=at,
            introduction=str(introduction.pk),
            brief=str(brief.pk),
        )
    proposed = message_keys.introduction_proposed(introduction.pk)
    post_message(introduction, kind="introduction-proposed", key=proposed, at=at)
    expired = message_keys.introduction_expired(introduction.pk)
    post_message(introduction, kind="introduction-ended", key=expired, at=at, due_at=introduction.expires_at)
    return introduction


@transaction.atomic
def answer(*, introduction_id: UUID, member: User, is_yes: bool, reason: str, at: datetime) -> None:
    """Accept or decline for an organisation; the last acceptance reveals the names, a refusal ends it.

    If an organisation that accepted was suspended or left meanwhile, the introduction ends without names.
    `reason` is read by the brokers only. An acceptance may be changed to a refusal until names are revealed.
    Raises IntroductionClosed, NotAWriter, OrganisationReadOnly, NotYetVerified, OfBothSides.
    """
    introduction, invitees = _lock_introduction(introduction_id)
    if status_of(introduction, at) != IntroductionStatus.WAITING:
        raise IntroductionClosed
    own = _own_invitee(invitees, member)
    require_writer(member, own.brief.organisation)
    require_verified(own.brief.organisation)
    own.is_yes, own.reason, own.answered_by, own.answered_at = is_yes, reason, member, at
    own.save()
    kind = "introduction-accepted" if is_yes else "introduction-declined"
    transitions.record_act(
        own.brief.organisation, kind, actor=member, at=at, introduction=str(introduction.pk)
    )
    if not is_yes:
        introduction_end.end_introduction(introduction, actor=None, at=at)
    elif all(invitee.is_yes for invitee in invitees):
        if all(_can_take_part(invitee) for invitee in invitees):
            _reveal(introduction, invitees, at=at)
        else:
            _stop_introduction(introduction, at=at)
    post.post(
        kind="introduction-answered",
        key=message_keys.introduction_answered(introduction.pk, own.pk, at=at),
        at=at,
        facts={"introduction": str(introduction.pk), "invitee": own.pk},
    )


@transaction.atomic
def withdraw(*, introduction_id: UUID, broker: User, at: datetime) -> None:
    """End an open introduction, with the same messages as after a refusal.

    Raises NotABroker, IntroductionClosed.
    """
    require_broker(broker)
    introduction, _invitees = _lock_introduction(introduction_id)
    if status_of(introduction, at) != IntroductionStatus.WAITING:
        raise IntroductionClosed
    introduction.withdrawn_at = at
    introduction.save(update_fields=["withdrawn_at"])
    introduction_end.end_introduction(introduction, actor=broker, at=at)


@transaction.atomic
def open_case_from_introduction(
    *, introduction_id: UUID, broker: User, title: str, at: datetime
) -> Partnership:
    """Open the case of organisations that all accepted; evidence and canvas are filled from the briefs.

    Raises NotABroker, NamesNotRevealed, IntroductionClosed, OrganisationNotVerified.
    """
    require_broker(broker)
    introduction, invitees = _lock_introduction(introduction_id)
    if introduction.partnership_id is not None:
        raise IntroductionClosed
    if introduction.revealed_at is None:
        raise NamesNotRevealed
    briefs = [invitee.brief for invitee in invitees]
    case = open_case(
        broker=broker, title=title, organisations=[brief.organisation for brief in briefs], at=at
    )
    evidence = [brief.evidence for brief in briefs if brief.evidence]
    description = CaseDescription(title=title, plain_words="", evidence_of_need="\n\n".join(evidence)[:2000])
    describe(partnership_id=case.pk, broker=broker, description=description, at=at)
    write_first_canvas(partnership=case, boxes=_canvas_boxes(briefs), broker=broker, at=at)
    introduction.partnership = case
    introduction.save(update_fields=["partnership"])
    return case


def _lock_briefs(brief_ids: Sequence[UUID]) -> list[Brief]:
    """Return the locked briefs by side and name; organisations are locked first, in key order."""
    queryset = Brief.objects.filter(pk__in=brief_ids)
    keys = sorted(set(queryset.order_by("pk").values_list("organisation_id", flat=True)))
    organisations = {key: lock(key) for key in keys}
    briefs = list(queryset.select_for_update(of=("self",)).order_by("pk"))
    for brief in briefs:
        brief.organisation = organisations[brief.organisation_id]
        if not brief.is_published:
            raise BriefNotPublished
    if len(organisations) != len(briefs):
        raise OrganisationRepeated
    return sorted(briefs, key=lambda brief: (brief.organisation.side, brief.organisation.name))


def _require_introducible(briefs: Sequence[Brief], words: str) -> None:
    for brief in briefs:
        if not brief.organisation.is_verified:
            raise OrganisationNotVerified(brief.organisation.name)
    sides = {side: [brief for brief in briefs if brief.organisation.side == side] for side in Side}
    if not all(sides.values()):
        raise SideMissing
    pairs = product(sides[Side.ASSOCIATION], sides[Side.COMPANY])
    conflicts = [
        conflict
        for association, company in pairs
        for conflict in conflicting_limits(frozenset(association.limits), frozenset(company.limits))
    ]
    if conflicts:
        raise ConflictingLimits(dict.fromkeys(conflicts))
    for brief in briefs:
        identifying = identifying_words([*free_texts(brief), words], identity_of(brief.organisation))
        if identifying:
            raise ProposalNotAnonymous(brief.organisation.name, identifying)


def _has_open_introduction(briefs: Sequence[Brief], at: datetime) -> bool:
    introductions = open_introductions([brief.pk for brief in briefs], at=at).prefetch_related("invitees")
    keys = {brief.pk for brief in briefs}
    return any(
        len(keys & {invitee.brief_id for invitee in introduction.invitees.all()}) > 1
        for introduction in introductions
    )


def _lock_introduction(introduction_id: UUID) -> tuple[Introduction, list[Invitee]]:
    invited = Invitee.objects.filter(introduction=introduction_id)
    keys = invited.order_by("brief__organisation").values_list("brief__organisation", flat=True)
    organisations = introduction_end.lock_organisations(keys)
    introduction = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction_id)
    invitees = list(invited.select_related("brief").order_by("brief__organisation__side", "pk"))
    for invitee in invitees:
        invitee.brief.organisation = organisations[invitee.brief.organisation_id]
    return introduction, invitees


def _own_invitee(invitees: Sequence[Invitee], member: User) -> Invitee:
    own = set(Membership.objects.present().filter(user=member).values_list("organisation_id", flat=True))
    own_invitees = [invitee for invitee in invitees if invitee.brief.organisation_id in own]
    if not own_invitees:
        raise NotAWriter
    if len(own_invitees) > 1:
        raise OfBothSides
    return own_invitees[0]


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
    post_message(introduction, kind="introduction-revealed", key=key, at=at)


def _can_take_part(invitee: Invitee) -> bool:
    """Return whether an organisation may still act, has its brief and a referent or administrator."""
    organisation = invitee.brief.organisation
    present = Membership.objects.present().filter(organisation=organisation)
    return (
        organisation.state not in READ_ONLY
        and invitee.brief.withdrawn_at is None
        and present.filter(Q(is_referent=True) | Q(is_administrator=True)).exists()
    )


def _stop_introduction(introduction: Introduction, *, at: datetime) -> None:
    introduction.withdrawn_at, introduction.is_hindered = at, True
    introduction.save(update_fields=["withdrawn_at", "is_hindered"])
    introduction_end.end_introduction(introduction, actor=None, at=at)


def post_message(
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


def _canvas_boxes(briefs: Sequence[Brief]) -> CanvasBoxes:
    sides = {side: [brief for brief in briefs if brief.organisation.side == side] for side in Side}
    associations, companies = sides[Side.ASSOCIATION], sides[Side.COMPANY]
    limits = dict.fromkeys(limit for brief in briefs for limit in limits_of(brief))
    budgets = dict.fromkeys(brief.get_budget_display() for brief in companies if brief.budget)
    return CanvasBoxes(
        need=joined_for_box([brief.need for brief in associations]),
        action=joined_for_box([brief.action for brief in associations]),
        association_hopes=joined_for_box([brief.title for brief in associations]),
        company_hopes=joined_for_box([brief.need for brief in companies]),
        limits=joined_for_box([" ; ".join(limits)]),
        means=joined_for_box(budgets),
    )
