"""Filling the blanks of a text: several clauses in one act."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.charter.texts import Heading
from partnerships.checks import blanks
from partnerships.checks.blanks import ClauseWords
from partnerships.drafting.actions import clauses
from partnerships.drafting.actions.clauses import DraftingError, StaleRevision, Wording
from partnerships.models import Clause
from partnerships.permissions import require_broker


class NothingFilled(DraftingError):
    """No blank was filled in."""

    sentence = gettext_lazy("Aucun blanc n’est rempli. Écrivez dans un champ au moins, puis enregistrez.")


@transaction.atomic
def fill_blanks(
    *,
    partnership_id: UUID,
    broker: User,
    values: Mapping[int, Mapping[int, str | date]],
    seen_numbers: Mapping[int, int],
    reason: str = "",
    at: datetime,
) -> int:
    """Write the next revision of each clause of which blanks are filled; return how many clauses those are.

    `values`: by primary key of the clause and position of the blank in it.
    `seen_numbers`: of the revisions that were read.
    Raises NotABroker, NothingFilled, and what `clauses.revise_clause` raises.
    """
    require_broker(broker)
    if not any(values.values()):
        raise NothingFilled
    placed = Clause.objects.filter(
        roadmap__partnership=partnership_id, pk__in=[pk for pk in values if values[pk]]
    )
    found = {clause.pk: clause for clause in placed.select_related("current").order_by("position")}
    if len(found) != sum(1 for filled in values.values() if filled):
        raise StaleRevision
    for clause in found.values():
        if clause.current is None:
            raise StaleRevision
        words = clauses.wording_of(clause.current)
        before = ClauseWords(Heading(clause.heading), words.title, words.body, words.plain_words, words.terms)
        after = blanks.filled(before, values[clause.pk])
        clauses.revise_clause(
            clause_id=clause.pk,
            broker=broker,
            seen_number=seen_numbers.get(clause.pk, 0),
            wording=Wording(
                title=after.title, body=after.body, plain_words=after.plain_words, terms=after.terms
            ),
            reason=reason,
            at=at,
        )
    return len(found)
