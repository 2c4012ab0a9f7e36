"""Rounds of criticism: the broker opens and cancels them, and replies to the answers."""

from __future__ import annotations

from datetime import datetime
from typing import Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_variables

from accounts.models import User
from accounts.refusals import Refusal
from ledger.record import Fact
from outbox import post
from partnerships import lifecycle, message_keys
from partnerships.case.transitions import advance_edition, lock, text_under_work, write
from partnerships.drafting.actions import requirements, unsaved_wordings
from partnerships.drafting.actions.clauses import Wording, revise_clause
from partnerships.drafting.queries import drafting_page, findings
from partnerships.models import AmendmentKind, Answer, Partnership, Question, Reply, Roadmap, Round, Stance
from partnerships.negotiation.actions import criticism
from partnerships.negotiation.queries.positions import part_name
from partnerships.permissions import require_broker
from partnerships.rounds import queries as envelopes
from partnerships.rounds.actions import envelopes as envelope_actions
from partnerships.rounds.actions import rounds
from partnerships.rounds.actions.rounds import RoundSettings
from partnerships.status.actions import refresh_status
from partnerships.text import agreement, references

USUAL: Final = RoundSettings()


class Rewording(NamedTuple):
    """A new wording of a clause; `seen_number`: number of the revision that the broker read."""

    wording: Wording
    seen_number: int


class NegotiationError(Refusal):
    """The round or the reply is not possible."""


class NothingToDiscuss(NegotiationError):
    """The text has no clause."""

    sentence = gettext_lazy("Le texte n’a aucune clause. Écrivez-en une, puis ouvrez la négociation.")


class TextIsIncomplete(NegotiationError):
    """Mandatory headings are empty; their titles are the argument."""

    sentence = gettext_lazy("Il manque au texte : %(what)s. Complétez ces rubriques, puis réessayez.")


class UnresolvedCitations(NegotiationError):
    """A table cites a code that no table defines; the codes and their clauses are the argument."""

    sentence = gettext_lazy(
        "Un tableau cite un code absent du texte\u00a0: %(what)s. Corrigez le code, ou "
        "ajoutez ce qu’il cite, puis réessayez."
    )


class ExpectationsRoundIsRunning(NegotiationError):
    """A round of expectations is running; the text is submitted to the parties after it."""

    sentence = gettext_lazy(
        "Les parties écrivent leurs attentes\u00a0: leurs enveloppes s’ouvrent avant l’envoi "
        "du texte. Attendez leur ouverture."
    )


class ExpectationsNotAsked(NegotiationError):
    """The parties were not asked what they expect, and no reason is given."""

    sentence = gettext_lazy(
        "Les parties n’ont pas été interrogées sur leurs attentes. Demandez-les à la page Attentes, ou "
        "écrivez-y pourquoi vous passez cette étape\u00a0: toutes les parties liront la raison."
    )


class CorrectionNeedsNoRound(NegotiationError):
    """A clerical correction is confirmed by each party, not put to a round."""

    sentence = gettext_lazy(
        "Une correction matérielle se confirme sans tour\u00a0: envoyez-la à confirmer depuis la page de "
        "l’avenant."
    )


class NotAgreedByAll(NegotiationError):
    """A party does not agree to the text as it stands."""

    sentence = gettext_lazy(
        "Une partie n’a pas accepté le texte tel qu’il est. Ouvrez un tour\u00a0: seul ce "
        "qui a changé y sera demandé."
    )


class RepliesAreMissing(NegotiationError):
    """Reservations or objections have no reply; the numbers of their clauses are the argument."""

    sentence = gettext_lazy(
        "Des réserves ou des objections attendent votre réponse, clauses %(what)s. Répondez à chacune, puis "
        "ouvrez le tour."
    )


class NoRoundRuns(NegotiationError):
    """No round is running."""

    sentence = gettext_lazy("Aucun tour n’est en cours\u00a0: il n’y a rien à annuler.")


class AlreadyReplied(NegotiationError):
    """The answer already has a reply."""

    sentence = gettext_lazy("Une réponse a déjà été donnée à cette remarque.")


