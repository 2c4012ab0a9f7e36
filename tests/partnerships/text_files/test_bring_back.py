"""A changed Word file comes back: its differences become proposed wordings of the draft envelope, if chosen."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from partnerships.lifecycle import Edition
from partnerships.models import Envelope, Stance
from partnerships.negotiation.queries.positions import Position, positions_from_answers
from partnerships.rounds.queries import own_content
from partnerships.text.agreement import clauses_of
from partnerships.text_files.marks import Mark
from tests import make, word_files
from tests.make import ago
from tests.word_files import W, element


@pytest.fixture
def case(cast):
    """Open a negotiation that still runs: the pages read the real clock."""
    return make.partnership(cast, at=ago(days=1))


def address(case, name):
    return reverse(f"partnerships:{name}", args=[case.reference])


def taken(browser, case, language="fr"):
    response = browser.get(address(case, "text_docx"), {"langue": language})
    assert response.status_code == 200
    return response.content


def bring(browser, case, content, name="texte.docx"):
    return browser.post(address(case, "bring_back"), {"file": SimpleUploadedFile(name, content)})


def mark(case, position, part="body"):
    clause = clauses_of(make.roadmap(case))[position - 1]
    return Mark(clause.key, clause.current.number, part).name


def changes(browser, case, content):
    """Bring a file back and return the context of the page of its changes."""
    response = bring(browser, case, content)
    assert response.status_code == 303, response.context["form"].errors
    assert response["Location"] == address(case, "choose_changes")
    page = browser.get(response["Location"])
    assert page.status_code == 200
    return page


def drafted(case, person):
    _envelope, content = own_content(make.running(case), person, case)
    return positions_from_answers(content.answers())


def fields(page, *taken_numbers, **typed):
    """Return what the form of the page posts, with the clauses of these numbers ticked."""
    data = {}
    for row in page.context["rows"]:
        for field in row["form"]:
            if field.name != "take":
                data[field.html_name] = field.value()
        if row["change"].number in taken_numbers:
            data[row["form"].add_prefix("take")] = "on"
            data |= {row["form"].add_prefix(name): value for name, value in typed.items()}
    return data


BODY = "Produire et diffuser, en dix mois, un guide pratique co-écrit par des patients."


def test_an_unchanged_file_proposes_nothing(cast, enter, case):
    browser = enter(cast.ada)
    for language in ("fr", "en"):
        page = changes(browser, case, taken(browser, case, language))
        comparison = page.context["comparison"]
        assert comparison.is_current
        assert (comparison.changed, comparison.unchanged) == ([], len(clauses_of(make.roadmap(case))))
        assert (comparison.moved, comparison.absent, comparison.outside) == ([], [], [])


def test_a_file_saved_by_libreoffice_is_told_apart_clause_by_clause(cast, enter):
    case = make.partnership(cast, until=Edition.DRAFTING, at=ago(days=2))
    make.revise(case, cast.nora, change="En ligne.\n\nLe milieu.\n\nLa fin.", at=ago(days=2))
    make.STEPS[Edition.NEGOTIATION](case, cast, 1, ago(days=1))
    browser = enter(cast.ada)
    content = taken(browser, case)
    page = changes(browser, case, word_files.saved_by_libreoffice(content))
    assert page.context["comparison"].changed == []
    content = word_files.changed(
        content, lambda root: word_files.replace_text(root, mark(case, 1), "Un autre milieu.", rank=1)
    )
    page = changes(browser, case, word_files.saved_by_libreoffice(content))
    (change,) = page.context["comparison"].changed
    assert change.number == "1.1"
    assert change.proposed_text.split("\n\n") == [f"{BODY} En ligne.", "Un autre milieu.", "La fin."]


def test_tracked_changes_are_read_with_their_authors_and_comments_become_reasons(cast, enter, case):
    browser = enter(cast.ada)
    content = word_files.changed(
        taken(browser, case),
        lambda root: (
            word_files.track(root, mark(case, 1), "dix mois", "douze mois"),
            word_files.track(root, mark(case, 1), "patients", "patients et leurs proches", "B. Martin"),
        ),
    )
    content = word_files.add_comment(content, mark(case, 1), "Dix mois est trop court.")
    page = changes(browser, case, content)
    (change,) = page.context["comparison"].changed
    assert change.number == "1.1"
    assert change.proposed_text == BODY.replace("dix", "douze").replace(
        "patients", "patients et leurs proches"
    )
    assert [tuple(each) for each in change.tracked] == [
        ("del", "Me Dupont", "dix mois"),
        ("ins", "Me Dupont", "douze mois"),
        ("del", "B. Martin", "patients"),
        ("ins", "B. Martin", "patients et leurs proches"),
    ]
    assert change.reason == "Me Dupont\u00a0: Dix mois est trop court."
    html = page.content.decode()
    assert "<del>dix</del>" in html
    assert "<ins>douze</ins>" in html
    assert "B. Martin" in html
    assert drafted(case, cast.ada) == {}


def test_what_is_ticked_joins_the_draft_envelope_and_nothing_is_sealed(cast, enter, case):
    browser = enter(cast.ada)

    def edit(root):
        word_files.replace_text(root, mark(case, 1), "Un autre objet.")
        word_files.replace_text(root, mark(case, 2), "Un autre bénéfice.")

    page = changes(browser, case, word_files.changed(taken(browser, case), edit))
    assert [change.number for change in page.context["comparison"].changed] == ["1.1", "2.1"]
    data = fields(page, "2.1", reason="Notre conseil le demande.", stance="objection")
    response = browser.post(address(case, "choose_changes"), data, follow=True)
    assert response.redirect_chain == [(address(case, "rounds"), 303)]
    assert "1 clause du fichier est dans votre enveloppe" in response.content.decode()
    (revision_id,) = positions = drafted(case, cast.ada)
    assert revision_id == make.revision_ids(case)[1]
    assert positions[revision_id].stance == Stance.OBJECTION
    assert positions[revision_id].proposed_text == "Un autre bénéfice."
    assert positions[revision_id].reason == "Notre conseil le demande."
    assert not Envelope.objects.filter(sealed_at__isnull=False).exists()
    assert drafted(case, cast.carla) == {}
    # The file is used up.
    assert browser.get(address(case, "choose_changes")).status_code == 302


def test_nothing_ticked_saves_nothing_and_keeps_what_was_typed(cast, enter, case):
    browser = enter(cast.ada)
    edit = word_files.changed(
        taken(browser, case), lambda root: word_files.replace_text(root, mark(case, 1), "Un autre objet.")
    )
    data = fields(changes(browser, case, edit))
    reason = next(name for name in data if name.endswith("reason"))
    response = browser.post(address(case, "choose_changes"), data | {reason: "À dire."})
    assert response.status_code == 422
    html = response.content.decode()
    assert "Cochez au moins une clause" in html
    assert "À dire." in html
    assert drafted(case, cast.ada) == {}


def test_a_wording_that_is_too_long_is_refused_and_kept(cast, enter, case):
    browser = enter(cast.ada)
    long = "mot " * 2500
    content = word_files.changed(
        taken(browser, case), lambda root: word_files.replace_text(root, mark(case, 1), long)
    )
    page = changes(browser, case, content)
    assert page.context["comparison"].changed[0].differences == ()
    assert "raccourcissez-le pour le proposer" in page.content.decode()
    response = browser.post(address(case, "choose_changes"), fields(page, "1.1"))
    assert response.status_code == 422
    assert "Un champ est à corriger" in response.content.decode()
    assert long.strip() in response.content.decode()
    assert drafted(case, cast.ada) == {}


def test_a_title_a_row_and_a_gloss_are_shown_and_written_in_the_reason(cast, enter, case):
    browser = enter(cast.carla)

    def edit(root):
        word_files.track(root, mark(case, 9, "title"), "Budget et versements", "Financement")
        word_files.track(root, mark(case, 9, "rows"), "30", "25", "Me Leroy")
        word_files.track(root, mark(case, 1, "gloss"), "Une enquête", "Deux enquêtes")

    page = changes(browser, case, word_files.changed(taken(browser, case), edit))
    gloss, budget = page.context["comparison"].changed
    assert budget.proposed_text == ""
    assert budget.differences == ()
    assert budget.others[0] == ("Titre proposé", "Financement")
    assert [label for label, _text in budget.others[1:]] == ["Ligne actuelle", "Ligne proposée"]
    assert "25\u202f000" in budget.others[2].text
    assert "Titre proposé\u00a0: Financement" in budget.reason
    assert gloss.others[0].label == "«\u202fEn clair\u202f» proposé"
    assert gloss.others[0].text.startswith("Deux enquêtes")
    assert budget.tracked[-1] == ("ins", "Me Leroy", "25")


def test_paragraphs_are_added_merged_and_removed(cast, enter, case):
    browser = enter(cast.ada)

    def edit(root):
        paragraph = word_files.paragraph_of(root, mark(case, 1))
        added = element(
            '<w:p><w:pPr><w:rPr><w:ins w:id="1" w:author="A"/></w:rPr></w:pPr></w:p>',
        )
        added.append(word_files.inserted("Les patients relisent.", "A"))
        paragraph.addnext(added)
        for each in list(word_files.control(root, mark(case, 2)).iter(f"{W}p")):
            for text in list(each.iter(f"{W}r")):
                text.addprevious(word_files.deleted("".join(text.itertext())))
                each.remove(text)

    page = changes(browser, case, word_files.changed(taken(browser, case), edit))
    first, second = page.context["comparison"].changed
    assert first.proposed_text == f"{BODY}\n\nLes patients relisent."
    assert second.is_emptied
    assert second.proposed_text == ""
    assert "Nous demandons de retirer cette clause." in second.reason


def test_a_control_that_word_shows_as_empty_is_empty(cast, enter, case):
    browser = enter(cast.ada)

    def edit(root):
        content = word_files.control(root, mark(case, 1))
        content.getparent().find(f"{W}sdtPr").append(element("<w:showingPlcHdr/>"))
        word_files.replace_text(root, mark(case, 1), "Cliquez ici pour entrer du texte.")

    (change,) = (
        changes(browser, case, word_files.changed(taken(browser, case), edit)).context["comparison"].changed
    )
    assert change.is_emptied
    assert change.proposed_text == ""


def test_the_page_of_the_changes_costs_the_same_for_one_and_for_ten(cast, enter, case):
    browser = enter(cast.ada)
    content = taken(browser, case)
    counts = []
    for positions in ([1], range(1, 11)):

        def edit(root, positions=positions):
            for position in positions:
                word_files.replace_text(root, mark(case, position), f"Texte {position}.")

        bring(browser, case, word_files.changed(content, edit))
        with CaptureQueriesContext(connection) as queries:
            page = browser.get(address(case, "choose_changes"))
        assert len(page.context["comparison"].changed) == len(positions)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_deleted_end_of_paragraph_joins_two_lines(cast, enter, case):
    browser = enter(cast.ada)

    def edit(root):
        paragraph = word_files.paragraph_of(root, mark(case, 1))
        paragraph.insert(0, element('<w:pPr><w:rPr><w:del w:id="1" w:author="A"/></w:rPr></w:pPr>'))
        paragraph.addnext(element(f"<w:p>{word_files.run(' Ensemble.')}</w:p>"))

    (change,) = (
        changes(browser, case, word_files.changed(taken(browser, case), edit)).context["comparison"].changed
    )
    assert change.proposed_text == f"{BODY} Ensemble."


def test_words_added_by_one_and_removed_by_another_are_in_neither_text(cast, enter, case):
    browser = enter(cast.ada)

    def edit(root):
        within = word_files.inserted("jamais", "A")
        within.insert(0, word_files.deleted("toujours", "B"))
        word_files.paragraph_of(root, mark(case, 1)).append(within)

    (change,) = (
        changes(browser, case, word_files.changed(taken(browser, case), edit)).context["comparison"].changed
    )
    assert change.proposed_text == f"{BODY}jamais"
    assert change.tracked == [("ins", "A", "jamais")]


def test_bookmarks_are_enough_when_the_controls_are_gone(cast, enter, case):
    browser = enter(cast.ada)

    def unwrap(root):
        word_files.replace_text(root, mark(case, 1), "Un autre objet.")
        for control in list(root.iter(f"{W}sdt")):
            for child in list(control.find(f"{W}sdtContent")):
                control.addprevious(child)
            control.getparent().remove(control)

    page = changes(browser, case, word_files.changed(taken(browser, case), unwrap))
    comparison = page.context["comparison"]
    assert [change.proposed_text for change in comparison.changed] == ["Un autre objet."]
    assert comparison.absent == []


def test_what_word_replaces_by_itself_is_no_change(cast, enter, case):
    browser = enter(cast.ada)

    def edit(root):
        for text in root.iter(f"{W}t"):
            text.text = (text.text or "").replace("’", "'").replace("\u202f", "\u00a0")

    page = changes(browser, case, word_files.changed(taken(browser, case), edit))
    assert page.context["comparison"].changed == []


def test_a_clause_that_is_gone_and_text_outside_clauses_are_named(cast, enter, case):
    browser = enter(cast.ada)

    def edit(root):
        for part in ("title", "body", "gloss"):
            control = word_files.control(root, mark(case, 1, part)).getparent()
            control.getparent().remove(control)
        body = root.find(f"{W}body")
        paragraph = element("<w:p/>")
        paragraph.append(word_files.inserted("Une clause de plus."))
        body.insert(len(body) - 1, paragraph)

    comparison = changes(browser, case, word_files.changed(taken(browser, case), edit)).context["comparison"]
    assert comparison.absent == ["1.1 Action précise"]
    assert comparison.outside == ["Une clause de plus."]


def test_a_clause_that_changed_since_the_file_was_taken_is_not_proposed(cast, enter):
    case = make.partnership(cast, at=ago(days=1))
    browser = enter(cast.ada)
    edit = word_files.changed(
        taken(browser, case),
        lambda root: [word_files.replace_text(root, mark(case, n), f"Texte {n}.") for n in (1, 2)],
    )
    make.agree(case, cast.ada, at=ago(days=0.5))
    make.say(case, cast.carla, Stance.OBJECTION, at=ago(days=0.5))
    make.reply_to_all(case, cast.nora, at=ago(days=0.45))
    make.revise(case, cast.nora, change="Encore.", at=ago(days=0.4))
    make.ask_again(case, cast.nora, at=ago(days=0.3))
    page = changes(browser, case, edit)
    comparison = page.context["comparison"]
    assert not comparison.is_current
    assert comparison.moved == ["1.1 Action précise"]
    assert [change.number for change in comparison.changed] == ["2.1"]
    assert "Ce fichier a été pris avant la dernière version du texte" in page.content.decode()


def test_a_draft_of_a_colleague_is_not_overwritten_unseen(cast, enter, case):
    browser = enter(cast.ada)
    content = word_files.changed(
        taken(browser, case), lambda root: word_files.replace_text(root, mark(case, 1), "Un autre objet.")
    )
    data = fields(changes(browser, case, content), "1.1")
    question = Position(stance=Stance.QUESTION, reason="Pourquoi ?")
    make.draft(case, cast.ben, {make.revision_ids(case)[0]: question}, at=ago())
    response = browser.post(address(case, "choose_changes"), data)
    assert response.status_code == 422
    assert "Une autre personne de votre organisation" in response.content.decode()
    (position,) = drafted(case, cast.ada).values()
    assert position.reason == "Pourquoi ?"


@pytest.mark.parametrize("until", [Edition.AGREED, Edition.SIGNING])
def test_no_file_is_taken_without_a_running_round(cast, enter, until):
    case = make.partnership(cast, until=until)
    browser = enter(cast.ada)
    page = browser.get(address(case, "bring_back"))
    assert page.status_code == 200
    assert "pourra être rapporté pendant un tour" in " ".join(page.content.decode().split())
    response = bring(browser, case, taken(browser, case))
    assert response.status_code == 303
    assert response["Location"] == address(case, "rounds")


def test_a_sealed_envelope_takes_no_file(cast, enter, case):
    browser = enter(cast.ada)
    content = taken(browser, case)
    assert bring(browser, case, content).status_code == 303
    make.agree(case, cast.ada, at=ago())
    for response in (bring(browser, case, content), browser.post(address(case, "choose_changes"), {})):
        assert response["Location"] == address(case, "rounds")


def test_the_broker_brings_nothing_back(cast, enter, case):
    browser = enter(cast.nora)
    assert browser.get(address(case, "bring_back")).status_code == 403
    assert bring(browser, case, taken(browser, case)).status_code == 403
    assert browser.get(address(case, "choose_changes")).status_code == 403


def test_what_waits_is_readable_to_its_session_alone(cast, enter, case):
    browser = enter(cast.ada)
    bring(browser, case, taken(browser, case))
    assert enter(cast.carla).get(address(case, "choose_changes"))["Location"] == address(case, "bring_back")
    assert browser.get(address(case, "choose_changes")).status_code == 200
    assert "fichier déjà rapporté" in browser.get(address(case, "bring_back")).content.decode()
    assert "Rapporter un fichier Word" in browser.get(address(case, "rounds")).content.decode()
