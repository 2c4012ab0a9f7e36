"""From the library into a text: the clause remembers which version it began from."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clauses
from partnerships.drafting.actions.clauses import DraftingError, Wording
from partnerships.models import Clause, LibraryVersion


class LeftTheLibrary(DraftingError):
    """The clause was revised or retired in the library since the page was opened."""

    sentence = gettext_lazy(
        "Cette clause de la bibliothèque a été récrite ou retirée. Votre texte est gardé : reprenez-le dans "
        "une clause à écrire."
    )


@transaction.atomic
def insert_clause(
    *,
    partnership_id: UUID,
    broker: User,
    version_id: int,
    wording: Wording,
    responsible: str = "",
    at: datetime,
) -> Clause:
    """Add a clause that began from a standing version of the library, under its heading.

    Raises LeftTheLibrary, and whatever `drafting.add_clause` raises.
    """
    version = LibraryVersion.objects.select_related("clause").get(pk=version_id)
    if version.clause.current_id != version.pk or version.is_retired:
        raise LeftTheLibrary
    clause = clauses.add_clause(
        partnership_id=partnership_id,
        broker=broker,
        heading=Heading(version.clause.heading),
        wording=wording,
        responsible=responsible,
        at=at,
    )
    clause.library_version = version
    clause.save(update_fields=["library_version"])
    return clause
