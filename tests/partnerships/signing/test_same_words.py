"""What is frozen is what was agreed: page, JSON and PDF say the same words, clause by clause."""

from __future__ import annotations

import html
import json
import re
import subprocess
from collections import Counter
from datetime import date

import pytest
from django.urls import reverse

from partnerships.charter import chapters, regulation, snapshot, typography
from partnerships.charter.tables import LAYOUT
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.text import agreement
from tests import full_text, make
from tests.partnerships.charter.conftest import render

pytestmark = pytest.mark.django_db

ARTICLE = re.compile(r'<article class="clause".*?</article>', re.DOTALL)
WORD = re.compile(r"[\w€%☐]+")
# What the columns of the tables write in place of a code of the JSON, or beside the words of a clause.
WRITTEN = {"cash": "argent", "in_kind": "en nature"}
LABELS = (
    "Clause En clair Responsable toutes les parties Objet Attente Limite Engagement par le passeur "
    "argent en nature sans TVA récupérée non"
)


def words_of(text):
    return Counter(WORD.findall(text))


@pytest.fixture
def frozen(cast):
    return full_text.frozen(cast)


@pytest.fixture
def text(frozen):
    return json.loads(bytes(frozen[1].canonical_json))


def said_by(row, names):
    """Yield the words of a row of the JSON, as any reader would write them."""
    for field, value in row.items():
        if field in ("party_key", "payer_key", "owner"):
            yield names[value] if value else ""
        elif field == "vat_permille":
            yield f"{value / 10:g} %".replace(".", ",")
        elif field == "vat":
            continue
        elif field.endswith("_minor"):
            yield typography.euros(value) if value is not None else ""
        elif isinstance(value, list):
            yield ", ".join(value)
        elif re.fullmatch(r"\d{4}-\d\d-\d\d", str(value)):
            yield typography.day(date.fromisoformat(value))
        else:
            yield WRITTEN.get(value, str(value or ""))


