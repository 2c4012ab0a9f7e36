"""Nothing grows beyond what one look can hold (ruff counts statements and branches)."""

import io
import tokenize

import pytest

from tests.architecture.source import PRODUCT, STYLES, every_module, modules, styles, templates

LONGEST_MODULE, LONGEST_TEMPLATE, LONGEST_STYLE_SHEET = 250, 120, 200
# Words of a text or a scene, one after the other: splitting them would hide their order.
PROSE = {"tests/partnerships/charter/examples.py"}
COMMENTS = 0.05


def test_no_module_is_too_long() -> None:
    lengths = {module.path: module.text.count("\n") for module in every_module() if module.path not in PROSE}
    assert {path: lines for path, lines in lengths.items() if lines > LONGEST_MODULE} == {}


def test_no_template_is_too_long() -> None:
    lengths = {name: text.count("\n") for name, text in templates().items()}
    assert {name: lines for name, lines in lengths.items() if lines > LONGEST_TEMPLATE} == {}


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
