"""References between clauses: markers in the text, displayed as the name of the cited clause."""

import re
from collections.abc import Mapping
from typing import Final

MARKER: Final = re.compile(r"\{clause:([0-9a-z]{2,8})\}")
UNKNOWN: Final = "clause\u00a0?"


def marker(key: str) -> str:
    """Return the marker of a reference to the clause with that key."""
    return f"{{clause:{key}}}"


def cited_keys(*texts: str) -> frozenset[str]:
    """Return the keys of the clauses cited in the texts."""
    return frozenset(key for text in texts for key in MARKER.findall(text))


def resolved(body: str, names: Mapping[str, str]) -> str:
    """Return a text with its markers replaced; `names`: key of a clause -> its current name."""
    return MARKER.sub(lambda match: names.get(match[1], UNKNOWN), body)
