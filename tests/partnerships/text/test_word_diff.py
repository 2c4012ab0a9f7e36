"""The word-level difference: true to both wordings, and readable."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from partnerships.text.differences.word_diff import Piece, pieces

texts = st.text(alphabet="ab é’-,.\n\u202f\u00a0;1", max_size=60)


@given(before=texts, after=texts)
def test_both_wordings_can_be_read_back(before, after):
    parts = pieces(before, after)
    assert "".join(text for kind, text in parts if kind != "ins") == before
    assert "".join(text for kind, text in parts if kind != "del") == after


@given(text=texts)
def test_the_same_wording_has_no_change(text):
    assert [piece for piece in pieces(text, text) if piece.kind != "same"] == []


def test_a_number_is_one_word():
    assert pieces("pendant 12 mois.", "pendant 24 mois.") == [
        Piece("same", "pendant "),
        Piece("del", "12"),
        Piece("ins", "24"),
        Piece("same", " mois."),
    ]


def test_words_changed_side_by_side_are_one_change():
    parts = pieces("Les idées restent aux auteurs.", "Les idées sont cédées aux auteurs.")
    assert [piece for piece in parts if piece.kind != "same"] == [
        Piece("del", "restent"),
        Piece("ins", "sont cédées"),
    ]
    swapped = pieces("un deux trois", "un quatre cinq")
    assert swapped == [Piece("same", "un "), Piece("del", "deux trois"), Piece("ins", "quatre cinq")]


def test_one_letter_is_a_change_of_its_word_alone():
    changed = [piece for piece in pieces("Aucun don.", "Aucuns don.") if piece.kind != "same"]
    assert changed == [Piece("del", "Aucun"), Piece("ins", "Aucuns")]
