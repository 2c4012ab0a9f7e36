"""Nothing grows beyond what one look can hold (ruff counts statements and branches)."""

import io
import tokenize

import pytest

from tests.architecture.source import PRODUCT, STYLES, modules, styles

LONGEST_STYLE_SHEET = 200
COMMENTS = 0.05


@pytest.mark.skipif(not STYLES.exists(), reason="no style sheet yet")
def test_no_style_sheet_is_too_long() -> None:
    lengths = {name: text.count("\n") for name, text in styles().items()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_STYLE_SHEET} == {}


@pytest.mark.parametrize("room", PRODUCT)
def test_comments_are_rare(room: str) -> None:
    lines = comments = 0
    for module in modules(room):
        lines += sum(1 for line in module.text.splitlines() if line.strip())
        tokens = tokenize.generate_tokens(io.StringIO(module.text).readline)
        comments += sum(token.type == tokenize.COMMENT for token in tokens)
    assert comments <= max(COMMENTS * lines, 3)
