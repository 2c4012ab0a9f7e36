"""The navigation of the portals."""

import pytest

from accounts import portals
from accounts.portals import NavigationEntry


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
    entries = (NavigationEntry("Ici", "landing"), NavigationEntry("Mots", "glossary", ("/dossiers/",)))
    assert [link.label for link in portals.navigation_links(entries, path) if link.is_current] == current


def test_every_entry_of_every_navigation_leads_somewhere() -> None:
    for entries in (*portals.NAVIGATION.values(), portals.ACCOUNT):
        assert all(link.url for link in portals.navigation_links(entries, "/"))
