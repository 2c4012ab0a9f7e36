"""A page has one form for its texts: whichever of its buttons is pressed, what was typed is still there."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import transaction
from django.urls import reverse

from tests import make
from tests.cast import assemble_cast
from tests.forms.page_forms import forms_of
from tests.forms.test_second_press import pages
from tests.matrix.stage import Stage

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
TYPED = "Un texte que personne n’a encore enregistré"
TEXTS = "textarea[name], input[name]:not([type]), input[name][type=text]"


@pytest.fixture(scope="module")
def stage(django_db_setup: Any, django_db_blocker: Any) -> Iterator[Stage]:
    with django_db_blocker.unblock(), transaction.atomic():
        yield Stage(assemble_cast(make.NOON))
        transaction.set_rollback(True)


def texts_of_page(content: bytes) -> set[str]:
    main = BeautifulSoup(content, "html.parser").select_one("main")
    fields = main.select(f'form[method="post"] :is({TEXTS})') if main else []
    return {str(field["name"]) for field in fields if field.get("inputmode") is None}


def other_buttons(stage: Stage) -> Iterator[tuple[str, str, Any, str]]:
    """Yield the person, the page, the form with a button that has an address of its own, and a text field of it."""
    seen = set()
    for who, page in {*pages(stage)}:
        response = stage.clients[who].get(page)
        if response.status_code != 200 or response.streaming:
            continue
        names = texts_of_page(response.content)
        for form in forms_of(response, page):
            own = sorted(names & form.fields.keys())
            if own and form.address != page and (page, form.address) not in seen:
                seen.add((page, form.address))
                yield who, page, form, own[0]


def test_no_button_loses_what_is_typed_in_the_form_of_its_page(stage: Stage) -> None:
    lost, pressed = [], set()
    for who, page, form, name in other_buttons(stage):
        with transaction.atomic():
            data = {**form.data(), name: TYPED}
            answer = stage.clients[who].post(form.address, data)
            if answer.status_code == 303:
                answer = stage.clients[who].get(answer["Location"])
            pressed.add((page, form.address))
            if TYPED not in answer.text.replace("&#x27;", "'"):
                lost.append((who, page, form.address, name, answer.status_code))
            transaction.set_rollback(True)
    assert lost == []
    rows = {reverse("broker:withdraw_interest", args=[stage.interest.pk])}
    rows |= {reverse("withdraw_link", args=[stage.cast.association.pk, stage.link.pk])}
    assert rows <= {address for _page, address in pressed}
