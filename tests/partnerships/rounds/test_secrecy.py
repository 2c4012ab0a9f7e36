"""Drafts and sealed answers of a party are secret until the opening, and readable by all after it."""

from __future__ import annotations

import logging
import sys
from datetime import timedelta

import pytest
from celery.signals import before_task_publish
from django.contrib import admin
from django.core import mail
from django.db import connection
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.views.debug import ExceptionReporter, SafeExceptionReporterFilter

from outbox.sending import delivery
from partnerships import tasks
from partnerships.models import Question
from partnerships.rounds import encryption, questions
from partnerships.rounds.questions import QuestionHandler
from tests.cast import reauthenticate
from tests.make import ago
from tests.matrix.rows import ROWS
from tests.partnerships.expectations import filing
from tests.partnerships.expectations.filing import address

pytestmark = pytest.mark.django_db

SECRET = "Ornithorynque turquoise"
OTHERS = ("carla", "dan", "mallory", "nora", "oscar", "root", "nobody")
SEEN = {"seen-expectations": 1, "seen-limits": 0, "seen-red_lines": 0, "seen-means": 0}
MADE = {"{reference}", "{party}", "{association}"}


@pytest.fixture(params=["draft", "sealed"])
def case(request, cast):
    """Have Ada write unmistakable words in every part of her envelope, and seal it or not."""
    case = filing.ask_parties(cast, at=ago(days=1))
    for part in ("expectations", "limits", "red_lines", "means"):
        filing.write(case, cast.ada, SECRET, part=part, at=ago())
    if request.param == "sealed":
        filing.seal(case, cast.ada, at=ago())
    return case


def browser_of(cast, name):
    client = Client()
    if name != "nobody":
        client.force_login(getattr(cast, name), backend="allauth.account.auth_backends.AuthenticationBackend")
        reauthenticate(client)
    return client


def addresses(case, cast):
    """Return every address of the matrix that this case can fill, and the pages of the administration."""
    party = case.parties.get(code="A")
    made = {"{reference}": case.reference, "{party}": party.pk, "{association}": cast.association.pk}
    for name, row in ROWS.items():
        if all(each in MADE or not str(each).startswith("{") for each in row.args):
            yield reverse(name, args=[made.get(each, each) for each in row.args])
    for number in range(1, 12):
        yield address(case, "ledger_entry", number)
    yield reverse("admin:index")
    for model in admin.site._registry:
        url = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"{url}_changelist")
        yield from (
            reverse(f"{url}_change", args=[key])
            for key in model._default_manager.order_by("pk").values_list("pk", flat=True)[:3]
        )


