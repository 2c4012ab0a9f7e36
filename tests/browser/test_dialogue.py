"""Shared threads, meetings, alerts and declared actions, seen by both sides on a phone and at a desk."""

from __future__ import annotations

import pytest
from django.urls import reverse

from partnerships.lifecycle import Case
from tests import make
from tests.browser.visit import DESK, PHONE
from tests.cast import assemble_cast
from tests.make import ago
from tests.partnerships.dialogue import shared
from tests.partnerships.limits import watching
from tests.partnerships.meetings import gathering

pytestmark = [pytest.mark.browser, pytest.mark.slow]
LONG = "Une phrase assez longue pour remplir plusieurs lignes d’un téléphone. " * 12


@pytest.fixture
def stage():
    cast = assemble_cast(ago(days=9))
    case = make.partnership(cast, until=Case.ACTIVE, at=ago(days=3))
    at = ago(days=2)
    for person in (cast.ada, cast.carla, cast.nora):
        shared.write(case, person, LONG, mentioned=(cast.dan,), at=at)
    action = watching.declare(case, cast.ada, asks=("L1",), at=at)
    watching.raise_alert(case, cast.nora, about=action, at=at)
    planned, held = (gathering.set_meeting(case, cast.nora, at=at) for _number in range(2))
    gathering.file_minutes(held, cast.nora, decisions="Affiche bleue\nPas de logo", at=at)
    task = gathering.add_task(planned, cast.nora, case.parties.get(code="A"), at=at)
    return cast, case, task


def addresses(case, task, *, is_broker):
    for name, *args in (
        ("dialogue",),
        ("thread", "dossier"),
        ("thread_mails", "dossier"),
        ("meetings",),
        ("meeting", 1),
        ("task", task.pk),
        ("add_task", 1),
        ("limits",),
        ("raise_alert",),
        ("alert", 1),
        ("declared_action", 1),
        *(
            [("set_meeting",), ("change_meeting", 1), ("cancel_meeting", 1), ("meeting_minutes", 2)]
            if is_broker
            else [("answer_meeting", 2), ("choose_action",), ("declare_action", "publication")]
        ),
    ):
        yield reverse(f"partnerships:{name}", args=[case.reference, *args])


@pytest.mark.parametrize(
    ("name", "width", "language", "theme"),
    [("ada", PHONE, "fr", "light"), ("carla", DESK, "en", "dark"), ("nora", PHONE, "fr", "dark")],
)
def test_each_page_is_without_barriers(visit, stage, name, width, language, theme):
    cast, case, task = stage
    window = visit(getattr(cast, name), width=width, language=language, theme=theme)
    for address in addresses(case, task, is_broker=name == "nora"):
        window.open(address)


def test_a_message_is_written_on_a_phone_without_script(visit, stage):
    cast, case, _task = stage
    window = visit(cast.ada, width=PHONE, script=False)
    page = window.open(reverse("partnerships:thread", args=[case.reference, "dossier"]))
    page.locator("textarea").fill("Nous relisons demain.")
    window.press("Envoyer à toutes les parties")
    assert "Nous relisons demain." in page.inner_text("main")
