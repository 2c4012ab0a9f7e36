"""The settings that an operator may set are all in the README."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""\benv(?:\.\w+)?\(\s*"([A-Z_]+)"|_database\("([A-Z_]+)"\)""")


def test_every_variable_that_the_settings_read_is_in_the_readme() -> None:
    source = (ROOT / "lucky_link" / "settings.py").read_text()
    names = {first or second for first, second in READ.findall(source)}
    assert len(names) > 15
    readme = (ROOT / "README.md").read_text()
    assert sorted(name for name in names if f"`{name}`" not in readme) == []


def test_the_readme_says_how_the_first_broker_is_made() -> None:
    assert "manage.py create_broker" in (ROOT / "README.md").read_text()
