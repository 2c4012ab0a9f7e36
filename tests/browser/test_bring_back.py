"""A text taken away as a Word file, changed by a lawyer and brought back, on a phone and at a desk."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from partnerships.models import Envelope, Stance
from partnerships.negotiation.queries.positions import positions_from_answers
from partnerships.rounds.queries import own_content
from partnerships.text.agreement import clauses_of
from partnerships.text_files.marks import Mark
from tests import make, word_files
from tests.browser.visit import DESK, PHONE
from tests.cast import ARRIVAL, assemble_cast
from tests.make import ago

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COMMENT = "Dix mois est trop court pour un comité de lecture."
LABELS = {"fr": ("en français", "Voir les différences"), "en": ("in English", "See the differences")}


@pytest.fixture
def cast(transactional_db, settings):
    return assemble_cast(at=ARRIVAL)


def mark(case, position, part="body"):
    clause = clauses_of(make.roadmap(case))[position - 1]
    return Mark(clause.key, clause.current.number, part).name


def by_a_lawyer(case, content):
    """Return the file with tracked changes in three clauses and a comment."""

    def edit(root):
        word_files.track(root, mark(case, 1), "dix mois", "douze mois")
        word_files.track(root, mark(case, 9, "rows"), "30", "25", "Me Leroy")
        word_files.track(root, mark(case, 10), "Les documents", "Tous les documents écrits")

    return word_files.add_comment(word_files.changed(content, edit), mark(case, 1), COMMENT)


def picture(page, name):
    """Keep a picture of the page in the folder that the environment names, if it names one."""
    if folder := os.environ.get("LUCKY_LINK_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def press(window, target, name=""):
    """Press what leads to another page, look at that page, and keep a picture of it."""
    window.follow(target)
    if name:
        picture(window.page, f"{name}-{window.width}-{window.language}")


def take_away(window, case):
    """Return the Word file that the page of the text offers in the language of the reader."""
    page = window.open(f"{case.get_absolute_url()}#emporter")
    picture(page, f"text-{window.width}-{window.language}")
    assert page.locator("section[aria-labelledby=emporter] a").count() == 6
    with page.expect_download() as download:
        page.locator("a[href*='projet.docx']", has_text=LABELS[window.language][0]).click()
    return Path(download.value.path()).read_bytes()


def bring(window, case, file):
    """Bring a file back from the page of the answers, after having forgotten to choose it."""
    page = window.open(f"{case.get_absolute_url()}tours/")
    press(window, page.locator("a[href$='/tours/fichier/']"), "bring")
    button = page.get_by_role("button", name=LABELS[window.language][1])
    press(window, button)
    assert page.locator("[aria-invalid=true]").count() == 1
    page.locator("input[type=file]").set_input_files(file)
    press(window, button, "choose")
    assert page.url.endswith("/tours/fichier/modifications/")


def choose_first(window):
    """Tick the first change, whose words and comment are displayed."""
    page = window.page
    changes = page.locator("[role=group][aria-labelledby^=change]")
    assert changes.count() == 3
    assert [changes.nth(rank).locator("del").first.inner_text() for rank in (0, 2)] == ["dix", "Les"]
    assert COMMENT in changes.nth(0).inner_text()
    changes.nth(0).locator("input[type=checkbox]").check()
    press(window, page.locator("main form button.button").last, "after")


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
@pytest.mark.parametrize(
    "window", [("ada", PHONE, "fr"), ("carla", DESK, "en"), ("carla", PHONE, "en")], ids=str
)
def test_a_changed_file_is_brought_back(visit, cast, tmp_path, window, script):
    case = make.partnership(cast, at=ago(days=1))
    name, width, language = window
    speaker = getattr(cast, name)
    window = visit(speaker, width=width, language=language, script=script)
    changed = tmp_path / "modifications.docx"
    changed.write_bytes(by_a_lawyer(case, take_away(window, case)))
    bring(window, case, changed)
    choose_first(window)
    _envelope, content = own_content(make.running(case), speaker, case)
    ((revision_id, position),) = positions_from_answers(content.answers()).items()
    assert revision_id == make.revision_ids(case)[0]
    assert position.stance == Stance.RESERVATION
    assert "douze mois" in position.proposed_text
    assert COMMENT in position.reason
    assert not Envelope.objects.filter(sealed_at__isnull=False).exists()
