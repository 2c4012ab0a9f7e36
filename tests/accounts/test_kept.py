"""What is kept of a page is keyed by all it was made of."""

from django.template import engines
from django.utils.translation import override

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
