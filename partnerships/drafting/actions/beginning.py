"""Beginning a text: edition 1 is written in one act from a model charter, a blank text or an earlier text."""

from __future__ import annotations

from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from partnerships import lifecycle
from partnerships.case.transitions import lock, text_under_work, write
from partnerships.drafting.actions.clauses import Wording, check_terms, line_fact, new_key, write_revision
from partnerships.drafting.queries import beginning
from partnerships.drafting.queries.beginning import BLANK_TEXT, EARLIER, MODEL, BegunClause
from partnerships.models import Clause, Line, ModelCharterVersion, Partnership, Roadmap
from partnerships.permissions import require_broker
from partnerships.rounds.actions import rounds
from partnerships.rounds.queries import expectations_settled
from partnerships.status.actions import refresh_status

MAX_WORDS: Final = {"title": 160, "body": 8000, "plain_words": 600}


class BeginningError(Refusal):
    """The text cannot begin in this way."""


class TextAlreadyBegun(BeginningError):
    """The text has clauses."""

    sentence = gettext_lazy(
        "Ce texte a déjà des clauses : il ne se commence plus. Modifiez-les, ou retirez-les d’abord."
    )


class EnvelopesStillSealed(BeginningError):
    """A round of expectations is open."""

    sentence = gettext_lazy(
        "Les parties écrivent leurs attentes : le texte commence quand leurs enveloppes sont "
        "ouvertes. Attendez leur ouverture."
    )


class BeginningNotOffered(BeginningError):
    """The model was revised or retired meanwhile, or the earlier text is not one of this broker."""

    field = "beginning"
    sentence = gettext_lazy("Ce modèle a changé ou n’est plus proposé. Choisissez de nouveau dans la liste.")


@transaction.atomic
def begin_text(
    *, partnership_id: UUID, broker: User, code: str, skip_reason: str = "", at: datetime
) -> Roadmap:
    """Write the clauses of an empty edition 1 and return it.

    `code`: of a `Beginning`. `skip_reason`: why the parties are not asked what they expect.
    Raises NotABroker, TransitionNotAllowed, TextAlreadyBegun, EnvelopesStillSealed, BeginningNotOffered,
    SkipReasonMissing.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    roadmap = text_under_work(partnership, lifecycle.Action.REVISE)
    if roadmap.edition > 1 or roadmap.state != lifecycle.Edition.DRAFTING:
        raise lifecycle.TransitionNotAllowed(lifecycle.Action.REVISE, lifecycle.Edition(roadmap.state))
    if roadmap.clauses.filter(position__isnull=False).exists():
        raise TextAlreadyBegun
    if partnership.rounds.filter(opened_at=None, cancelled_at=None).exists():
        raise EnvelopesStillSealed
    if not expectations_settled(partnership):
        rounds.skip_expectations(partnership, broker=broker, reason=skip_reason, at=at)
    begun = _clauses(partnership, roadmap, broker, code, at)
    lines = _write_clauses(partnership, roadmap, begun, broker, at)
    write(
        partnership,
        "edition.begin",
        actor=broker,
        at=at,
        edition=roadmap.edition,
        model=roadmap.model_version.title if roadmap.model_version else "",
        model_version=roadmap.model_version.number if roadmap.model_version else None,
        clauses=len(begun),
        lines=[line_fact(line) for line in lines],
    )
    refresh_status(partnership, at=at)
    return roadmap


def _clauses(
    partnership: Partnership, roadmap: Roadmap, broker: User, code: str, at: datetime
) -> list[BegunClause]:
    kind, _dash, key = code.partition("-")
    if code == BLANK_TEXT:
        return beginning.clauses_from_model(partnership, None, at)
    if kind == MODEL and key.isdecimal():
        versions = ModelCharterVersion.objects.filter(current_of__isnull=False, is_retired=False)
        version = versions.filter(pk=key).first()
        if version is not None:
            roadmap.model_version = version
            roadmap.save(update_fields=["model_version"])
            return beginning.clauses_from_model(partnership, version, at)
    if kind == EARLIER:
        for earlier in beginning.earlier_texts(partnership, broker):
            if str(earlier.pk) == key:
                return beginning.clauses_from_text(partnership, earlier, at)
    raise BeginningNotOffered


def _write_clauses(
    partnership: Partnership, roadmap: Roadmap, begun: list[BegunClause], broker: User, at: datetime
) -> list[Line]:
    """Write the clauses in printed order and return the lines that they are based on."""
    parties = {party.code: party for party in partnership.parties.order_by("rank")}
    known = Line.objects.filter(pk__in=[pk for clause in begun for pk in clause.line_ids]).select_related(
        "party"
    )
    lines = list(known.order_by("party__rank", "pk"))
    # Removed clauses of an edition keep their keys.
    used = set(roadmap.clauses.values_list("key", flat=True))
    for position, clause in enumerate(begun, 1):
        check_terms(clause.heading, clause.terms, list(parties.values()))
        row = Clause.objects.create(
            roadmap=roadmap,
            heading=clause.heading,
            key=clause.key if clause.key and clause.key not in used else new_key(roadmap),
            position=position,
            responsible=parties.get(clause.responsible),
            library_version_id=clause.library_version_id,
        )
        used.add(row.key)
        row.written_from.set([line for line in lines if line.pk in clause.line_ids])
        words = {name: getattr(clause, name)[:length] for name, length in MAX_WORDS.items()}
        write_revision(row, broker, at, wording=Wording(terms=clause.terms, **words))
    return lines
