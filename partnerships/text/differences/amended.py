"""The signed text that an amendment amends, and which of its clauses the amendment changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.translation import gettext as _

from partnerships.charter import snapshot
from partnerships.charter.references import cited_keys
from partnerships.lifecycle import Edition
from partnerships.models import Charter, Clause, Partnership, Party, Roadmap
from partnerships.text import agreement
from partnerships.text.contents import contents_of
from partnerships.text.firm import identity_lines


@dataclass(frozen=True, kw_only=True)
class Amended:
    """The signed edition that an amendment amends, with its clauses in printed order.

    `changed`: signed clause by key of each clause whose content differs; `added`: keys of the clauses that
    the signed text lacks; `removed`: the signed clauses that the amendment lacks, in printed order.
    """

    edition: Roadmap
    clauses: Sequence[Clause]
    changed: Mapping[str, Clause] = field(default_factory=dict)
    added: frozenset[str] = frozenset()
    removed: Sequence[Clause] = ()

    @property
    def is_changed(self) -> bool:
        """Say whether the amendment changes, adds or removes a clause."""
        return bool(self.changed or self.added or self.removed)

    @property
    def signed(self) -> dict[str, Clause]:
        """The signed clauses by key."""
        return {clause.key: clause for clause in self.clauses}


def amended_edition(roadmap: Roadmap) -> Roadmap | None:
    """Return the signed edition that an edition amends; None for the charter. At most 1 query."""
    if roadmap.edition == 1:
        return None
    earlier = Roadmap.objects.filter(partnership=roadmap.partnership_id, edition__lt=roadmap.edition)
    return earlier.filter(state=Edition.SIGNED).order_by("-edition").first()


def amended_by(roadmap: Roadmap, clauses: Iterable[Clause]) -> Amended | None:
    """Return what an amendment amends, None for the charter. At most 2 queries.

    `clauses`: those of the amendment, from `agreement.clauses_of`.
    """
    edition = amended_edition(roadmap)
    if edition is None:
        return None
    signed = agreement.clauses_of(edition)
    before = {content.key: content for content in contents_of(signed).values()}
    after = {content.key: content for content in contents_of(clauses).values()}
    return Amended(
        edition=edition,
        clauses=signed,
        changed={
            clause.key: clause
            for clause in signed
            if clause.key in after and after[clause.key] != before[clause.key]
        },
        added=frozenset(after.keys() - before.keys()),
        removed=[clause for clause in signed if clause.key not in after],
    )


class IdentityDifference(NamedTuple):
    """A name or another fact outside the clauses that the signed text states otherwise."""

    label: str
    before: str
    after: str


def identity_changes(
    partnership: Partnership, signed: Roadmap, parties: Iterable[Party] | None = None
) -> list[IdentityDifference]:
    """Return what the case says otherwise than its signed edition outside the clauses. At most 2 queries.

    Signatories are left out: who signs is part of each signature. `parties`: with their organisations.
    """
    charter = Charter.objects.filter(roadmap=signed, voided=None).order_by("-frozen_at").first()
    if charter is None:
        return []
    then = snapshot.from_json(bytes(charter.canonical_json))
    if parties is None:
        parties = partnership.parties.select_related("organisation").order_by("rank")
    pairs = [
        (_("Intitulé"), then.title, partnership.title),
        (_("En clair"), then.plain_words, partnership.plain_words),
        (_("Besoin des patients"), then.patient_need, partnership.evidence_of_need),
        (_("Passeur"), then.broker.person, str(partnership.broker)),
        (
            _("Liens d’intérêts du passeur"),
            then.broker.declaration_of_interests,
            partnership.broker_interests,
        ),
    ]
    former = {party.key: party for party in then.parties}
    for party in parties:
        organisation, before = party.organisation, former.get(party.code)
        lines = [organisation.name, organisation.city, *organisation.identity_lines]
        old_lines = [before.name, before.address, *before.identity] if before else []
        pairs.append((organisation.name, _joined(old_lines), _joined(lines)))
        # Charters of the former schema state neither of these.
        if before and then.schema == snapshot.SCHEMA:
            label = _("Charte éthique, en bref\u00a0: %(name)s") % {"name": organisation.name}
            pairs.append((label, before.ethics_charter, organisation.ethics_summary))
    if then.schema == snapshot.SCHEMA:
        pairs.append((_("Société du passeur"), _joined(then.broker.identity), _joined(identity_lines())))
    return [IdentityDifference(*pair) for pair in pairs if pair[1] != pair[2]]


def _joined(lines: Iterable[str]) -> str:
    return ", ".join(line for line in lines if line)


def citing_changed(amended: Amended, clauses: Iterable[Clause]) -> frozenset[str]:
    """Return the keys of the unchanged clauses that cite a changed, added or removed one."""
    moved = {*amended.changed, *amended.added, *(clause.key for clause in amended.removed)}
    return frozenset(
        clause.key
        for clause in clauses
        if clause.current
        and clause.key not in moved
        and cited_keys(clause.current.body, clause.current.plain_words) & moved
    )
