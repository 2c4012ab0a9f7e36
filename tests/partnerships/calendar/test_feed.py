"""The calendar of a person: read at its secret address by any program, with no word that is not theirs."""

import logging
import re
from datetime import date, timedelta

import icalendar
import pytest
from django.db import transaction
from django.urls import reverse

from partnerships.calendar import actions
from partnerships.calendar.queries.feed import calendar_file
from partnerships.lifecycle import Case, Edition
from partnerships.models import CalendarFeed, CaseDate
from partnerships.status.actions import refresh_status
from tests import make
from tests.make import NOON

pytestmark = pytest.mark.django_db
LATER = NOON + timedelta(days=1)


@pytest.fixture
def case(cast):
    return make.partnership(cast, until=Case.ACTIVE)


def lines_of(content):
    """Return the unfolded lines of a file as (name, parameters, value): a second parser, of the grammar alone."""
    assert content.endswith(b"\r\n")
    assert b"\n" not in content.replace(b"\r\n", b"")
    physical = content.split(b"\r\n")[:-1]
    assert all(len(line) <= 75 for line in physical)
    unfolded = re.sub(rb"\r\n[ \t]", b"", content).decode().split("\r\n")[:-1]
    found = []
    for line in unfolded:
        head, value = re.match(r'((?:[^":;]|;[^":;]+|"[^"]*")+):(.*)$', line).groups()
        name, *parameters = head.split(";")
        assert re.fullmatch(r"[A-Z-]+", name), line
        found.append((name, parameters, value))
    return found


def events_of(content):
    """Return the events by UID, as name -> value."""
    events, current = {}, None
    for name, _parameters, value in lines_of(content):
        if (name, value) == ("BEGIN", "VEVENT"):
            current = {}
        elif (name, value) == ("END", "VEVENT"):
            events[current["UID"]] = current
            current = None
        elif current is not None:
            assert name not in current
            current[name] = value
    return events


def event(content, words):
    (found,) = (each for each in events_of(content).values() if words in each["SUMMARY"])
    return found


def test_two_parsers_read_the_same_dates(case, cast):
    content = calendar_file(cast.ada, at=NOON)
    parsed = icalendar.Calendar.from_ical(content)
    assert not parsed.errors
    by_library = {
        str(each["uid"]): (each.decoded("dtstart"), str(each["summary"]), int(each["sequence"]))
        for each in parsed.walk("VEVENT")
    }
    by_grammar = {
        uid: (
            date.fromisoformat(each["DTSTART"]),
            re.sub(r"\\([,;\\])", r"\1", each["SUMMARY"]),
            int(each["SEQUENCE"]),
        )
        for uid, each in events_of(content).items()
    }
    assert by_library == by_grammar
    days = {
        words.split()[1]: day for day, words, _sequence in by_library.values() if words.startswith("Jalon")
    }
    assert days == dict(case.milestones.order_by("pk").values_list("code", "due_date"))
    kinds = set(CaseDate.objects.filter(partnership=case).values_list("kind", flat=True))
    assert kinds == {"milestone", "payment", "round"} | ({"end"} if case.status.ends_on else set())


def test_events_are_whole_days_and_lines_end_and_fold_as_the_standard_says(case, cast):
    content = calendar_file(cast.ada, at=NOON)
    starts = [(parameters, value) for name, parameters, value in lines_of(content) if name == "DTSTART"]
    assert starts
    assert all(parameters == ["VALUE=DATE"] and len(value) == 8 for parameters, value in starts)
    assert b"BEGIN:VCALENDAR\r\n" in content
    assert b"VERSION:2.0\r\n" in content


def test_a_long_title_with_accents_folds_between_characters(cast):
    title = "Où l’été s’achève ; à côté, déjà, l’œuvre — « naïve » — d’Éléonore" * 2
    make.partnership(cast, until=Case.ACTIVE, title=title)
    content = calendar_file(cast.ada, at=NOON)
    description = next(value for name, _parameters, value in lines_of(content) if name == "DESCRIPTION")
    assert description.replace("\\,", ",").replace("\\;", ";").startswith(title)


