"""Which associations and companies might meet, ranked, each with its reasons in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import product
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Side
from partnerships.matching import scoring
from partnerships.matching.queries.briefs import labels, published
from partnerships.matching.queries.introductions import Standing, standing_of, with_invitees
from partnerships.matching.scoring import Conflict, Match, Offer, Reason
from partnerships.models import ActionKind, Brief, Budget, Introduction, Limit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ROWS: Final = 10
RANKS = {budget.value: rank for rank, budget in enumerate(Budget)}
PARTS: Mapping[str, _StrPromise] = {
    scoring.THEME: gettext_lazy("Thème"),
    scoring.LIMITS: gettext_lazy("Limites"),
    scoring.TERRITORY: gettext_lazy("Territoire"),
    scoring.KIND: gettext_lazy("Sorte d’action"),
    scoring.CAPACITY: gettext_lazy("Moyens"),
}
WHY: Mapping[tuple[str, str], _StrPromise] = {
    (scoring.THEME, "same"): gettext_lazy("le même des deux côtés"),
    (scoring.THEME, "open"): gettext_lazy("l’un des deux est ouvert à toutes les maladies"),
    (scoring.THEME, "other"): gettext_lazy("différent"),
    (scoring.LIMITS, "shared"): gettext_lazy("les mêmes : %(what)s"),
    (scoring.LIMITS, "compatible"): gettext_lazy("aucune ne se contredit"),
    (scoring.LIMITS, "to_read"): gettext_lazy("aucune de la liste ne se contredit ; d’autres sont à lire"),
    (scoring.LIMITS, "contradict"): gettext_lazy("elles se contredisent"),
    (scoring.TERRITORY, "same"): gettext_lazy("le même des deux côtés"),
    (scoring.TERRITORY, "within"): gettext_lazy("l’un des deux agit dans la France entière"),
    (scoring.TERRITORY, "other"): gettext_lazy("différents"),
    (scoring.KIND, "same"): gettext_lazy("en commun : %(what)s"),
    (scoring.KIND, "other"): gettext_lazy("aucune en commun"),
    (scoring.KIND, "unknown"): gettext_lazy("à demander"),
    (scoring.CAPACITY, "enough"): gettext_lazy("le budget et le temps suffisent"),
    (scoring.CAPACITY, "near"): gettext_lazy("le budget est un peu juste"),
    (scoring.CAPACITY, "too_small"): gettext_lazy("le budget est loin de ce qui est cherché"),
    (scoring.CAPACITY, "no_hours"): gettext_lazy(
        "le budget va ; les heures de l’association sont à demander"
    ),
    (scoring.CAPACITY, "unknown"): gettext_lazy("le budget est à demander"),
}


class ReasonShown(NamedTuple):
    part: str
    points: int
    out_of: int
    words: str


@dataclass(frozen=True, kw_only=True)
class MatchShown:
    """A pair that might meet; `last` is the last introduction that held both, with its standing."""

    association: Brief
    company: Brief
    score: int
    reasons: Sequence[ReasonShown]
    last: Introduction | None
    standing: str


class Excluded(NamedTuple):
    association: str
    company: str
    pairs: int


@dataclass(frozen=True, kw_only=True)
class MatchesPage:
    """`excluded`: contradictions and how many pairs each keeps apart; a pair may have several."""

    page: Page[Pair]
    matches: Sequence[MatchShown]
    briefs: Sequence[Brief]
    excluded_pairs: int
    excluded: Sequence[Excluded]


class Pair(NamedTuple):
    association: Brief
    company: Brief
    match: Match


def matches_page(*, at: datetime, number: str | int = 1) -> MatchesPage:
    """Return one page of the pairs, best first; those kept apart by their limits are counted. 3 queries."""
    briefs = list(published())
    pairs = _pairs(briefs)
    ranked = sorted(
        (pair for pair in pairs if not pair.match.is_excluded), key=lambda pair: -pair.match.score
    )
    excluded = [pair for pair in pairs if pair.match.is_excluded]
    page = Paginator(ranked, ROWS).get_page(number)
    earlier = _earlier()
    return MatchesPage(
        page=page,
        matches=[_shown(pair, earlier, at) for pair in page.object_list],
        briefs=briefs,
        excluded_pairs=len(excluded),
        excluded=_excluded(excluded),
    )


def offer_of(brief: Brief) -> Offer:
    """Return what decides of a match in a brief."""
    return Offer(
        theme=brief.theme,
        territory=brief.territory,
        limits=frozenset(brief.limits),
        has_words=bool(brief.limits_words.strip()),
        kinds=frozenset(brief.actions),
        budget=RANKS.get(brief.budget),
        hours=brief.hours,
    )


def _pairs(briefs: Sequence[Brief]) -> list[Pair]:
    offers = {brief.pk: offer_of(brief) for brief in briefs}
    sides = {side: [each for each in briefs if each.organisation.side == side] for side in Side}
    return [
        Pair(association, company, scoring.compare(offers[association.pk], offers[company.pk]))
        for association, company in product(sides[Side.ASSOCIATION], sides[Side.COMPANY])
    ]


def _earlier() -> dict[tuple[UUID, UUID], Introduction]:
    """Return the last introduction of each pair of briefs. 2 queries."""
    found: dict[tuple[UUID, UUID], Introduction] = {}
    for introduction in with_invitees().order_by("proposed_at", "pk"):
        keys = [each.brief_id for each in introduction.invitees.all()]
        found |= dict.fromkeys(product(keys, keys), introduction)
    return found


def _shown(pair: Pair, earlier: Mapping[tuple[UUID, UUID], Introduction], at: datetime) -> MatchShown:
    last = earlier.get((pair.association.pk, pair.company.pk))
    return MatchShown(
        association=pair.association,
        company=pair.company,
        score=pair.match.score,
        reasons=[reason_shown(each) for each in pair.match.reasons],
        last=last,
        standing=str(STANDINGS[standing_of(last, at)]) if last else "",
    )


def reason_shown(reason: Reason) -> ReasonShown:
    """Return one line of a score in words."""
    codes: Mapping[str, Any] = {scoring.LIMITS: Limit, scoring.KIND: ActionKind}
    kind = codes.get(reason.part)
    names = partial(get_text_list, last_word=_("et"))
    what = names(labels(kind, reason.codes)) if kind and reason.codes else ""
    words = str(WHY[reason.part, reason.why]) % {"what": what}
    return ReasonShown(str(PARTS[reason.part]), reason.points, reason.out_of, words)


def _excluded(pairs: Sequence[Pair]) -> list[Excluded]:
    counted: Counter[Conflict] = Counter(each for pair in pairs for each in pair.match.conflicts)
    return [
        Excluded(str(Limit(found.association).label), str(Limit(found.company).label), many)
        for found, many in counted.most_common()
    ]


STANDINGS: Mapping[Standing, _StrPromise] = {
    Standing.WAITING: gettext_lazy("attend les réponses"),
    Standing.REVEALED: gettext_lazy("acceptée de tous"),
    Standing.OPENED: gettext_lazy("dossier ouvert"),
    Standing.DECLINED: gettext_lazy("refusée"),
    Standing.WITHDRAWN: gettext_lazy("retirée"),
    Standing.STOPPED: gettext_lazy("arrêtée, une organisation ne peut plus y prendre part"),
    Standing.EXPIRED: gettext_lazy("sans réponse à temps"),
}
