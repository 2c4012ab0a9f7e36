"""Whether static files are collected again: another style sheet, another icon, other packages."""

from pathlib import Path

import pytest

from lucky_link.local import static_state

FILES = ("static/brand.svg", "static/built/site.css", "static/js/editor.js", "requirements.lock")


@pytest.fixture
def code(tmp_path: Path) -> Path:
    for name in (*FILES, "staticfiles/.collected", "lucky_link/settings.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("one")
    return tmp_path


def test_they_are_collected_at_the_first_start_and_not_at_the_next(code: Path) -> None:
    assert static_state.is_needed(code)
    static_state.write(code)
    assert not static_state.is_needed(code)


@pytest.mark.parametrize("name", [*FILES, "static/built/new.woff2"])
def test_other_files_are_collected(code: Path, name: str) -> None:
    static_state.write(code)
    (code / name).write_text("two")
    assert static_state.is_needed(code)


def test_a_removed_folder_is_collected(code: Path) -> None:
    static_state.write(code)
    (code / "staticfiles" / ".collected").unlink()
    assert static_state.is_needed(code)
