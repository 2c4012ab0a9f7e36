"""Clause forms prefilled with opened lines, and the links between lines and clauses in the comparison."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest

from partnerships.charter import terms
from partnerships.charter.texts import Heading
from partnerships.drafting.actions import clause_order, clauses, library
from partnerships.drafting.actions import clauses as drafting
from partnerships.drafting.queries import prefill
from partnerships.drafting.queries.prefill import SourceLine
from partnerships.models import Clause, LibraryVersion, Line, Roadmap
from partnerships.negotiation.actions import negotiation
from partnerships.rounds.actions import envelopes
from partnerships.text import references
from tests import make
from tests.database_owner import owner
from tests.make import ago
from tests.partnerships.drafting.test_clause_form import table
from tests.partnerships.expectations import filing
from tests.partnerships.expectations.filing import address

pytestmark = pytest.mark.django_db
WORDS = "Publier un rapport que chacun comprend"


@pytest.fixture
def case(cast):
    partnership = filing.ask_parties(cast, at=ago(days=1))
    value = [{**filing.expectation(WORDS, "Rapport en ligne"), "by_date": "2027-05-02"}]
    for person, lines in ((cast.ada, value), (cast.carla, [filing.expectation("Être citée au rapport")])):
        envelopes.draft(
            round_id=filing.the_round(partnership).pk,
            speaker=person,
            part="expectations",
            value=lines,
            seen_number=None,
            at=ago(),
        )
        filing.write(partnership, person, "Aucune donnée vendue", part="limits", at=ago())
        filing.seal(partnership, person, at=ago())
    return partnership


def page_text(browser, url):
    return unescape(browser.get(url).content.decode())


def links(page, heading):
    """Return the ways from the comparison to a form under a heading, those of groups last."""
    urls = re.findall(rf'href="([^"]*/rubrique/{heading:d}/\?ligne=[^"]*)"', page)
    return sorted(urls, key=lambda url: url.count("ligne="))


def typed(*rows, **given):
    return {"title": "Ce que chacun attend", "body": "Ceci.", "plain_words": "", **given} | table(
        "expectations", *rows
    )


def row(line):
    return {
        "party_key": line.party.code,
        "text": line.text,
        "indicator": line.indicator,
        "by_date": str(line.by_date or ""),
    }


def write_clause(broker, case, line):
    answer = broker.post(address(case, "new_clause", 4), typed(row(line), ligne=line.pk, responsible=""))
    assert answer.status_code == 303
    return line.clauses.select_related("current").get()


def test_a_line_becomes_a_clause_and_the_comparison_shows_it(case, cast, enter):
    broker = enter(cast.nora)
    page = page_text(broker, address(case))
    assert "Attentes écrites dans une clause : 0 sur 4" in page
    line = Line.objects.select_related("party").get(text=WORDS)
    (way,) = [url for url in links(page, Heading.EXPECTATIONS) if url.endswith(f"?ligne={line.pk}")]
    form = page_text(broker, way)
    for words in (
        WORDS,
        "Rapport en ligne",
        "2027-05-02",
        "Attentes reliées",
        f'name="ligne" value="{line.pk}"',
    ):
        assert words in form
    clause = write_clause(broker, case, line)
    (expectation,) = terms.read(clause.current.terms).expectations
    assert (expectation.party_key, expectation.text, expectation.indicator) == (
        "A",
        WORDS,
        "Rapport en ligne",
    )
    assert expectation.code.startswith("AA")
    assert expectation.by_date == date(2027, 5, 2)
    page = page_text(broker, address(case))
    assert "Attentes écrites dans une clause : 1 sur 4" in page
    assert f'{address(case, "drafting")}#clause-{references.number_of(clause)}"' in page
    assert "Reliée à 1 attente" in page_text(broker, address(case, "drafting"))
    assert "D’où vient cette clause" in page_text(broker, address(case, "clause", clause.pk))
    with owner(triggers=False):
        amended = Roadmap.objects.create(
            partnership=case, edition=2, state="void", opened_at=ago(), entered_at=ago()
        )
    with owner(triggers=False):
        Clause.objects.create(roadmap=amended, heading=4, key="autre", position=31).written_from.add(line)
    assert "#clause-31" not in page_text(broker, address(case))
    clause_order.remove_clause(clause_id=clause.pk, broker=cast.nora, at=ago())
    assert "Attentes écrites dans une clause : 0 sur 4" in page_text(broker, address(case))


def test_a_party_sees_the_linked_clauses_once_it_has_the_text(case, cast, enter):
    line = Line.objects.select_related("party").get(text=WORDS)
    clause = write_clause(enter(cast.nora), case, line)
    ada = enter(cast.ada)
    assert "Pas encore écrite" not in page_text(ada, address(case))
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=ago())
    assert "Écrire une clause à partir de cette attente" not in page_text(enter(cast.nora), address(case))
    page = page_text(ada, address(case))
    assert f'{address(case, "roadmap")}#clause-{references.number_of(clause)}"' in page
    assert "Pas encore écrite" in page
    assert "Écrire une clause à partir de cette attente" not in page


def test_the_lines_of_a_group_go_together_into_a_new_clause_or_one_in_place(case, cast, enter):
    broker = enter(cast.nora)
    lines = list(Line.objects.filter(kind="expectation").select_related("party").order_by("pk"))
    way = links(page_text(broker, address(case)), Heading.EXPECTATIONS)[-1]
    assert way.count("ligne=") == 2
    form = page_text(broker, way)
    assert all(line.text in form for line in lines)
    standing = Clause.objects.get(roadmap__partnership=case, heading=Heading.EXPECTATIONS)
    (in_place,) = re.findall(rf'href="({address(case, "clause", standing.pk)}\?[^"]*)"', form)
    form = page_text(broker, in_place)
    before = terms.read(standing.current.terms).expectations
    assert all(each.text in form for each in (*lines, *before))
    rows = [
        {"code": each.code, "party_key": each.party_key, "text": each.text, "indicator": each.indicator}
        for each in before
    ]
    given = typed(*rows, *map(row, lines), ligne=[line.pk for line in lines], seen_number=1, reason="")
    assert broker.post(address(case, "clause", standing.pk), given).status_code == 303
    standing.refresh_from_db()
    assert len(terms.read(standing.current.terms).expectations) == len(before) + 2
    assert set(standing.written_from.order_by("pk")) == set(lines)
    assert "Attentes écrites dans une clause : 2 sur 4" in page_text(broker, address(case))


def test_a_clause_of_the_library_is_prefilled_with_the_lines(case, cast, enter):
    library.update_shipped_clauses(at=make.NOON)
    broker = enter(cast.nora)
    line = Line.objects.filter(kind="limit").earliest("pk")
    offer = page_text(broker, f"{address(case, 'shelf', Heading.LIMITS)}?ligne={line.pk}")
    version = LibraryVersion.objects.filter(current_of__heading=Heading.LIMITS, rule="").earliest("pk")
    way = f"{address(case, 'insert_clause', version.pk)}?ligne={line.pk}"
    assert f'href="{way}"' in offer
    form = page_text(broker, way)
    assert version.title in form
    assert "Aucune donnée vendue" in form
    given = {"title": "Limites", "body": "Celles-ci.", "plain_words": "", "responsible": "", "ligne": line.pk}
    answer = broker.post(
        address(case, "insert_clause", version.pk),
        given | table("limits", {"text": line.text}) | table("red_lines"),
    )
    assert answer.status_code == 303
    assert line.clauses.get().library_version == version


def test_lines_not_opened_in_this_case_are_refused(case, cast, enter):
    line = Line.objects.earliest("pk")
    other = make.partnership(cast, until="drafting", title="Un autre dossier")
    with pytest.raises(clauses.UnknownLine):
        drafting.add_clause(
            partnership_id=other.pk,
            broker=cast.nora,
            heading=Heading.PREAMBLE,
            wording=drafting.Wording(title="Ici", body="Ceci.", line_ids=(line.pk,)),
            at=ago(),
        )
    assert line.text not in page_text(
        enter(cast.nora), f"{address(other, 'new_clause', 4)}?ligne={line.pk}&ligne=x"
    )


def source_line(kind, text="", party="E", **more):
    return SourceLine(party_key=party, party_name="Valfictif", side="company", kind=kind, text=text, **more)


def test_a_heading_without_a_table_gets_the_lines_as_sentences():
    draft = prefill.draft_clause(
        Heading.RESULTS,
        [
            source_line(
                "expectation", "Déposer nos brevets.", indicator="Un dépôt", by_date=date(2027, 3, 1)
            ),
            source_line("red_line", "Aucune cession"),
        ],
    )
    assert draft.terms == terms.Terms()
    assert draft.body == (
        "- Valfictif attend\u00a0: Déposer nos brevets. On le saura à\u00a0: Un dépôt. "
        "Au plus tard le 1er\u00a0mars 2027.\n"
        "- Valfictif ne négocie pas ceci\u00a0: Aucune cession."
    )


def test_means_become_a_commitment_of_who_brings_them():
    heading = prefill.heading_for("means", "company")
    draft = prefill.draft_clause(heading, [source_line("means", hours=42, amount_minor=480000)])
    (promise,) = draft.terms.commitments
    assert (heading, draft.responsible) == (Heading.COMPANY_COMMITMENTS, "E")
    assert (promise.hours, promise.amount_minor) == (42, 480000)
    assert promise.text == "4\u202f800\u202f€ et 42 heures"
    both = prefill.draft_clause(
        heading, [source_line("means", hours=42), source_line("means", hours=8, party="F")]
    )
    assert (both.responsible, [each.party_key for each in both.terms.commitments]) == ("", ["E", "F"])


def test_a_line_too_long_for_a_title_or_a_gloss_is_cut_in_the_one_and_left_out_of_the_other():
    draft = prefill.draft_clause(Heading.RESULTS, [source_line("limit", "Aucun mot de trop. " * 32)])
    assert (draft.title.endswith(" …"), len(draft.title) <= 80) == (True, True)
    assert draft.plain_words == ""
    assert draft.body.count("Aucun mot de trop") == 32


def test_each_red_line_is_a_clause_of_its_own_words():
    drafts = [
        prefill.draft_clause(Heading.LIMITS, [source_line("red_line", text)])
        for text in ("Aucune cession", "Aucun logo sans accord\u00a0!", "Notre parole reste libre.")
    ]
    assert [draft.title for draft in drafts] == [
        "Aucune cession",
        "Aucun logo sans accord\u00a0!",
        "Notre parole reste libre",
    ]
    assert len({draft.body for draft in drafts}) == len(drafts)
    assert drafts[0].body.startswith("Aucune cession.\n\nLigne rouge demandée par\u00a0: Valfictif.")
    assert [row.text for row in drafts[0].terms.red_lines] == ["Aucune cession"]
    limits = [source_line("limit", text) for text in ("Un", "Deux", "Trois")]
    draft = prefill.draft_clause(Heading.LIMITS, limits)
    assert [(row.text, row.party_key) for row in draft.terms.limits] == [
        ("Un", "E"),
        ("Deux", "E"),
        ("Trois", "E"),
    ]
