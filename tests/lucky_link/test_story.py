"""What a story stands on: names nobody bears, mails read back, a browser that stops, files refused."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from stdnum.fr import siren, siret

from accounts.organisations import identifiers
from lucky_link import __main__ as launcher
from lucky_link.casefile import BadCaseFile
from lucky_link.demonstration import people
from lucky_link.story import names, play
from lucky_link.story.browser import Browser, Stopped
from lucky_link.story.mailbox import Folder, text_of

CAST = people.read_cast()
PAIR = (CAST.associations[0], CAST.companies[0])


def nothing(_marks: list[str]) -> bool:
    return False


def test_in_an_empty_house_everybody_bears_their_own_name() -> None:
    assert names.free(PAIR, CAST.brokers[0], nothing) == (PAIR, CAST.brokers[0])


def test_a_second_story_bears_other_names() -> None:
    borne = {"claire@souffle.example", "ines+2@passeur.example"}
    (association, company), broker = names.free(PAIR, CAST.brokers[0], lambda marks: bool(borne & set(marks)))
    assert (association.name, broker.email) == ("Souffle Imaginaire 3", "ines+3@passeur.example")
    assert company.people[1].email == "theo+3@valfictif.example"
    before, after = names.called(PAIR, CAST.brokers[0]), names.called((association, company), broker)
    text = 'author = "claire@souffle.example"  # Souffle Imaginaire'
    assert names.renamed(text, before, after) == 'author = "claire+3@souffle.example"  # Souffle Imaginaire 3'


@pytest.mark.parametrize("number", [1, 2, 7, 899])
@pytest.mark.parametrize("told", [*CAST.associations, *CAST.companies], ids=lambda told: told.name)
def test_every_variant_has_numbers_that_the_registers_could_give(told, number) -> None:
    variant = names.variant(told, number)
    if variant.rna:
        assert identifiers.rna(variant.rna) == variant.rna
    if variant.siren:
        assert siren.is_valid(variant.siren)
    if variant.siret:
        assert siret.is_valid(variant.siret)
        assert variant.siret.startswith(variant.siren)


def test_no_two_variants_share_a_number() -> None:
    marks = [
        mark
        for number in range(1, names.MOST)
        for told in (*CAST.associations, *CAST.companies)
        for mark in names.marks(names.variant(told, number))
    ]
    assert len(marks) == len(set(marks))


def test_when_every_name_is_borne_the_story_says_so() -> None:
    with pytest.raises(names.NoNameLeft):
        names.free(PAIR, CAST.brokers[0], lambda _marks: True)


def test_mails_are_read_where_they_were_written(tmp_path: Path) -> None:
    backend = EmailBackend(file_path=tmp_path)
    for number in (1, 2):
        mail = EmailMultiAlternatives(f"Objet {number}", f"Été {number}", to=["claire@souffle.example"])
        mail.attach_alternative(f"<p>Été {number}</p>", "text/html")
        assert backend.send_messages([mail]) == 1
    found = Folder(tmp_path).to("claire@souffle.example")
    assert [(mail["Subject"], text_of(mail).strip()) for mail in found] == [
        ("Objet 1", "Été 1"),
        ("Objet 2", "Été 2"),
    ]
    assert Folder(tmp_path).to("nathalie@valfictif.example") == []


def test_a_mail_without_words_has_none() -> None:
    mail = EmailMessage()
    mail.set_content(b"%PDF", maintype="application", subtype="pdf")
    assert text_of(mail) == ""


@pytest.fixture
def browser(live_server) -> Iterator[Browser]:
    return Browser(live_server.url)


def test_a_refusal_stops_the_story_with_the_words_of_the_page(browser) -> None:
    browser.open("/verifier/")
    with pytest.raises(Stopped, match="Écrivez le code, ou choisissez le fichier PDF") as stop:
        browser.press("Vérifier")
    assert stop.value.address.endswith("/verifier/")


def test_a_page_that_is_not_there_stops_the_story(browser) -> None:
    with pytest.raises(Stopped, match=r"404: .+"):
        browser.open("/nulle-part/")


def test_what_the_page_offers_is_said_when_a_button_is_missing(browser) -> None:
    browser.open("/verifier/")
    with pytest.raises(Stopped, match="“Signer” is not on the page, which offers: Vérifier"):
        browser.press("Signer")
    with pytest.raises(Stopped, match="in the form of “Vérifier”"):
        browser.press("Vérifier", {"nom": "Claire"})


def test_a_house_where_nobody_answers_stops_the_story() -> None:
    with pytest.raises(Stopped, match="no answer"):
        Browser("http://127.0.0.1:9").open("/")


@pytest.mark.parametrize(
    ("instead_of", "written", "reason"),
    [
        ('company = "Laboratoires Valfictif"', 'company = "Inconnue"', "line 3: 'Inconnue' is none of"),
        ("ines@passeur.example", "personne@passeur.example", "line 4: 'personne@passeur.example'"),
        (
            'association = "Souffle Imaginaire"',
            'association = "Association Sans Statuts"',
            "line 2: nobody of Association Sans Statuts may sign",
        ),
    ],
)
def test_a_file_that_nobody_can_play_is_refused(tmp_path: Path, instead_of, written, reason) -> None:
    file = tmp_path / "case.toml"
    file.write_text(play.DEFAULT.read_text(encoding="utf-8").replace(instead_of, written))
    with pytest.raises(BadCaseFile, match=reason):
        play.read(file, nothing)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a = [", "at line 1, the end"),
        (b"title = 3\n", "line 1"),
        (b"\xff\xfe", "no text in UTF-8"),
        (None, "No such file"),
    ],
)
def test_the_command_refuses_a_bad_file_before_anything_starts(
    tmp_path: Path, monkeypatch, capsys, content, reason
) -> None:
    monkeypatch.setenv("LUCKY_LINK_CWD", str(tmp_path))
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    if content is not None:
        (tmp_path / "case.toml").write_bytes(content)
    assert launcher.main(["story", "case.toml"]) == 1
    said = capsys.readouterr().out
    assert reason in said
    assert "case.toml" in said
