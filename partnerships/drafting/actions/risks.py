"""What the broker does about a clause that hurts: takes the suggested wording, or says why it stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from partnerships import lifecycle
from partnerships.case.transitions import lock, write
from partnerships.checks import risk
from partnerships.drafting.actions import clauses
from partnerships.models import Clause, ClauseRevision, KeptRisk, Partnership
from partnerships.permissions import require_broker
from partnerships.status.actions import refresh_status
from partnerships.text import agreement, risks

WRITABLE = (lifecycle.Edition.DRAFTING, lifecycle.Edition.NEGOTIATION, lifecycle.Edition.AGREED)


class RiskError(Refusal):
    """Nothing can be done about the risk so."""


class NoSuchRisk(RiskError):
    """The clause does not break the rule any more; the code of the rule is the message."""

    sentence = gettext_lazy("La clause ne présente plus ce risque. Il n’y a rien à garder ni à reprendre.")


class BlankIsLeft(RiskError):
    """A blank is filled in, never kept."""

    sentence = gettext_lazy("Un blanc se remplit, il ne se garde pas. Modifiez la clause.")


class NothingSuggested(RiskError):
    """The rule has no wording of its own to offer; its code is the message."""

    sentence = gettext_lazy("Aucune formulation n’est proposée ici. Modifiez la clause.")


class AlreadyKept(RiskError):
    """Somebody has said why the clause is kept."""

    sentence = gettext_lazy("Cette clause est déjà gardée, avec une raison.")


class WhyIsMissing(RiskError):
    """A clause that hurts is kept for a reason, which the parties read."""

    sentence = gettext_lazy("Dites pourquoi vous gardez cette clause. Les parties le liront.")


@transaction.atomic
def keep(*, clause_id: int, broker: User, seen_number: int, code: str, reason: str, at: datetime) -> KeptRisk:
    """Keep a clause although a rule stops it, for a reason that every party reads.

    Holds for the revision `seen_number` alone: the next one is looked at anew.
    Raises NotABroker, SomebodyWasFaster, TransitionNotAllowed, NoSuchRisk, BlankIsLeft, WhyIsMissing,
    AlreadyKept.
    """
    require_broker(broker)
    partnership, clause, revision = _seen(clause_id, seen_number)
    _finding(partnership, clause, code)
    if code == risk.BLANK:
        raise BlankIsLeft
    if not reason.strip():
        raise WhyIsMissing
    if revision.kept_risks.filter(rule=code).exists():
        raise AlreadyKept
    kept = KeptRisk.objects.create(revision=revision, rule=code, reason=reason, kept_by=broker, kept_at=at)
    write(
        partnership,
        "clause.keep",
        actor=broker,
        at=at,
        clause=clause.position,
        revision=revision.number,
        risk=code,
        reason=reason,
    )
    refresh_status(partnership, at=at)
    return kept


@transaction.atomic
def adopt(*, clause_id: int, broker: User, seen_number: int, code: str, at: datetime) -> ClauseRevision:
    """Put the suggested wording in the place of the words that a rule found: the next revision.

    Raises NotABroker, SomebodyWasFaster, TransitionNotAllowed, NoSuchRisk, NothingSuggested.
    """
    require_broker(broker)
    partnership, clause, revision = _seen(clause_id, seen_number)
    finding = _finding(partnership, clause, code)
    suggestion = risk.RULES[code].say("suggestion", "fr")
    if not suggestion:
        raise NothingSuggested(code)
    said = clauses.wording_of(revision)
    told = {"code": code, "title": risk.RULES[code].say("title", "fr")}
    return clauses.revise_clause(
        clause_id=clause_id,
        broker=broker,
        seen_number=seen_number,
        wording=replace(said, body=risk.corrected(said.body, finding, suggestion)),
        reason=_("Formulation proposée contre un risque\u00a0: %(title)s (%(code)s).") % told,
        at=at,
    )


@transaction.atomic
def watch_products(*, partnership_id: UUID, broker: User, names: str, at: datetime) -> None:
    """Set the names of products that the text must not hold, one a line. Raises NotABroker."""
    require_broker(broker)
    partnership = lock(partnership_id)
    partnership.product_names = "\n".join(names.split("\n"))
    partnership.save(update_fields=["product_names"])
    write(partnership, "case.products", actor=broker, at=at, products=list(risks.products_of(partnership)))
    refresh_status(partnership, at=at)


def _seen(clause_id: int, seen_number: int) -> tuple[Partnership, Clause, ClauseRevision]:
    """Return the locked case, the clause and the revision that the broker had before her eyes."""
    found = Clause.objects.select_related("roadmap").get(pk=clause_id)
    partnership = lock(found.roadmap.partnership_id)
    clause = next((each for each in agreement.clauses_of(found.roadmap) if each.pk == clause_id), None)
    state = lifecycle.Edition(found.roadmap.state)
    if clause is None or state not in WRITABLE:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, state)
    if clause.current is None or clause.current.number != seen_number:
        raise clauses.SomebodyWasFaster
    return partnership, clause, clause.current


def _finding(partnership: Partnership, clause: Clause, code: str) -> risk.RiskFinding:
    for each in risks.found_in(clause, risks.products_of(partnership)):
        if each.code == code:
            return each
    raise NoSuchRisk(code)
