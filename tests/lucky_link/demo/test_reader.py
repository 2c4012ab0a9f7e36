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


def line_number(text: str, start: str) -> int:
    """Return the number of the first line of a text that starts with `start`."""
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(start))


@pytest.mark.parametrize(
    ("original", "replacement", "line", "reason"),
    [
        ('heading = "TERM"', 'heading = "THE_END"', 'heading = "THE_END"', "'THE_END' is none of PREAMBLE"),
        (
            "frozen = -144",
            'frozen = "soon"',
            "frozen",
            "calendar.frozen: 'soon': Expected `int.*`, got `str`",
        ),
        ("rounds = [-163, -152]", "rounds = 3", "rounds", "calendar.rounds: 3: Expected `list`, got `int`"),
        ("signed = { A = -141, E = -140 }", 'signed = { A = "x" }', "signed", "Expected `int`, got `str`"),
        (
            "signed = { A = -141, E = -140 }",
            "signed = { B = -141 }",
            "signed",
            "the parties are A .association. and E",
        ),
        ('stance = "question"', 'stance = "maybe"', 'stance = "maybe"', "'maybe' is none of objection"),
        ("[calendar]", "[calendar]\ncolour = 1", "colour", "calendar.colour: unknown key; known: opened"),
        ('association = "Souffle Imaginaire"\n', "", "#", "the key association is missing"),
        ("opened = -200\n", "", "[calendar]", "calendar: the key opened is missing"),
        ("frozen = -144", "frozen = -144\n[[limits]]", "[[limits]]", "limits: unknown key"),
        ("rounds = [-163, -152]", "rounds = []", "rounds", "round 1 is discussed and has no day"),
        ('party = "E"\nclause = 6', 'party = "B"\nclause = 6', 'party = "B"', "'B' is none of A, E"),
        ("until = 11", "until = 9.5", "until", "postponements.0..until: 9.5: Expected `int`, got `float`"),
        ("paid = -30", "paid = -300", "paid = -300", "payments.1..paid: day -300 is not after the charter"),
    ],
)
def test_a_problem_is_shown_with_its_line(original: str, replacement: str, line: str, reason: str) -> None:
    text = (CASES / "P1.toml").read_text(encoding="utf-8")
    assert original in text
    changed = text.replace(original, replacement)
    with pytest.raises(InvalidFile, match=reason) as error:
        reader.parse(changed, CaseFile, "P1.toml")
    assert f"P1.toml, line {line_number(changed, line)}:" in str(error.value)


def test_every_reference_that_leads_nowhere_is_shown() -> None:
    text = (CASES / "P1.toml").read_text(encoding="utf-8")
    text = text.replace('heading = "TERM"', 'heading = "THE_END"').replace("clause = 15", "clause = 150")
    with pytest.raises(InvalidFile) as error:
        reader.parse(text, CaseFile, "P1.toml")
    lines = str(error.value).splitlines()
    assert [line.partition(": ")[0] for line in lines] == [
        "P1.toml, line 247",
        "P1.toml, line 257",
        "P1.toml, line 271",
    ]


def test_broken_toml_is_shown_with_its_line() -> None:
    with pytest.raises(InvalidFile, match="line 1"):
        reader.parse("[calendar\n", CaseFile, "bad.toml")
