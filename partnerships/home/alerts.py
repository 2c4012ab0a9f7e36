"""Alerts of the home page of an organisation: inactive cases, charters that end, mandates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Final, NamedTuple

from django.urls import reverse
from django.utils.html import strip_tags
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import Organisation
from accounts.people.queries.mandates import MandateStatus
from accounts.portals import ORGANISATION_PAGES
from accounts.templatetags import wording
from partnerships.case.next_step import Step
from partnerships.case.status import CaseStatus
from partnerships.lifecycle import Case

INACTIVITY: Final = timedelta(days=30)


class Alert(NamedTuple):
    status: str
    words: str
    detail: str
    url: str = ""


def inactive_cases(open_cases: Sequence[CaseStatus], at: datetime) -> Iterator[Alert]:
    """Yield an alert for each case without a ledger entry for 30 days, the longest first.

    A suspended case stands still on purpose.
    """
    moments = [
        (case.row.last_entry_at, case.partnership)
        for case in open_cases
        if case.partnership.state != Case.SUSPENDED
    ]
    inactive = [(last, case) for last, case in moments if last and at - last >= INACTIVITY]
    for last, case in sorted(inactive, key=lambda row: (row[0], row[1].pk)):
        days = (at - last).days
        words = ngettext("Aucune activité depuis %(n)s jour", "Aucune activité depuis %(n)s jours", days)
        yield Alert("due", words % {"n": days}, case.title, case.get_absolute_url())


def raised(open_cases: Sequence[CaseStatus]) -> Iterator[Alert]:
    """Yield an alert for each one raised on a limit, and each mediation, until it is answered."""
    for case in open_cases:
        for awaited in case.raised:
            is_alert = awaited.step == Step.ANSWER_ALERT
            name = "partnerships:alert" if is_alert else "partnerships:mediation"
            words = _("Alerte sans réponse") if is_alert else _("Médiation sans réponse")
            url = reverse(name, args=[case.partnership.reference, awaited.id])
            detail = f"{awaited.code}, {awaited.title} · {case.partnership.title}"
            yield Alert("late", words, detail, url)


def ending_charters(open_cases: Sequence[CaseStatus], today: date) -> Iterator[Alert]:
    """Yield an alert for each charter that ends within three months or has ended, the first one first."""
    ends = [(case.charter_ends_in(today), case.partnership) for case in open_cases]
    for days, case in sorted(
        ((days, case) for days, case in ends if days is not None), key=lambda row: (row[0], row[1].pk)
    ):
        url = reverse("partnerships:follow_up", args=[case.reference])
        yield Alert("late" if days < 0 else "due", ending_words(days), case.title, url)


def ending_words(days: int) -> str:
    """Return in how many days a charter ends, or how long ago it did."""
    if days < 0:
        words = ngettext("Charte finie depuis %(n)s jour", "Charte finie depuis %(n)s jours", -days)
        return words % {"n": -days}
    if days == 0:
        return _("Fin de la charte aujourd’hui")
    return ngettext("Fin de la charte dans %(n)s jour", "Fin de la charte dans %(n)s jours", days) % {
        "n": days
    }


def mandates(status: MandateStatus, organisation: Organisation) -> Iterator[Alert]:
    """Yield an alert for each mandate that has expired or ends within a month, and one when none is valid."""
    for mandate in status.expired:
        words = _("Mandat de signature terminé le %(day)s : %(person)s. Un gestionnaire doit le renouveler.")
        ended = strip_tags(wording.day(mandate.valid_until_date))
        params = {"person": mandate.user, "day": ended}
        yield Alert(
            "late", _("Mandat expiré"), words % params, reverse(ORGANISATION_PAGES[organisation.side])
        )
    for mandate in status.ending:
        words = _(
            "Mandat de signature valable jusqu’au %(day)s\u00a0: %(person)s. "
            "Un gestionnaire peut le renouveler."
        )
        day = strip_tags(wording.day(mandate.valid_until_date))
        url = reverse(ORGANISATION_PAGES[organisation.side])
        yield Alert("due", _("Fin d’un mandat"), words % {"person": mandate.user, "day": day}, url)
    if not status.expired and not status.has_valid:
        words = _(
            "Aucune personne ne peut signer pour votre organisation. Un gestionnaire doit "
            "enregistrer un mandat."
        )
        yield Alert("late", _("Aucun mandat en cours"), words)
