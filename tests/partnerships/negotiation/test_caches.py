"""The caches never hold a draft of an envelope, and no page shows what is no longer true."""

from __future__ import annotations

import gc
import pickle
from functools import _lru_cache_wrapper
from types import FunctionType, ModuleType

import pytest
from django.core.cache.backends import locmem
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.vetting import actions as vetting
from partnerships.models import Stance
from partnerships.negotiation.queries.positions import Position
from tests import make
from tests.cast import SOUFFLE
from tests.make import ago

SECRET = "Ornithorynque confidentiel"
OURS = ("accounts.", "associations.", "companies.", "broker.", "partnerships.")


@pytest.fixture
def case(cast):
    return make.partnership(cast, at=ago(days=1))


def cached_words() -> str:
    """Return every word that Django's cache or a cache of this process holds, in its keys or its values."""
    stored = [pickle.loads(value) for entries in locmem._caches.values() for value in entries.values()]
    keys = [key for entries in locmem._caches.values() for key in entries]
    caches = [each for each in gc.get_objects() if isinstance(each, _lru_cache_wrapper)]
    left = [each for each in caches if str(each.__module__).startswith(OURS)]
    left += [*stored, *keys]
    seen, words = set(), []
    while left:
        each = left.pop()
        if id(each) in seen or isinstance(each, FunctionType | ModuleType | type):
            continue
        seen.add(id(each))
        if isinstance(each, str):
            words.append(each)
        else:
            left += gc.get_referents(each)
    return "\n".join(words)


def page_of(browser, case, **query):
    answer = browser.get(reverse("partnerships:rounds", args=[case.reference]), query)
    return answer.text


def test_what_is_drafted_or_sealed_is_in_no_cache_until_it_opens(case, cast, enter):
    browsers = {each: enter(getattr(cast, each)) for each in ("ada", "ben", "carla", "nora")}
    revision, second, *_rest = make.revision_ids(case)
    positions = dict.fromkeys(make.revision_ids(case), Position(stance=Stance.AGREE))
    positions[revision] = Position(stance=Stance.OBJECTION, reason=SECRET, proposed_text=SECRET)
    positions[second] = Position(stance=Stance.QUESTION)
    make.draft(case, cast.ada, positions, at=ago(days=0.5))

    def read_by_all() -> list[str]:
        return [page_of(each, case, **query) for each in browsers.values() for query in ({}, {"clause": 1})]

    drafted = read_by_all()
    assert [SECRET in each for each in drafted[:2]] == [False, True]
    assert "objection, pas encore scellé" in drafted[1]
    assert SECRET not in cached_words()
    assert "Enregistré par" in drafted[1]
    assert "question, sans raison" in drafted[0]
    cached = cached_words()
    assert not any(words in cached for words in ("pas encore scellé<", "Enregistré par", "sans raison"))
    make.draft(case, cast.ada, {second: Position(stance=Stance.AGREE)}, at=ago(days=0.5))
    make.seal(case, cast.ada, at=ago(days=0.4))
    assert "objection, scellé" in read_by_all()[1]
    assert not any(words in cached_words() for words in (SECRET, "objection, scellé"))
    make.agree(case, cast.carla, at=ago(days=0.3))
    assert all(SECRET in each for each in read_by_all()[1::2])


def test_a_draft_saved_while_a_page_is_made_is_in_no_cache(case, cast, enter):
    browser = enter(cast.ada)
    revision = make.revision_ids(case)[0]
    saved = []

    def save_once(execute, sql, params, many, context):
        result = execute(sql, params, many, context)
        if '"saved_at" IS NOT NULL' in sql and not saved:
            saved.append(True)
            stance = Position(stance=Stance.OBJECTION, reason=SECRET)
            make.draft(case, cast.ben, {revision: stance}, at=ago(days=0.5))
        return result

    with connection.execute_wrapper(save_once):
        page = page_of(browser, case, clause=1)
    assert saved
    assert "objection, pas encore scellé" in page
    assert SECRET not in cached_words()
    assert "pas encore scellé<" not in cached_words()


def test_what_changes_shows_at_once_to_each_reader_in_their_own_words(case, cast, enter):
    ada, carla, nora = enter(cast.ada), enter(cast.carla), enter(cast.nora)
    assert "Vous\u00a0: <b>pas encore répondu</b>" in page_of(ada, case)
    assert "Souffle Imaginaire\u00a0: <b>pas encore répondu</b>" in page_of(carla, case)
    vetting.change_identity(
        organisation_id=cast.association.pk,
        administrator=cast.ada,
        identity=SOUFFLE._replace(name="Souffle Renommé"),
        reason="Nouveau nom voté en assemblée.",
        at=ago(days=0.9),
    )
    assert "Souffle Renommé\u00a0: <b>pas encore répondu</b>" in page_of(carla, case)
    make.agree(case, cast.ada, at=ago(days=0.8))
    assert "Souffle Renommé\u00a0: <b>réponse scellée</b>" in page_of(carla, case)
    make.say(case, cast.carla, Stance.RESERVATION, position=1, at=ago(days=0.7))
    assert "Laboratoires Valfictif\u00a0: <b>réserve</b>" in page_of(ada, case)
    assert "Vous\u00a0: <b>réserve</b>" in page_of(carla, case)
    assert "Envoyer la décision, clause 1.1" in page_of(nora, case, clause=2)
    make.reply_to_all(case, cast.nora, at=ago(days=0.6))
    assert "Envoyer la décision, clause 1.1" not in page_of(nora, case, clause=2)
    make.revise(case, cast.nora, change="Et rien de plus.", at=ago(days=0.5))
    assert "<ins>" in page_of(ada, case)
    assert "Demandé par" in page_of(carla, case)
    ada.cookies["django_language"] = "en"
    assert "Asked by" in page_of(ada, case)
    assert "Demandé par" in page_of(carla, case)


@pytest.mark.parametrize("name", ["rounds", "roadmap"])
def test_reading_again_asks_for_no_word_of_the_text(case, cast, enter, name):
    browser, page = enter(cast.ada), reverse(f"partnerships:{name}", args=[case.reference])
    browser.get(page)
    with CaptureQueriesContext(connection) as queries:
        browser.get(page)
    assert not any('"body"' in query["sql"] for query in queries.captured_queries)
