"""What was typed leaves as it was typed, and as nothing else: on pages, in mails, PDFs and exports."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator

from django.db import transaction

from outbox.models import Delivery
from tests.guards.mail import Sink
from tests.hostile.forms import Field, discovered, pages, view_of
from tests.hostile.ground import PEOPLE, Ground, addresses

# Each planted text has a number, by which it is found again wherever it is shown.
PLANTED = '=1+1<b data-probe="{number}">{{{{7*7}}}}{{% now "Y" %}} n{number}n'
BROKEN_LINE = "\r\nBcc: probe@evil.example"
UNESCAPED = re.compile(r"<b data-probe")
EVALUATED = re.compile(r"=1\+1<b data-probe=\"\d+\">(?!\{\{7\*7\}\}\{% now \"Y\" %\}|\S{0,20}…)")
FORMULA = re.compile(r"^[\"']?[=+@-]", re.MULTILINE)
# A form that ends what the others are about.
ENDS = re.compile(
    "abandon|leave|erase|decline|withdraw|cancel|logout|remove|retire|closing|switch|review|revoke|delete|admin:|signup|drop|email|password|reset|login"
)
FREE = {"text", "textarea"}
SECRET = re.compile("password|code|secret|token|typed_name")


def plant(ground: Ground) -> dict[int, str]:
    """Send every form with free text once, with planted text; return what was taken, by number."""
    forms: dict[tuple[str, str], list[Field]] = {}
    for field in discovered(ground, pages(ground)):
        if (
            field.kind in FREE
            and not SECRET.search(field.name)
            and not ENDS.search(view_of(field.form.address))
        ):
            forms.setdefault((field.who, field.form.address), []).append(field)
    planted, number = {}, 0
    for (who, address), fields in sorted(forms.items()):
        for field in fields:
            number += 1
            text = PLANTED.format(number=number) + (BROKEN_LINE if field.kind == "text" else "")
            with transaction.atomic():
                answer = ground.clients[who].post(address, {**field.form.data(), field.name: text})
                assert answer.status_code < 500, (address, field.name)
                if answer.status_code in (302, 303):
                    planted[number] = f"{view_of(address)} {field.name}"
    return planted


def outputs(ground: Ground) -> Iterator[tuple[str, str, str]]:
    """Yield every page that anybody reads: where, its type, its text."""
    for address in addresses():
        for who in PEOPLE:
            for values in ground.fitting(address)[:1]:
                path = address.filled(values)
                with transaction.atomic():
                    answer = ground.clients[who].get(path)
                    transaction.set_rollback(True)
                if not answer.streaming and answer.status_code < 300:
                    yield (
                        f"{who} {path}",
                        answer.get("Content-Type", ""),
                        answer.content.decode(errors="replace"),
                    )


def faults_of_page(where: str, kind: str, text: str, seen: set[int]) -> Iterator[str]:
    """Yield what is wrong with an answer of that content type; add the planted numbers that it shows to `seen`."""
    shown = text
    if kind.startswith("text/html"):
        if UNESCAPED.search(text):
            yield f"{where}: not escaped"
        shown = html.unescape(text)
    elif kind.startswith("application/json"):
        shown = json.dumps(json.loads(text), ensure_ascii=False).replace('\\"', '"')
    elif kind.startswith(("text/csv", "text/tab")) and FORMULA.search(text):
        yield f"{where}: a cell is a formula"
    seen |= numbers_in(shown)
    if evaluated := EVALUATED.search(shown):
        yield f"{where}: evaluated, {shown[evaluated.start() :][:80]!r}"


def faults_of_mails(sink: Sink, seen: set[int]) -> Iterator[str]:
    """Yield what is wrong with the mails that a server received, as bytes, and with their rows."""
    for content, mail in zip(sink.received, sink.mails, strict=True):
        if re.search(rb"^bcc:", content.partition(b"\r\n\r\n")[0], re.IGNORECASE | re.MULTILINE):
            yield f"{mail['Subject']}: another header"
        for part in mail.walk():
            if part.get_content_maintype() == "text":
                kind = part.get_content_type()
                yield from faults_of_page(str(mail["Subject"]), kind, part.get_content(), seen)
    for row in Delivery.objects.filter(subject__regex=r"[\r\n]").order_by("pk"):
        yield f"{row.subject!r}: several lines"


def numbers_in(text: str) -> set[int]:
    return {int(number) for number in re.findall(r"n(\d+)n", text)}
