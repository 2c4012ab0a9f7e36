"""Putting organisations in touch without a name, until all say yes; then a case opens from it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from itertools import product
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.actions.advance import Refusal, lock, write
from accounts.models import Membership, Organisation, Side, User
from outbox import post
from partnerships.actions.briefs import NotAWriter, require_writer
from partnerships.actions.canvas import canvas_of_briefs
from partnerships.actions.scoping import (
    Description,
    NotVerified,
    OneSideIsMissing,
    describe,
    open_case,
    require_broker,
)
from partnerships.checks.matching import Conflict, conflicts
from partnerships.checks.naming import given_away
from partnerships.models import Brief, Introduction, Invitee, Limit, Partnership
from partnerships.permissions import OfBothSides
from partnerships.queries.briefs import free_words, identity_of
from partnerships.queries.introductions import Standing, running_with, standing_of

HOLDS: Final = timedelta(days=21)


class IntroductionError(Refusal):
    """The introduction cannot be made or go on."""


class NotPublished(IntroductionError):
    """A brief was taken back meanwhile."""

    sentence = gettext_lazy(
        "L’un de ces textes n’est plus publié. Revenez à la liste et choisissez-en un autre."
    )


class TwoOfOne(IntroductionError):
    """An organisation is introduced by one brief."""

    sentence = gettext_lazy("Une organisation ne vient qu’avec un seul texte. Gardez-en un par organisation.")


class AlreadyIntroduced(IntroductionError):
    """Two of these organisations are already being put in touch on these briefs."""

    sentence = gettext_lazy(
        "Une mise en relation est déjà en cours entre ces textes. Attendez sa fin, ou retirez-la."
    )


class RedLines(IntroductionError):
    """What one refuses, another cannot do without."""

    def __init__(self, found: Iterable[Conflict]) -> None:
        told = [f"«\u202f{Limit(a).label}\u202f» / «\u202f{Limit(b).label}\u202f»" for a, b in found]
        super().__init__(*told)
        self.sentence = _(
            "Leurs limites se contredisent : %(what)s. Cette mise en relation ne se propose pas."
        ) % {"what": get_text_list(told, _("et"))}


class NamesSomebody(IntroductionError):
    """Words that all will read say who one of them is."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        super().__init__(name)
        self.sentence = _(
            "%(name)s serait reconnue à ces mots : %(words)s. Récrivez votre mot, ou demandez-lui de "
            "reprendre son texte."
        ) % {"name": name, "words": ", ".join(words)}


class IsOver(IntroductionError):
    """It ended, or all have said yes."""

    sentence = gettext_lazy("Cette mise en relation a pris fin entre-temps. Rechargez la page.")


class NamesAreNotTold(IntroductionError):
    """A case opens once all have said yes."""

    sentence = gettext_lazy("Toutes les organisations n’ont pas dit oui. Le dossier s’ouvrira ensuite.")


@transaction.atomic
def propose(*, brief_ids: Sequence[UUID], broker: User, words: str, at: datetime) -> Introduction:
    """Ask the organisations of published briefs whether they would meet, without naming any of them.

    Raises NotABroker, NotPublished, TwoOfOne, OneSideIsMissing, NotVerified, RedLines, NamesSomebody,
    AlreadyIntroduced.
    """
    require_broker(broker)
    briefs = _locked_briefs(brief_ids)
    _require_meetable(briefs, words)
    if _is_repeated(briefs, at):
        raise AlreadyIntroduced
    introduction = Introduction.objects.create(
        words=words, proposed_by=broker, proposed_at=at, expires_at=at + HOLDS
    )
    for brief in briefs:
        Invitee.objects.create(introduction=introduction, brief=brief)
        write(
            brief.organisation,
            "introduced",
            actor=broker,
            at=at,
            introduction=str(introduction.pk),
            brief=str(brief.pk),
        )
    _tell(introduction, kind="introduction-proposed", key="proposed", at=at)
    _tell(introduction, kind="introduction-ended", key="expired", at=at, due_at=introduction.expires_at)
    return introduction


@transaction.atomic
def answer(*, introduction_id: UUID, speaker: User, is_yes: bool, reason: str, at: datetime) -> None:
    """Say yes or no for one's organisation; the last yes tells the names to all, a no ends it for all.

    `reason` is read by the brokers alone. A yes may become a no until the names are told.
    Raises IsOver, NotAWriter, ReadsOnly, NotYetVerified, OfBothSides.
    """
    introduction, invitees = _locked(introduction_id)
    if standing_of(introduction, at) != Standing.WAITING:
        raise IsOver
    own = _own_invitee(invitees, speaker)
    require_writer(speaker, own.brief.organisation)
    own.is_yes, own.reason, own.answered_by, own.answered_at = is_yes, reason, speaker, at
    own.save()
    kind = "introduction-accepted" if is_yes else "introduction-declined"
    write(own.brief.organisation, kind, actor=speaker, at=at, introduction=str(introduction.pk))
    if not is_yes:
        _end(introduction, at=at)
    elif all(each.is_yes for each in invitees):
        _reveal(introduction, invitees, at=at)
    key = f"introduction:{introduction.pk}:answered:{own.pk}:{at:%Y%m%d%H%M%S%f}"
    post.post(
        kind="introduction-answered",
        key=key,
        at=at,
        facts={"introduction": str(introduction.pk), "invitee": own.pk},
    )


