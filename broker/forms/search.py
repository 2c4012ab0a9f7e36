"""Search forms: the query string of the lists of the broker."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django import forms

from accounts.forms.fields import SearchField, WholeNumberField
from accounts.models import OrganisationState, Side
from broker.queries.pipeline import BoardFilters, PipelineStage
from broker.queries.queue import QueueSection


class Search(forms.Form):
    """Words and a page number; invalid values count as absent."""

    q = SearchField(required=False, max_length=100)
    page = WholeNumberField(required=False, min_value=1)

    def values(self) -> dict[str, Any]:
        """Return the valid value of each field, "" where there is none; "page" is 1 by default."""
        self.full_clean()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields} | {
            "page": self.cleaned_data.get("page") or 1
        }

    def query_string(self, *, without: str = "page") -> str:
        """Return the values as a query string, without the page and one other field."""
        values = self.values()
        return urlencode(
            {name: value for name, value in values.items() if value and name not in ("page", without)}
        )


class BoardSearch(Search):
    mine = forms.BooleanField(required=False)
    stage = forms.ChoiceField(required=False, choices=PipelineStage)

    def filters(self) -> BoardFilters:
        """Return the filters of the board."""
        values = self.values()
        stage = PipelineStage(values["stage"]) if values["stage"] else None
        return BoardFilters(words=values["q"], is_mine=bool(values["mine"]), stage=stage)


class MailSearch(Search):
    state = SearchField(required=False, max_length=10)


class QueueSearch(Search):
    section = forms.ChoiceField(required=False, choices=QueueSection)


class OrganisationSearch(Search):
    state = forms.ChoiceField(
        required=False,
        choices=[choice for choice in OrganisationState.choices if choice[0] != OrganisationState.DRAFT],
    )
    side = forms.ChoiceField(required=False, choices=Side)
