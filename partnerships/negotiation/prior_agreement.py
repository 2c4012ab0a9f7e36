"""The clauses whose current content a party agreed to or signed before.

Only these may be agreed to together, so that nobody agrees to a new or changed text without its display.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import rfc8785
from django.db.models import Exists, OuterRef

from partnerships.charter.references import cited_keys
from partnerships.lifecycle import Edition
from partnerships.models import Answer, Clause, ClauseRevision, Roadmap, Signature, Stance
from partnerships.text import agreement


class Content(NamedTuple):
    """The content of a clause without its number; `key` is the same in each edition.

    `responsible`: code of a party, or empty; `terms`: the tables, as `charter.terms.store` writes them.
    """

    key: str
    heading: int
    responsible: str
    title: str
    body: str
    plain_words: str
    terms: Mapping[str, Any]

    @property
    def cited(self) -> frozenset[str]:
        """The keys of the other clauses that this one cites."""
        return cited_keys(self.body, self.plain_words) - {self.key}


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
    At most 4 queries, 2 of them for an amendment alone.
    """
    by_key = {each.key: each for each in text.values()}
    fingerprints = {each: fingerprint(text[each], by_key) for each in revision_ids}
    keys = {text[each].key for each in revision_ids}
    statements = [*_signed(roadmap, party_id), *_answered(roadmap, party_id, keys)]
    return frozenset(each for each, content in fingerprints.items() if is_agreed_before(content, statements))


def contents_of(clauses: Iterable[Clause]) -> dict[int, Content]:
    """Return the content of each clause; current revision and responsible party are loaded."""
    return {
        clause.current.pk: content_of(
            clause.key, clause.heading, clause.responsible.code if clause.responsible else "", clause.current
        )
        for clause in clauses
        if clause.current
    }


def content_of(key: str, heading: int, responsible: str, revision: ClauseRevision) -> Content:
    """Return the content of a revision of the clause with that key."""
    return Content(
        key=key,
        heading=heading,
        responsible=responsible,
        title=revision.title,
        body=revision.body,
        plain_words=revision.plain_words,
        terms=revision.terms,
    )


def _signed(roadmap: Roadmap, party_id: int) -> list[Statement]:
    """Return the statements made by signing the charter that an edition amends. 2 queries at most."""
    if roadmap.edition == 1:
        return []
    signatures = Signature.objects.filter(
        charter__roadmap=OuterRef("pk"), charter__voided=None, party=party_id
    )
    earlier = Roadmap.objects.filter(partnership=roadmap.partnership_id, edition__lt=roadmap.edition)
    source = (
        earlier.filter(state=Edition.SIGNED)
        .annotate(is_signed=Exists(signatures))
        .order_by("-edition")
        .first()
    )
    if source is None or not source.is_signed:
        return []
    contents = {each.key: each for each in contents_of(agreement.clauses_of(source)).values()}
    return [Statement(fingerprint(each, contents), agrees=True) for each in contents.values()]


def _answered(roadmap: Roadmap, party_id: int, keys: Collection[str]) -> list[Statement]:
    """Return the answers of a party on clauses of an edition as statements, oldest first. 2 queries."""
    answers = (
        Answer.objects.filter(revision__clause__roadmap=roadmap, revision__clause__key__in=keys)
        .filter(party=party_id)
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
