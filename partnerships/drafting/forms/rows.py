"""The tables of a clause as form sets: one form a row, amounts in euros; a blank row counts as no row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import TYPE_CHECKING, Any, ClassVar, Final, NamedTuple, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import HOURS, DayField, TextLineField, WholeNumberField
from partnerships.case.form_fields import Code, Codes, Euros, Prose, counted
from partnerships.charter.texts import (
    ALL_PARTIES,
    BROKER,
    BudgetLineText,
    CommitmentText,
    CounterpartText,
    ExpectationText,
    FeeText,
    Heading,
    LimitText,
    MilestoneText,
    PaymentText,
    RedLineText,
)

MAX_ROWS = 60

# Django's class takes no type at run time.
if TYPE_CHECKING:
    BaseRowFormSet = forms.BaseFormSet["RowForm"]
else:
    BaseRowFormSet = forms.BaseFormSet
VAT_RATES: Final = [
    (0, "0\u202f%"),
    (55, _("5,5\u202f%")),
    (100, "10\u202f%"),
    (200, "20\u202f%"),
]


class PartyChoice(NamedTuple):
    """A party as a choice of a select."""

    code: str
    name: str
    side: str


def text_field(label: Any, *, rows: int = 2, required: bool = True, **options: Any) -> Prose:
    widget = forms.Textarea(attrs={"rows": rows})
    return Prose(label=label, max_length=1000, required=required, widget=widget, **options)


def date_field(label: Any, *, required: bool = True) -> forms.DateField:
    return DayField(label=label, required=required)


class RowForm(forms.Form):
    """One row of a table.

    `text_class`: the charter text it becomes; `code_prefix`: the first letters of its code, "" without a
    code; `party_field`: the field that names a party, "" without one.
    """

    text_class: ClassVar[type]
    code_prefix: ClassVar[str] = ""
    party_field: ClassVar[str] = ""

    def __init__(self, *args: Any, party_choices: Sequence[tuple[str, Any]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        if self.party_field:
            field = self.fields[self.party_field]
            blank = [] if field.required else [("", "—")]
            field.choices = [*blank, *party_choices]  # type: ignore[attr-defined]

    def has_changed(self) -> bool:
        """Return whether the row is filled: a selected choice or a code alone does not count."""
        return any(not isinstance(self.fields[name], forms.ChoiceField | Code) for name in self.changed_data)

    def code_stem(self) -> str:
        """Return the code of this row without its number."""
        code = (
            self.cleaned_data.get(self.party_field, "")
            if self.party_field and self.code_prefix not in ("J", "L")
            else ""
        )
        return self.code_prefix + ("P" if code == BROKER else code)

    def charter_row(self) -> Any:
        """Return the row as an instance of `text_class`; only after `is_valid`."""
        names = {field.name for field in fields(self.text_class)} & self.cleaned_data.keys()
        return self.text_class(**{name: self.cleaned_data[name] for name in names})


class ExpectationRowForm(RowForm):
    text_class = ExpectationText
    code_prefix = "A"
    party_field = "party_key"
    code = Code(label=_("Code"))
    party_key = forms.ChoiceField(label=_("Attendue par"))
    text = text_field(_("Attente"))
    indicator = text_field(_("Comment on saura"), required=False)
    milestone_code = Code(label=_("Jalon"), empty_value=None)
    by_date = date_field(_("Au plus tard le"), required=False)


class LimitRowForm(RowForm):
    text_class = LimitText
    code_prefix = "L"
    party_field = "party_key"
    code = Code(label=_("Code"))
    text = text_field(_("Limite"))
    party_key = forms.ChoiceField(label=_("Demandée par"), required=False)


class RedLineRowForm(RowForm):
    text_class = RedLineText
    party_field = "party_key"
    party_key = forms.ChoiceField(label=_("Ligne rouge de"))
    text = text_field(_("Ce qui ne se négocie pas"))


class CommitmentRowForm(RowForm):
    text_class = CommitmentText
    code_prefix = "E"
    party_field = "party_key"
    code = Code(label=_("Code"))
    party_key = forms.ChoiceField(label=_("Qui s’engage"))
    text = text_field(_("Engagement"))
    plain_words = text_field(_("En clair"), rows=1, required=False)
    hours = WholeNumberField(units=HOURS, label=_("Heures"), required=False, min_value=0, max_value=100_000)
    amount_minor = Euros(label=_("Montant, en euros"), required=False)
    serves = Codes(label=_("Répond aux attentes"), required=False, max_length=120)


class MilestoneRowForm(RowForm):
    text_class = MilestoneText
    code_prefix = "J"
    party_field = "owner"
    code = Code(label=_("Code"))
    title = TextLineField(label=_("Jalon"), max_length=200)
    owner = forms.ChoiceField(label=_("Responsable"))
    due_date = date_field(_("Échéance"))
    indicator = TextLineField(label=_("Indicateur, preuve"), max_length=300, required=False)
    depends_on = Code(label=_("Dépend du jalon"), empty_value=None)


class BudgetRowForm(RowForm):
    text_class = BudgetLineText
    party_field = "payer_key"
    label = TextLineField(label=_("Ligne"), max_length=200)
    payer_key = forms.ChoiceField(label=_("Apporté par"))
    amount_minor = Euros(label=_("Montant hors TVA, en euros"))
    contribution = forms.ChoiceField(
        label=_("Forme de l’apport"), choices=[("cash", _("Argent")), ("in_kind", _("En nature"))]
    )
    vat = forms.ChoiceField(
        label=_("TVA"),
        required=False,
        choices=[
            ("none", _("Sans TVA")),
            ("borne", _("TVA non récupérée, comptée dans le coût")),
            ("recovered", _("TVA récupérée, non comptée")),
        ],
    )
    vat_permille = forms.TypedChoiceField(
        label=_("Taux de TVA"), required=False, coerce=int, empty_value=None, choices=VAT_RATES
    )

    def clean_vat(self) -> str:
        """Return "none" for a table posted without this column."""
        return str(self.cleaned_data["vat"] or "none")

    def clean_vat_permille(self) -> int:
        """Require a VAT treatment with a rate above 0."""
        rate: int = self.cleaned_data["vat_permille"] or 0
        if rate and self.cleaned_data.get("vat") == "none":
            raise forms.ValidationError(_("Indiquez si cette TVA est récupérée, ou choisissez 0 %."))
        return rate


class PaymentRowForm(RowForm):
    text_class = PaymentText
    party_field = "payer_key"
    label = TextLineField(label=_("Versement"), max_length=200)
    amount_minor = Euros(label=_("Montant, en euros"))
    milestone_code = Code(label=_("Après le jalon"), empty_value=None)
    payer_key = forms.TypedChoiceField(label=_("Versé par"), required=False, empty_value=None)


class FeeRowForm(RowForm):
    text_class = FeeText
    party_field = "payer_key"
    label = TextLineField(label=_("Honoraires"), max_length=200)
    payer_key = forms.ChoiceField(label=_("Payés par"))
    amount_minor = Euros(label=_("Montant, en euros"))


class CounterpartRowForm(RowForm):
    text_class = CounterpartText
    party_field = "party_key"
    label = TextLineField(label=_("Contrepartie"), max_length=200)
    party_key = forms.ChoiceField(label=_("Reçue par"))
    amount_minor = Euros(label=_("Valeur, en euros"))


ROW_FORMS: dict[str, type[RowForm]] = {
    "expectations": ExpectationRowForm,
    "limits": LimitRowForm,
    "red_lines": RedLineRowForm,
    "commitments": CommitmentRowForm,
    "milestones": MilestoneRowForm,
    "budget": BudgetRowForm,
    "payments": PaymentRowForm,
    "counterparts": CounterpartRowForm,
    "fees": FeeRowForm,
}
TABLE_TITLES = {
    "expectations": _("Attentes"),
    "limits": _("Limites du projet"),
    "red_lines": _("Lignes rouges"),
    "commitments": _("Engagements"),
    "milestones": _("Jalons"),
    "budget": _("Lignes du budget"),
    "payments": _("Versements"),
    "counterparts": _("Contreparties : ce que chaque partie reçoit en retour"),
    "fees": _("Honoraires du passeur"),
}


class RowFormSet(BaseRowFormSet):
    """The rows of one table. Every row may stay blank: emptying a row removes it."""

    name = ""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        if not self.is_bound:
            self.extra = len(self.initial or ()) + 1

    @property
    def title(self) -> Any:
        return TABLE_TITLES[self.name]

    @property
    def has_codes(self) -> bool:
        """Return whether each row has a code, assigned when none is typed."""
        return bool(ROW_FORMS[self.name].code_prefix)

    def initial_form_count(self) -> int:
        """Return 0: no row is required."""
        return 0

    def filled_rows(self) -> list[RowForm]:
        """Return the rows that are not blank."""
        return [row for row in self.forms if row.has_changed()]


def build_table(
    name: str,
    data: Mapping[str, Any] | None,
    initial: Sequence[Any],
    *,
    auto_id: str = "id_%s",
    **form_kwargs: Any,
) -> RowFormSet:
    """Return a table by its name in `charter.terms`, bound to `data` or with `initial` rows."""
    formset_class = forms.formset_factory(
        ROW_FORMS[name], formset=RowFormSet, extra=0, max_num=MAX_ROWS, absolute_max=MAX_ROWS
    )
    rows = [
        row if isinstance(row, dict) else {field.name: getattr(row, field.name) for field in fields(row)}
        for row in initial
    ]
    formset = cast(
        "RowFormSet",
        formset_class(data, auto_id=auto_id, prefix=name, initial=rows, form_kwargs=form_kwargs),
    )
    formset.name = name
    return formset


def posted_rows(name: str, data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the rows of a posted table, unchecked."""
    total = str(data.get(f"{name}-TOTAL_FORMS", "0"))
    count = min(counted(total) or 0, MAX_ROWS)
    names = ROW_FORMS[name].base_fields
    return [{field: data.get(f"{name}-{row}-{field}", "") for field in names} for row in range(count)]


def is_filled(name: str, row: Mapping[str, Any]) -> bool:
    """Return whether anything was typed in an unchecked row; a choice has a default, so it does not count."""
    fields_of_row = ROW_FORMS[name].base_fields
    return any(
        row.get(field) for field, kind in fields_of_row.items() if not isinstance(kind, forms.ChoiceField)
    )


def party_choices_for(heading: Heading, name: str, parties: Sequence[PartyChoice]) -> list[tuple[str, Any]]:
    """Return the choices of parties in a table of a heading: all parties, one side, or the broker."""
    if name == "commitments" and heading == Heading.BROKER_ROLE:
        return [(BROKER, _("le passeur"))]
    side = {
        Heading.ASSOCIATION_COMMITMENTS: "association",
        Heading.COMPANY_COMMITMENTS: "company",
    }.get(heading)
    choices = [(party.code, party.name) for party in parties if side in (None, party.side)]
    return [(ALL_PARTIES, _("toutes les parties")), *choices] if name == "milestones" else choices
