"""What a Word file of a text contains to be recognised when it comes back.

A signed property of the document says which text it is. Each part of a clause stands in a content control
with a tag, and between bookmarks of the same name, for programs that keep only one of them.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from django.core import signing

SALT: Final = "partnerships.text_files"
PROPERTY: Final = "LuckyLinkText"
PARTS: Final = ("title", "body", "rows", "gloss")
# Word hides the bookmarks whose name begins with an underscore, and allows 40 characters.
MARK: Final = re.compile(r"_LL_([0-9a-z]{2,8})_(\d{1,6})_(title|body|rows|gloss)")
# Word allows 255 characters in a property of a document.
FINGERPRINT_LENGTH: Final = 32


class Identity(NamedTuple):
    """Which text a file was written from; `fingerprint`: the first characters of that of the text."""

    reference: str
    edition: int
    fingerprint: str
    language: str


class Mark(NamedTuple):
    """A part of a clause at one of its revisions; `part`: one of PARTS."""

    key: str
    revision: int
    part: str

    @property
    def name(self) -> str:
        """The name of its content control and of its bookmarks."""
        return f"_LL_{self.key}_{self.revision}_{self.part}"


def mark_of(name: str) -> Mark | None:
    """Return the mark of that name, None for any other name."""
    match = MARK.fullmatch(name)
    return Mark(match[1], int(match[2]), match[3]) if match else None


def signed(identity: Identity) -> str:
    """Return an identity as text that only this site can have written."""
    return signing.dumps(list(identity), salt=SALT)


def identity_of(text: str) -> Identity | None:
    """Return the identity that `signed` wrote, None for any other text."""
    try:
        return Identity(*signing.loads(text, salt=SALT))
    except (signing.BadSignature, TypeError, ValueError):
        return None
