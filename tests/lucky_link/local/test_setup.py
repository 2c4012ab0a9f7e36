"""Set-up: translations, fonts, missing system packages, and the help of the commands."""

import gettext
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import PoFileError

from lucky_link.local import fonts, system_packages, translations
from lucky_link.local.commands import COMMANDS, HELP, main
from lucky_link.local.console import LauncherError

CATALOGUE = (
    'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\nmsgid "Sceller"\nmsgstr "Seal"\n'
)
MISSING = system_packages.SystemPackage(debian="libnothing0", homebrew="nothing", is_installed=lambda: False)


def test_a_catalogue_is_compiled_once(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE)
    assert translations.compile_all(tmp_path) == [folder / "django.mo"]
    with (folder / "django.mo").open("rb") as compiled:
        assert gettext.GNUTranslations(compiled).gettext("Sceller") == "Seal"


def test_a_broken_catalogue_is_refused(tmp_path: Path) -> None:
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "django.po").write_text(CATALOGUE + 'msgid "broken\n')
    with pytest.raises(PoFileError, match="missing msgstr"):
        translations.compile_all(tmp_path)


def test_existing_fonts_are_not_generated_again(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = (fonts.FOLDER / "recipe").read_text()
    (tmp_path / "recipe").write_text(recipe)
    fonts.cut_all(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["recipe"]


def test_a_missing_package_is_named_in_one_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    monkeypatch.setattr(sys, "platform", "linux")
    with pytest.raises(LauncherError, match="sudo apt-get update && sudo apt-get install -y libnothing0"):
        system_packages.install_missing((MISSING,))


def test_the_command_line_of_a_mac_uses_homebrew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert system_packages.install_command([MISSING, MISSING]) == "brew install nothing"


def test_help_names_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["help"]) == 0
    assert capsys.readouterr().out.strip() == HELP.strip()
    assert [name for name in COMMANDS if f"./luckylink {name}" not in HELP] == []


def test_an_unknown_command_is_refused_with_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["upp"]) == 2
    assert "no command “upp”" in capsys.readouterr().out
