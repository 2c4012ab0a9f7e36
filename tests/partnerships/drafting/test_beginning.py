"""Beginning a text: models, a blank text, an earlier text; its rows, its blanks, and what may follow."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import IntegrityError
from django.urls import reverse

from accounts.text import canonical
from ledger.models import Entry
from partnerships.charter import terms as charter_terms
from partnerships.charter.texts import Heading
from partnerships.checks import blanks
from partnerships.drafting import library_file
from partnerships.drafting.actions import beginning, clauses, library, model_charters, requirements, risks
from partnerships.drafting.actions import blanks as blank_actions
from partnerships.drafting.queries.beginning import beginning_page, earlier_texts
from partnerships.drafting.queries.blanks import blanks_page
from partnerships.drafting.queries.headings import MANDATORY_HEADINGS
from partnerships.expectations.actions import open_expectations
from partnerships.lifecycle import Edition
from partnerships.models import (
    ActionKind,
    Clause,
    LibraryClause,
    Line,
    LineKind,
    ModelCharter,
    ModelCharterVersion,
    Partnership,
)
from partnerships.negotiation.actions import negotiation
from partnerships.permissions import NotABroker
from partnerships.rounds.actions.rounds import SkipReasonMissing
from partnerships.scoping import actions as scoping
from partnerships.signing.actions import freezing
from partnerships.text import agreement
from partnerships.text import risks as risk_rows
from tests import make, wording
from tests.database_owner import owner
from tests.opened_case import ANSWERS, MODELS, opened_case

pytestmark = pytest.mark.django_db


def clauses_of(case: Partnership) -> list[Clause]:
    return agreement.clauses_of(make.roadmap(case))


def terms_of(clause: Clause):
    return charter_terms.read(clause.current.terms)


def model_code(title: str) -> str:
    return f"model-{ModelCharterVersion.objects.get(current_of__isnull=False, title=title).pk}"


def begin(case: Partnership, broker, code: str, **options):
    return beginning.begin_text(partnership_id=case.pk, broker=broker, code=code, at=make.NOON, **options)


def prepared(cast) -> Partnership:
    """Return a case in preparation whose text has no clause and whose parties were not asked anything."""
    case = scoping.open_case(
        broker=cast.nora, title=make.TITLE, organisations=[cast.association, cast.company], at=make.NOON
    )
    make.describe(case, cast.nora, at=make.NOON)
    scoping.prepare(partnership_id=case.pk, broker=cast.nora, at=make.NOON)
    return Partnership.objects.get(pk=case.pk)


def fill_all(case: Partnership, broker) -> None:
    values: dict[int, dict[int, object]] = {}
    rows = blanks_page(case).rows
    for row in rows:
        answer = date(2027, 3, 1) if row.is_day else ANSWERS[row.label]
        values.setdefault(row.clause_id, {})[row.index] = answer
    blank_actions.fill_blanks(
        partnership_id=case.pk,
        broker=broker,
        values=values,
        seen_numbers={row.clause_id: row.revision_number for row in rows},
        at=make.NOON,
    )


def test_the_shipped_models_name_clauses_of_the_library_under_every_mandatory_heading(cast):
    headings = {clause.key: clause.heading for clause in library_file.shipped_clauses()}
    shipped = library_file.shipped_models()
    assert len(shipped) >= 5
    for model in shipped:
        assert set(model.clauses) <= set(headings), model.key
        used = [headings[key] for key in model.clauses]
        assert set(MANDATORY_HEADINGS) <= set(used), model.key
        assert used == sorted(used), model.key
        assert set(model.kinds) <= set(ActionKind.values)
        assert all((model.title_fr, model.title_en, model.description_fr, model.description_en))
    assert {Heading.DISPUTES, Heading.FOLLOW_UP, Heading.TERM} <= set(MANDATORY_HEADINGS)


def test_the_models_are_shipped_once_and_a_broker_changes_them_with_a_reason(cast, capsys):
    make.shipped_library()
    call_command("ship_library")
    assert "0 versions" in capsys.readouterr().out
    model = ModelCharter.objects.select_related("current").get(key="guide")
    content = model_charters.content_of(model.current)
    changed = model_charters.ModelContent(
        **{name: getattr(content, name) for name in content.__dataclass_fields__} | {"title": "Guide"}
    )
    options = {"model_id": model.pk, "broker": cast.nora, "seen_number": 1, "at": make.NOON}
    for refusal, wrong in (
        (model_charters.ModelReasonMissing, {"content": changed, "reason": " "}),
        (model_charters.ModelCharterUnchanged, {"content": content, "reason": "x"}),
        (model_charters.StaleModelCharter, {"content": changed, "reason": "x", "seen_number": 7}),
        (NotABroker, {"content": changed, "reason": "x", "broker": cast.ada}),
    ):
        with pytest.raises(refusal):
            model_charters.revise_model(**options | wrong)
    version = model_charters.revise_model(**options, content=changed, reason="Plus court.")
    assert (version.number, version.milestones) == (2, model.current.milestones)
    assert model_charters.update_shipped_models(at=make.NOON) == 0
    model_charters.retire_model(model_id=model.pk, broker=cast.oscar, reason="Double.", at=make.NOON)
    with pytest.raises(model_charters.ModelAlreadyRetired):
        model_charters.retire_model(model_id=model.pk, broker=cast.oscar, reason="x", at=make.NOON)
    assert "Guide" not in [row.title for row in beginning_page(prepared(cast), cast.nora).models]
    with pytest.raises(IntegrityError, match="is sealed"), owner() as cursor:
        cursor.execute("UPDATE partnerships_modelcharterversion SET title = 'x'")


@pytest.mark.parametrize("name", ["P1", "P2", "P3", "P4", "P5"])
def test_one_press_writes_a_text_that_can_be_put_to_the_parties_once_its_blanks_are_filled(cast, name):
    make.shipped_library()
    opened = opened_case(cast, name, at=make.NOON)
    case = opened.partnership
    begin(case, cast.nora, model_code(MODELS[name]))
    begun = clauses_of(case)
    assert set(MANDATORY_HEADINGS) <= {clause.heading for clause in begun}
    words = [(clause.current.title, clause.current.body) for clause in begun]
    assert len(set(words)) == len(words)
    assert len({body for _title, body in words}) == len(words)
    _assert_rows(opened, begun, {"A": cast.association.name, "E": cast.company.name})
    with pytest.raises(requirements.TextHasBlanks):
        negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=make.NOON)
    fill_all(case, cast.nora)
    assert not blanks_page(case).rows
    filled = charter_terms.together(map(terms_of, clauses_of(case)))
    assert filled.ends_on == date(2027, 3, 1)
    assert {row.due_date for row in filled.milestones} == {date(2027, 3, 1)}
    assert not any("[" in row.title for row in filled.milestones)
    # What a party expects may itself be a risk, which the broker keeps with a reason.
    keep_risks(case, cast.nora)
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=make.NOON)


def keep_risks(case: Partnership, broker) -> None:
    for clause in clauses_of(case):
        for row in risk_rows.beside(clause, ()):
            if row.is_open:
                risks.keep_risk(
                    clause_id=clause.pk,
                    broker=broker,
                    seen_number=clause.current.number,
                    code=row.code,
                    reason="Ce sont les mots de la partie.",
                    at=make.NOON,
                )


def _assert_rows(opened, begun, names) -> None:
    """Every filed line is a row with its owner, in one clause of its kind, linked to that clause."""
    terms = charter_terms.together(map(terms_of, begun))
    holders = [clause for clause in begun if terms_of(clause).limits]
    assert len(holders) == 1
    limits = {(row.text, row.party_key) for row in terms.limits}
    for filing in opened.filings:
        party = filing.party
        assert {row.text for row in filing.expectations} <= {
            row.text for row in terms.expectations if row.party_key == party
        }
        assert {(text, party) for text in filing.limits} <= limits
        promises = [row for row in terms.commitments if row.party_key == party]
        assert [(row.hours, row.amount_minor) for row in promises] == [
            (filing.hours, filing.amount * 100 if filing.amount else None)
        ]
        for text in filing.red_lines:
            clause = next(row for row in begun if text in row.current.body)
            assert clause.heading == Heading.LIMITS
            assert text.startswith(clause.current.title.rstrip(" …"))
            assert names[party] in clause.current.body
            assert [(row.party_key, row.text) for row in terms_of(clause).red_lines] == [(party, text)]
            assert [line.text for line in clause.written_from.order_by("pk")] == [text]
    kept = [LineKind.EXPECTATION, LineKind.LIMIT, LineKind.RED_LINE, LineKind.MEANS]
    lines = Line.objects.filter(round__partnership=opened.partnership, kind__in=kept)
    assert not lines.filter(clauses=None).exists()


def test_the_canvas_and_the_description_answer_placeholders(cast):
    make.shipped_library()
    case = opened_case(cast, "P1", at=make.NOON).partnership
    begin(case, cast.nora, model_code(MODELS["P1"]))
    text = canonical.seen("\n".join(clause.current.body for clause in clauses_of(case)))
    assert "61 % des 188 répondants" in text
    assert "en dix mois, un guide pratique co-écrit par des patients" in text
    assert "3 000 guides diffusés" in text
    milestone = terms_of(
        next(row for row in clauses_of(case) if row.heading == Heading.MILESTONES)
    ).milestones[0]
    assert milestone.title.startswith("Faire lire le questionnaire à cinq patients")
    entry = Entry.objects.filter(kind="edition.begin").get()
    assert entry.facts["model"] == MODELS["P1"]
    assert len(entry.facts["lines"]) == Line.objects.filter(round__partnership=case).count()


def test_a_blank_text_has_a_clause_to_write_under_each_mandatory_heading(cast):
    case = opened_case(cast, "P2", at=make.NOON).partnership
    begin(case, cast.nora, "blank")
    begun = clauses_of(case)
    assert {clause.heading for clause in begun} == {*MANDATORY_HEADINGS}
    assert "texte de la clause" in {row.label for row in blanks_page(case).rows}
    assert all(terms_of(clause).expectations for clause in begun if clause.heading == Heading.EXPECTATIONS)


def test_an_earlier_text_comes_without_names_amounts_and_dates(cast):
    earlier = make.partnership(cast, until=Edition.DRAFTING)
    words = wording.Wording(
        title="Versement de Laboratoires Valfictif",
        body="Laboratoires Valfictif verse 12 000 € à Souffle Imaginaire le 3 mars 2027, par Nora Passerelle "
        "(nora@passeur.example). Valfictif déclare ce don avant le 1er septembre 2027.",
    )
    roadmap = make.roadmap(earlier)
    clauses.add_clause(
        partnership_id=earlier.pk, broker=cast.nora, heading=Heading.BUDGET, wording=words, at=make.NOON
    )
    negotiation.open_negotiation(partnership_id=earlier.pk, broker=cast.nora, at=make.NOON)
    case = opened_case(cast, "P1", at=make.NOON).partnership
    assert [text.partnership_id for text in earlier_texts(case, cast.nora)] == [earlier.pk]
    assert not earlier_texts(case, cast.oscar)
    with pytest.raises(beginning.BeginningNotOffered):
        begin(case, cast.oscar, f"case-{roadmap.pk}")
    begin(case, cast.nora, f"case-{roadmap.pk}")
    copied = next(row.current for row in clauses_of(case) if "Versement" in row.current.title)
    assert copied.title == "Versement de [à compléter : nom de l’entreprise]"
    assert copied.body == (
        "[à compléter : nom de l’entreprise] verse [à compléter : montant] à [à compléter : nom de l’association] le "
        "[à compléter : date], par [à compléter : nom du passeur] ([à compléter : contact]). "
        "[à compléter : nom de l’entreprise] déclare ce don avant le [à compléter : date]."
    )
    whole = "\n".join(
        f"{row.current.title}\n{row.current.body}\n{row.current.terms}"
        for row in clauses_of(case)
        if row.heading not in (Heading.EXPECTATIONS, Heading.LIMITS)
    )
    assert "Notre parole publique sur l’accès aux soins" not in whole
    assert "1500000" not in whole
    assert "2026" not in "".join(row.current.body for row in clauses_of(case))


def test_a_text_begins_once_and_only_when_no_envelope_is_sealed(cast):
    make.shipped_library()
    case = prepared(cast)
    with pytest.raises(SkipReasonMissing):
        begin(case, cast.nora, "blank")
    with pytest.raises(NotABroker):
        begin(case, cast.ada, "blank", skip_reason="Réunion.")
    with pytest.raises(beginning.BeginningNotOffered):
        begin(case, cast.nora, "model-999999", skip_reason="Réunion.")
    assert not Clause.objects.filter(roadmap__partnership=case).exists()
    begin(case, cast.nora, "blank", skip_reason="Tout a été dit en réunion.")
    case.refresh_from_db()
    assert case.expectations_skipped == "Tout a été dit en réunion."
    with pytest.raises(beginning.TextAlreadyBegun):
        begin(case, cast.nora, "blank")
    entry = Entry.objects.filter(kind="expectations.skip").get()
    assert entry.facts == {"reason": "Tout a été dit en réunion."}


def test_a_text_with_blanks_cannot_be_frozen_and_the_refusal_lists_them_all(cast):
    case = make.partnership(cast, until=Edition.AGREED)
    clause = agreement.clauses_of(make.roadmap(case))[0]
    body = "L’action dure [à compléter : durée] et coûte [à compléter : montant]."
    with owner(triggers=False) as cursor:
        cursor.execute(
            "UPDATE partnerships_clauserevision SET body = %s WHERE id = %s", [body, clause.current_id]
        )
    with pytest.raises(requirements.TextHasBlanks) as refusal:
        freezing.freeze(partnership_id=case.pk, broker=cast.nora, at=make.NOON)
    assert "durée" in refusal.value.message
    assert "montant" in refusal.value.message


def test_the_pages_mark_count_and_list_the_blanks_and_fill_them(cast, enter):
    make.shipped_library()
    case = opened_case(cast, "P1", at=make.ago(days=2)).partnership
    browser = enter(cast.nora)
    start = reverse("partnerships:begin_text", args=[case.reference])
    assert start in browser.get(reverse("partnerships:expectations", args=[case.reference])).text
    page = browser.get(start).text
    assert all(title in page for title in MODELS.values())
    answer = browser.post(start, {"beginning": model_code(MODELS["P1"])}, follow=True).text
    rows = blanks_page(case).rows
    assert f"{len(rows)} blancs à compléter" in answer
    assert '<mark class="blank">[à compléter : nom de la licence]</mark>' in answer
    fill = reverse("partnerships:fill_blanks", args=[case.reference])
    assert all(f"{fill}#{row.name}" in answer for row in rows)
    form = browser.get(fill).text
    assert all(f'id="{row.name}"' in form for row in rows)
    first = next(row for row in rows if row.label == "nom de la licence")
    assert browser.post(fill, {}).status_code == 422
    answer = browser.post(fill, {first.name: "CC BY"}, follow=True).text
    assert f"{len(rows) - 1} blancs restent à compléter." in answer
    assert "sous la licence CC BY, avec" in answer
    assert browser.get(start).status_code == 302 or browser.get(start).status_code == 303


def test_parties_read_why_their_expectations_were_not_asked(cast, enter):
    case = prepared(cast)
    browser = enter(cast.nora)
    page = reverse("partnerships:expectations", args=[case.reference])
    assert page in browser.get(reverse("partnerships:drafting", args=[case.reference])).text
    with pytest.raises(negotiation.ExpectationsNotAsked):
        make.write_text(case, cast.nora, at=make.NOON)
        negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=make.NOON)
    skip = reverse("partnerships:skip_expectations", args=[case.reference])
    assert browser.post(skip, {"reason": ""}).status_code == 422
    assert enter(cast.ada).post(skip, {"reason": "x"}).status_code == 403
    browser.post(skip, {"reason": "Les deux parties ont déjà travaillé ensemble."})
    for person in (cast.ada, cast.carla):
        reader = enter(person)
        assert "Les deux parties ont déjà travaillé ensemble." in reader.get(page).text
        assert (
            "Les deux parties ont déjà travaillé ensemble."
            in reader.get(reverse("partnerships:ledger", args=[case.reference])).text
        )
    negotiation.open_negotiation(partnership_id=case.pk, broker=cast.nora, at=make.NOON)


def test_library_clauses_of_a_retired_choice_give_way_to_the_heading(cast):
    make.shipped_library()
    retired = LibraryClause.objects.get(key="litiges")
    library.retire(clause_id=retired.pk, broker=cast.nora, reason="À revoir.", at=make.NOON)
    other = LibraryClause.objects.get(key="responsabilite")
    library.retire(clause_id=other.pk, broker=cast.nora, reason="À revoir.", at=make.NOON)
    case = opened_case(cast, "P1", at=make.NOON).partnership
    begin(case, cast.nora, model_code(MODELS["P1"]))
    disputes = [row.current for row in clauses_of(case) if row.heading == Heading.DISPUTES]
    assert [row.body for row in disputes] == [blanks.marker("texte de la clause")]


def test_a_heading_that_the_freeze_demands_is_never_called_optional(cast, enter):
    case = prepared(cast)
    page = enter(cast.nora).get(reverse("partnerships:drafting", args=[case.reference])).text
    parts = re.split(r'<section class="stack"\s+id="rubrique-(\d+)"', page)[1:]
    sections = dict(zip(map(int, parts[::2]), parts[1::2], strict=True))
    assert set(sections) == set(Heading)
    for heading, section in sections.items():
        assert ("peut rester vide" in section) == (heading not in MANDATORY_HEADINGS), heading


def test_a_round_lasts_seven_french_working_days_until_six_in_the_evening(cast, enter):
    case = prepared(cast)
    page = enter(cast.nora).get(reverse("partnerships:expectations", args=[case.reference])).text
    assert re.search(r'name="days"[^>]*value="7"|value="7"[^>]*name="days"', page)
    # Easter Monday, 6 April 2026, is no working day.
    asked_at = datetime(2026, 4, 2, 10, 0, tzinfo=UTC)
    round_ = open_expectations(partnership_id=case.pk, broker=cast.nora, at=asked_at)
    assert round_.deadline_at == datetime(2026, 4, 14, 18, 0, tzinfo=ZoneInfo("Europe/Paris"))


def test_the_milestones_of_the_models_are_complete():
    names = {"title", "title_en", "indicator", "indicator_en", "owner", "after_days"}
    for model in library_file.shipped_models():
        assert model.milestones
        for milestone in model.milestones:
            assert set(milestone) == names, model.key
            assert milestone["owner"] in ("association", "company", "both")
        days = [milestone["after_days"] for milestone in model.milestones]
        assert days == sorted(days)
