"""How the broker regroups the opened lines: a name, a verdict and a reason a group, a group a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from partnerships.case.form_fields import Prose, counted
from partnerships.expectations.actions.comparison import Grouped
from partnerships.models import Verdict

BLANK: Final = 2
MOST_GROUPS: Final = 40


class RegroupForm(forms.Form):
    """`groups`: what stands now, by rank; `lines`: key of each line with the rank of its group, or ""."""

    seen_number = forms.IntegerField(widget=forms.HiddenInput)
    count = forms.IntegerField(min_value=0, max_value=MOST_GROUPS, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        number: int,
        groups: Sequence[Mapping[str, str]],
        lines: Mapping[int, str],
    ) -> None:
        self.ranks = range(1, self._counted(data, len(groups)) + 1)
        initial: dict[str, Any] = {"seen_number": number, "count": len(self.ranks)}
        for rank, group in enumerate(groups, 1):
            initial |= {f"{name}-{rank}": group[name] for name in ("name", "verdict", "why")}
        initial |= {f"line-{line_id}": rank for line_id, rank in lines.items()}
        super().__init__(data, initial=initial)
        self.line_ids = list(lines)
        for rank in self.ranks:
            self.fields |= self._of_group(rank)
        choices = [
            ("", _("à part")),
            *((str(rank), _("groupe %(rank)s") % {"rank": rank}) for rank in self.ranks),
        ]
        for line_id in self.line_ids:
            self.fields[f"line-{line_id}"] = forms.ChoiceField(
                label=_("Dans quel groupe"), choices=choices, required=False
            )

    def _counted(self, data: Mapping[str, Any] | None, groups: int) -> int:
        typed = str(data.get("count", "")) if data is not None else ""
        asked = counted(typed)
        return min(groups + BLANK if asked is None else asked, MOST_GROUPS)

    def _of_group(self, rank: int) -> dict[str, forms.Field]:
        return {
            f"name-{rank}": forms.CharField(
                label=gettext_lazy("Ce dont il s’agit"), max_length=120, required=False
            ),
            f"verdict-{rank}": forms.ChoiceField(
                label=gettext_lazy("Verdict"), choices=Verdict.choices, required=False
            ),
            f"why-{rank}": Prose(
                label=gettext_lazy("Pourquoi"),
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            ),
        }

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        for rank in self.ranks:
            is_named, is_used = bool(typed.get(f"name-{rank}")), bool(self._lines_of(typed, rank))
            if is_used and not is_named:
                self.add_error(f"name-{rank}", _("Nommez ce groupe\u00a0: toutes les parties le liront."))
            if is_named and not is_used:
                self.add_error(
                    f"name-{rank}", _("Ce groupe est vide\u00a0: mettez-y des lignes ou effacez son nom.")
                )
        return typed

    def grouped(self) -> list[Grouped]:
        """Return the groups as the action takes them, empty ones left out."""
        typed = self.cleaned_data
        return [
            Grouped(
                name=typed[f"name-{rank}"],
                verdict=Verdict(typed[f"verdict-{rank}"] or Verdict.CONVERGENT),
                why=typed[f"why-{rank}"],
                line_ids=self._lines_of(typed, rank),
            )
            for rank in self.ranks
            if self._lines_of(typed, rank)
        ]

    def chosen(self, line_id: int) -> str:
        """Return the rank of the group in which a line stands in the form, "" for none."""
        return str(self[f"line-{line_id}"].value() or "")

    def fields_of(self, rank: int) -> list[BoundField]:
        """Return what is typed of one group."""
        return [self[f"{name}-{rank}"] for name in ("name", "verdict", "why")]

    def _lines_of(self, typed: Mapping[str, Any], rank: int) -> list[int]:
        return [line_id for line_id in self.line_ids if typed.get(f"line-{line_id}") == str(rank)]
