"""A Word file that a party brings back: its checks, and what the child process reads in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.inspection import sandbox
from accounts.organisations.file_kinds import EICAR, MAX_BYTES, InvalidUpload
from partnerships.text_files.marks import PROPERTY, identity_of
from partnerships.text_files.returned import returned_file

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from partnerships.text_files.marks import Identity
    from partnerships.text_files.returned import ReturnedFile

WORD: Final = "accounts.inspection.word"
ZIP: Final = b"PK\x03\x04"
OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0"
# Of one part of a clause; of the whole file.
MAX_CHARACTERS: Final = 40_000
MAX_TRACKED: Final = 2000
MAX_COMMENTS: Final = 500
NOT_WORD: Final = _(
    "Ce fichier n’est pas un document Word (.docx). Enregistrez-le sous ce format, puis rapportez-le."
)
PROBLEMS: Final = {
    "unreadable": _(
        "Ce fichier ne s’ouvre pas comme un document Word. Enregistrez-le à nouveau au format .docx, puis "
        "rapportez-le."
    ),
    "password": _(
        "Ce fichier est protégé par un mot de passe, ou il est à l’ancien format .doc. Enregistrez-le sans "
        "protection au format .docx, puis rapportez-le."
    ),
    "program": _(
        "Ce fichier contient un programme (macro). Enregistrez-le au format .docx, sans macro, puis "
        "rapportez-le."
    ),
    "attachment": _(
        "Ce fichier contient un autre fichier. Retirez-le du document, enregistrez, puis rapportez-le."
    ),
    "link": _(
        "Ce fichier ouvre autre chose qu’une page web\u00a0: un modèle, une image ou un fichier d’un autre "
        "ordinateur. Retirez ce lien, enregistrez, puis rapportez-le."
    ),
}
TOO_COMPLEX: Final = _(
    "Ce fichier est trop lourd ou trop complexe pour être lu. Acceptez les modifications anciennes, retirez "
    "les images, puis rapportez-le."
)
NOT_OURS: Final = _(
    "Ce fichier n’est pas un texte emporté d’ici, ou ses repères ont disparu. Emportez le fichier Word "
    "depuis la page du texte, faites-y les modifications avec Word ou LibreOffice, puis rapportez-le."
)


@sensitive_variables()
def read_upload(content: bytes) -> Mapping[str, Any]:
    """Return what the child process says of a file. Raises InvalidUpload, TooManyInspections, and others."""
    _check(content)
    try:
        facts = sandbox.inspect(WORD, content, is_public=False).facts
    except sandbox.FileTooComplex as error:
        raise InvalidUpload(TOO_COMPLEX) from error
    if problem := facts.get("problem"):
        raise InvalidUpload(PROBLEMS[problem])
    return facts


def _check(content: bytes) -> None:
    if not content:
        raise InvalidUpload(_("Ce fichier est vide. Ouvrez-le pour le vérifier, puis rapportez-le."))
    if len(content) > MAX_BYTES:
        raise InvalidUpload(_("Ce fichier dépasse 10 Mo. Retirez-en les images, puis rapportez-le."))
    if EICAR in content:
        raise InvalidUpload(
            _(
                "Ce fichier ressemble à un virus. Il n’est pas conservé : analysez votre "
                "appareil avec un antivirus."
            )
        )
    if content.startswith(OLD_OFFICE):
        raise InvalidUpload(PROBLEMS["password"])
    if not content.startswith(ZIP):
        raise InvalidUpload(NOT_WORD)


@sensitive_variables()
def require_text(facts: Mapping[str, Any], *, reference: str, edition: int) -> Identity:
    """Return which text a file is. Raises InvalidUpload unless it is that edition of that case."""
    identity = identity_of(facts["properties"].get(PROPERTY, ""))
    if identity is None:
        raise InvalidUpload(NOT_OURS)
    if identity.reference != reference:
        raise InvalidUpload(
            _(
                "Ce fichier est le texte d’un autre dossier, %(other)s. Emportez le texte de ce dossier-ci, "
                "ou ouvrez l’autre dossier."
            )
            % {"other": identity.reference}
        )
    if identity.edition != edition:
        raise InvalidUpload(
            _(
                "Ce fichier est l’édition %(other)s, et le tour porte sur l’édition %(edition)s. Emportez le "
                "texte en négociation, et faites-y les modifications."
            )
            % {"other": identity.edition, "edition": edition}
        )
    found = returned_file(facts)
    _require_bounded(found)
    _require_distinct(found)
    return identity


@sensitive_variables()
def _require_bounded(found: ReturnedFile) -> None:
    """Raise InvalidUpload when there is more than a page can show and compare."""
    parts = [found.outside, *found.parts.values()]
    if (
        any(sum(map(len, part.lines)) > MAX_CHARACTERS for part in found.parts.values())
        or sum(len(part.tracked) for part in parts) > MAX_TRACKED
        or sum(len(part.comments) for part in parts) > MAX_COMMENTS
    ):
        raise InvalidUpload(TOO_COMPLEX)


@sensitive_variables()
def _require_distinct(found: ReturnedFile) -> None:
    if not any(mark.part == "body" for mark in found.parts):
        raise InvalidUpload(NOT_OURS)
    # The title says to a reader which clauses these are.
    repeated = {mark.key for mark in found.repeated}
    titles = [
        " ".join(part.lines)
        for mark, part in found.parts.items()
        if mark.part == "title" and mark.key in repeated
    ]
    if repeated:
        raise InvalidUpload(
            _(
                "Les clauses ne se distinguent plus\u00a0: une partie figure plusieurs fois (%(titles)s). "
                "Gardez un seul exemplaire de chaque clause, enregistrez, puis rapportez-le."
            )
            % {"titles": ", ".join(titles) or len(repeated)}
        )
