"""References from one clause to another: a marker bound to the cited clause, read as its number."""

import re
from collections.abc import Mapping
from typing import Final

MARKER: Final = re.compile(r"\{clause:([0-9a-z]{2,8})\}")
LOST: Final = "clause\u00a0?"


def marker(key: str) -> str:
    """Return what stands in a text for a reference to the clause of that key."""
    return f"{{clause:{key}}}"


def cited_keys(*texts: str) -> frozenset[str]:
    """Return the keys of the clauses that some texts refer to."""
    return frozenset(key for text in texts for key in MARKER.findall(text))


def resolved(body: str, names: Mapping[str, str]) -> str:
    """Return a text as it is read; `names`: from the key of a clause to what it is called today."""
    return MARKER.sub(lambda found: names.get(found[1], LOST), body)
