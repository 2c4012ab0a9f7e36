"""The tables of a clause as they are typed: one row a form, amounts in euros; a blank row is no row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Code, Codes, Euros, counted
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    CommitmentText,
    ExpectationText,
    Heading,
    LimitText,
    MilestoneText,
    RedLineText,
)
from partnerships.drafting.forms.money import BudgetRow, CounterpartRow, FeeRow, PaymentRow
from partnerships.drafting.forms.row import PartyChoice, Row, day, words

MOST_ROWS = 60

# Django's class takes no type at run time.
if TYPE_CHECKING:
    RowSet = forms.BaseFormSet["Row"]
else:
    RowSet = forms.BaseFormSet


class ExpectationRow(Row):
    kind = ExpectationText
    numbered = "A"
    who = "party_key"
    code = Code(label=_("Code"))
    party_key = forms.ChoiceField(label=_("Attendue par"))
    text = words(_("Attente"))
    indicator = words(_("Comment on saura"), required=False)
    milestone_code = Code(label=_("Jalon"), empty_value=None)
    by_date = day(_("Au plus tard le"), required=False)


class LimitRow(Row):
    kind = LimitText
    numbered = "L"
    code = Code(label=_("Code"))
    text = words(_("Limite"))


class RedLineRow(Row):
    kind = RedLineText
    who = "party_key"
    party_key = forms.ChoiceField(label=_("Ligne rouge de"))
    text = words(_("Ce qui ne se négocie pas"))


class CommitmentRow(Row):
    kind = CommitmentText
    numbered = "E"
    who = "party_key"
    code = Code(label=_("Code"))
    party_key = forms.ChoiceField(label=_("Qui s’engage"))
    text = words(_("Engagement"))
    plain_words = words(_("En clair"), rows=1, required=False)
    hours = forms.IntegerField(label=_("Heures"), required=False, min_value=0, max_value=100_000)
    amount_minor = Euros(label=_("Montant, en euros"), required=False)
    serves = Codes(label=_("Répond aux attentes"), required=False, max_length=120)


class MilestoneRow(Row):
    kind = MilestoneText
    numbered = "J"
    who = "owner"
    code = Code(label=_("Code"))
    title = forms.CharField(label=_("Jalon"), max_length=200)
    owner = forms.ChoiceField(label=_("Responsable"))
    due_date = day(_("Échéance"))
    indicator = forms.CharField(label=_("Indicateur, preuve"), max_length=300, required=False)


ROWS: dict[str, type[Row]] = {
    "expectations": ExpectationRow,
    "limits": LimitRow,
    "red_lines": RedLineRow,
    "commitments": CommitmentRow,
    "milestones": MilestoneRow,
    "budget": BudgetRow,
    "payments": PaymentRow,
    "counterparts": CounterpartRow,
    "fees": FeeRow,
}
TITLES = {
    "expectations": _("Retombées attendues"),
    "limits": _("Limites du projet"),
    "red_lines": _("Lignes rouges"),
    "commitments": _("Engagements"),
    "milestones": _("Jalons"),
    "budget": _("Lignes du budget"),
    "payments": _("Versements"),
    "counterparts": _("Contreparties, ce que chacun reçoit en retour"),
    "fees": _("Honoraires du passeur"),
}


class Table(RowSet):
    """The rows of one table. Every row may stay blank, so emptying one takes it out."""

    name = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            self.extra = len(self.initial or ()) + 1

    @property
    def title(self) -> Any:
        return TITLES[self.name]

    @property
    def has_codes(self) -> bool:
        """Say whether each row has a code, given when none is typed."""
        return bool(ROWS[self.name].numbered)

    def initial_form_count(self) -> int:
        """Return 0: no row is one that must stay."""
        return 0

    def filled(self) -> list[Row]:
        """Return the rows in which something was typed."""
        return [row for row in self.forms if row.has_changed()]


def table(name: str, data: Mapping[str, Any] | None, initial: Sequence[Any], **form_kwargs: Any) -> Table:
    """Return a table by its name in `charter.terms`, as it was posted or beginning with `initial`."""
    made = forms.formset_factory(
        ROWS[name], formset=Table, extra=0, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )
    rows = [
        each if isinstance(each, dict) else {one.name: getattr(each, one.name) for one in fields(each)}
        for each in initial
    ]
    built = cast("Table", made(data, prefix=name, initial=rows, form_kwargs=form_kwargs))
    built.name = name
    return built


def typed_rows(name: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a posted table as they were typed, unchecked."""
    total = str(data.get(f"{name}-TOTAL_FORMS", "0"))
    count = min(counted(total) or 0, MOST_ROWS)
    names = ROWS[name].base_fields
    return [{each: data.get(f"{name}-{row}-{each}", "") for each in names} for row in range(count)]


def people_for(heading: Heading, name: str, parties: Sequence[PartyChoice]) -> list[tuple[str, Any]]:
    """Return who may be named in a table of a heading: the parties, one side of them, or the broker."""
    if name == "commitments" and heading == Heading.BROKER_ROLE:
        return [(BROKER, _("le passeur"))]
    side = {
        Heading.ASSOCIATION_COMMITMENTS: "association",
        Heading.COMPANY_COMMITMENTS: "company",
    }.get(heading)
    named = [(each.code, each.name) for each in parties if side in (None, each.side)]
    return [(ALL_PARTIES, _("toutes les parties")), *named] if name == "milestones" else named
