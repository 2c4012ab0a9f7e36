"""The guards of the tests fail what they must fail."""

import smtplib
from typing import Any

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.http import HttpRequest
from django.template import Context, Engine, RequestContext, Template, engines
from django.test import RequestFactory

pytestmark = pytest.mark.django_db


def render(text: str, **values: Any) -> str:
    return Template(text, engine=engines["django"].engine).render(Context(values))


def get() -> HttpRequest:
    return RequestFactory().get("/")


@pytest.mark.parametrize(
    "text",
    [
        "{{ missing }}",
        "{{ known.missing }}",
        "{{ missing|upper }}",
        "{% for row in missing %}{% endfor %}",
        "{% blocktranslate %}{{ missing }}{% endblocktranslate %}",
    ],
)
def test_an_undefined_variable_fails(text: str) -> None:
    with pytest.raises(AssertionError, match="missing"):
        render("{% load i18n %}" + text, known="x")


@pytest.mark.parametrize(
    ("text", "shown"),
    [("{{ missing|default:'plain' }}", "plain"), ("{% if missing %}yes{% else %}no{% endif %}", "no")],
)
def test_a_template_may_ask_whether_a_variable_is_there(text: str, shown: str) -> None:
    assert render(text) == shown


def test_a_query_while_a_page_renders_fails() -> None:
    page = Template("{% for t in types %}{{ t.pk }}{% endfor %}", engine=Engine())
    with pytest.raises(AssertionError, match="while a template rendered"):
        page.render(RequestContext(get(), {"types": ContentType.objects.order_by("pk")}))


def test_rows_read_before_the_page_renders_are_allowed() -> None:
    page = Template("{{ types|length }}", engine=Engine())
    types = list(ContentType.objects.order_by("pk"))
    assert page.render(RequestContext(get(), {"types": types})) == str(len(types))


def test_an_unordered_queryset_is_not_shown() -> None:
    with pytest.raises(AssertionError, match="unordered"):
        render("{% for t in types %}{{ t.pk }}{% endfor %}", types=ContentType.objects.all())


def test_unordered_rows_do_not_come_in_the_order_of_insertion() -> None:
    keys = [kind.pk for kind in ContentType.objects.all()]
    assert keys != sorted(keys)


def test_a_warning_is_an_error() -> None:
    with pytest.raises(UserWarning, match="heard"):
        __import__("warnings").warn("heard", stacklevel=1)


def test_the_mail_server_receives_what_is_sent(smtp_sink: Any) -> None:
    mail.send_mail("Bonjour", "Une ligne.", "a@example.org", ["b@example.org"])
    assert [str(message["Subject"]) for message in smtp_sink.to("b@example.org")] == ["Bonjour"]
    # Its bytes are Django's own, not those of a mail of ours.
    smtp_sink.received.clear()


def test_the_sink_refuses_when_told_to(smtp_sink: Any) -> None:
    smtp_sink.refusal = "451 try again"
    with pytest.raises(smtplib.SMTPDataError):
        mail.send_mail("Bonjour", "Une ligne.", "a@example.org", ["b@example.org"])
    assert smtp_sink.mails == []
    assert smtp_sink.refused == 1