@transaction.atomic
def withdraw(*, introduction_id: UUID, broker: User, at: datetime) -> None:
    """End an introduction that still waits; all are told in the same words as for a no.

    Raises NotABroker, IsOver.
    """
    require_broker(broker)
    introduction, invitees = _locked(introduction_id)
    if standing_of(introduction, at) != Standing.WAITING:
        raise IsOver
    introduction.withdrawn_at = at
    introduction.save(update_fields=["withdrawn_at"])
    for each in invitees:
        write(
            each.brief.organisation,
            "introduction-withdrawn",
            actor=broker,
            at=at,
            introduction=str(introduction.pk),
        )
    _end(introduction, at=at)


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
    canvas_of_briefs(partnership=case, briefs=briefs, broker=broker, at=at)
    introduction.partnership = case
    introduction.save(update_fields=["partnership"])
    return case


def _locked_briefs(brief_ids: Sequence[UUID]) -> list[Brief]:
    """Return the briefs in printed order; organisations are locked first, always in one order."""
    found = Brief.objects.filter(pk__in=brief_ids)
    keys = sorted(set(found.order_by("pk").values_list("organisation_id", flat=True)))
    organisations = {key: lock(key) for key in keys}
    briefs = list(found.select_for_update(of=("self",)).order_by("pk"))
    for brief in briefs:
        brief.organisation = organisations[brief.organisation_id]
        if not brief.is_published:
            raise NotPublished
    if len(organisations) != len(briefs):
        raise TwoOfOne
    return sorted(briefs, key=lambda brief: (brief.organisation.side, brief.organisation.name))


def _require_meetable(briefs: Sequence[Brief], words: str) -> None:
    for brief in briefs:
        if not brief.organisation.is_verified:
            raise NotVerified(brief.organisation.name)
    sides = {side: [each for each in briefs if each.organisation.side == side] for side in Side}
    if not all(sides.values()):
        raise OneSideIsMissing
    pairs = product(sides[Side.ASSOCIATION], sides[Side.COMPANY])
    found = [each for a, c in pairs for each in conflicts(frozenset(a.limits), frozenset(c.limits))]
    if found:
        raise RedLines(dict.fromkeys(found))
    for brief in briefs:
        told = given_away([*free_words(brief), words], identity_of(brief.organisation))
        if told:
            raise NamesSomebody(brief.organisation.name, told)


def _is_repeated(briefs: Sequence[Brief], at: datetime) -> bool:
    running = running_with([brief.pk for brief in briefs], at=at).prefetch_related("invitees")
    keys = {brief.pk for brief in briefs}
    return any(len(keys & {each.brief_id for each in one.invitees.all()}) > 1 for one in running)


def _locked(introduction_id: UUID) -> tuple[Introduction, list[Invitee]]:
    invited = Invitee.objects.filter(introduction=introduction_id)
    keys = invited.order_by("brief__organisation").values_list("brief__organisation", flat=True)
    organisations: dict[UUID, Organisation] = {key: lock(key) for key in keys}
    introduction = Introduction.objects.select_for_update(of=("self",)).get(pk=introduction_id)
    invitees = list(invited.select_related("brief").order_by("brief__organisation__side", "pk"))
    for each in invitees:
        each.brief.organisation = organisations[each.brief.organisation_id]
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
    for each in invitees:
        write(
            each.brief.organisation,
            "introduction-revealed",
            actor=None,
            at=at,
            introduction=str(introduction.pk),
        )
    post.cancel(prefix=f"introduction:{introduction.pk}:", at=at)
    _tell(introduction, kind="introduction-revealed", key="revealed", at=at)


def _end(introduction: Introduction, *, at: datetime) -> None:
    post.cancel(prefix=f"introduction:{introduction.pk}:", at=at)
    _tell(introduction, kind="introduction-ended", key="ended", at=at)


def _tell(
    introduction: Introduction, *, kind: str, key: str, at: datetime, due_at: datetime | None = None
) -> None:
    post.post(
        kind=kind,
        key=f"introduction:{introduction.pk}:{key}",
        at=at,
        due_at=due_at,
        facts={"introduction": str(introduction.pk)},
    )
