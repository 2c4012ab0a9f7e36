"""The check for dead code: vulture at 60 %, where a name that a template uses counts as used."""

from __future__ import annotations

import keyword
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from vulture import Vulture

ROOT: Final = Path(__file__).resolve().parents[2]
PATHS: Final = (
    "accounts",
    "associations",
    "broker",
    "companies",
    "ledger",
    "lucky_link",
    "outbox",
    "partnerships",
)
CONFIDENCE: Final = 60
# What Django reads by name: columns, settings, options of models and of the administration, urlpatterns.
DECLARATIONS: Final = re.compile(
    r"(^|/)(models(/\w+)?|settings|admin|administration|urls|public_urls|apps)\.py$"
)
WHITELIST: Final = ROOT / "lucky_link" / "local" / "dead_code_whitelist.txt"


def template_names() -> set[str]:
    """Return every identifier in the tags and variables of the templates."""
    names: set[str] = set()
    for path in (ROOT / "templates").rglob("*"):
        if path.suffix in {".html", ".txt", ".svg", ".xml"}:
            for tag in re.findall(r"\{[{%].*?[%}]\}", path.read_text(), flags=re.DOTALL):
                names.update(re.findall(r"[A-Za-z_]\w*", tag))
    return names


def whitelist() -> list[str]:
    """Return the patterns of names that a framework calls or stores, without comments."""
    lines = (line.partition("#")[0].strip() for line in WHITELIST.read_text().splitlines())
    return [line for line in lines if line]


def unused() -> Iterator[str]:
    """Yield each unused name with its location."""
    scan = Vulture(ignore_names=whitelist())
    scan.scan("\n".join(f"_.{name}" for name in sorted(template_names()) if not keyword.iskeyword(name)))
    scan.scavenge([str(ROOT / path) for path in PATHS], exclude=["*/migrations/*"])
    for item in scan.get_unused_code(min_confidence=CONFIDENCE):
        location = Path(item.filename).relative_to(ROOT)
        if item.typ in {"variable", "attribute"} and DECLARATIONS.search(location.as_posix()):
            continue
        yield f"{location}:{item.first_lineno}: {item.message}"


if __name__ == "__main__":
    lines = list(unused())
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.exit(1 if lines else 0)
