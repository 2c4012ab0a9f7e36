"""The clauses whose current content a party agreed to or signed before.

What a party signed stands in an amendment: it is asked only about the clauses that the amendment changes,
adds or removes, and about those that cite them. What it agreed to in an earlier round may be agreed to
together, so that nobody agrees to a new or changed text without its display.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

import rfc8785

from partnerships.models import (
    AmendmentKind,
    Answer,
    Clause,
    ClauseRevision,
    Confirmation,
    Partnership,
    Roadmap,
    Signature,
    Stance,
)
from partnerships.text import agreement
from partnerships.text.contents import Content, content_of, contents_of, text_fingerprint
from partnerships.text.differences.amended import amended_edition


class Fingerprint(NamedTuple):
    """SHA-256 of the content of a clause, alone and with the content of the clauses that it cites.

    `with_cited` is None when the content of a cited clause is not known.
    """

    alone: str
    with_cited: str | None


class Statement(NamedTuple):
    """What a party declared on a content; `agrees`: it agreed or signed, else it had a remark."""

    content: Fingerprint
    agrees: bool


def fingerprint(content: Content, text: Mapping[str, Content]) -> Fingerprint:
    """Return the fingerprint of a clause; `text`: the known contents of its text, by key."""
    cited = [text.get(key) for key in sorted(content.cited)]
    known = [each for each in cited if each is not None]
    return Fingerprint(
        alone=_digest([content]), with_cited=_digest([content, *known]) if known == cited else None
    )


def _digest(contents: Sequence[Content]) -> str:
    return hashlib.sha256(rfc8785.dumps([list(each) for each in contents])).hexdigest()


def is_agreed_before(content: Fingerprint, statements: Iterable[Statement]) -> bool:
    """Say whether the last statement of a party on this content is an agreement.

    `statements`: of that party, oldest first. A question, a reservation or an objection counts whatever the
    content of the cited clauses was; an agreement counts only if that content is the same.
    """
    is_agreed = False
    for statement in statements:
        if not statement.agrees:
            is_agreed = is_agreed and statement.content.alone != content.alone
        elif content.with_cited is not None and statement.content.with_cited == content.with_cited:
            is_agreed = True
    return is_agreed


def agreed_before(
    roadmap: Roadmap, party_id: int, text: Mapping[int, Content], revision_ids: Collection[int]
) -> frozenset[int]:
    """Return those of the given current revisions whose content a party agreed to or signed before.

    `text`: the content of each clause, by its current revision. The statements of a party are its opened
    answers in this edition, and its signature of the charter that this edition amends.
    At most 5 queries, 3 of them for an amendment alone.
    """
    by_key = {each.key: each for each in text.values()}
    fingerprints = {each: fingerprint(text[each], by_key) for each in revision_ids}
    keys = {text[each].key for each in revision_ids}
    statements = [*_signed(roadmap, party_id), *_answered(roadmap, party_id, keys)]
    return frozenset(each for each, content in fingerprints.items() if is_agreed_before(content, statements))


def standing_agreements(roadmap: Roadmap, clauses: Sequence[Clause]) -> dict[int, frozenset[int]]:
    """Return by key of a party the current revisions to which it agrees without an answer of its own.

    In an amendment, those whose content it signed, with that of the clauses that they cite, and on which it
    made no remark since; in a clerical correction that it confirmed, all. `clauses`: from
    `agreement.asked_of`. No query for the charter, else at most 5.
    """
    source = amended_edition(roadmap)
    if source is None:
        return {}
    signers = Signature.objects.filter(charter__roadmap=source, charter__voided=None, party__isnull=False)
    party_ids = list(signers.order_by("party_id").values_list("party_id", flat=True))
    written = [clause for clause in clauses if clause.current and not clause.current.is_removal]
    contents = contents_of(written)
    unchanged = _unchanged(contents, contents_of(agreement.clauses_of(source)))
    contradicted = _contradicted(roadmap, contents)
    confirmed = confirming_parties(roadmap, clauses)
    every = frozenset(clause.current_id or 0 for clause in clauses)
    return {
        party_id: every
        if party_id in confirmed
        else frozenset(each for each in unchanged if (party_id, each) not in contradicted)
        for party_id in {*party_ids, *confirmed}
    }


def is_agreed_by_all(partnership: Partnership, roadmap: Roadmap, asked: list[Clause]) -> bool:
    """Say whether every party agrees to a text and to each removal. At most 7 queries.

    `asked`: from `agreement.asked_of`.
    """
    party_ids = list(partnership.parties.order_by("rank").values_list("pk", flat=True))
    if roadmap.amendment_kind == AmendmentKind.CLERICAL:
        return confirming_parties(roadmap, asked).issuperset(party_ids)
    standing = standing_agreements(roadmap, asked)
    return agreement.is_agreed(asked, agreement.latest_answers(roadmap.pk), party_ids, standing)


def _unchanged(contents: Mapping[int, Content], signed: Mapping[int, Content]) -> list[int]:
    """Return the revisions whose content, with that of the clauses that they cite, is the signed one."""
    now, then = ({each.key: each for each in text.values()} for text in (contents, signed))
    revision_ids = []
    for revision_id, content in contents.items():
        before = then.get(content.key)
        if before is None or before != content:
            continue
        current, former = fingerprint(content, now), fingerprint(before, then)
        if current.with_cited is not None and current.with_cited == former.with_cited:
            revision_ids.append(revision_id)
    return revision_ids


def _contradicted(roadmap: Roadmap, contents: Mapping[int, Content]) -> frozenset[tuple[int, int]]:
    """Return each (party, current revision) whose content has a remark of that party. 1 query."""
    by_key = {content.key: (revision_id, content) for revision_id, content in contents.items()}
    remarks = (
        Answer.objects.filter(revision__clause__roadmap=roadmap, revision__is_removal=False)
        .exclude(stance=Stance.AGREE)
        .select_related("revision__clause__responsible")
        .order_by("pk")
    )
    return frozenset(
        (remark.party_id, by_key[content.key][0])
        for remark in remarks
        if (content := _content(remark.revision)).key in by_key and by_key[content.key][1] == content
    )


def confirming_parties(roadmap: Roadmap, clauses: Sequence[Clause]) -> frozenset[int]:
    """Return the parties that confirmed this text as a clerical correction. At most 1 query."""
    if roadmap.amendment_kind != AmendmentKind.CLERICAL:
        return frozenset()
    rows = Confirmation.objects.filter(roadmap=roadmap, fingerprint=text_fingerprint(roadmap, clauses))
    return frozenset(rows.order_by("pk").values_list("party_id", flat=True))


def _signed(roadmap: Roadmap, party_id: int) -> list[Statement]:
    """Return the statements made by signing the charter that an edition amends. At most 3 queries."""
    source = amended_edition(roadmap)
    signatures = Signature.objects.filter(charter__roadmap=source, charter__voided=None, party=party_id)
    if source is None or not signatures.exists():
        return []
    contents = {each.key: each for each in contents_of(agreement.clauses_of(source)).values()}
    return [Statement(fingerprint(each, contents), agrees=True) for each in contents.values()]


def _answered(roadmap: Roadmap, party_id: int, keys: Collection[str]) -> list[Statement]:
    """Return the answers of a party on clauses of an edition as statements, oldest first. 2 queries."""
    answers = (
        Answer.objects.filter(revision__clause__roadmap=roadmap, revision__clause__key__in=keys)
        .filter(party=party_id, revision__is_removal=False)
        .select_related("revision__clause__responsible", "round")
        .defer("round__key")
        .order_by("pk")
    )
    answered = [(answer, _content(answer.revision)) for answer in answers]
    cited = {key for _answer, content in answered for key in content.cited}
    revisions = _revisions(roadmap, cited) if cited else {}
    return [
        Statement(
            fingerprint(content, _text_during(answer, [revisions.get(key, ()) for key in content.cited])),
            agrees=answer.stance == Stance.AGREE,
        )
        for answer, content in answered
    ]


def _content(revision: ClauseRevision) -> Content:
    clause = revision.clause
    code = clause.responsible.code if clause.responsible else ""
    return content_of(clause.key, clause.heading, code, revision)


def _revisions(roadmap: Roadmap, keys: Collection[str]) -> Mapping[str, Sequence[ClauseRevision]]:
    """Return the revisions of the clauses with these keys, by key, oldest first. 1 query."""
    revisions_by_key: dict[str, list[ClauseRevision]] = defaultdict(list)
    rows = ClauseRevision.objects.filter(clause__roadmap=roadmap, clause__key__in=keys)
    for revision in rows.select_related("clause__responsible").order_by("clause_id", "number"):
        revisions_by_key[revision.clause.key].append(revision)
    return revisions_by_key


def _text_during(answer: Answer, cited: Iterable[Sequence[ClauseRevision]]) -> Mapping[str, Content]:
    """Return the cited clauses as the round of an answer displayed them, those that are known."""
    displayed = (revision_during(each, answer.round.asked_at, answer.answered_at) for each in cited)
    return {each.clause.key: _content(each) for each in displayed if each}


def revision_during(
    revisions: Sequence[ClauseRevision], asked_at: datetime, opened_at: datetime
) -> ClauseRevision | None:
    """Return the revision of a clause that a round displayed; None when two are possible.

    `revisions`: of the clause, oldest first. No text changes while a round runs, but two times may be equal.
    """
    before = [each for each in revisions if each.written_at < asked_at][-1:]
    within = [each for each in revisions if asked_at <= each.written_at <= opened_at]
    return next(iter(before + within)) if len(before + within) == 1 else None
