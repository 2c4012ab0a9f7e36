"""What set-up makes: translations and fonts, and how it asks for what the machine lacks."""

import gettext
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from lucky_link import catalogues, fonts, system
from lucky_link.__main__ import COMMANDS, HELP, main
from lucky_link.console import Refusal

WORDS = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Sceller"\nmsgstr "Seal"\n'
MISSING = system.Piece(debian="libnothing0", homebrew="nothing", is_there=lambda: False)


def test_words_are_compiled_once(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(WORDS)
    assert catalogues.compile_all(tmp_path) == [folder / "django.mo"]
    with (folder / "django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Sceller") == "Seal"


def test_a_broken_catalogue_is_not_compiled_in_silence(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(WORDS + 'msgid "broken\n')
    with pytest.raises(PoFileError, match="missing msgstr"):
        catalogues.compile_all(tmp_path)


def test_fonts_that_are_there_are_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = (fonts.FOLDER / "recipe").read_text()
    (tmp_path / "recipe").write_text(recipe)
    fonts.cut_all(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["recipe"]


def test_every_font_that_the_sheet_names_was_cut() -> None:
    sheet = (fonts.FOLDER.parent / "css" / "fonts.css").read_text()
    names = [part.partition('"')[0] for part in sheet.split("../fonts/")[1:]]
    assert names
    assert [name for name in names if not (fonts.FOLDER / name).exists()] == []


def test_what_is_missing_is_asked_for_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(Refusal, match="sudo apt-get update && sudo apt-get install -y libnothing0"):
        system.bring((MISSING,))


def test_a_mac_is_asked_for_homebrew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert system.line([MISSING, MISSING]) == "brew install nothing"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    assert capsys.readouterr().out.strip() == HELP.strip()
    assert [name for name in COMMANDS if f"./luckylink {name}" not in HELP] == []


def test_an_unknown_command_is_refused_with_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upp"]) == 2
    assert "no command “upp”" in capsys.readouterr().out
