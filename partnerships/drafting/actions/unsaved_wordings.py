"""What a broker types in the form of a clause: stored while typing, saved as revisions when the text is sent.

It is private to its broker and no act on the case: nothing is in the ledger until it becomes a revision.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.refusals import Refusal
from accounts.text import canonical
from partnerships.charter import terms as charter_terms
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clauses, library
from partnerships.drafting.actions.clauses import DraftingError, RevisionUnchanged, Wording, wording_of
from partnerships.drafting.queries import unsaved_wordings as queries
from partnerships.drafting.queries.clause_form import codes_of
from partnerships.models import Partnership, Roadmap, UnsavedWording
from partnerships.permissions import require_broker
from partnerships.text import agreement, references

# A form is at most the fields of one clause with all its rows.
MAX_SIZE: Final = 400_000
NUL: Final = "\x00"


class TooMuchTyped(DraftingError):
    """The form is larger than any clause can be."""

    sentence = gettext_lazy(
        "Ce texte est trop long pour une clause\u00a0: il n’est pas conservé. Partagez-le en deux clauses."
    )


class UnknownForm(DraftingError):
    """The request names no form of a clause."""

    sentence = gettext_lazy("Ce formulaire n’est pas celui d’une clause. Rouvrez la clause dans le texte.")


class UnsavedWordingsRefused(DraftingError):
    """Typed texts cannot be saved as revisions; the message lists their clauses with the reason."""

    sentence = gettext_lazy(
        "Des mots tapés ne peuvent pas encore être enregistrés\u00a0: %(what)s. Ouvrez ces clauses dans le "
        "texte, puis enregistrez-les ou abandonnez ces mots."
    )


class UnsavedWordingsLeft(DraftingError):
    """The broker has typed texts that are not saved; the message lists their clauses."""

    sentence = gettext_lazy(
        "Des mots tapés ne sont pas encore enregistrés\u00a0: %(what)s. Enregistrez-les, ou abandonnez-les, "
        "puis réessayez."
    )


@dataclass(frozen=True, kw_only=True)
class FormPlace:
    """Which form was typed in: that of a clause, or of a new one under a heading or from the library."""

    roadmap_id: UUID
    heading: Heading
    clause_id: int | None = None
    library_version_id: int | None = None

    @property
    def slot(self) -> str:
        """The end of the identifiers of this form in a page."""
        return f"{self.clause_id or 0}-{self.heading:d}-{self.library_version_id or 0}"


@dataclass(frozen=True, kw_only=True)
class TypedClause:
    """What the form contained; `responsible`: code of a party, "" for all."""

    wording: Wording
    reason: str = ""
    responsible: str = ""
    seen_number: int = 0


@transaction.atomic
def store(
    *,
    place: FormPlace,
    broker: User,
    submitted: Mapping[str, Sequence[str]],
    typed: TypedClause | None,
    at: datetime,
) -> UnsavedWording | None:
    """Store what a broker typed in one form, instead of what it contained before; None if nothing changed.

    `submitted`: the fields with their values; `typed`: their content, None when the form has errors.
    Raises NotABroker, TooMuchTyped.
    """
    require_broker(broker)
    if sum(len(value) for values in submitted.values() for value in values) > MAX_SIZE:
        raise TooMuchTyped
    if typed is not None and _is_unchanged(place, typed):
        discard(place=place, broker=broker)
        return None
    unsaved, _is_new = UnsavedWording.objects.update_or_create(
        **asdict(place),
        broker=broker,
        defaults={
            "submitted": {
                name: [value.replace(NUL, "") for value in values] for name, values in submitted.items()
            },
            "wording": None if typed is None else _stored(typed),
            "saved_at": at,
        },
    )
    return unsaved


def discard(*, place: FormPlace, broker: User) -> None:
    """Delete what a broker typed in one form. Raises NotABroker."""
    require_broker(broker)
    UnsavedWording.objects.filter(**asdict(place), broker=broker).delete()


def save_all(*, partnership_id: UUID, broker: User, at: datetime) -> None:
    """Save as revisions all that a broker typed in the text under work, in the transaction of the caller.

    Raises NotABroker, UnsavedWordingsRefused with each clause that cannot be saved and why.
    """
    require_broker(broker)
    roadmap = queries.text_under_work(partnership_id)
    refused = []
    for unsaved in queries.of_broker(roadmap, broker) if roadmap else ():
        try:
            _save(unsaved, broker, at)
        except RevisionUnchanged:
            pass
        except Refusal as refusal:
            refused.append(f"{queries.name_of(unsaved)} ({refusal.message})")
            continue
        unsaved.delete()
    if roadmap:
        refused += _repeated_codes(roadmap)
    if refused:
        raise UnsavedWordingsRefused("\u00a0; ".join(refused))


def require_none_left(partnership: Partnership, broker: User) -> None:
    """Raise UnsavedWordingsLeft when a broker typed in the text under work what is not saved. 3 queries."""
    roadmap = queries.text_under_work(partnership.pk)
    left = queries.of_broker(roadmap, broker) if roadmap else []
    if left:
        raise UnsavedWordingsLeft(", ".join(queries.name_of(unsaved) for unsaved in left))


class _Unreadable(DraftingError):
    """The form has errors."""

    sentence = gettext_lazy("un champ est à corriger")


def _save(unsaved: UnsavedWording, broker: User, at: datetime) -> None:
    typed = typed_clause(unsaved.wording)
    if typed is None:
        raise _Unreadable
    if unsaved.clause_id is not None:
        clauses.revise_clause(
            clause_id=unsaved.clause_id,
            broker=broker,
            seen_number=typed.seen_number,
            wording=typed.wording,
            reason=typed.reason,
            at=at,
        )
        return
    added: dict[str, Any] = {
        "partnership_id": unsaved.roadmap.partnership_id,
        "broker": broker,
        "wording": typed.wording,
        "responsible": typed.responsible,
        "at": at,
    }
    if unsaved.library_version_id is not None:
        library.insert_clause(version_id=unsaved.library_version_id, **added)
    else:
        clauses.add_clause(heading=Heading(unsaved.heading), **added)


def _repeated_codes(roadmap: Roadmap) -> list[str]:
    """Return the clauses with a row whose code another clause of the text has, as refusals. 1 query."""
    placed = agreement.clauses_of(roadmap)
    numbers = references.numbers_of(placed)
    counted = Counter(code for clause in placed for code in codes_of(clause))
    repeated = {code for code, count in counted.items() if count > 1}
    return [
        _("%(clause)s (le code %(codes)s est donné deux fois)")
        % {"clause": numbers[clause.pk], "codes": ", ".join(sorted(repeated & set(codes_of(clause))))}
        for clause in placed
        if repeated & set(codes_of(clause))
    ]


def _is_unchanged(place: FormPlace, typed: TypedClause) -> bool:
    """Say whether the clause has these words already; a request that arrives after the form was saved counts.

    A reason alone, for a revision still to come, is something typed.
    """
    current = None if place.clause_id is None else queries.current_revision(place.clause_id)
    if current is None or (typed.reason and typed.seen_number == current.number):
        return False
    return bool(canonical.as_seen(wording_of(current)) == canonical.as_seen(typed.wording))


def _stored(typed: TypedClause) -> dict[str, Any]:
    wording = typed.wording
    return {
        "title": wording.title,
        "body": wording.body,
        "plain_words": wording.plain_words,
        "terms": charter_terms.store(wording.terms),
        "line_ids": list(wording.line_ids),
        "reason": typed.reason,
        "responsible": typed.responsible,
        "seen_number": typed.seen_number,
    }


def typed_clause(stored: Mapping[str, Any] | None) -> TypedClause | None:
    """Return the content of a stored form, None for one with errors."""
    if stored is None:
        return None
    return TypedClause(
        wording=Wording(
            title=stored["title"],
            body=stored["body"],
            plain_words=stored["plain_words"],
            terms=charter_terms.read(stored["terms"]),
            line_ids=tuple(stored["line_ids"]),
        ),
        reason=stored["reason"],
        responsible=stored["responsible"],
        seen_number=stored["seen_number"],
    )