def dump():
    """Return every column of every row of every table, as text."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename")
        tables = [name for (name,) in cursor.fetchall()]
        rows = []
        for table in tables:
            cursor.execute(f'SELECT row_to_json(t)::text, t::text FROM "{table}" t')
            rows += [text for row in cursor.fetchall() for text in row]
    return tables, "\n".join(rows)


def is_in(text):
    escaped = SECRET.encode().hex()
    return SECRET in text or "Ornithorynque" in text or escaped in text


def test_no_page_query_or_log_of_anybody_else_contains_it(case, cast, caplog):
    caplog.set_level(logging.DEBUG)
    visited = 0
    for name in OTHERS:
        client = browser_of(cast, name)
        with CaptureQueriesContext(connection) as queries:
            for url in addresses(case, cast):
                answer = client.get(url, follow=True)
                visited += answer.status_code == 200
                body = b"".join(answer) if answer.streaming else answer.content
                assert not is_in(body.decode(errors="replace")), (name, url)
        assert not is_in("\n".join(query["sql"] for query in queries.captured_queries)), name
    assert visited > 100
    assert not is_in(caplog.text)


def test_the_own_party_reads_it(case, cast):
    """The search above would find it: here it is."""
    assert is_in(browser_of(cast, "ben").get(address(case)).content.decode())


def test_saving_and_sealing_write_only_ciphertext(cast, caplog, django_capture_on_commit_callbacks):
    caplog.set_level(logging.DEBUG)
    case = filing.ask_parties(cast, at=ago(days=1))
    client, published = browser_of(cast, "ada"), []

    def listen(body=None, **_rest):
        published.append(repr(body))

    before_task_publish.connect(listen, weak=False)
    try:
        with (
            CaptureQueriesContext(connection) as queries,
            django_capture_on_commit_callbacks(execute=True),
        ):
            data = {
                "expectations-seen_number": 0,
                "expectations-TOTAL_FORMS": 1,
                "expectations-INITIAL_FORMS": 0,
                "expectations-0-text": SECRET,
                "expectations-0-indicator": SECRET,
                "expectations-0-priority": "1",
            }
            client.post(address(case, "draft_expectations", "expectations"), data)
            client.get(address(case, "seal_expectations"))
            client.post(address(case, "seal_expectations"), SEEN)
        tasks.settle_due_rounds.apply()
        delivery.deliver_due(at=ago(days=-30), limit=1000)
    finally:
        before_task_publish.disconnect(listen)
    assert filing.the_round(case).envelopes.filter(sealed_at__isnull=False).count() == 1
    sql = "\n".join(query["sql"] for query in queries.captured_queries)
    assert "partnerships_envelope" in sql
    assert not is_in(sql)
    assert not is_in(caplog.text)
    assert not is_in("\n".join(published))
    assert mail.outbox
    assert not any(is_in(each.message().as_string() + each.body) for each in mail.outbox)


def test_no_table_contains_it(case, cast):
    browser_of(cast, "ada").get(address(case))
    delivery.deliver_due(at=ago(days=-4), limit=1000)
    tables, text = dump()
    assert {"django_session", "outbox_delivery", "ledger_entry", "partnerships_envelope"} <= set(tables)
    assert case.title in text
    assert not is_in(text)


def test_the_dump_contains_it_once_it_is_open(cast):
    """The search above would find it: after the opening it is there, for all, at once."""
    case = filing.ask_parties(cast, at=ago(days=1))
    for person in (cast.ada, cast.carla):
        filing.write(case, person, SECRET, at=ago())
        assert not is_in(dump()[1])
        assert not is_in(browser_of(cast, "nora").get(address(case)).content.decode())
        filing.seal(case, person, at=ago())
    assert is_in(dump()[1])
    for name in ("ada", "ben", "carla", "dan", "nora", "oscar"):
        assert browser_of(cast, name).get(address(case)).content.decode().count(SECRET) == 2
    assert browser_of(cast, "mallory").get(address(case)).status_code == 404


def broken(_partnership, _party, answers):
    raise RuntimeError(f"cannot check {len(answers)} parts")


def report(request, **options):
    """Return the report, in both forms, of the exception that is being handled."""
    reporter = ExceptionReporter(request, *sys.exc_info())
    for name, value in options.items():
        setattr(reporter, name, value)
    return reporter.get_traceback_html() + reporter.get_traceback_text()


@pytest.mark.parametrize("debug", [False, True])
def test_no_error_report_contains_it(cast, settings, monkeypatch, debug, caplog):
    case = filing.ask_parties(cast, at=ago(days=1))
    filing.write(case, cast.ada, SECRET, at=ago())
    settings.DEBUG = debug
    monkeypatch.setitem(questions.HANDLERS, Question.EXPECTATIONS, QuestionHandler(broken, broken))
    client = browser_of(cast, "ada")
    posted = RequestFactory().post("/", {"expectations-0-text": SECRET})
    with pytest.raises(RuntimeError, match="cannot check 1 parts"):
        client.post(address(case, "seal_expectations"), SEEN)
    try:
        filing.seal(case, cast.ada, at=ago())
    except RuntimeError:
        filtered = report(posted)
        bare = report(posted, filter=SafeExceptionReporterFilter())
    assert "cannot check 1 parts" in filtered
    assert "answers" in filtered
    assert not is_in(filtered)
    assert is_in(bare) is True  # what Django alone would tell
    client.raise_request_exception = False
    page = client.post(address(case, "seal_expectations"), SEEN)
    assert page.status_code == 500
    assert not is_in(page.content.decode())
    assert not is_in(caplog.text)


@pytest.mark.parametrize("debug", [False, True])
def test_no_report_of_a_failed_save_contains_it(cast, settings, monkeypatch, debug, caplog):
    case = filing.ask_parties(cast, at=ago(days=1))
    settings.DEBUG = debug

    def refuse(content, _key, *, party_id):
        raise RuntimeError(f"cannot close {len(content.parts)} parts")

    monkeypatch.setattr(encryption, "encrypt", refuse)
    client = browser_of(cast, "ada")
    client.raise_request_exception = False
    data = {
        "expectations-seen_number": 0,
        "expectations-TOTAL_FORMS": 1,
        "expectations-INITIAL_FORMS": 0,
        "expectations-0-text": SECRET,
        "expectations-0-indicator": SECRET,
        "expectations-0-priority": "1",
    }
    page = client.post(address(case, "draft_expectations", "expectations"), data)
    assert page.status_code == 500
    assert ("cannot close 1 parts" in page.content.decode()) is debug
    assert not is_in(page.content.decode())
    assert not is_in(caplog.text)


def test_a_reminder_contains_a_date_and_no_word_of_it(case, cast):
    delivery.deliver_due(at=filing.the_round(case).deadline_at - timedelta(hours=3), limit=1000)
    mails = [each for each in mail.outbox if "sceller" in each.subject or "Scellez" in each.subject]
    assert mails
    assert not any(is_in(each.message().as_string()) for each in mail.outbox)
