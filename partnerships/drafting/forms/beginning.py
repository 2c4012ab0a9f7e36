"""Forms for beginning a text and for filling its blanks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Awaited, AwaitedDay, Prose
from partnerships.drafting.queries.beginning import WHOLE_CLAUSE, Beginning, BeginningPage
from partnerships.drafting.queries.blanks import BlankRow

MAX_BLANK_LENGTH = 2000


class BeginningChoice(NamedTuple):
    """A way to begin with its radio button; `is_checked`: chosen, or the first one."""

    beginning: Beginning
    is_checked: bool


class BeginTextForm(forms.Form):
    """By what the text begins; the reason when the parties were not asked what they expect."""

    beginning = forms.ChoiceField(
        label=_("Par quoi commencer"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez par quoi commencer le texte.")},
    )
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi commencer sans les attentes des parties"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties lisent cette raison, à la page Attentes et au journal."),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, page: BeginningPage) -> None:
        first = page.codes[0]
        super().__init__(data, initial={"beginning": first})
        self.page = page
        self.fields["beginning"].choices = [(code, code) for code in page.codes]  # type: ignore[attr-defined]
        if not page.needs_reason:
            del self.fields["reason"]

    def models(self) -> list[BeginningChoice]:
        """Return the models and the blank text."""
        return self._choices(self.page.models)

    def earlier(self) -> list[BeginningChoice]:
        """Return the earlier texts."""
        return self._choices(self.page.earlier)

    def _choices(self, beginnings: Sequence[Beginning]) -> list[BeginningChoice]:
        chosen = self["beginning"].value()
        return [BeginningChoice(row, row.code == chosen) for row in beginnings]


class BlankField(NamedTuple):
    """A blank with its field."""

    row: BlankRow
    field: BoundField


class FillBlanksForm(forms.Form):
    """One field for each blank of the text, named `blanc-<clause>-<revision>-<number>`; each may stay empty.

    `needs_reason`: the parties have the text.
    """

    reason = Prose(
        label=_("Pourquoi ce changement"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Toutes les parties le liront."),
    )

    def __init__(
        self, data: Mapping[str, Any] | None, *, rows: Sequence[BlankRow], needs_reason: bool
    ) -> None:
        super().__init__(data)
        self.rows = rows
        if not needs_reason:
            del self.fields["reason"]
        for row in rows:
            self.fields[row.name] = (
                AwaitedDay(label=row.label)
                if row.is_day
                else Awaited(
                    label=row.label,
                    max_length=MAX_BLANK_LENGTH,
                    widget=forms.Textarea(attrs={"rows": 6})
                    if row.label == WHOLE_CLAUSE
                    else forms.TextInput(),
                )
            )

    def blanks(self) -> list[BlankField]:
        """Return each blank with its field, in printed order."""
        return [BlankField(row, self[row.name]) for row in self.rows]

    def values(self) -> dict[int, dict[int, str | date]]:
        """Return what was filled in, by clause and number of the blank; only after `is_valid`."""
        values: dict[int, dict[int, str | date]] = {}
        for row in self.rows:
            if value := self.cleaned_data[row.name]:
                values.setdefault(row.clause_id, {})[row.index] = value
        return values

    def seen_numbers(self) -> dict[int, int]:
        """Return the number of the revision that was read, by clause."""
        return {row.clause_id: row.revision_number for row in self.rows}