@transaction.atomic
def open_negotiation(
    *, partnership_id: UUID, broker: User, asking: RoundSettings = USUAL, at: datetime
) -> Round:
    """Submit the text to all parties in a first round, with what the broker typed and did not save yet.

    Raises NotABroker, UnsavedWordingsRefused, ExpectationsNotAsked, NothingToDiscuss, TextIsIncomplete,
    UnresolvedCitations, TextHasBlanks, UnsettledRisks, AmendmentChangesNothing, NoMereCorrection,
    CorrectionNeedsNoRound, RoundError, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    unsaved_wordings.save_all(partnership_id=partnership_id, broker=broker, at=at)
    roadmap = text_under_work(partnership, lifecycle.Action.NEGOTIATE)
    if envelopes.running(partnership, Question.EXPECTATIONS):
        raise ExpectationsRoundIsRunning
    clauses = agreement.clauses_of(roadmap)
    if not clauses:
        raise NothingToDiscuss
    missing = drafting_page.missing_headings(clauses)
    if missing:
        raise TextIsIncomplete(", ".join(missing))
    unresolved = findings.unresolved_citations(clauses)
    if unresolved:
        raise UnresolvedCitations("\u202f; ".join(unresolved))
    if roadmap.edition == 1 and not envelopes.expectations_settled(partnership):
        raise ExpectationsNotAsked
    requirements.require_no_blanks(partnership, clauses)
    requirements.require_risks_settled(partnership, clauses)
    requirements.require_amendment_changes(partnership, roadmap, clauses)
    _require_round(roadmap)
    advance_edition(partnership, roadmap, lifecycle.Action.NEGOTIATE, actor=broker, at=at)
    round_ = _open_round(partnership, roadmap, broker, asking, at)
    refresh_status(partnership, at=at)
    return round_


@transaction.atomic
def ask_again(*, partnership_id: UUID, broker: User, asking: RoundSettings = USUAL, at: datetime) -> Round:
    """Submit the revised text to all parties in a new round, with what the broker typed and did not save yet.

    Raises NotABroker, UnsavedWordingsRefused, TextHasBlanks, UnsettledRisks, RepliesAreMissing,
    AmendmentChangesNothing, CorrectionNeedsNoRound, TransitionNotAllowed, RoundError.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    unsaved_wordings.save_all(partnership_id=partnership_id, broker=broker, at=at)
    roadmap = text_under_work(partnership, lifecycle.Action.ANSWER)
    clauses = agreement.clauses_of(roadmap)
    requirements.require_no_blanks(partnership, clauses)
    requirements.require_risks_settled(partnership, clauses)
    requirements.require_amendment_changes(partnership, roadmap, clauses)
    _require_round(roadmap)
    clause_numbers = _clauses_without_reply(roadmap)
    if clause_numbers:
        raise RepliesAreMissing(", ".join(clause_numbers))
    roadmap.version += 1
    roadmap.save(update_fields=["version"])
    round_ = _open_round(partnership, roadmap, broker, asking, at)
    refresh_status(partnership, at=at)
    return round_


def _require_round(roadmap: Roadmap) -> None:
    if roadmap.edition > 1 and roadmap.amendment_kind == AmendmentKind.CLERICAL:
        raise CorrectionNeedsNoRound


