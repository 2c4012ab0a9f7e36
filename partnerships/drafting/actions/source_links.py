"""Linking a clause to the opened lines that it puts into words, without a change of its text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from partnerships.case.transitions import lock, write
from partnerships.drafting.actions import clauses
from partnerships.drafting.actions.clauses import ClauseRemoved
from partnerships.lifecycle import UNFROZEN
from partnerships.models import Clause
from partnerships.permissions import require_broker
from partnerships.status.actions import refresh_status
from partnerships.text import references


class SourceLinksFrozen(Refusal):
    """The edition is being signed, signed or void: its source lines no longer change."""

    sentence = _(
        "Le texte est figé\u00a0: les attentes reliées aux clauses ne changent plus. S’il "
        "est en signature et doit être corrigé, retirez-le d’abord de la signature."
    )


class StaleSourceLinks(Refusal):
    """The lines linked to the clause are no longer those that the page showed."""

    sentence = _(
        "Un autre passeur a changé ces liens entre-temps. Votre choix est conservé\u00a0: "
        "relisez, puis enregistrez."
    )


class SourceLinksUnchanged(Refusal):
    """The clause is linked to exactly these lines already."""

    sentence = _("Rien n’a changé\u00a0: la clause est déjà reliée à ces attentes, et à elles seules.")


@transaction.atomic
def set_source_lines(
    *, clause_id: int, broker: User, seen: Sequence[int], line_ids: Sequence[int], at: datetime
) -> None:
    """Link a clause to exactly these lines; its revision and the agreements to it do not change.

    `seen`: keys of the lines linked when the page was opened. Allowed while a round is open.
    Raises NotABroker, SourceLinksFrozen, ClauseRemoved, StaleSourceLinks, SourceLinksUnchanged, UnknownLine.
    """
    require_broker(broker)
    unlocked = Clause.objects.select_related("roadmap").get(pk=clause_id)
    partnership = lock(unlocked.roadmap.partnership_id)
    clause = Clause.objects.select_related("roadmap").get(pk=clause_id)
    if clause.roadmap.state not in UNFROZEN:
        raise SourceLinksFrozen
    if clause.position is None:
        raise ClauseRemoved
    linked = {line.pk: line for line in clause.written_from.select_related("party").order_by("pk")}
    if set(linked) != set(seen):
        raise StaleSourceLinks
    lines = clauses.opened_lines(partnership, line_ids)
    line_pks = {line.pk for line in lines}
    if line_pks == set(linked):
        raise SourceLinksUnchanged
    clause.written_from.set(lines)
    write(
        partnership,
        "clause.tie",
        actor=broker,
        at=at,
        edition=clause.roadmap.edition,
        clause=references.number_of(clause),
        lines=[clauses.line_fact(line) for line in lines if line.pk not in linked],
        untied=[clauses.line_fact(line) for pk, line in linked.items() if pk not in line_pks],
    )
    refresh_status(partnership, at=at)
