"""robots.txt, the icon, and what search engines read in the head of a page."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver, reverse

from lucky_link.site_files import PUBLIC_PAGES

pytestmark = pytest.mark.django_db


def is_allowed(robots: str, path: str) -> bool:
    """Return what RFC 9309 (2.2.2) says of a path: the longest rule that matches decides."""
    rules = re.findall(r"^(Allow|Disallow): (\S+)$", robots, flags=re.MULTILINE)
    matching = [
        (len(rule), word)
        for word, rule in rules
        if (path == rule[:-1] if rule.endswith("$") else path.startswith(rule))
    ]
    return max(matching)[1] == "Allow"


def paths(resolver: URLResolver, prefix: str = "/") -> Iterator[str]:
    """Give an example of every address of the site."""
    for pattern in resolver.url_patterns:
        path = prefix + re.sub(r"<[^>]+>", "a", str(pattern.pattern))
        if isinstance(pattern, URLResolver):
            yield from paths(pattern, path)
        else:
            yield path


def test_search_engines_may_read_the_public_pages_alone(client: Client) -> None:
    answer = client.get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    read = {path for path in paths(get_resolver()) if is_allowed(answer.text, path)}
    assert read == {*(reverse(name) for name in PUBLIC_PAGES), "/favicon.ico"}
    assert is_allowed(answer.text, "/static/built/site.css")
    assert not is_allowed(answer.text, "/dossiers/LL-2026-0001/")


@pytest.mark.parametrize("language", ["fr", "en"])
def test_each_public_page_has_its_own_description_and_address(client: Client, language: str) -> None:
    descriptions = set()
    for name in PUBLIC_PAGES:
        page = client.get(reverse(name), headers={"accept-language": language})
        assert page.status_code == 200, name
        assert f'<html lang="{language}">' in page.text
        assert f'<link rel="canonical" href="{settings.PUBLIC_URL}{reverse(name)}">' in page.text
        [description] = re.findall(r'<meta name="description" content="([^"]*)">', page.text)
        assert 50 <= len(unescape(description)) <= 170, description
        descriptions.add(description)
    assert len(descriptions) == len(PUBLIC_PAGES)


def test_the_icon_of_a_browser_that_reads_no_link(client: Client) -> None:
    answer = client.get("/favicon.ico")
    assert (answer.status_code, answer["Location"]) == (302, "/static/brand.svg")
    assert "public" in answer["Cache-Control"]
