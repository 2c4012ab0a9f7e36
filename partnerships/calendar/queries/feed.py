"""The calendar of one person, as an iCalendar file (RFC 5545): the dates of their open cases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vDuration

from accounts.models import Membership, User
from accounts.models.membership import digest
from accounts.templatetags import wording
from outbox import schedule
from outbox.sending import rendering
from partnerships.lifecycle import Case
from partnerships.models import CalendarFeed, CaseDate, DateKind, Partnership, Question

# How often calendar programs are asked to come back.
REFRESH: Final = timedelta(hours=6)
# What is longer past is not in the file.
KEPT: Final = timedelta(days=400)


def feed_of(user: User) -> CalendarFeed | None:
    """Return the address of the calendar of a person, if there is one. 1 query."""
    return CalendarFeed.objects.filter(user=user).first()


def feed_url(feed: CalendarFeed) -> str:
    """Return the whole secret address."""
    return rendering.absolute(reverse("calendar_feed", args=[feed.token]))


def reader_of(token: str) -> User | None:
    """Return the active person whose calendar has this secret address. 1 query."""
    feed = CalendarFeed.objects.select_related("user").filter(token_digest=digest(token)).first()
    return feed.user if feed and feed.user.is_active else None


def calendar_file(user: User, *, at: datetime) -> bytes:
    """Return the dates of the cases of a person, in their language and by their clock. 1 query."""
    with translation.override(user.language), timezone.override(schedule.zone_named(user.time_zone)):
        calendar = Calendar()
        calendar.add("prodid", "-//Lucky Link//Lucky Link//FR")
        calendar.add("version", "2.0")
        calendar.add("calscale", "GREGORIAN")
        calendar.add("method", "PUBLISH")
        calendar.add("name", _("Lucky Link\u00a0: vos dates"))
        calendar.add("x-wr-calname", _("Lucky Link\u00a0: vos dates"))
        calendar.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        for row in _dates(user, at):
            calendar.add_component(_event(row))
        return bytes(calendar.to_ical())


def _dates(user: User, at: datetime) -> list[CaseDate]:
    """Return the dates of the cases that a person reads, in a fixed order. 1 query."""
    organisations = Membership.objects.present().filter(user=user).values("organisation")
    own = Q(broker=user) if user.is_broker else Q(parties__organisation__in=organisations)
    cases = Partnership.objects.filter(own).exclude(state=Case.ABANDONED)
    since = at - KEPT
    recent = Q(day__gte=since.date()) | Q(moment__gte=since)
    rows = CaseDate.objects.filter(recent, partnership__in=cases.values("pk")).select_related("partnership")
    return list(rows.order_by("changed_at", "pk"))


def _event(row: CaseDate) -> Event:
    event = Event()
    day = _day(row)
    event.add("uid", f"{row.pk}@{urlsplit(settings.PUBLIC_URL).hostname}")
    event.add("dtstamp", row.changed_at.astimezone(UTC))
    event.add("last-modified", row.changed_at.astimezone(UTC))
    event.add("sequence", row.sequence)
    event.add("dtstart", day)
    event.add("dtend", day + timedelta(days=1))
    event.add("summary", _summary(row))
    event.add("description", _description(row))
    event.add("url", rendering.absolute(_page(row)))
    event.add("status", "CANCELLED" if row.is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    event.add("class", "PRIVATE")
    return event


def _day(row: CaseDate) -> date:
    """Return the day of a date; of a deadline, by the clock of the reader."""
    if row.moment is not None:
        return timezone.localdate(row.moment)
    assert row.day is not None  # noqa: S101
    return row.day


def _summary(row: CaseDate) -> str:
    words = {
        DateKind.MILESTONE: _("Jalon %(label)s"),
        DateKind.PAYMENT: _("Versement\u00a0: %(label)s"),
        DateKind.ROUND: _("Date limite de réponse\u00a0: %(label)s"),
        DateKind.END: _("Fin de la charte\u00a0: %(label)s"),
    }[DateKind(row.kind)] % {"label": Question(row.label).label if row.kind == DateKind.ROUND else row.label}
    return _("%(words)s (fait)") % {"words": words} if row.is_done else words


def _description(row: CaseDate) -> str:
    lines = [f"{row.partnership.title} ({row.partnership.reference})"]
    if row.party_name:
        lines.append(_("Responsable\u00a0: %(name)s") % {"name": row.party_name})
    if row.moment is not None:
        lines.append(_("Jusqu’à\u00a0: %(moment)s") % {"moment": wording.moment_text(row.moment)})
    return "\n".join(lines)


def _page(row: CaseDate) -> str:
    page = "roadmap" if row.kind == DateKind.ROUND else "follow_up"
    return reverse(f"partnerships:{page}", args=[row.partnership.reference])
