"""Pairs of briefs ranked by their score, with the reasons as text."""

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
from partnerships.matching.queries.briefs import labels, published_briefs
from partnerships.matching.queries.introductions import IntroductionStatus, status_of, with_invitees
from partnerships.matching.scoring import Conflict, Match, MatchCriteria, Reason
from partnerships.models import ActionKind, Brief, Budget, Introduction, Limit

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

PAGE_SIZE: Final = 10
BUDGET_RANKS = {budget.value: rank for rank, budget in enumerate(Budget)}
CRITERION_LABELS: Mapping[str, _StrPromise] = {
    scoring.THEME: gettext_lazy("Thème"),
    scoring.LIMITS: gettext_lazy("Limites"),
    scoring.TERRITORY: gettext_lazy("Territoire"),
    scoring.KIND: gettext_lazy("Type d’action"),
    scoring.CAPACITY: gettext_lazy("Moyens"),
}
REASON_TEXTS: Mapping[tuple[str, str], _StrPromise] = {
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


class ReasonRow(NamedTuple):
    part: str
    points: int
    out_of: int
    words: str


@dataclass(frozen=True, kw_only=True)
class MatchRow:
    """A ranked pair; `last`: the latest introduction of both briefs, `status`: its label."""

    association: Brief
    company: Brief
    score: int
    reasons: Sequence[ReasonRow]
    last: Introduction | None
    status: str


class ExcludedConflict(NamedTuple):
    association: str
    company: str
    pairs: int


@dataclass(frozen=True, kw_only=True)
class MatchesPage:
    """`excluded`: conflicts with the number of pairs each excludes; a pair may have several."""

    page: Page[BriefPair]
    matches: Sequence[MatchRow]
    briefs: Sequence[Brief]
    excluded_pairs: int
    excluded: Sequence[ExcludedConflict]


class BriefPair(NamedTuple):
    association: Brief
    company: Brief
    match: Match


def matches_page(*, at: datetime, number: str | int = 1) -> MatchesPage:
    """Return one page of the pairs, best first; excluded pairs are counted. 3 queries."""
    briefs = list(published_briefs())
    pairs = _pairs(briefs)
    ranked = sorted(
        (pair for pair in pairs if not pair.match.is_excluded), key=lambda pair: -pair.match.score
    )
    excluded = [pair for pair in pairs if pair.match.is_excluded]
    page = Paginator(ranked, PAGE_SIZE).get_page(number)
    latest = _latest_introductions()
    return MatchesPage(
        page=page,
        matches=[_match_row(pair, latest, at) for pair in page.object_list],
        briefs=briefs,
        excluded_pairs=len(excluded),
        excluded=_excluded_conflicts(excluded),
    )


def criteria_of(brief: Brief) -> MatchCriteria:
    """Return the scored fields of a brief."""
    return MatchCriteria(
        theme=brief.theme,
        territory=brief.territory,
        limits=frozenset(brief.limits),
        has_free_text=bool(brief.limits_words.strip()),
        kinds=frozenset(brief.actions),
        budget=BUDGET_RANKS.get(brief.budget),
        hours=brief.hours,
    )


def _pairs(briefs: Sequence[Brief]) -> list[BriefPair]:
    offers = {brief.pk: criteria_of(brief) for brief in briefs}
    sides = {side: [brief for brief in briefs if brief.organisation.side == side] for side in Side}
    return [
        BriefPair(association, company, scoring.compare(offers[association.pk], offers[company.pk]))
        for association, company in product(sides[Side.ASSOCIATION], sides[Side.COMPANY])
    ]


def _latest_introductions() -> dict[tuple[UUID, UUID], Introduction]:
    """Return the latest introduction of each pair of briefs, by their keys. 2 queries."""
    latest: dict[tuple[UUID, UUID], Introduction] = {}
    for introduction in with_invitees().order_by("proposed_at", "pk"):
        keys = [invitee.brief_id for invitee in introduction.invitees.all()]
        latest |= dict.fromkeys(product(keys, keys), introduction)
    return latest


def _match_row(pair: BriefPair, latest: Mapping[tuple[UUID, UUID], Introduction], at: datetime) -> MatchRow:
    last = latest.get((pair.association.pk, pair.company.pk))
    return MatchRow(
        association=pair.association,
        company=pair.company,
        score=pair.match.score,
        reasons=[reason_row(reason) for reason in pair.match.reasons],
        last=last,
        status=str(STATUS_LABELS[status_of(last, at)]) if last else "",
    )


def reason_row(reason: Reason) -> ReasonRow:
    """Return one line of a score as text."""
    codes: Mapping[str, Any] = {scoring.LIMITS: Limit, scoring.KIND: ActionKind}
    kind = codes.get(reason.part)
    names = partial(get_text_list, last_word=_("et"))
    what = names(labels(kind, reason.codes)) if kind and reason.codes else ""
    words = str(REASON_TEXTS[reason.part, reason.outcome]) % {"what": what}
    return ReasonRow(str(CRITERION_LABELS[reason.part]), reason.points, reason.out_of, words)


def _excluded_conflicts(pairs: Sequence[BriefPair]) -> list[ExcludedConflict]:
    counts: Counter[Conflict] = Counter(conflict for pair in pairs for conflict in pair.match.conflicts)
    return [
        ExcludedConflict(str(Limit(conflict.association).label), str(Limit(conflict.company).label), count)
        for conflict, count in counts.most_common()
    ]


STATUS_LABELS: Mapping[IntroductionStatus, _StrPromise] = {
    IntroductionStatus.WAITING: gettext_lazy("attend les réponses"),
    IntroductionStatus.REVEALED: gettext_lazy("acceptée par toutes les organisations"),
    IntroductionStatus.OPENED: gettext_lazy("dossier ouvert"),
    IntroductionStatus.DECLINED: gettext_lazy("refusée"),
    IntroductionStatus.WITHDRAWN: gettext_lazy("retirée"),
    IntroductionStatus.STOPPED: gettext_lazy("arrêtée : une organisation ne peut plus y participer"),
    IntroductionStatus.EXPIRED: gettext_lazy("réponse non reçue à la date limite"),
}