def cost_of(line):
    """Return the cost of a line of the budget, of which VAT is a part when nobody recovers it."""
    rate = line.get("vat_permille", 0) if line.get("vat") == "borne" else 0
    return typography.euros(line["amount_minor"] * (1000 + rate) // 1000)


def rows_of(clause, text, used, names):
    """Yield the words of the rows of a clause of the JSON; `used`: rows of each table read so far."""
    for rows in clause.get("rows", ()):
        name = rows["table"]
        source = text["broker"] if name == "fees" else text
        if isinstance(source[name], list):
            for row in source[name][used[name] : used[name] + rows["count"]]:
                yield from said_by(row, names)
                yield cost_of(row) if name == "budget" else ""
            used[name] += rows["count"]
        elif name == "regulation":
            filled = regulation.RegulationText(**{**source[name], "event_date": None})
            yield from (str(line.value) for line in regulation.lines(filled))
            yield typography.day(date.fromisoformat(source[name]["event_date"]))
        elif name == "publication":
            yield "résumé publié une fois la charte scellée"
        else:
            yield from said_by({name: source[name]}, names)


def said_in_json(text):
    """Return number -> words of each clause, from the JSON alone."""
    names = {party["key"]: party["name"] for party in text["parties"]}
    names |= {"broker": "", "both": ""}
    numbers = chapters.numbers_of(snapshot.from_json(json.dumps(text).encode()))
    used = Counter()
    said = {}
    for clause in sorted(text["clauses"], key=lambda clause: (clause["heading"], clause["number"])):
        parts = [clause["title"], clause["body"], clause["plain_words"], names.get(clause["party_key"], "")]
        parts += rows_of(clause, text, used, names)
        said[numbers[clause["key"]]] = words_of(" ".join(parts))
    return said


def said_on_page(page):
    articles = ARTICLE.findall(page)
    numbers = [re.search(r'id="clause-([^"]+)"', article)[1] for article in articles]
    texts = [html.unescape(re.sub(r"<[^>]+>", " ", article)) for article in articles]
    return dict(zip(numbers, map(words_of, texts), strict=True))


def printed_in(pdf):
    printed = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return re.sub(r"\s+", " ", printed.stdout.decode())


def said_in_pdf(words, numbers):
    starts = [words.index(f"Clause {number}. ") for number in numbers]
    assert starts == sorted(starts)
    titles = [re.sub(r"\s+", " ", title) for title in [*HEADING_TITLES.values(), "Signatures"]]
    # A section ends where the next one begins: the picture of the milestones stands above their clause.
    sections = [words.index(f" {number}. {title} ") for number, title in enumerate(titles, 1)]
    ends = [min(mark for mark in [*starts, *sections] if mark > start) for start in starts]
    return {
        number: words_of(words[start:end]) for number, start, end in zip(numbers, starts, ends, strict=True)
    }


@pytest.fixture
def pdf(frozen):
    return render(snapshot.from_json(bytes(frozen[1].canonical_json)), ())


def test_the_text_has_every_kind_of_clause_and_of_row(text):
    assert {clause["heading"] for clause in text["clauses"]} == {heading.value for heading in Heading}
    tables = {rows["table"] for clause in text["clauses"] for rows in clause.get("rows", ())}
    assert tables == {
        *(name for name, _title, _columns in LAYOUT),
        *("starts_on", "ends_on", "transparency_object", "regulation", "publication"),
    }
    for name, _title, columns in LAYOUT:
        rows = text["broker"]["fees"] if name == "fees" else text[name]
        for column in columns:
            assert any(row.get(column.field) for row in rows) or column.field == "cost_minor", (name, column)
    assert any(clause.get("cites") for clause in text["clauses"])


def test_page_json_and_pdf_say_the_same_clause_by_clause(frozen, text, pdf, cast, enter):
    said = said_in_json(text)
    browser = enter(cast.ada)
    pages = {
        name: browser.get(reverse(f"partnerships:{name}", args=[frozen[0].reference])).text
        for name in ("roadmap", "sign")
    }
    printed = printed_in(pdf)
    shown = {name: said_on_page(page) for name, page in pages.items()}
    shown["pdf"] = said_in_pdf(printed, list(said))
    labels = words_of(" ".join([LABELS, *(column.label for _n, _t, columns in LAYOUT for column in columns)]))
    labels += words_of(" ".join([*(title for _n, title, _c in LAYOUT), *HEADING_TITLES.values()]))
    labels += words_of(" ".join(line.label for line in regulation.lines(full_text.REGULATION)))
    labels += words_of("Début Fin Objet à déclarer Registre public")
    labels += words_of(" ".join([text["broker"]["person"], text["broker"]["firm"]]))
    # Numbers of the clauses, and what runs at the top and the foot of the pages.
    labels += words_of(" ".join([*said, *map(str, range(30)), text["title"], text["reference"], "édition"]))
    for name, clauses in shown.items():
        assert list(clauses) == list(said), name
        for number, words in clauses.items():
            assert said[number] - words == Counter(), (name, number)
            assert {word for word in words - said[number] if word not in labels} == set(), (name, number)
    # What stands beside the clauses.
    beside = [text["title"], text["reference"], text["plain_words"], text["patient_need"]]
    beside += [text["broker"]["person"], text["broker"]["declaration_of_interests"]]
    beside += [f"{party['name']} {party['signatory_name']} {party['address']}" for party in text["parties"]]
    for words in (words_of(html.unescape(re.sub(r"<[^>]+>", " ", pages["sign"]))), words_of(printed)):
        assert [each for each in beside if words_of(each) - words] == []


def test_the_snapshot_agrees_with_the_revisions(frozen, text):
    clauses = agreement.clauses_of(make.roadmap(frozen[0]))
    revisions = {clause.key: clause.current.number for clause in clauses}
    assert {each["clause_key"]: each["revision_number"] for each in text["agreements"]} == revisions
    assert len(text["agreements"]) == len(revisions) * len(text["parties"])
