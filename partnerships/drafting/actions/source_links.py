"""The broker says which opened lines a clause already puts into words, without touching a word of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from partnerships.case.transitions import lock, write
from partnerships.drafting.actions import sources
from partnerships.drafting.actions.clauses import ClauseIsGone
from partnerships.lifecycle import UNFROZEN
from partnerships.models import Clause
from partnerships.permissions import require_broker
from partnerships.status.actions import refresh_status


class TextIsFrozen(Refusal):
    """The edition is being signed, or was signed or given up: what it came from stays as it is."""

    sentence = _(
        "Le texte est figé\u00a0: ce qu’il reprend des attentes ne change plus. S’il est en signature et "
        "qu’il faut le corriger, reprenez-le d’abord."
    )


class SomebodyTied(Refusal):
    """The lines tied to the clause are no longer those that the broker saw."""

    sentence = _(
        "Un autre passeur a changé ces lignes entre-temps. Votre choix est gardé\u00a0: relisez, puis "
        "enregistrez."
    )


class NothingTied(Refusal):
    """The clause is tied to these lines already."""

    sentence = _("Rien n’a changé\u00a0: la clause est déjà rattachée à ces lignes, et à elles seules.")


@transaction.atomic
def tie_lines(
    *, clause_id: int, broker: User, seen: Sequence[int], line_ids: Sequence[int], at: datetime
) -> None:
    """Tie a clause to these lines and to no other; its revision, and every agreement to it, stay.

    `seen`: keys of the lines that were tied when the broker looked. A running round goes on.
    Raises NotABroker, TextIsFrozen, ClauseIsGone, SomebodyTied, NothingTied, UnknownLine.
    """
    require_broker(broker)
    found = Clause.objects.select_related("roadmap").get(pk=clause_id)
    partnership = lock(found.roadmap.partnership_id)
    clause = Clause.objects.select_related("roadmap").get(pk=clause_id)
    if clause.roadmap.state not in UNFROZEN:
        raise TextIsFrozen
    if clause.position is None:
        raise ClauseIsGone
    before = {each.pk: each for each in clause.written_from.select_related("party").order_by("pk")}
    if set(before) != set(seen):
        raise SomebodyTied
    lines = sources.opened(partnership, line_ids)
    wanted = {each.pk for each in lines}
    if wanted == set(before):
        raise NothingTied
    clause.written_from.set(lines)
    write(
        partnership,
        "clause.tie",
        actor=broker,
        at=at,
        edition=clause.roadmap.edition,
        clause=clause.position,
        lines=[sources.fact_of(each) for each in lines if each.pk not in before],
        untied=[sources.fact_of(each) for pk, each in before.items() if pk not in wanted],
    )
    refresh_status(partnership, at=at)
