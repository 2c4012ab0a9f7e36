"""What a party agreed to of the text that it is about to sign, so that nothing in it is new to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from partnerships.charter.chapters import numbers_of
from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import AgreementText


class AgreedClauses(NamedTuple):
    """Clauses that a party agreed to together; `way`, `edition` and `round_number` as in `AgreementText`."""

    way: str
    edition: int
    round_number: int | None
    agreed_at: datetime
    numbers: Sequence[str]


def own_agreement(charter: CharterSnapshot, party_code: str) -> list[AgreedClauses]:
    """Return what a party agreed to in the words of this text, oldest first.

    Empty when the text does not say so of every clause, as charters of the former schema.
    """
    numbers = numbers_of(charter)
    revisions = {clause.key: clause.revision_number for clause in charter.clauses}
    groups: dict[tuple[object, ...], list[AgreementText]] = {}
    for each in charter.agreements:
        if each.party_key == party_code and revisions[each.clause_key] == each.revision_number:
            groups.setdefault((each.way, each.edition, each.round_number, each.agreed_at), []).append(each)
    rows = [
        AgreedClauses(
            way=together[0].way,
            edition=together[0].edition,
            round_number=together[0].round_number,
            agreed_at=together[0].agreed_at,
            numbers=[numbers[each.clause_key] for each in together],
        )
        for together in groups.values()
    ]
    is_whole = sum(len(row.numbers) for row in rows) == len(charter.clauses)
    return sorted(rows, key=lambda row: row.agreed_at) if is_whole else []
