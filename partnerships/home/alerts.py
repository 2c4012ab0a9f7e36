"""What an organisation must watch in its cases, beside what waits for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from accounts.people.queries.mandates import MandateStatus
from accounts.templatetags import wording
from partnerships.case.status import CaseStatus

SILENCE: Final = timedelta(days=30)
PEOPLE = {"association": "associations:organisation", "company": "companies:organisation"}


class Alert(NamedTuple):
    status: str
    words: str
    detail: str
    url: str = ""


def silent(living: Sequence[CaseStatus], at: datetime) -> Iterator[Alert]:
    """Give the cases in whose ledger nothing was written for a month, the longest silent first."""
    moments = [(case.row.last_entry_at, case.partnership) for case in living]
    quiet = [(last, case) for last, case in moments if last and at - last >= SILENCE]
    for last, case in sorted(quiet, key=lambda each: (each[0], each[1].pk)):
        days = (at - last).days
        words = ngettext("Sans nouvelle depuis %(n)s jour", "Sans nouvelle depuis %(n)s jours", days)
        yield Alert("due", words % {"n": days}, case.title, case.get_absolute_url())


def mandates(status: MandateStatus, organisation: Organisation) -> Iterator[Alert]:
    """Give the mandates that have run out, and say when nobody has a valid one."""
    for mandate in status.expired:
        words = _("Le mandat %(of_person)s a pris fin le %(day)s. Un administrateur le renouvelle.")
        ended = strip_tags(wording.day(mandate.valid_until_date))
        params = {"of_person": wording.of(mandate.user), "day": ended}
        yield Alert("late", _("Mandat expiré"), words % params, reverse(PEOPLE[organisation.side]))
    if not status.expired and not status.has_valid:
        words = _("Personne ne peut signer pour votre organisation. Un administrateur enregistre un mandat.")
        yield Alert("late", _("Aucun mandat en cours"), words)
