"""The parts of a story: unused names, the mailbox, the browser, and the refusal of invalid files."""

from __future__ import annotations

from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.filebased import EmailBackend
from stdnum.fr import siren, siret

from accounts.organisations import identifiers as registers
from lucky_link.demo.cast import Person, read_cast
from lucky_link.demo.http import story, unused_names
from lucky_link.demo.http.browser import Browser, Stopped
from lucky_link.demo.http.mailbox import Folder, text_of
from lucky_link.demo.reader import InvalidFile
from lucky_link.local import commands

CAST = read_cast()
PAIR = (CAST.associations[0], CAST.companies[0])
BROKER = CAST.brokers[0]


def nothing_is_taken(_identifiers: list[str]) -> bool:
    return False


def test_in_an_empty_database_everybody_has_their_own_name() -> None:
    assert unused_names.unused_variant(PAIR, BROKER, nothing_is_taken) == (PAIR, BROKER)


def second_pair() -> tuple[tuple, Person]:
    taken = {"claire@souffle.example", "ines+2@passeur.example"}
    return unused_names.unused_variant(PAIR, BROKER, lambda identifiers: bool(taken & set(identifiers)))


def test_a_second_story_uses_other_names() -> None:
    (association, company), broker = second_pair()
    assert (association.name, broker.email) == ("Souffle Imaginaire 3", "ines+3@passeur.example")
    assert company.people[1].email == "theo+3@valfictif.example"
    old_names = unused_names.names_in_file(PAIR, BROKER)
    new_names = unused_names.names_in_file((association, company), broker)
    text = 'author = "claire@souffle.example"  # Souffle Imaginaire'
    renamed = unused_names.rename(text, old_names, new_names)
    assert renamed == 'author = "claire+3@souffle.example"  # Souffle Imaginaire 3'


def test_a_second_story_has_a_broker_of_another_name() -> None:
    _organisations, broker = second_pair()
    assert broker.name == "Inès Passerelle 3"


@pytest.mark.parametrize("number", [1, 2, 7, 899])
@pytest.mark.parametrize(
    "organisation", [*CAST.associations, *CAST.companies], ids=lambda organisation: organisation.name
)
def test_every_variant_has_valid_register_numbers(organisation, number) -> None:
    variant = unused_names.variant(organisation, number)
    if variant.rna:
        assert registers.rna(variant.rna) == variant.rna
    if variant.siren:
        assert siren.is_valid(variant.siren)
    if variant.siret:
        assert siret.is_valid(variant.siret)
        assert variant.siret.startswith(variant.siren)


def test_no_two_variants_share_an_identifier() -> None:
    identifiers = [
        identifier
        for number in range(1, unused_names.MAX_VARIANTS)
        for organisation in (*CAST.associations, *CAST.companies)
        for identifier in unused_names.identifiers(unused_names.variant(organisation, number))
    ]
    assert len(identifiers) == len(set(identifiers))


def test_when_every_name_is_taken_the_story_says_so() -> None:
    with pytest.raises(unused_names.NoUnusedName, match="in use"):
        unused_names.unused_variant(PAIR, BROKER, lambda _identifiers: True)


def test_mails_are_read_where_they_were_written(tmp_path: Path) -> None:
    backend = EmailBackend(file_path=tmp_path)
    for number in (1, 2):
        mail = EmailMultiAlternatives(f"Objet {number}", f"Été {number}", to=["claire@souffle.example"])
        mail.attach_alternative(f"<p>Été {number}</p>", "text/html")
        assert backend.send_messages([mail]) == 1
    mails = Folder(tmp_path).to("claire@souffle.example")
    assert [(mail["Subject"], text_of(mail).strip()) for mail in mails] == [
        ("Objet 1", "Été 1"),
        ("Objet 2", "Été 2"),
    ]
    assert Folder(tmp_path).to("nathalie@valfictif.example") == []


def test_a_mail_without_a_text_part_has_an_empty_text() -> None:
    mail = EmailMessage()
    mail.set_content(b"%PDF", maintype="application", subtype="pdf")
    assert text_of(mail) == ""


@pytest.fixture
def browser(live_server) -> Iterator[Browser]:
    return Browser(live_server.url)


def test_a_refusal_stops_the_story_with_the_text_of_the_page(browser) -> None:
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


def test_a_product_that_does_not_answer_stops_the_story() -> None:
    with pytest.raises(Stopped, match="no answer"):
        Browser("http://127.0.0.1:9").open("/")


@pytest.mark.parametrize(
    ("original", "replacement", "reason"),
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
def test_a_file_that_nobody_can_play_is_refused(tmp_path: Path, original, replacement, reason) -> None:
    file = tmp_path / "case.toml"
    file.write_text(story.DEFAULT.read_text(encoding="utf-8").replace(original, replacement))
    with pytest.raises(InvalidFile, match=reason):
        story.read(file, nothing_is_taken)


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
    assert commands.main(["story", "case.toml"]) == 1
    output = capsys.readouterr().out
    assert reason in output
    assert "case.toml" in output
