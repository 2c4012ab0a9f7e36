"""The pages of a running expectations round: concurrent drafting, sealing, a lost key."""

from __future__ import annotations

import re

import pytest

from accounts.models import User
from partnerships.lifecycle import Case
from partnerships.models import Envelope, Rule
from partnerships.rounds.queries import own_content
from tests import make
from tests.make import ago
from tests.partnerships.expectations import filing
from tests.partnerships.expectations.filing import address

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def case(cast):
    """Ask both parties: the pages read the real clock."""
    return filing.ask_parties(cast, at=ago(days=1))


def typed(*texts, seen=0, **words):
    data = {
        "expectations-seen_number": seen,
        "expectations-TOTAL_FORMS": len(texts),
        "expectations-INITIAL_FORMS": 0,
    }
    for rank, text in enumerate(texts):
        data[f"expectations-{rank}-text"] = text
        data[f"expectations-{rank}-indicator"] = "Un compte rendu"
        data[f"expectations-{rank}-priority"] = "1"
    return data | words


def stored_texts(case, person, part="expectations"):
    _envelope, contents = own_content(filing.the_round(case), person, case)
    return [row["text"] for row in contents.answers().get(part, [])]


def words_of(answer):
    return answer.content.decode()


def test_the_broker_sees_which_envelopes_are_sealed_but_not_their_content(cast, enter):
    case = make.partnership(cast, until=Case.PREPARING, at=ago(days=1))
    browser = enter(cast.nora)
    assert "Envoyer la question à toutes les parties" in words_of(browser.get(address(case)))
    wrong = browser.post(
        address(case, "ask_expectations"), {"days": 1, "rule": "open", "words": "Dites tout"}
    )
    assert wrong.status_code == 422
    assert "Dites tout" in words_of(wrong)
    data = {"days": 4, "rule": "all", "words": "Dites tout"}
    assert browser.post(address(case, "ask_expectations"), data).status_code == 303
    stored = filing.the_round(case)
    assert (stored.days, stored.rule, stored.words) == (4, Rule.ALL, "Dites tout")
    filing.write(case, cast.ada, "Ornithorynque", at=ago())
    page = words_of(browser.get(address(case)))
    assert page.count("Pas encore scellée") == 2
    assert "Ornithorynque" not in page


def test_without_script_a_part_is_saved_and_a_row_is_added(case, cast, enter):
    browser = enter(cast.ada)
    answer = browser.post(address(case, "draft_expectations", "expectations"), typed("Publier", "Former"))
    assert answer.status_code == 303
    assert answer["Location"].endswith("#partie-expectations")
    page = words_of(browser.get(address(case)))
    assert 'name="expectations-2-text"' in page  # the blank row
    assert "Publier</textarea>" in page
    assert stored_texts(case, cast.ben) == ["Publier", "Former"]
    browser.post(
        address(case, "draft_expectations", "means"),
        {
            "means-seen_number": 0,
            "means-TOTAL_FORMS": 1,
            "means-INITIAL_FORMS": 0,
            "means-0-amount_minor": "1 200,50",
            "means-0-hours": "60",
        },
    )
    assert "60" in words_of(browser.get(address(case)))
    _envelope, contents = own_content(filing.the_round(case), cast.ada, case)
    assert contents.answers()["means"] == [{"amount_minor": 120050, "hours": 60, "text": ""}]


def test_with_script_the_number_comes_back_for_the_next_save(case, cast, enter):
    browser = enter(cast.ada)
    url = address(case, "draft_expectations", "expectations")
    answer = words_of(browser.post(url, typed("Publier"), headers=HTMX))
    assert 'name="expectations-seen_number" value="1"' in answer
    assert "<html" not in answer
    assert "Enregistré le" in answer
    assert answer.count('hx-swap-oob="true"') == 2  # the progress and one's own envelope
    again = words_of(browser.post(url, typed("Publier mieux", seen=1), headers=HTMX))
    assert 'name="expectations-seen_number" value="2"' in again
    added = words_of(browser.post(url, typed("Publier mieux", seen=2, add="1"), headers=HTMX))
    assert 'name="expectations-1-text"' in added
    assert stored_texts(case, cast.ben) == ["Publier mieux"]


@pytest.mark.parametrize("headers", [{}, HTMX], ids=["bare", "htmx"])
def test_a_colleague_s_text_is_shown_beside_one_s_own(case, cast, enter, headers):
    filing.write(case, cast.ben, "Le texte de Ben", at=ago())
    url = address(case, "draft_expectations", "expectations")
    answer = enter(cast.ada).post(url, typed("Le texte d’Ada"), headers=headers)
    page = words_of(answer)
    assert answer.status_code == 422
    assert "Le texte de Ben" in page
    assert "Le texte d’Ada" in page
    assert 'name="expectations-seen_number" value="1"' in page
    assert answer.get("HX-Retarget", "") == ("#partie-expectations" if headers else "")
    assert stored_texts(case, cast.ada) == ["Le texte de Ben"]
    assert enter(cast.ada).post(url, typed("Le texte d’Ada", seen=1)).status_code == 303
    assert stored_texts(case, cast.ben) == ["Le texte d’Ada"]


def test_an_invalid_line_keeps_the_posted_text(case, cast, enter):
    data = typed("Publier") | {"expectations-0-by_date": "hier"}
    answer = enter(cast.ada).post(address(case, "draft_expectations", "expectations"), data)
    assert answer.status_code == 422
    assert "Publier</textarea>" in words_of(answer)
    assert stored_texts(case, cast.ben) == []


