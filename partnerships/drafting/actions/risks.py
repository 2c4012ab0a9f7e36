"""Settling a risk of a clause: adopt the suggested wording, or keep the clause and give a reason."""

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
from partnerships.text import agreement, references, risks

WRITABLE = (lifecycle.Edition.DRAFTING, lifecycle.Edition.NEGOTIATION, lifecycle.Edition.AGREED)


class RiskError(Refusal):
    """The risk cannot be settled in this way."""


class RiskNotFound(RiskError):
    """The clause no longer breaks the rule; the message is the code of the rule."""

    sentence = gettext_lazy("La clause ne présente plus ce risque. Il n’y a rien à faire.")


class BlankCannotBeKept(RiskError):
    """A placeholder must be filled in."""

    sentence = gettext_lazy("Un passage entre crochets reste à remplir. Complétez la clause.")


class NoSuggestedWording(RiskError):
    """The rule suggests no wording; the message is its code."""

    sentence = gettext_lazy("Aucune formulation n’est proposée ici. Modifiez la clause.")


class RiskAlreadyKept(RiskError):
    """A reason for keeping the clause is recorded already."""

    sentence = gettext_lazy("Cette clause est déjà gardée, avec une raison.")


class RiskReasonMissing(RiskError):
    """Keeping a clause that breaks a rule needs a reason."""

    sentence = gettext_lazy("Expliquez pourquoi vous gardez cette clause. Les parties le liront.")


@transaction.atomic
def keep_risk(
    *, clause_id: int, broker: User, seen_number: int, code: str, reason: str, at: datetime
) -> KeptRisk:
    """Record why a clause that breaks a blocking rule is kept; every party reads the reason.

    Applies to the revision `seen_number` only: the next revision is checked again.
    Raises NotABroker, StaleRevision, TransitionNotAllowed, RiskNotFound, BlankCannotBeKept,
    RiskReasonMissing, RiskAlreadyKept.
    """
    require_broker(broker)
    partnership, clause, revision = _lock_revision(clause_id, seen_number)
    _finding(partnership, clause, code)
    if code == risk.BLANK:
        raise BlankCannotBeKept
    if not reason.strip():
        raise RiskReasonMissing
    if revision.kept_risks.filter(rule=code).exists():
        raise RiskAlreadyKept
    kept_risk = KeptRisk.objects.create(
        revision=revision, rule=code, reason=reason, kept_by=broker, kept_at=at
    )
    write(
        partnership,
        "clause.keep",
        actor=broker,
        at=at,
        clause=references.number_of(clause),
        revision=revision.number,
        risk=code,
        reason=reason,
    )
    refresh_status(partnership, at=at)
    return kept_risk


@transaction.atomic
def adopt_suggestion(
    *, clause_id: int, broker: User, seen_number: int, code: str, at: datetime
) -> ClauseRevision:
    """Write a revision in which the suggested wording replaces the words that break a rule.

    Raises NotABroker, StaleRevision, TransitionNotAllowed, RiskNotFound, NoSuggestedWording.
    """
    require_broker(broker)
    partnership, clause, revision = _lock_revision(clause_id, seen_number)
    finding = _finding(partnership, clause, code)
    suggestion = risk.RULES[code].say("suggestion", "fr")
    if not suggestion:
        raise NoSuggestedWording(code)
    wording = clauses.wording_of(revision)
    values = {"code": code, "title": risk.RULES[code].say("title", "fr")}
    return clauses.revise_clause(
        clause_id=clause_id,
        broker=broker,
        seen_number=seen_number,
        wording=replace(wording, body=risk.corrected(wording.body, finding, suggestion)),
        reason=_("Formulation proposée contre un risque\u00a0: %(title)s (%(code)s).") % values,
        at=at,
    )


@transaction.atomic
def set_product_names(*, partnership_id: UUID, broker: User, names: str, at: datetime) -> None:
    """Set the product names that the text must not contain, one per line. Raises NotABroker."""
    require_broker(broker)
    partnership = lock(partnership_id)
    partnership.product_names = "\n".join(names.split("\n"))
    partnership.save(update_fields=["product_names"])
    write(partnership, "case.products", actor=broker, at=at, products=list(risks.products_of(partnership)))
    refresh_status(partnership, at=at)


def _lock_revision(clause_id: int, seen_number: int) -> tuple[Partnership, Clause, ClauseRevision]:
    """Return the locked case, the clause and its current revision. Raises StaleRevision if it was revised."""
    roadmap = Clause.objects.select_related("roadmap").get(pk=clause_id).roadmap
    partnership = lock(roadmap.partnership_id)
    clause = next((clause for clause in agreement.clauses_of(roadmap) if clause.pk == clause_id), None)
    state = lifecycle.Edition(roadmap.state)
    if clause is None or state not in WRITABLE:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, state)
    if clause.current is None or clause.current.number != seen_number:
        raise clauses.StaleRevision
    return partnership, clause, clause.current


def _finding(partnership: Partnership, clause: Clause, code: str) -> risk.RiskFinding:
    for finding in risks.findings_in_clause(clause, risks.products_of(partnership)):
        if finding.code == code:
            return finding
    raise RiskNotFound(code)
