"""A case written in TOML is read whole, and what is wrong in it is shown with its line."""

from pathlib import Path

import pytest

from lucky_link import casereader
from lucky_link.casefile import BadCaseFile, CaseFile
from lucky_link.demonstration import people

SHIPPED = sorted((people.HERE / "cases").glob("*.toml"))


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_every_shipped_case_is_read(path: Path) -> None:
    assert casereader.read(path).clauses


def test_the_cast_names_everybody_a_shipped_case_needs() -> None:
    cast = people.read_cast()
    names = {each.name for each in (*cast.associations, *cast.companies)}
    brokers = {each.email for each in cast.brokers}
    for path in SHIPPED:
        case = casereader.read(path)
        assert {case.association, case.company} <= names
        assert case.broker in brokers


@pytest.mark.parametrize(
    ("instead_of", "written", "line", "reason"),
    [
        ('heading = "TERM"', 'heading = "THE_END"', 209, "none of PREAMBLE"),
        ("frozen = -144", 'frozen = "soon"', 15, "not of the type int"),
        ('stance = "question"', 'stance = "maybe"', 228, "none of question"),
        ("[calendar]", "[calendar]\ncolour = 1", 11, "unknown key"),
        ('association = "Souffle Imaginaire"\n', "", 1, "the key association is missing"),
    ],
)
def test_what_is_wrong_is_shown_with_its_line(instead_of: str, written: str, line: int, reason: str) -> None:
    text = (people.HERE / "cases" / "P1.toml").read_text(encoding="utf-8")
    with pytest.raises(BadCaseFile, match=reason) as caught:
        casereader.parse(text.replace(instead_of, written), CaseFile, "P1.toml")
    assert f"P1.toml, line {line}:" in str(caught.value)


def test_broken_toml_is_shown_with_its_line() -> None:
    with pytest.raises(BadCaseFile, match="line 1"):
        casereader.parse("[calendar\n", CaseFile, "bad.toml")
