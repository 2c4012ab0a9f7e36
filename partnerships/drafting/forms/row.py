"""What all rows of the tables of a clause have in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any, ClassVar, NamedTuple

from django import forms

from accounts.form_fields import DayField
from partnerships.case.form_fields import Code, Prose
from partnerships.charter.texts import BROKER


class PartyChoice(NamedTuple):
    """A party as it is offered in a list."""

    code: str
    name: str
    side: str


def words(label: Any, *, rows: int = 2, required: bool = True, **options: Any) -> Prose:
    widget = forms.Textarea(attrs={"rows": rows})
    return Prose(label=label, max_length=1000, required=required, widget=widget, **options)


def day(label: Any, *, required: bool = True) -> forms.DateField:
    return DayField(label=label, required=required)


class Row(forms.Form):
    """One line of a table; `kind` is the text it becomes, `numbered` the first letters of its code."""

    kind: ClassVar[type]
    numbered: ClassVar[str] = ""
    who: ClassVar[str] = ""  # the field that names a party

    def __init__(self, *args: Any, people: Sequence[tuple[str, Any]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if self.who:
            field = self.fields[self.who]
            optional = [] if field.required else [("", "—")]
            field.choices = [*optional, *people]  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Say whether anything was typed: a choice in a list or a code alone is no row."""
        return any(not isinstance(self.fields[name], forms.ChoiceField | Code) for name in self.changed_data)

    def stem(self) -> str:
        """Return what the code of this row begins with."""
        code = self.cleaned_data.get(self.who, "") if self.who and self.numbered != "J" else ""
        return self.numbered + ("P" if code == BROKER else code)

    def printed(self) -> Any:
        """Return the row as it is printed."""
        given = {each.name for each in fields(self.kind)} & self.cleaned_data.keys()
        return self.kind(**{name: self.cleaned_data[name] for name in given})
