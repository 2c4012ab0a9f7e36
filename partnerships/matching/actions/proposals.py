"""Putting organisations in touch without a name: who may meet, and the question put to them."""

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

from accounts.models import Side, User
from accounts.organisations import transitions
from accounts.organisations.transitions import lock
from partnerships import message_keys
from partnerships.matching.actions.introductions import IntroductionError, tell
from partnerships.matching.anonymity import given_away
from partnerships.matching.queries.briefs import free_words, identity_of
from partnerships.matching.queries.introductions import running_with
from partnerships.matching.scoring import Conflict, conflicts
from partnerships.models import Brief, Introduction, Invitee, Limit
from partnerships.permissions import require_broker
from partnerships.scoping.actions.scoping import NotVerified, OneSideIsMissing

HOLDS: Final = timedelta(days=21)


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
            "Leurs limites se contredisent : %(what)s. Cette mise en relation ne se propose pas."
        ) % {"what": get_text_list(told, _("et"))}


class NamesSomebody(IntroductionError):
    """Words that all will read say who one of them is."""

    def __init__(self, name: str, words: Sequence[str]) -> None:
        super().__init__(name)
        self.sentence = _(
            "%(name)s serait reconnue à ces mots : %(words)s. Récrivez votre mot, ou demandez-lui de "
            "reprendre son texte."
        ) % {"name": name, "words": ", ".join(words)}


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
        transitions.record_act(
            brief.organisation,
            "introduced",
            actor=broker,
            at=at,
            introduction=str(introduction.pk),
            brief=str(brief.pk),
        )
    proposed = message_keys.introduction_proposed(introduction.pk)
    tell(introduction, kind="introduction-proposed", key=proposed, at=at)
    expired = message_keys.introduction_expired(introduction.pk)
    tell(introduction, kind="introduction-ended", key=expired, at=at, due_at=introduction.expires_at)
    return introduction


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
