"""The signed words that an alert quotes, the alerts of a case, and the actions declared in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from django.db.models import Prefetch, QuerySet
from django.http import Http404

from partnerships.case.header import CaseHeader
from partnerships.charter import chapters
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import Heading
from partnerships.dialogue.queries import CASE_SLUG, ThreadSubject
from partnerships.lifecycle import Case
from partnerships.models import (
    DeclaredAction,
    DeclaredActionAnswer,
    DeclaredKind,
    LimitAlert,
    Partnership,
    Party,
)
from partnerships.questionnaires.queries import latest_signed_text

# The sections of the text that each kind of action touches, beside every limit and red line.
SECTIONS: Final[Mapping[DeclaredKind, tuple[Heading, ...]]] = {
    DeclaredKind.PUBLICATION: (
        Heading.TRANSPARENCY,
        Heading.CONFIDENTIALITY,
        Heading.RESULTS,
        Heading.PERSONAL_DATA,
    ),
    DeclaredKind.LOGO: (Heading.INDEPENDENCE, Heading.TRANSPARENCY, Heading.RESULTS),
    DeclaredKind.PAYMENT: (Heading.BUDGET, Heading.INDEPENDENCE, Heading.TRANSPARENCY),
    DeclaredKind.OTHER: (),
}


class SignedPoint(NamedTuple):
    """A point of the signed text: a limit, a red line, a commitment or a whole clause.

    `code`: "L1", "R1", "EA1", or the number of the clause as printed; `party`: code of the party that asked
    for the limit, "" for all; `clause_key` and `clause_title`: of the clause that contains it.
    """

    code: str
    text: str
    heading: Heading
    clause_key: str
    clause_title: str
    party: str = ""

    @property
    def thread_subject(self) -> ThreadSubject:
        slug = f"clause-{self.clause_key}" if self.clause_key else CASE_SLUG
        return ThreadSubject(slug=slug, clause_key=self.clause_key, title=self.clause_title)


class AnsweredPoint(NamedTuple):
    """A point of a declared action; `respects`: whether its party says so, or asks."""

    code: str
    text: str
    respects: bool


@dataclass(frozen=True, kw_only=True)
class ActionRow:
    """A declared action; `asks`: its party asks about a point.

    `waiting`: the other parties that have neither answered nor raised an alert from it, where it asks.
    `may_answer`, `may_alert`: the reader, for their party.
    """

    action: DeclaredAction
    points: Sequence[AnsweredPoint]
    answers: Sequence[DeclaredActionAnswer]
    alerts: Sequence[LimitAlert]
    waiting: Sequence[Party]
    may_answer: bool
    may_alert: bool

    @property
    def asks(self) -> bool:
        return any(not point.respects for point in self.points)


def points_of(partnership: Partnership) -> list[SignedPoint]:
    """Return the points of the signed text, limits and red lines first. 1 query."""
    text = latest_signed_text(partnership)
    return _points(text) if text else []


def concerned(points: Sequence[SignedPoint], kind: DeclaredKind) -> list[SignedPoint]:
    """Return the points that an action of that kind touches: limits, red lines, and clauses by section."""
    return [
        point
        for point in points
        if (point.heading == Heading.LIMITS and not _is_clause(point))
        or (point.heading in SECTIONS[kind] and _is_clause(point))
    ]


def alerts_of(partnership: Partnership) -> list[LimitAlert]:
    """Return the alerts of a case with `is_answered`, the latest first. 1 query."""
    return list(_alerts(partnership).order_by("-number"))


def alert_of(partnership: Partnership, number: int) -> LimitAlert:
    """Return the alert of that number. 1 query. Raises Http404."""
    alert = _alerts(partnership).filter(number=number).first()
    if alert is None:
        raise Http404
    return alert


def actions_of(header: CaseHeader) -> list[ActionRow]:
    """Return the declared actions of a case, the latest first. 3 queries."""
    return [_action_row(header, action) for action in _actions(header.partnership).order_by("-number")]


def action_row(header: CaseHeader, number: int) -> ActionRow:
    """Return the declared action of that number. 3 queries. Raises Http404."""
    action = _actions(header.partnership).filter(number=number).first()
    if action is None:
        raise Http404
    return _action_row(header, action)


def _is_clause(point: SignedPoint) -> bool:
    return point.code[:1].isdigit()


def _points(text: CharterSnapshot) -> list[SignedPoint]:
    numbers, clauses = chapters.numbers_of(text), chapters.terms_by_clause(text)
    # A charter of an earlier form does not say which clause a row belongs to.
    by_row = {row.text: clause for clause, terms in clauses for row in terms.limits}
    by_row |= {row.text: clause for clause, terms in clauses for row in terms.red_lines}
    by_row |= {row.text: clause for clause, terms in clauses for row in terms.commitments}

    def point(code: str, row_text: str, heading: Heading, party: str = "") -> SignedPoint:
        clause = by_row.get(row_text)
        key, title = (clause.key, clause.title) if clause else ("", "")
        return SignedPoint(code, row_text, heading, key, title, party)

    return [
        *(point(row.code, row.text, Heading.LIMITS, row.party_key) for row in text.limits),
        *(
            point(f"R{number}", row.text, Heading.LIMITS, row.party_key)
            for number, row in enumerate(text.red_lines, 1)
        ),
        *(point(row.code, row.text, Heading.ASSOCIATION_COMMITMENTS) for row in text.commitments),
        *(
            SignedPoint(
                numbers[clause.key],
                f"{clause.title}. {clause.body}",
                Heading(clause.heading),
                clause.key,
                clause.title,
            )
            for clause, _terms in clauses
        ),
    ]


def _alerts(partnership: Partnership) -> QuerySet[LimitAlert]:
    related = ("party__organisation", "raised_by", "mediation", "message__thread", "action")
    return partnership.alerts.with_answered().select_related(*related)


def _actions(partnership: Partnership) -> QuerySet[DeclaredAction]:
    answers = DeclaredActionAnswer.objects.select_related("party__organisation", "answered_by").order_by("pk")
    alerts = LimitAlert.objects.select_related("party__organisation").order_by("number")
    rows = partnership.declared_actions.select_related("party__organisation", "declared_by")
    return rows.prefetch_related(Prefetch("answers", queryset=answers), Prefetch("alerts", queryset=alerts))


def _action_row(header: CaseHeader, action: DeclaredAction) -> ActionRow:
    points = [AnsweredPoint(**point) for point in action.points]
    answers, alerts = list(action.answers.all()), list(action.alerts.all())
    spoke = {action.party_id, *(row.party_id for row in answers), *(row.party_id for row in alerts)}
    asks = any(not point.respects for point in points)
    is_active = header.partnership.state == Case.ACTIVE
    waiting = [party for party in header.parties if party.pk not in spoke] if asks and is_active else []
    party = header.reader.party
    return ActionRow(
        action=action,
        points=points,
        answers=answers,
        alerts=alerts,
        waiting=waiting,
        may_answer=header.reader.may_answer and party in waiting,
        may_alert=is_active
        and (header.reader.is_broker or (header.reader.may_answer and party != action.party)),
    )


def kinds() -> list[DeclaredKind]:
    """Return the kinds of action that a party may declare, in order."""
    return list(DeclaredKind)


def kind_named(name: str) -> DeclaredKind | None:
    """Return the kind of action of that name, None for any other."""
    return DeclaredKind(name) if name in DeclaredKind.values else None
