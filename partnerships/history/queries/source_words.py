"""What the ledger says of a clause and of the opened lines that it puts into words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partnerships.text.tables import Named

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

type Filed = Mapping[str, Any]

MOST_QUOTED: Final = 3
NUMBERED: dict[str, _StrPromise] = {
    "expectation": gettext_lazy("attente %(number)s"),
    "limit": gettext_lazy("limite %(number)s"),
    "red_line": gettext_lazy("ligne rouge %(number)s"),
    "means": gettext_lazy("moyens %(number)s"),
}


def written(facts: Filed) -> str:
    """Return what was written of a clause, and from which lines."""
    told = {**facts, "lines": _all_quoted(facts.get("lines", ()))}
    if facts["revision"] == 1:
        if told["lines"]:
            return _("ajoute la clause %(clause)s, d’après %(lines)s.") % told
        return _("ajoute la clause %(clause)s.") % facts
    if told["lines"]:
        return _("récrit la clause %(clause)s, version %(revision)s, d’après %(lines)s.") % told
    return _("récrit la clause %(clause)s, version %(revision)s.") % facts


def tied(facts: Filed) -> str:
    """Return which lines a clause was tied to, or untied from, without a word of it."""
    told = {**facts, "lines": _all_quoted(facts["lines"]), "untied": _all_quoted(facts["untied"])}
    if not facts["untied"]:
        return _("rattache à la clause %(clause)s, sans toucher au texte, %(lines)s.") % told
    if not facts["lines"]:
        return _("détache de la clause %(clause)s, sans toucher au texte, %(untied)s.") % told
    return (
        _("rattache à la clause %(clause)s, sans toucher au texte, %(lines)s, et en détache %(untied)s.")
        % told
    )


def in_full(lines: Sequence[Filed], names: Mapping[str, Named]) -> list[str]:
    """Return each line with who filed it, what it is, its number in the envelope and its first words."""
    return [_in_full(each, names) for each in lines]


def _all_quoted(lines: Sequence[Filed]) -> str:
    told = [_quoted(each) for each in lines[:MOST_QUOTED]]
    more = len(lines) - MOST_QUOTED
    if more > 0:
        told.append(ngettext("%(n)s autre ligne", "%(n)s autres lignes", more) % {"n": more})
    return get_text_list(told, _("et"))


def _in_full(line: Filed, names: Mapping[str, Named]) -> str:
    party = names[line["party"]].name if line["party"] in names else str(line["party"])
    told = f"{party}, {_numbered(line)}"
    return f"{told}, {_quoted(line)}" if line["words"] else told


def _quoted(line: Filed) -> str:
    return _("«\u202f%(words)s\u202f»") % line if line["words"] else _numbered(line)


def _numbered(line: Filed) -> str:
    return str(NUMBERED[line["kind"]]) % line
