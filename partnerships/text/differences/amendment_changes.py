"""What an amendment changes against the signed words: the list that the pages and the charter show."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from partnerships.charter import terms as charter_terms
from partnerships.charter.references import resolved
from partnerships.charter.texts import ChangedPartText, ChangeKind, ClauseChangeText, Heading, PieceText
from partnerships.models import Clause, ClauseRevision, Partnership, Party
from partnerships.text import references
from partnerships.text.differences.amended import Amended, citing_changed, identity_changes
from partnerships.text.differences.changes import paragraphs
from partnerships.text.differences.row_changes import row_changes
from partnerships.text.differences.word_diff import Piece, pieces
from partnerships.text.tables import Named

NOTHING = ClauseRevision(title="", body="", plain_words="", terms={})


@dataclass(frozen=True, kw_only=True)
class AmendmentChanges:
    """The changes of an amendment in printed order, removed clauses where they were.

    `others`: names and facts outside the clauses; `citing`: unchanged clauses that cite a changed one, as
    "number. title", which the parties are asked about too.
    """

    clauses: Sequence[ClauseChangeText]
    others: Sequence[ChangedPartText]
    citing: Sequence[str] = ()

    def __bool__(self) -> bool:
        return bool(self.clauses or self.others)


def changes_of(
    partnership: Partnership,
    amended: Amended,
    clauses: Sequence[Clause],
    names: Mapping[str, Named],
    parties: Iterable[Party],
) -> AmendmentChanges:
    """Return what an amendment changes, in the active language. At most 1 query.

    `clauses`: of the amendment, in printed order; `names`: side and name by code; `parties`: with their
    organisations.
    """
    reference_names = references.names_of(clauses)
    former_names = references.names_of(amended.clauses)
    writer = _Writer(names, {**former_names, **reference_names})
    numbers, former_numbers = references.numbers_of(clauses), references.numbers_of(amended.clauses)
    signed = amended.signed
    changed = [
        writer.change("changed", numbers[clause.pk], clause, signed[clause.key])
        if clause.key in amended.changed
        else writer.change("added", numbers[clause.pk], clause, None)
        for clause in clauses
        if clause.key in amended.changed or clause.key in amended.added
    ]
    removed = [
        writer.change("removed", former_numbers[clause.pk], None, clause) for clause in amended.removed
    ]
    citing = citing_changed(amended, clauses)
    return AmendmentChanges(
        clauses=sorted([*changed, *removed], key=lambda change: change.heading),
        others=[
            ChangedPartText(
                label=each.label,
                kind="changed" if each.before and each.after else "added" if each.after else "removed",
                pieces=_piece_texts(pieces(each.before, each.after)),
            )
            for each in identity_changes(partnership, amended.edition, parties)
        ],
        citing=[
            f"{numbers[clause.pk]}. {clause.current.title}"
            for clause in clauses
            if clause.key in citing and clause.current
        ],
    )


class _Writer:
    """Writes the changes of clauses; `names`: of parties, by code; `reference_names`: of cited clauses."""

    def __init__(self, names: Mapping[str, Named], reference_names: Mapping[str, str]) -> None:
        self.names, self.reference_names = names, reference_names

    def change(
        self, kind: ChangeKind, number: str, clause: Clause | None, signed: Clause | None
    ) -> ClauseChangeText:
        """Return the change of a clause; `clause`: as it will stand, `signed`: as it was signed."""
        shown = clause or signed
        after = (clause and clause.current) or NOTHING
        before = (signed and signed.current) or NOTHING
        if shown is None:
            raise AssertionError(kind)
        parts = [*self._texts(before, after), *self._rows(before, after), *self._place(clause, signed)]
        if not parts:
            parts = [ChangedPartText(label=_("Ordre des lignes"), kind="changed", pieces=())]
        return ClauseChangeText(
            number=number,
            heading=Heading(shown.heading),
            kind=kind,
            title=(after if clause else before).title,
            parts=tuple(parts),
        )

    def _texts(self, before: ClauseRevision, after: ClauseRevision) -> list[ChangedPartText]:
        texts = (
            (_("Titre"), before.title, after.title),
            (_("Texte"), before.body, after.body),
            (_("En clair"), before.plain_words, after.plain_words),
        )
        parts = []
        for label, old, new in texts:
            if old == new:
                continue
            old_text, new_text = (resolved(text, self.reference_names) for text in (old, new))
            kind: ChangeKind = "changed" if old and new else "added" if new else "removed"
            differences = [
                ChangedPartText(label=label, kind=kind, pieces=_piece_texts(paragraph))
                for paragraph in paragraphs(pieces(old_text, new_text))
            ]
            parts += differences or [ChangedPartText(label=label, kind=kind, pieces=())]
        return parts

    def _rows(self, before: ClauseRevision, after: ClauseRevision) -> list[ChangedPartText]:
        changes = row_changes(charter_terms.read(before.terms), charter_terms.read(after.terms), self.names)
        return [
            ChangedPartText(label=change.label, kind=change.kind, pieces=_piece_texts(change.pieces))
            for change in changes
        ]

    def _place(self, clause: Clause | None, signed: Clause | None) -> list[ChangedPartText]:
        """Return the change of the responsible party."""
        old, new = (
            self.names[each.responsible.code].name if each and each.responsible else ""
            for each in (signed, clause)
        )
        if old == new:
            return []
        kind: ChangeKind = "changed" if old and new else "added" if new else "removed"
        label = _("Responsable")
        return [ChangedPartText(label=label, kind=kind, pieces=_piece_texts(pieces(old, new)))]


def _piece_texts(diff: Iterable[Piece]) -> tuple[PieceText, ...]:
    return tuple(PieceText(kind=piece.kind, text=piece.text) for piece in diff)