def test_a_part_posted_too_late_is_refused_and_stays_on_the_page(cast, enter):
    case = filing.opened(cast, at=ago(days=1))
    answer = enter(cast.ada).post(address(case, "draft_expectations", "expectations"), typed("Trop tard"))
    assert answer.status_code == 422
    assert "Le tour est clos" in words_of(answer)
    assert "Trop tard</textarea>" in words_of(answer)


def test_a_party_reads_again_seals_and_takes_back(case, cast, enter):
    browser = enter(cast.ben)
    browser.post(address(case, "draft_expectations", "expectations"), typed("Publier"))
    page = words_of(browser.get(address(case, "seal_expectations")))
    assert "Publier" in page
    assert "tant que l’autre partie n’a pas scellé la sienne" in page
    seen = dict(re.findall(r'name="(seen-\w+)"\s+value="(\d+)"', page))
    filing.write(case, cast.ada, "Publier autrement", at=ago())
    moved = browser.post(address(case, "seal_expectations"), seen, follow=True)
    assert "a modifié l’enveloppe depuis votre relecture" in words_of(moved)
    assert not Envelope.objects.filter(sealed_at__isnull=False).exists()
    page = words_of(browser.get(address(case, "seal_expectations")))
    seen = dict(re.findall(r'name="(seen-\w+)"\s+value="(\d+)"', page))
    done = words_of(browser.post(address(case, "seal_expectations"), seen, follow=True))
    assert "Enveloppe scellée. Son empreinte est au journal." in done
    assert "Publier autrement" in done
    assert Envelope.objects.get(party__code="A").sealed_by == cast.ben
    assert "Empreinte inscrite au journal" in words_of(enter(cast.carla).get(address(case)))
    back = words_of(browser.post(address(case, "take_back_expectations"), follow=True))
    assert "Enveloppe rouverte" in back
    assert "Publier autrement</textarea>" in back


def test_the_turn_names_who_has_not_sealed(case, cast, enter):
    assert "À vous" in words_of(enter(cast.carla).get(address(case)))
    filing.write(case, cast.ada, "Publier", at=ago())
    filing.seal(case, cast.ada, at=ago())
    mine = words_of(enter(cast.ada).get(address(case, "roadmap")))
    assert "Enveloppe attendue\u00a0: Laboratoires Valfictif." in mine
    home = words_of(enter(cast.carla).get("/entreprise/"))
    assert "Écrire ses attentes et sceller son enveloppe" in home
    assert address(case) in home
    waiting = words_of(enter(cast.ada).get("/association/"))
    assert "Laboratoires Valfictif" in waiting


def test_a_lost_key_is_reported_and_destroys_nothing(case, cast, enter, settings):
    filing.write(case, cast.ada, "Publier", at=ago())
    former = settings.SECRET_KEY
    browser = enter(cast.ada)
    session_keeps = {"SECRET_KEY": "another key, as long as it must be to please every check of it"}
    before = bytes(Envelope.objects.get(party__code="A").ciphertext)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = session_keeps["SECRET_KEY"], []
    browser = enter(User.objects.get(pk=cast.ada.pk))
    assert "Les enveloppes de ce tour ne peuvent pas être ouvertes" in words_of(browser.get(address(case)))
    answer = browser.post(address(case, "draft_expectations", "expectations"), typed("Encore"))
    assert answer.status_code == 422
    assert "la personne qui gère le site doit intervenir" in words_of(answer)
    assert "SECRET_KEY" not in words_of(answer)
    assert "Encore</textarea>" in words_of(answer)
    assert bytes(Envelope.objects.get(party__code="A").ciphertext) == before
    settings.SECRET_KEY_FALLBACKS = [former]
    assert "Publier</textarea>" in words_of(browser.get(address(case)))


def both_parts(text, limit, **words):
    return typed(text) | {
        "limits-seen_number": 0,
        "limits-TOTAL_FORMS": 1,
        "limits-INITIAL_FORMS": 0,
        "limits-0-text": limit,
        **words,
    }


def test_without_script_no_part_loses_what_is_typed_in_another(case, cast, enter):
    browser = enter(cast.ada)
    page = words_of(browser.get(address(case)))
    form = page[page.index("expectations-TOTAL_FORMS") :]
    assert "limits-TOTAL_FORMS" in form[: form.index("</form>")]
    data = both_parts("Publier", "Aucune marque")
    assert browser.post(address(case, "draft_expectations", "expectations"), data).status_code == 303
    assert stored_texts(case, cast.ben) == ["Publier"]
    assert stored_texts(case, cast.ben, "limits") == ["Aucune marque"]
    _envelope, contents = own_content(filing.the_round(case), cast.ada, case)
    assert set(contents.answers()) == {"expectations", "limits"}


def test_without_script_a_refused_part_keeps_the_others(case, cast, enter):
    data = both_parts("Publier", "Aucune marque") | {"expectations-0-by_date": "hier"}
    answer = enter(cast.ada).post(address(case, "draft_expectations", "expectations"), data)
    assert answer.status_code == 422
    assert "Publier</textarea>" in words_of(answer)
    assert "Aucune marque</textarea>" in words_of(answer)
    assert stored_texts(case, cast.ben, "limits") == ["Aucune marque"]


def test_with_script_only_its_part_is_saved(case, cast, enter):
    data = both_parts("Publier", "Aucune marque")
    enter(cast.ada).post(address(case, "draft_expectations", "expectations"), data, headers=HTMX)
    assert stored_texts(case, cast.ben, "limits") == []