@transaction.atomic
def resume_agreement(*, partnership_id: UUID, broker: User, at: datetime) -> None:
    """Mark a text as agreed again after a refusal to sign that changed nothing, without a round.

    Raises NotABroker, UnsavedWordingsLeft, NotAgreedByAll, RoundIsRunning, TransitionNotAllowed.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    unsaved_wordings.require_none_left(partnership, broker)
    roadmap = text_under_work(partnership, lifecycle.Action.AGREE)
    rounds.require_no_running_round(partnership)
    if not criticism.settle(partnership, roadmap, at):
        raise NotAgreedByAll
    refresh_status(partnership, at=at)


def _open_round(
    partnership: Partnership, roadmap: Roadmap, broker: User, asking: RoundSettings, at: datetime
) -> Round:
    round_ = rounds.ask(
        partnership, Question.CRITICISM, asking, broker=broker, at=at, version=roadmap.version
    )
    _carry_drafts(partnership, roadmap, round_, at)
    return round_


@sensitive_variables()
def _carry_drafts(partnership: Partnership, roadmap: Roadmap, round_: Round, at: datetime) -> None:
    """Copy the positions of each party in a round that did not open into its new envelope, unsealed.

    Only on current revisions that cite no clause revised since that round was asked: all the party answered
    to is displayed the same in the new round. Nothing is copied from an opened round, or with a lost key.
    """
    former = (
        partnership.rounds.filter(question=Question.CRITICISM, number__lt=round_.number)
        .filter(asked_at__gte=roadmap.opened_at)
        .order_by("-number")
        .first()
    )
    if former is None or former.cancelled_at is None:
        return
    clauses = agreement.clauses_of(roadmap)
    unchanged = {
        part_name(clause.current_id)
        for clause in clauses
        if clause.current_id and not agreement.cited_clauses_revised_since(clause, former.asked_at, clauses)
    }
    envelope_actions.copy_drafts(former, round_, unchanged, at=at)


def _clauses_without_reply(roadmap: Roadmap) -> list[str]:
    """Return the numbers of the clauses with a reservation or an objection that has no reply, in order."""
    remarks = Answer.objects.filter(
        agreement.ANSWERED,
        revision__clause__roadmap=roadmap,
        stance__in=(Stance.RESERVATION, Stance.OBJECTION),
        reply=None,
    )
    clause_ids = set(remarks.order_by("pk").values_list("revision__clause", flat=True))
    numbers = references.numbers_of(agreement.asked_of(roadmap))
    return [number for clause_id, number in numbers.items() if clause_id in clause_ids]


@transaction.atomic
def cancel_round(*, partnership_id: UUID, broker: User, reason: str, at: datetime) -> None:
    """Cancel the running round of criticism without opening it, and send the reason to all parties.

    Raises NotABroker, NoRoundRuns.
    """
    require_broker(broker)
    partnership = lock(partnership_id)
    round_ = envelopes.running(partnership, Question.CRITICISM)
    if round_ is None:
        raise NoRoundRuns
    rounds.cancel_rounds(partnership, actor=broker, at=at, reason=reason)
    post.post(
        kind="round-cancelled",
        key=message_keys.round_cancelled(partnership.pk, round_.pk),
        at=at,
        facts={"partnership": str(partnership.pk), "round": str(round_.pk)},
    )
    refresh_status(partnership, at=at)


@transaction.atomic
def reply(
    *,
    answer_id: int,
    broker: User,
    outcome: str,
    text: str,
    rewording: Rewording | None = None,
    at: datetime,
) -> Reply:
    """Reply to a question, a reservation or an objection with an outcome and its reason.

    With `rewording`, also write it as the next revision of the clause, with `text` as its reason.
    Raises NotABroker, AlreadyReplied and, with a rewording, what `revise_clause` raises.
    """
    require_broker(broker)
    answer = Answer.objects.select_related("revision__clause__roadmap").get(pk=answer_id)
    clause = answer.revision.clause
    partnership = lock(clause.roadmap.partnership_id)
    if Reply.objects.filter(answer=answer).exists():
        raise AlreadyReplied
    facts: dict[str, Fact] = {}
    if rewording is not None:
        revision = revise_clause(
            clause_id=clause.pk,
            broker=broker,
            seen_number=rewording.seen_number,
            wording=rewording.wording,
            reason=text,
            at=at,
        )
        facts["revision"] = revision.number
    created = Reply.objects.create(
        answer=answer, outcome=outcome, text=text, replied_by=broker, replied_at=at
    )
    write(
        partnership,
        "answer.reply",
        actor=broker,
        at=at,
        clause=references.numbers_of(agreement.asked_of(clause.roadmap)).get(clause.pk, ""),
        outcome=outcome,
        **facts,
    )
    refresh_status(partnership, at=at)
    return created
