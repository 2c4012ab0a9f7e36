"""What brokers have typed in the forms of a text and not yet saved as revisions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.lifecycle import UNDER_WORK
from partnerships.models import ClauseRevision, Partnership, Roadmap, UnsavedWording


def text_under_work(partnership_id: UUID) -> Roadmap | None:
    """Return the text of a case that is neither signed nor void. 1 query."""
    return Roadmap.objects.filter(partnership=partnership_id, state__in=UNDER_WORK).first()


def of_roadmap(roadmap: Roadmap) -> list[UnsavedWording]:
    """Return what all brokers typed in a text, in its order, new clauses last. 1 query."""
    rows = UnsavedWording.objects.filter(roadmap=roadmap)
    related = rows.select_related("broker", "roadmap", "clause__current")
    return list(related.order_by(F("clause__position").asc(nulls_last=True), "heading", "pk"))


def of_broker(roadmap: Roadmap, broker: User) -> list[UnsavedWording]:
    """Return what one broker typed in a text, in its order, new clauses last. 1 query."""
    return [unsaved for unsaved in of_roadmap(roadmap) if unsaved.broker_id == broker.pk]


def of_form(
    roadmap: Roadmap,
    broker: User,
    *,
    heading: Heading,
    clause_id: int | None = None,
    library_version_id: int | None = None,
) -> UnsavedWording | None:
    """Return what a broker typed in one form, None if nothing is left. 1 query."""
    return UnsavedWording.objects.filter(
        roadmap=roadmap,
        broker=broker,
        heading=heading,
        clause=clause_id,
        library_version=library_version_id,
    ).first()


def of_clause(clause_id: int, broker: User) -> UnsavedWording | None:
    """Return what a broker typed in the form of a clause, None if nothing is left. 1 query."""
    return UnsavedWording.objects.filter(clause=clause_id, broker=broker).first()


def name_of(unsaved: UnsavedWording) -> str:
    """Return how a sentence names the clause of the form: its title, or the heading of a new one."""
    if unsaved.clause is not None and unsaved.clause.current is not None:
        return unsaved.clause.current.title
    return _("nouvelle clause, %(heading)s") % {"heading": _(HEADING_TITLES[Heading(unsaved.heading)])}


class UnsavedLink(NamedTuple):
    """What was typed in a form that is not part of a page: its clause in words, and the link to the form."""

    name: str
    url: str


def links_elsewhere(reference: str, own: Sequence[UnsavedWording]) -> list[UnsavedLink]:
    """Return links to the forms of new and of removed clauses, which the text does not contain."""
    elsewhere = [row for row in own if row.clause is None or row.clause.position is None]
    return [UnsavedLink(name_of(row), url_of(reference, row)) for row in elsewhere]


def own_links(partnership: Partnership, broker: User) -> list[UnsavedLink]:
    """Return links to the forms of the text under work with unsaved words of a broker. 2 queries."""
    roadmap = text_under_work(partnership.pk)
    own = of_broker(roadmap, broker) if roadmap else []
    return [UnsavedLink(name_of(row), url_of(partnership.reference, row)) for row in own]


def url_of(reference: str, unsaved: UnsavedWording) -> str:
    """Return the address of the form in which something was typed."""
    if unsaved.clause_id is not None:
        return reverse("partnerships:clause", args=[reference, unsaved.clause_id])
    if unsaved.library_version_id is not None:
        return reverse("partnerships:insert_clause", args=[reference, unsaved.library_version_id])
    return reverse("partnerships:new_clause", args=[reference, unsaved.heading])


def current_revision(clause_id: int) -> ClauseRevision | None:
    """Return the current revision of a clause. 1 query."""
    return ClauseRevision.objects.filter(current_of=clause_id).first()
