"""What is frozen is shown as the text page shows it, clause by clause, with the rows of each."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from partnerships.charter import chapters, snapshot
from partnerships.lifecycle import Edition
from partnerships.text.view import frozen_sections
from tests import make

pytestmark = pytest.mark.django_db

ARTICLE = re.compile(r'<article class="clause".*?</article>', re.DOTALL)


def clauses_of(page):
    """Return the words of each clause of a page, by its anchor."""
    articles = ARTICLE.findall(page)
    words = [" ".join(re.sub(r"<[^>]+>", " ", article).split()) for article in articles]
    anchors = [re.search(r'id="(clause-[^"]+)"', article)[1] for article in articles]
    return dict(zip(anchors, [re.sub(r"[\u00a0\u202f]", " ", each) for each in words], strict=True))


def test_the_sign_page_shows_the_clauses_of_the_text_page(cast, enter):
    case = make.partnership(cast, until=Edition.SIGNING, clauses=2)
    browser = enter(cast.ada)
    text, sign = (
        clauses_of(browser.get(reverse(f"partnerships:{name}", args=[case.reference])).text)
        for name in ("roadmap", "sign")
    )
    assert len(text) == 11
    # The charter names the firm of the broker, the text page the person.
    broker = str(cast.nora)
    for anchor, words in text.items():
        assert sign[anchor].replace("Lucky Link", broker) == words.replace("Lucky Link", broker), anchor
    assert list(sign) == list(text)


def test_the_snapshot_has_every_clause_with_its_title_its_gloss_and_its_rows(cast):
    case = make.partnership(cast, until=Edition.SIGNING, clauses=2)
    frozen = snapshot.from_json(bytes(make.charter(case).canonical_json))
    sections = frozen_sections(frozen)
    shown = [clause for section in sections for clause in section.clauses]
    printed = [clause for chapter in chapters.chapters(frozen) for clause in chapter.clauses]
    assert [(each.number, each.title, each.gloss) for each in shown] == [
        (each.number, each.title, each.plain_words) for each in printed
    ]
    assert [each.number for each in shown][-3:] == ["9.1", "10.1", "10.2"]
    limits = shown[3].terms
    assert (limits.limits, limits.red_lines) == (frozen.limits, frozen.red_lines)
