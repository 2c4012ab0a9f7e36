"""The actors named in a charter: its parties, the broker, all parties together."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from partnerships.charter.snapshot import CharterSnapshot
from partnerships.charter.texts import ALL_PARTIES, BROKER

PAIR: Final = 2


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A party, the broker or all parties, with the side that decides colour and shape."""

    side: str
    name: str


def actors(charter: CharterSnapshot) -> Mapping[str, Actor]:
    """Return key -> actor for the parties, the broker and all parties together."""
    are_two = len(charter.parties) == PAIR and charter.numbering == "position"
    all_parties = "les deux parties" if are_two else "toutes les parties"
    return {
        **{party.key: Actor(side=party.side, name=party.name) for party in charter.parties},
        BROKER: Actor(side=BROKER, name=charter.broker.firm),
        ALL_PARTIES: Actor(side=ALL_PARTIES, name=all_parties),
    }
