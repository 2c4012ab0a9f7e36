"""The subjects of all mails, found in the templates: what to do comes first, names come last, in both languages."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.utils import translation

from outbox import kinds
from outbox.sending import rendering
from tests.outbox import notes

FOLDER = Path(settings.BASE_DIR) / "templates" / "emails"
# The longest values of what is not a name.
LONGEST = {
    "fr": {
        "moment": "mer. 30 sept., 18\u202fh\u202f30",
        "day": "30 sept. 2026",
        "text_name": "l’avenant n° 10",
    },
    "en": {"moment": "Wed 30 Sep, 18:30", "day": "30 Sept. 2026", "text_name": "amendment no. 10"},
}
NUMBERS = {"left": "30", "late": "30", "days": "30", "total": "30", "number": "10"}
# Of a name, at least this much is seen.
SEEN_OF_A_NAME = 8
BLOCK = re.compile(r"{% blocktranslate.*?%}(.*?){% endblocktranslate %}", re.DOTALL)
PLAIN = re.compile(r'{% translate "(.*?)" %}')


def source_strings() -> list[tuple[str, str]]:
    """Return (kind, French string) of each subject of each registered kind."""
    subjects = []
    for kind in kinds.all_kinds():
        if kind in notes.KINDS:
            continue
        text = (FOLDER / kind.name / "subject.txt").read_text()
        blocks = [part for block in BLOCK.findall(text) for part in block.split("{% plural %}")]
        strings = [" ".join(re.split(r"[ \n]+", block.strip())) for block in blocks] + PLAIN.findall(text)
        assert strings or "mail.subject" in text, kind.name
        subjects += [(kind.name, string) for string in strings]
    return subjects


def translated(string: str, language: str) -> str:
    msgid = re.sub(r"{{ (\w+) }}", r"%(\1)s", string)
    with translation.override(language):
        plural = translation.ngettext(msgid, msgid, 30)
        return plural if plural != msgid else translation.gettext(msgid)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_act_fits_and_the_name_comes_last(language):
    wrong = []
    for kind, string in source_strings():
        if kind == "digest":
            continue
        text = translated(string, language)
        for name, value in {**LONGEST[language], **NUMBERS}.items():
            text = text.replace(f"%({name})s", value)
        act, name, rest = (*text.partition("%("),)
        left = rendering.MAX_SUBJECT - len(act) - (SEEN_OF_A_NAME if name else 0)
        if (
            left < 0
            or not re.fullmatch(r"\w*\)?s?", rest)
            or (language == "en" and text == string and "é" in text)
        ):
            wrong.append((kind, len(act), text))
    assert wrong == []
    assert len(source_strings()) > 50
