"""French on paper: spaces, numbers, lists, and what no font can draw."""

import re
from datetime import UTC, date, datetime

import pytest
from django.template.loader import render_to_string
from hypothesis import given
from hypothesis import strategies as st

from partnerships.charter import typography
from partnerships.charter.typography import Block


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("Pour quoi ?", "Pour quoi\u202f?"),
        ("Objet : un guide ;", "Objet\u00a0: un guide\u202f;"),
        ("« libre »", "«\u202flibre\u202f»"),
        ("30 000 € et 7,3 %", "30\u202f000\u202f€ et 7,3\u202f%"),
        ("1 234 567 lots", "1\u202f234\u202f567 lots"),
        ("l'accord d'E1", "l’accord d’E1"),
        ("n° 4", "n°\u00a04"),
        ("https://lucky-link.example/a?b", "https://lucky-link.example/a?b"),
        ("le 12 mars 2026 à 18:07", "le 12 mars 2026 à 18:07"),
        ("5' et 'mot'", "5' et 'mot'"),
    ],
)
def test_spaces_are_those_of_french(typed, printed):
    assert typography.spaced(typed) == printed


@given(st.text())
def test_spacing_changes_no_word_and_is_done_once(text):
    once = typography.spaced(text)
    assert typography.spaced(once) == once
    bare = str.maketrans({"'": "’", "\u00a0": " ", "\u202f": " "})
    assert once.translate(bare) == text.translate(bare)


@given(st.text())
def test_printed_characters_have_glyphs(text):
    assert all(
        sign == "\n" or ord(sign) in typography.covered_code_points() for sign in typography.printable(text)
    )


def test_french_characters_are_unchanged():
    signs = "àâäçéèêëîïôöùûüÿœæÀÂÇÉÈÊËÎÏÔÙÛÜŸŒÆ’«»—–…€≥·\u00a0\u202f"
    assert typography.printable(signs) == signs


@pytest.mark.parametrize(
    ("cents", "words"),
    [(0, "0 €"), (5, "0,05 €"), (3_000_000, "30 000 €"), (123_456_789, "1 234 567,89 €"), (-150, "−1,50 €")],
)
def test_amounts_are_formatted_in_french(cents, words):
    assert typography.euros(cents).replace("\u202f", " ") == words


def test_the_first_of_a_month_is_ordinal():
    assert typography.day(date(2027, 3, 1)) == "1er\u00a0mars 2027"
    assert typography.day(date(2027, 8, 11)) == "11\u00a0août 2027"


def test_hours_are_those_of_paris_in_winter_and_summer():
    assert typography.moment(datetime(2026, 1, 5, 23, 30, tzinfo=UTC)).endswith(
        "à 0\u00a0h\u00a030, heure de Paris"
    )
    assert typography.moment(datetime(2026, 7, 5, 16, 7, tzinfo=UTC)).startswith(
        "5\u00a0juillet 2026 à 18\u00a0h"
    )


def test_paragraphs_and_lists_are_distinguished():
    text = "Un début.\nSuite.\n\nLes parties :\n- l’une\n- l’autre\n\n3. trois\n4) quatre\n\nFin."
    assert typography.blocks(text) == (
        Block(kind="p", lines=("Un début.", "Suite.")),
        Block(kind="p", lines=("Les parties :",)),
        Block(kind="ul", lines=("l’une", "l’autre")),
        Block(kind="ol", lines=("trois", "quatre"), start=3),
        Block(kind="p", lines=("Fin.",)),
    )
    assert typography.blocks(" \n\n ") == ()


@given(st.text())
def test_no_line_of_a_clause_is_lost(text):
    parsed = "".join("".join(block.lines) for block in typography.blocks(text))
    words = "".join(text.split())
    marks = set("-–•*0123456789.)")
    assert set("".join(parsed.split())) | marks >= set(words)
    assert len(parsed) <= len(text)


def test_a_repeated_line_stays_in_its_paragraph():
    assert typography.blocks("a\nb\na") == (Block(kind="p", lines=("a", "b", "a")),)


def test_missing_fonts_are_reported(monkeypatch, tmp_path):
    monkeypatch.setattr(typography, "FONT_FOLDER", tmp_path)
    with pytest.raises(typography.FontsMissing, match="run the set-up"):
        typography.font_bytes.__wrapped__("source-serif-4-regular.ttf")


NUMBERED = "1. Objet\n\nCe que couvre l’objet.\n\n2) Durée\n\nUn an (voir 3).\n\n07. Fin\n3. Suite"


def test_numbers_of_a_list_are_those_that_were_typed():
    numbered = [block.items for block in typography.blocks(NUMBERED) if block.kind == "ol"]
    assert numbered == [(("1.", "Objet"),), (("2)", "Durée"),), (("07.", "Fin"), ("3.", "Suite"))]


def test_the_page_and_the_print_show_the_numbers_as_text():
    html = render_to_string("charter/text.html", {"text": NUMBERED})
    assert re.findall(r'<span class="number">(.+?)</span>', html) == ["1.", "2)", "07.", "3."]


@pytest.mark.parametrize(
    "address", ["https://exemple.org/l'accord?d'un=1", "www.l'espoir.fr", "j'y@exemple.org"]
)
def test_an_address_is_printed_as_it_is_typed(address):
    assert typography.spaced(f"Voir {address}, l'accord.") == f"Voir {address}, l’accord."