def test_a_date_that_moves_keeps_its_uid_and_raises_its_sequence(case, cast):
    before = event(calendar_file(cast.ada, at=NOON), "Jalon J1")
    row = case.milestones.get(code="J1")
    row.due_date += timedelta(days=9)
    row.save(update_fields=["due_date"])
    with transaction.atomic():
        refresh_status(case, at=LATER)
    after = event(calendar_file(cast.ada, at=LATER), "Jalon J1")
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) == int(before["SEQUENCE"]) + 1
    assert after["LAST-MODIFIED"] == f"{LATER:%Y%m%dT%H%M%SZ}"
    assert after["DTSTART"] == f"{row.due_date:%Y%m%d}"
    with transaction.atomic():
        refresh_status(case, at=LATER + timedelta(days=1))
    assert event(calendar_file(cast.ada, at=LATER), "Jalon J1") == after


def test_a_cancelled_date_says_so_and_a_done_one_too(case, cast):
    case.milestones.filter(code="J3").update(cancelled_at=NOON)
    make.complete(case, "J2", cast.dan, at=LATER)
    content = calendar_file(cast.ada, at=LATER)
    assert event(content, "Jalon J3")["STATUS"] == "CANCELLED"
    done = event(content, "Jalon J2")
    assert (done["STATUS"], done["SUMMARY"].endswith("(fait)")) == ("CONFIRMED", True)


def test_everybody_has_the_dates_of_their_own_cases_in_their_clock(cast):
    make.partnership(cast, until=Edition.NEGOTIATION)
    cast.ben.time_zone = "Pacific/Noumea"
    days = [event(calendar_file(each, at=NOON), "Date limite")["DTSTART"] for each in (cast.ada, cast.ben)]
    # 18:00 in Paris on Monday 9 March 2026 is Tuesday in Nouméa.
    assert days == ["20260309", "20260310"]
    assert events_of(calendar_file(cast.carla, at=NOON))
    assert events_of(calendar_file(cast.nora, at=NOON))
    assert events_of(calendar_file(cast.oscar, at=NOON)) == {}
    assert events_of(calendar_file(cast.mallory, at=NOON)) == {}


def test_the_address_is_secret_stored_as_a_digest_and_revocable(case, cast, client, enter):
    page = reverse("partnerships:calendar")
    browser = enter(cast.ada)
    assert "Aucune adresse pour l’instant" in browser.get(page).text
    browser.post(page)
    feed = CalendarFeed.objects.get(user=cast.ada)
    address = reverse("calendar_feed", args=[feed.token])
    assert address in browser.get(page).text
    assert feed.token not in str(CalendarFeed.objects.values().get())
    answer = client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"].startswith("private")
    assert "Set-Cookie" not in answer.headers
    assert event(answer.content, "Jalon J1")
    browser.post(page, {"again": "1"})
    assert client.get(address).status_code == 404
    second = CalendarFeed.objects.get(user=cast.ada)
    browser.post(page, {"revoke": "1"})
    assert client.get(reverse("calendar_feed", args=[second.token])).status_code == 404
    assert not CalendarFeed.objects.filter(user=cast.ada).exists()


def test_a_wrong_address_and_a_person_who_left_read_nothing(cast, client):
    feed = actions.make_feed(person=cast.ada, at=NOON)
    assert client.get(reverse("calendar_feed", args=["0" * 64])).status_code == 404
    cast.ada.is_active = False
    cast.ada.save(update_fields=["is_active"])
    assert client.get(reverse("calendar_feed", args=[feed.token])).status_code == 404


def test_too_many_readings_are_refused_for_a_while(cast, client, settings):
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "calendar_feed": "3/m/ip"}
    address = reverse("calendar_feed", args=[actions.make_feed(person=cast.ada, at=NOON).token])
    assert [client.get(address).status_code for _number in range(4)] == [200, 200, 200, 429]


def test_no_line_of_the_log_holds_the_secret(cast, client, caplog, settings):
    token = "ab" * 32
    handler = settings.LOGGING["handlers"]["console"]
    assert handler["filters"] == ["secret_paths"]
    with caplog.at_level(logging.INFO):
        client.get(reverse("calendar_feed", args=[token]))
    from lucky_link.error_reports import SecretPathFilter

    for record in caplog.records:
        assert SecretPathFilter().filter(record)
        assert token not in record.getMessage()
