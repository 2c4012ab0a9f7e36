"""French is set as French: no plain space where a thin or fixed one stands."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
FOLDERS = ("components", "account", "mfa", "usersessions", "allauth", "django", "accounts/public")
PAGES = [
    *TEMPLATES.glob("*.html"),
    *(page for folder in FOLDERS for page in (TEMPLATES / folder).rglob("*.html")),
]
SENTENCES = re.compile(
    r"\{% translate (?:\"([^\"]*)\"|'([^']*)')|\{% blocktranslate[^%]*%\}(.*?)\{% endblocktranslate %\}",
    re.DOTALL,
)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(TEMPLATES)))
def test_a_sentence_has_its_fixed_spaces_and_curly_apostrophes(page: Path) -> None:
    sentences = ["".join(groups) for groups in SENTENCES.findall(page.read_text())]
    bare = [re.sub(r"\{[{%].*?[%}]\}|<[^>]*>", "", sentence) for sentence in sentences]
    assert [words for words in bare if re.search(r" [;!?»:]|« |\w'\w", words)] == []
