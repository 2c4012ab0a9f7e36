"""A case written in TOML is read whole, and each problem is shown with its line and its reason."""

from pathlib import Path

import pytest

from lucky_link.demo import reader
from lucky_link.demo.case_file import CaseFile
from lucky_link.demo.cast import CASES, read_cast
from lucky_link.demo.reader import InvalidFile
from lucky_link.demo.script import script_of

SHIPPED = sorted(CASES.glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_case_is_read(path: Path) -> None:
    assert reader.read(path, CaseFile).clauses


def test_the_cast_names_everybody_a_shipped_case_needs() -> None:
    cast = read_cast()
    for path in SHIPPED:
        case = reader.read(path, CaseFile)
        script = script_of(case, cast)
        assert (script.association.name, script.company.name) == (case.association, case.company)
        assert script.broker.email == case.broker


def line_of(text: str, words: str) -> int:
    """Return the number of the line where the words first begin."""
    return text[: text.index(words)].count("\n") + 1


@pytest.mark.parametrize(
    ("original", "replacement", "offset", "reason"),
    [
        (
            'heading = "TERM"',
            'heading = "THE_END"',
            0,
            "clauses.18..heading: 'THE_END' is none of PREAMBLE",
        ),
        ("frozen = -144", 'frozen = "soon"', 0, "calendar.frozen: 'soon': Expected `int.*`, got `str`"),
        ("rounds = [-163, -152]", "rounds = 3", 0, "calendar.rounds: 3: Expected `list`, got `int`"),
        ("signed = { A = -141, E = -140 }", 'signed = { A = "x" }', 0, "Expected `int`, got `str`"),
        (
            "signed = { A = -141, E = -140 }",
            "signed = { B = -141 }",
            0,
            "the parties are A .association. and E",
        ),
        (
            'stance = "question"',
            'stance = "maybe"',
            0,
            "'maybe' is none of objection, question, reservation",
        ),
        ("[calendar]", "[calendar]\ncolour = 1", 1, "calendar.colour: unknown key; known: opened, prepared"),
        ('association = "Souffle Imaginaire"\n', "", -1, "the key association is missing"),
        ("opened = -200\n", "", -1, "calendar: the key opened is missing"),
        ("frozen = -144", "frozen = -144\n[[limits]]", 1, "limits: unknown key"),
        ("rounds = [-163, -152]", "rounds = []", 0, "round 1 is discussed and has no day"),
        ('party = "E"\nclause = 6', 'party = "B"\nclause = 6', 0, "'B' is none of A, E"),
        ("until = 11", "until = 9.5", 0, "postponements.0..until: 9.5: Expected `int`, got `float`"),
        ("paid = -30", "paid = -300", 0, "payments.1..paid: day -300 is not after the charter"),
    ],
)
def test_a_problem_is_shown_with_its_line(original: str, replacement: str, offset: int, reason: str) -> None:
    """`offset`: of the line that is named, from the first one that is replaced."""
    text = (CASES / "P1.toml").read_text(encoding="utf-8")
    line = line_of(text, original) + offset
    with pytest.raises(InvalidFile, match=reason) as error:
        reader.parse(text.replace(original, replacement), CaseFile, "P1.toml")
    assert f"P1.toml, line {line}:" in str(error.value)


def test_every_reference_that_leads_nowhere_is_shown() -> None:
    text = (CASES / "P1.toml").read_text(encoding="utf-8")
    wrong = text.replace('heading = "TERM"', 'heading = "THE_END"').replace("clause = 15", "clause = 150")
    with pytest.raises(InvalidFile) as error:
        reader.parse(wrong, CaseFile, "P1.toml")
    lines = str(error.value).splitlines()
    first, second = (
        line_of(text, f"round = 1\n{key}") + 2 for key in ('party = "A"\nclause = 15', "clause = 15")
    )
    assert [line.partition(": ")[0] for line in lines] == [
        f"P1.toml, line {line}" for line in (line_of(text, 'heading = "TERM"'), first, second - 1)
    ]


def test_broken_toml_is_shown_with_its_line() -> None:
    with pytest.raises(InvalidFile, match="line 1"):
        reader.parse("[calendar\n", CaseFile, "bad.toml")
