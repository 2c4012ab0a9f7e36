"""The latest change of a text in the ledger, for a broker whose page is out of date."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Q
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from accounts.templatetags import wording
from ledger import queries as ledger
from ledger.record import Subject
from partnerships.history.queries import entry_sentences
from partnerships.models import Partnership

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from ledger.models import Entry

# Revision 1 adds a clause; later revisions do not change the order.
ORDER_CHANGES = Q(kind__in=("clause.move", "clause.remove")) | Q(kind="edition.revise", facts__revision=1)


class LatestChange(NamedTuple):
    """An entry of the ledger in words: the person, the time, and what was done."""

    person: str
    moment: str
    deed: str


def order_change_sentence(partnership: Partnership) -> str:
    """Return a sentence on who last changed the order of the clauses, when and how. 1 query."""
    change = _latest_change(_entries(partnership).filter(ORDER_CHANGES).first())
    if change is None:
        return _("L’ordre des clauses a changé entre-temps. Relisez l’ordre, puis réessayez.")
    return (
        _(
            "L’ordre a changé pendant que vous lisiez. %(person)s %(deed)s (%(moment)s) "
            "Relisez l’ordre, puis réessayez."
        )
        % change._asdict()
    )


def linking_change_sentence(partnership: Partnership) -> str:
    """Return a sentence on who last changed the source lines, when and how; "" if nobody did. 1 query."""
    change = _latest_change(_entries(partnership).filter(kind__in=("clause.tie", "edition.revise")).first())
    if change is None:
        return ""
    return (
        _(
            "Les attentes reliées ont changé pendant que vous lisiez. %(person)s %(deed)s "
            "(%(moment)s) Votre choix est conservé\u00a0: relisez, puis enregistrez."
        )
        % change._asdict()
    )


def who_removed(partnership: Partnership, title: str) -> LatestChange | None:
    """Return who removed the clause of that title, None if nobody did. 1 query."""
    return _latest_change(_entries(partnership).filter(kind="clause.remove", facts__title=title).first())


def _entries(partnership: Partnership) -> QuerySet[Entry]:
    return ledger.entries(subject=Subject("case", partnership.pk))


def _latest_change(entry: Entry | None) -> LatestChange | None:
    if entry is None:
        return None
    moment = strip_tags(wording.moment(entry.at))
    return LatestChange(str(entry.actor or ""), moment, entry_sentences.sentence(entry))
