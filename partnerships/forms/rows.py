"""The tables of a clause as they are typed: one row a form, amounts in euros; a blank row is no row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.days import DayField
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    BudgetLineText,
    CommitmentText,
    ExpectationText,
    FeeText,
    Heading,
    LimitText,
    MilestoneText,
    PaymentText,
    RedLineText,
)
from partnerships.forms.fields import Code, Codes, Euros, Prose

MOST_ROWS = 60

# Django's class takes no type at run time.
if TYPE_CHECKING:
    RowSet = forms.BaseFormSet["Row"]
else:
    RowSet = forms.BaseFormSet


class PartyChoice(NamedTuple):
    """A party as it is offered in a list."""

    code: str
    name: str
    side: str


def _words(label: Any, *, rows: int = 2, required: bool = True, **options: Any) -> Prose:
    widget = forms.Textarea(attrs={"rows": rows})
    return Prose(label=label, max_length=1000, required=required, widget=widget, **options)


def _day(label: Any, *, required: bool = True) -> forms.DateField:
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


class ExpectationRow(Row):
    kind = ExpectationText
    numbered = "A"
    who = "party_key"
    code = Code(label=_("Code"))
    party_key = forms.ChoiceField(label=_("Attendue par"))
    text = _words(_("Attente"))
    indicator = _words(_("Comment on saura"), required=False)
    milestone_code = Code(label=_("Jalon"), empty_value=None)
    by_date = _day(_("Au plus tard le"), required=False)


class LimitRow(Row):
    kind = LimitText
    numbered = "L"
    code = Code(label=_("Code"))
    text = _words(_("Limite"))


class RedLineRow(Row):
    kind = RedLineText
    who = "party_key"
    party_key = forms.ChoiceField(label=_("Ligne rouge de"))
    text = _words(_("Ce qui ne se négocie pas"))


class CommitmentRow(Row):
    kind = CommitmentText
    numbered = "E"
    who = "party_key"
    code = Code(label=_("Code"))
    party_key = forms.ChoiceField(label=_("Qui s’engage"))
    text = _words(_("Engagement"))
    plain_words = _words(_("En clair"), rows=1, required=False)
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
    due_date = _day(_("Échéance"))
    indicator = forms.CharField(label=_("Indicateur, preuve"), max_length=300, required=False)


class BudgetRow(Row):
    kind = BudgetLineText
    who = "payer_key"
    label = forms.CharField(label=_("Ligne"), max_length=200)
    payer_key = forms.ChoiceField(label=_("Apporté par"))
    amount_minor = Euros(label=_("Montant, en euros"))
    contribution = forms.ChoiceField(
        label=_("Nature"), choices=[("cash", _("Numéraire")), ("in_kind", _("En nature"))]
    )


class PaymentRow(Row):
    kind = PaymentText
    who = "payer_key"
    label = forms.CharField(label=_("Versement"), max_length=200)
    amount_minor = Euros(label=_("Montant, en euros"))
    milestone_code = Code(label=_("Après le jalon"), empty_value=None)
    payer_key = forms.TypedChoiceField(label=_("Versé par"), required=False, empty_value=None)


class FeeRow(Row):
    kind = FeeText
    who = "payer_key"
    label = forms.CharField(label=_("Honoraires"), max_length=200)
    payer_key = forms.ChoiceField(label=_("Payés par"))
    amount_minor = Euros(label=_("Montant, en euros"))


ROWS: dict[str, type[Row]] = {
    "expectations": ExpectationRow,
    "limits": LimitRow,
    "red_lines": RedLineRow,
    "commitments": CommitmentRow,
    "milestones": MilestoneRow,
    "budget": BudgetRow,
    "payments": PaymentRow,
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
    count = min(int(total), MOST_ROWS) if total.isdecimal() else 0
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
