"""Every word on screen and in a mail exists in both languages."""

from __future__ import annotations

import re
from pathlib import Path
from textwrap import dedent

import pytest
from babel.messages.pofile import read_po

from lucky_link.local import message_catalogues

HOLE = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
# An ordinary space before high punctuation or inside quotation marks; a typewriter's apostrophe.
LOOSE = re.compile(r" [;!?»€:](?!\w)| %(?![(\w])|« |[^\W\d_]'[^\W\d_]")

# In English no space stands before high punctuation, and words are quoted “so”, an apostrophe apart.
FOREIGN = re.compile(r"[ \u00a0\u202f][:;!?](?!\w)|[«»‘]")


@pytest.fixture(scope="module")
def english() -> dict[str, tuple[str, ...]]:
    with message_catalogues.catalogue_path("en").open("rb") as file:
        catalogue = read_po(file, locale="en", abort_invalid=True)
    assert not [message.id for message in catalogue if message.fuzzy and message.id]
    translations = {}
    for message in catalogue:
        key = message.id if isinstance(message.id, str) else message.id[0]
        strings = (message.string,) if isinstance(message.string, str) else tuple(message.string)
        translations[key] = strings
    return translations


def test_every_word_has_its_english(english: dict[str, tuple[str, ...]]) -> None:
    missing = [
        f"{where}: {word.singular}"
        for word, where in message_catalogues.collect_messages().items()
        if not all(english.get(word.singular, ("",)))
    ]
    assert missing == []


def test_a_translation_keeps_the_holes_of_its_sentence(english: dict[str, tuple[str, ...]]) -> None:
    wrong = [
        word.singular
        for word in message_catalogues.collect_messages()
        if not holes(word.singular, word.plural) >= holes(*english.get(word.singular, ()))
    ]
    assert wrong == []


def holes(*sentences: str) -> set[str]:
    return {hole for sentence in sentences for hole in HOLE.findall(sentence)}


def test_french_is_set_with_its_own_spaces(english: dict[str, tuple[str, ...]]) -> None:
    loose = [french for french in english if LOOSE.search(french)]
    assert loose == []


def test_english_is_set_with_its_own_marks(english: dict[str, tuple[str, ...]]) -> None:
    foreign = [text for key, many in english.items() if key for text in many if FOREIGN.search(text)]
    assert foreign == []


def test_every_way_to_mark_a_message_in_a_module_is_found() -> None:
    module = """
        _("une") and gettext_lazy("de" "ux")
        ngettext("%(n)s pièce", "%(n)s pièces", n)
        npgettext_lazy("menu", "cas", "les cas", n)
        translation.pgettext("page", "texte") + _(name) + _("")
        _("Écrivez\\u202f: %(name)s") % {"name": name}
    """
    assert list(message_catalogues.messages_in_python(dedent(module))) == [
        message_catalogues.TranslatableMessage("une"),
        message_catalogues.TranslatableMessage("deux"),
        message_catalogues.TranslatableMessage("%(n)s pièce", "%(n)s pièces"),
        message_catalogues.TranslatableMessage("cas", "les cas", "menu"),
        message_catalogues.TranslatableMessage("texte", "", "page"),
        message_catalogues.TranslatableMessage("Écrivez\u202f: %(name)s"),
    ]


def test_every_way_to_mark_a_message_in_a_template_is_found() -> None:
    template = """
    {# no message #}<p title="l'eau">{% translate "une" %} {{ _("deux  mots")|capfirst }}
          {% translate "texte" context "page" %}</p>
      {% comment %}
        {% translate "caché" %}
      {% endcomment %}
    {% blocktranslate count n=n trimmed %}
      {{ n }} pièce
      d’essai
    {% plural %}
      {{ n }} pièces
    {% endblocktranslate %}
    """
    assert list(message_catalogues.messages_in_template(template)) == [
        message_catalogues.TranslatableMessage("une"),
        message_catalogues.TranslatableMessage("deux  mots"),
        message_catalogues.TranslatableMessage("texte", "", "page"),
        message_catalogues.TranslatableMessage("%(n)s pièce d’essai", "%(n)s pièces"),
    ]


def test_a_word_that_loses_its_plural_waits_for_a_translation(tmp_path: Path) -> None:
    source = tmp_path / "django.po"
    message_catalogues.update_catalogue(
        source, [message_catalogues.TranslatableMessage("une pièce", "des pièces")], language="en"
    )
    source.write_text(source.read_text().replace('[0] ""', '[0] "a paper"').replace('[1] ""', '[1] "papers"'))
    assert (
        message_catalogues.update_catalogue(
            source, [message_catalogues.TranslatableMessage("une pièce", "des pièces")], language="en"
        )
        == []
    )
    alone = message_catalogues.TranslatableMessage("une pièce")
    assert message_catalogues.update_catalogue(source, [alone], language="en") == [alone]
