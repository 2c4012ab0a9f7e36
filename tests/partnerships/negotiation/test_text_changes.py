"""Word changes on a page."""

from partnerships.templatetags.text_changes import word_changes
from partnerships.text.differences.word_diff import Piece


def test_the_changes_of_a_text_are_marked_with_no_space_between() -> None:
    pieces = [Piece("same", "l’"), Piece("del", "usage"), Piece("ins", "<accord>"), Piece("same", ", signé")]
    assert word_changes(pieces) == "l’<del>usage</del><ins>&lt;accord&gt;</ins>, signé"
