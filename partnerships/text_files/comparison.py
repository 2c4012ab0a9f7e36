"""A changed Word file against the text in negotiation, clause by clause."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_variables

from partnerships.text import agreement
from partnerships.text.differences import changes
from partnerships.text.differences.changes import Paragraphs
from partnerships.text_files import returned
from partnerships.text_files.docx_writer import rows_of
from partnerships.text_files.marks import Identity, Mark
from partnerships.text_files.queries import TakenClause, taken_text
from partnerships.text_files.returned import Comment, ReturnedFile, ReturnedPart, TrackedChange

if TYPE_CHECKING:
    from partnerships.case.header import CaseHeader


# A longer wording cannot be proposed, and would take long to compare.
MAX_COMPARED: Final = 8000


class PartChange(NamedTuple):
    """A change of the title, of a row or of the gloss: what it says, in words."""

    label: str
    text: str


@dataclass(frozen=True, kw_only=True)
class ClauseChange:
    """What the file changes in a clause, or comments.

    `revision_id`: the current one; `proposed_text`: the text of the clause in the file, "" when it is as it
    was; `differences`: that text against the current one; `others`: changes that a wording cannot contain;
    `reason`: comments and other changes, as they would be proposed.
    """

    clause_id: int
    revision_id: int
    number: str
    title: str
    proposed_text: str
    differences: Paragraphs
    is_emptied: bool
    others: Sequence[PartChange]
    tracked: Sequence[TrackedChange]
    comments: Sequence[Comment]
    reason: str

    @property
    def is_too_long(self) -> bool:
        """Whether the text of the file is too long to be proposed."""
        return len(self.proposed_text) > MAX_COMPARED

    @property
    def has_wording(self) -> bool:
        """Whether the file changes the clause, and does not only comment on it."""
        return bool(self.proposed_text or self.is_emptied or self.others)


@dataclass(frozen=True, kw_only=True)
class FileComparison:
    """`moved`: titles of the clauses that changed since the file was taken; `absent`: those not found in it.

    `outside`: what was added or commented outside all clauses; `unread`: notes, pictures and text boxes.
    """

    is_current: bool
    changed: Sequence[ClauseChange]
    unchanged: int
    moved: Sequence[str]
    absent: Sequence[str]
    outside: Sequence[str]
    unread: int


@sensitive_variables()
def compared(
    facts: Mapping[str, Any], identity: Identity, header: CaseHeader, at: datetime
) -> FileComparison:
    """Return what a file changes in the text in negotiation."""
    found = returned.returned_file(facts)
    # The labels in the file are in the language in which it was taken.
    with translation.override(identity.language):
        taken = taken_text(header, at, edition=identity.edition, language=identity.language)
        prefix = _("En clair.")
        rows = {clause.key: rows_of(clause) for clause in taken.clauses}
    ids = _ids(header, identity)
    marks = found.marks_by_clause
    changed: list[ClauseChange] = []
    moved, absent = [], []
    for clause in taken.clauses:
        name = f"{clause.shown.number} {clause.shown.title}"
        own = marks.get(clause.key, {})
        if "body" not in own:
            absent.append(name)
        elif any(mark.revision != clause.revision for mark in own.values()):
            moved.append(name)
        else:
            parts = _parts(found, own)
            change = _change(clause, parts, ids[clause.key], rows=rows[clause.key], prefix=prefix)
            if change:
                changed.append(change)
    return FileComparison(
        is_current=taken.fingerprint.startswith(identity.fingerprint),
        changed=changed,
        unchanged=len(taken.clauses) - len(changed) - len(moved) - len(absent),
        moved=moved,
        absent=absent,
        outside=_outside(found),
        unread=found.unread,
    )


def _ids(header: CaseHeader, identity: Identity) -> dict[str, tuple[int, int]]:
    """Return the keys of each clause and of its current revision. 1 query."""
    roadmap = header.edition
    if roadmap is None or roadmap.edition != identity.edition:
        raise AssertionError(identity.edition)
    return {clause.key: (clause.pk, clause.current_id or 0) for clause in agreement.clauses_of(roadmap)}


def _parts(found: ReturnedFile, own: Mapping[str, Mark]) -> dict[str, ReturnedPart]:
    return {part: found.parts[mark] for part, mark in own.items()}


def _change(
    clause: TakenClause,
    parts: Mapping[str, ReturnedPart],
    ids: tuple[int, int],
    *,
    rows: Sequence[str],
    prefix: str,
) -> ClauseChange | None:
    """Return what the file changes in a clause or comments, None for nothing."""
    shown = clause.shown
    body = parts["body"].lines
    is_same = returned.is_same(shown.body, body)
    proposed = "" if is_same else returned.merged(shown.body, body)
    others = list(_others(clause, parts, rows=rows, prefix=prefix))
    comments = list(
        dict.fromkeys(comment for part in parts.values() for comment in part.comments if comment.text)
    )
    if is_same and not others and not comments:
        return None
    return ClauseChange(
        clause_id=ids[0],
        revision_id=ids[1],
        number=shown.number,
        title=shown.title,
        proposed_text=proposed,
        differences=changes.proposed(shown.body, proposed) if 0 < len(proposed) <= MAX_COMPARED else (),
        is_emptied=not body,
        others=others,
        tracked=[change for part in parts.values() for change in part.tracked],
        comments=comments,
        reason=_reason(comments, others, is_emptied=not body),
    )


def _others(
    clause: TakenClause, parts: Mapping[str, ReturnedPart], *, rows: Sequence[str], prefix: str
) -> Iterator[PartChange]:
    shown = clause.shown
    if "title" in parts:
        heading = " ".join(parts["title"].lines)
        title = heading.removeprefix(shown.number).strip()
        if title and returned.folded(title) != returned.folded(shown.title):
            yield PartChange(_("Titre proposé"), title)
    if "gloss" in parts:
        gloss = "\n".join(parts["gloss"].lines).removeprefix(prefix).strip()
        if not returned.is_same(shown.gloss, [gloss]):
            yield PartChange(_("«\u202fEn clair\u202f» proposé"), gloss or _("à supprimer"))
    if "rows" in parts:
        yield from _row_changes(rows, parts["rows"].lines)


def _row_changes(before: Sequence[str], after: Sequence[str]) -> Iterator[PartChange]:
    old, new = ([returned.folded(line) for line in lines] for lines in (before, after))
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag != "equal":
            for line in before[i1:i2]:
                yield PartChange(_("Ligne actuelle"), _row(line))
            for line in after[j1:j2]:
                yield PartChange(_("Ligne proposée"), _row(line))


def _row(line: str) -> str:
    return " · ".join(cell.strip() for cell in line.split("\t"))


def _reason(comments: Sequence[Comment], others: Sequence[PartChange], *, is_emptied: bool) -> str:
    pair = _("%(label)s\u00a0: %(value)s")
    lines = [_("Nous demandons de retirer cette clause.")] if is_emptied else []
    lines += [
        pair % {"label": each.author, "value": each.text} if each.author else each.text for each in comments
    ]
    lines += [pair % {"label": each.label, "value": each.text} for each in others]
    return "\n".join(lines)


def _outside(found: ReturnedFile) -> list[str]:
    added = [change.text for change in found.outside.tracked if change.kind == "ins"]
    return added + [
        f"{comment.author}\u00a0: {comment.text}" for comment in found.outside.comments if comment.text
    ]
