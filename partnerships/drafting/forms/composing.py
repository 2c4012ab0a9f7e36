"""The buttons of the clause form that keep nothing yet: a row, a reference, whose text to go on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from django.http import HttpRequest

from partnerships.case.form_fields import counted
from partnerships.drafting.forms.clause import as_typed
from partnerships.drafting.queries.clause_form import ClausePage
from partnerships.drafting.queries.prefill import TAKEN

KEPT: Final = "kept-"
PRESSED: Final = frozenset({"add", "refer", "take"})
BUTTONS: Final = PRESSED | {"csrfmiddlewaretoken", "reference", "seen_number", TAKEN}


class Held(NamedTuple):
    """A field that was typed, carried along in the page so that it can be taken up again."""

    name: str
    value: str


def taken(request: HttpRequest) -> list[int]:
    """Return the keys of the lines of opened envelopes that a page or its form takes along."""
    sent = request.POST if request.method == "POST" else request.GET
    return [number for each in sent.getlist(TAKEN) if (number := counted(each)) is not None]


def is_final(posted: Mapping[str, str]) -> bool:
    """Say whether the clause is to be kept; the other buttons only change what the form shows."""
    return not PRESSED & posted.keys()


def given(posted: Mapping[str, str], page: ClausePage) -> dict[str, Any]:
    """Return what the form begins with after a button was pressed: all that was typed, and what it adds."""
    typed = _put_aside(posted) if posted.get("take") == "mine" else posted
    begun = as_typed(typed, heading=page.heading)
    chosen = posted.get("reference", "")
    if "refer" in posted and chosen in {each.marker for each in page.references}:
        begun["body"] = f"{begun.get('body', '').rstrip()} {chosen}".lstrip()
    return begun


def kept(posted: Mapping[str, str]) -> list[Held]:
    """Return what was typed and put aside, to be carried in the page."""
    if posted.get("take") == "theirs":
        own = {name: value for name, value in posted.items() if name not in BUTTONS}
        return [Held(KEPT + name, value) for name, value in own.items() if not name.startswith(KEPT)]
    if posted.get("take") == "mine":
        return []
    return [Held(name, value) for name, value in posted.items() if name.startswith(KEPT)]


def seen_number(posted: Mapping[str, str], current: int) -> int:
    """Return the number of the revision that was read, 0 for what is no number."""
    if "seen_number" not in posted:
        return current
    return counted(posted["seen_number"]) or 0


def _put_aside(posted: Mapping[str, str]) -> dict[str, str]:
    return {name.removeprefix(KEPT): value for name, value in posted.items() if name.startswith(KEPT)}
