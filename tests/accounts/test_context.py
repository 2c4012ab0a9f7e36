"""What every page knows about its reader."""

import pytest

from accounts import context
from accounts.context import Place


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", ["Ici"]),
        ("/glossaire/", ["Mots"]),
        ("/glossaire/lettre/", ["Mots"]),
        ("/dossiers/1/", ["Mots"]),
        ("/x/", []),
    ],
)
def test_the_entry_of_the_page_is_the_current_one(path: str, current: list[str]) -> None:
    places = (Place("Ici", "landing"), Place("Mots", "glossary", ("/dossiers/",)))
    assert [entry.label for entry in context.entries(places, path) if entry.is_current] == current


def test_every_entry_of_every_navigation_leads_somewhere() -> None:
    for places in (*context.PLACES.values(), context.ACCOUNT):
        assert all(entry.url for entry in context.entries(places, "/"))
