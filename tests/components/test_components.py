"""Each component renders its example as the mockups do: whole, named, and linked to what it describes."""

import re
from html.parser import HTMLParser
from itertools import takewhile
from pathlib import Path
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from tests.components.examples import FINGERPRINT, examples, next_step, signature
from tests.components.form import refused

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "components"
EXAMPLES = examples()
# They show who is signed in: the pages test them.
OF_THE_FRAME = {"bar", "languages", "account", "account_list"}
VOID = {"input", "br", "hr", "img", "link", "meta", "path", "rect", "circle", "line"}


class Page(HTMLParser):
    """Reads HTML: what is left open, which ids it has, which ids it points at."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []
        self.pointed: set[str] = set()
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._look(attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)

    def _look(self, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            if name in {"for", "aria-labelledby", "aria-describedby"} and value:
                self.pointed.update(value.split())


def render(name: str, **changes: Any) -> str:
    return render_to_string(f"components/{name}.html", {**EXAMPLES[name], **changes})


def test_every_component_has_an_example() -> None:
    files = {path.stem for path in FOLDER.glob("*.html")}
    assert files - OF_THE_FRAME == set(EXAMPLES)


@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_gives_only_what_the_component_names(name: str) -> None:
    lines = (FOLDER / f"{name}.html").read_text().splitlines()
    first = " ".join(takewhile(lambda line: line.startswith("{#"), lines))
    assert [key for key in EXAMPLES[name] if not re.search(rf"\b{key}\b", first)] == []


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_component_is_whole_html_with_ids_of_its_own(name: str, language: str) -> None:
    with translation.override(language):
        page = Page(render(name))
    assert (page.open, page.wrong) == ([], [])
    assert len(page.ids) == len(set(page.ids))


@pytest.mark.parametrize("name", ["fields", "fingerprint", "timeline", "upload"])
def test_what_a_component_points_at_is_there(name: str) -> None:
    page = Page(render(name))
    assert page.pointed
    assert page.pointed <= set(page.ids)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_form_of_a_signature_is_whole_and_what_it_points_at_is_there(language: str) -> None:
    with translation.override(language):
        page = Page(render_to_string("partnerships/signing/signature.html", signature()))
    assert (page.open, page.wrong) == ([], [])
    assert len(page.ids) == len(set(page.ids))
    assert page.pointed
    assert page.pointed <= set(page.ids)


def test_a_turn_says_whose_it_is_until_when_and_what_to_do() -> None:
    html = render("next_step")
    assert 'data-turn="you"' in html
    assert "encore 4 jours" in html
    assert '<time datetime="2026-11-27">vendredi 27 novembre</time>' in html
    assert '<a class="button" href="#clause-5">Continuer</a>' in html


def test_a_turn_without_a_deadline_names_none() -> None:
    step = next_step(whose="broker", side="broker", deadline=None, url="")
    html = render("next_step", step=step)
    assert 'data-side="broker"' in html
    assert "deadline" not in html
    assert "<a " not in html


def test_the_stages_name_one_present_step_and_the_past_ones() -> None:
    html = render("stages")
    assert html.count('aria-current="step"') == 1
    assert html.count("(terminé)") == 1
    assert "étape 2 sur 5" in html


def test_a_plain_text_is_never_taken_for_html() -> None:
    assert "&lt;script&gt;" in render("gloss", text="<script>")


def test_a_field_is_label_then_help_then_error_then_control() -> None:
    html = str(refused()["rna"].as_field_group())
    places = [html.index(part) for part in ("<label", 'class="help"', 'class="error"', "<input")]
    assert places == sorted(places)
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_rna_helptext id_rna_error"' in html


def test_the_summary_of_errors_links_each_to_its_control() -> None:
    page = Page(render("fields"))
    links = re.findall(r'href="#([^"]+)"', render("errors"))
    assert links == ["id_rna", "id_kind_0", "id_statutes"]
    assert set(links) <= set(page.ids)


def test_nothing_is_summed_up_when_nothing_is_wrong() -> None:
    assert render("errors", form=type(refused())()).strip() == ""


def test_a_field_one_may_leave_empty_says_so() -> None:
    assert "(facultatif)" in str(refused()["why"].as_field_group())
    assert "(facultatif)" not in str(refused()["rna"].as_field_group())


@pytest.mark.parametrize(
    ("level", "status", "role"),
    [
        ("success", "ok", "status"),
        ("warning", "due", "status"),
        ("error", "late", "alert"),
        ("info", "none", "status"),
    ],
)
def test_a_message_says_how_it_went_in_a_word_and_a_mark(level: str, status: str, role: str) -> None:
    html = render("message", level=level)
    assert f'data-status="{status}" role="{role}"' in html


@pytest.mark.parametrize(("verdict", "status"), [("genuine", "ok"), ("changed", "late"), ("unknown", "none")])
def test_a_verdict_has_its_colour_and_its_mark(verdict: str, status: str) -> None:
    html = render("verdict", verdict=verdict)
    assert f'data-status="{status}"' in html
    assert "<svg" in html


def test_figures_in_pictures_keep_their_point_in_french() -> None:
    with translation.override("fr"):
        assert 'width="0.8"' in render("balance")
        assert "translate(93.5 84)" in render("timeline")


def test_a_timeline_is_also_told_in_words() -> None:
    html = render("timeline")
    assert "<desc" in html
    assert 'tabindex="0" role="region"' in html
    assert "retard 10 j" in html


def test_a_fingerprint_is_read_in_groups_of_four() -> None:
    assert "4be1 7c02 d95f" in render("fingerprint")
    assert f"{FINGERPRINT[:6]}…{FINGERPRINT[-4:]}" in render("ledger_entry")


def test_a_page_of_many_says_where_one_is_and_keeps_the_question() -> None:
    html = render("pagination")
    assert "12 à 22 sur 47" in html
    assert "?page=3&amp;q=jalon" in html
