"""What is kept of a page is keyed by all it was made of."""

import pytest
from django.template import engines
from django.utils.translation import override

from accounts.models import User
from accounts.templatetags import kept

LINE = '{% load kept %}{% printed "components/badge.html" status=status label=label %}'
FOOTER = '{% load kept %}{% printed "components/footer.html" %}'


def _page(text: str, **context: object) -> str:
    return str(engines["django"].from_string(text).render(context))


def test_other_values_print_another_piece():
    assert "À venir" in _page(LINE, status="none", label="À venir")
    assert "En retard" in _page(LINE, status="late", label="En retard")
    assert "À venir" in _page(LINE, status="none", label="À venir")


def test_another_language_prints_another_piece():
    with override("fr"):
        assert "Glossaire" in _page(FOOTER)
    with override("en"):
        assert "Glossary" in _page(FOOTER)


def test_what_was_typed_is_escaped_once():
    assert "&lt;b&gt;" in _page(LINE, status="none", label="<b>")


def test_what_is_in_a_slot_is_written_in_and_not_kept():
    form = '{% load kept %}{% printed "components/languages.html" slots="path csrf_token" path=path csrf_token=token %}'
    before = kept._rendered.cache_info().currsize
    first = _page(form, path="/a/?q=<b>", token="jeton-un")
    second = _page(form, path="/b/", token="jeton-deux")
    assert '<input type="hidden" name="next" value="/a/?q=&lt;b&gt;">' in first
    assert "jeton-un" in first
    assert "\0" not in first
    assert 'value="/b/"' in second
    assert "jeton-deux" in second
    assert "jeton-un" not in second
    assert 'name="next"' not in _page(form, path="", token="jeton-un")
    assert kept._rendered.cache_info().currsize <= before + 2


def test_a_row_of_the_database_is_refused():
    with pytest.raises(TypeError):
        _page(LINE, status="none", label=User(full_name="Ada"))
