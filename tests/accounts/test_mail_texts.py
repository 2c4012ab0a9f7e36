"""What a mail says in plain text is plain: no markup in it, and no space of French before an English colon."""

import re
from pathlib import Path

import pytest

TEXTS = sorted((Path(__file__).resolve().parents[2] / "templates/emails").rglob("*.txt"))
MARKED = re.compile(r"\|(?:day|moment)(?::\"\w+\")?(?!:|\w)(?!\|striptags)")
SENTENCE = re.compile(r"\{% blocktranslate.*?endblocktranslate %\}|\{% translate .*?%\}", re.DOTALL)


@pytest.mark.parametrize("text", TEXTS, ids=lambda path: "/".join(path.parts[-2:]))
def test_a_plain_text_has_no_markup_and_no_untranslated_text(text):
    written = text.read_text()
    assert MARKED.findall(written) == []
    assert re.findall(r"[ \u00a0\u202f][:;!?]", SENTENCE.sub("", written)) == []
