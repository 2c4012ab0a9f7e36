"""Who did the last thing to a text, and when: what a broker who was slower is told."""

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

# A clause is written for the first time where it is added; later words leave the order as it is.
ORDER = Q(kind__in=("clause.move", "clause.remove")) | Q(kind="edition.revise", facts__revision=1)


class Done(NamedTuple):
    """Who did it, when (in words), and what, as the ledger says it."""

    person: str
    moment: str
    deed: str


def order_told(partnership: Partnership) -> str:
    """Return who changed the order of the clauses last, when and how, in a sentence. 1 query."""
    done = _done(_written(partnership).filter(ORDER).first())
    if done is None:
        return _("L’ordre des clauses a changé entre-temps. Relisez-le, puis déplacez.")
    return (
        _(
            "L’ordre a changé pendant que vous lisiez. %(person)s %(deed)s (%(moment)s) Relisez l’ordre, "
            "puis déplacez."
        )
        % done._asdict()
    )


def tying_told(partnership: Partnership) -> str:
    """Return who tied or untied lines last, when and how, in a sentence; "" if nobody did. 1 query."""
    done = _done(_written(partnership).filter(kind__in=("clause.tie", "edition.revise")).first())
    if done is None:
        return ""
    return (
        _(
            "Les lignes rattachées ont changé pendant que vous lisiez. %(person)s %(deed)s (%(moment)s) "
            "Votre choix est gardé\u00a0: relisez, puis enregistrez."
        )
        % done._asdict()
    )


def who_removed(partnership: Partnership, title: str) -> Done | None:
    """Return who took out the clause of that title, if somebody did. 1 query."""
    return _done(_written(partnership).filter(kind="clause.remove", facts__title=title).first())


def _written(partnership: Partnership) -> QuerySet[Entry]:
    return ledger.entries(subject=Subject("case", partnership.pk))


def _done(entry: Entry | None) -> Done | None:
    if entry is None:
        return None
    moment = strip_tags(wording.moment(entry.at))
    return Done(str(entry.actor or ""), moment, entry_sentences.sentence(entry))
