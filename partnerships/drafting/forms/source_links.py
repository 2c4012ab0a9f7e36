"""Which opened lines a clause is tied to, and which it was tied to when the broker looked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField

from partnerships.case.form_fields import Keys
from partnerships.models import Line


class Choice(NamedTuple):
    """A line to choose; `is_tied`: as the case holds it now, whatever was chosen since."""

    line: Line
    field: BoundField
    is_tied: bool


class TieForm(forms.Form):
    """`wanted`: keys that the page was opened for, chosen beside those tied."""

    seen = Keys(max_length=4000, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        lines: Sequence[Line],
        tied: Sequence[int],
        wanted: Sequence[int] = (),
    ) -> None:
        chosen = {f"line-{each.pk}": each.pk in (*tied, *wanted) for each in lines}
        super().__init__(data, initial={"seen": "-".join(map(str, tied)), **chosen})
        self.lines, self.tied = lines, tied
        for line in lines:
            self.fields[f"line-{line.pk}"] = forms.BooleanField(label=line.text, required=False)

    def choices(self) -> list[Choice]:
        """Return each line with its box, in the order of the parties."""
        return [Choice(line, self[f"line-{line.pk}"], line.pk in self.tied) for line in self.lines]

    def line_ids(self) -> list[int]:
        """Return the keys of the chosen lines; only after `is_valid`."""
        return [line.pk for line in self.lines if self.cleaned_data[f"line-{line.pk}"]]
