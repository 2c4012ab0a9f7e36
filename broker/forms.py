"""What a broker types: what to look for, a case to open, a decision on an organisation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.actions.interests import Held
from accounts.forms.people import MAX_EUROS, DayInput
from accounts.independence import Thresholds
from accounts.lifecycle import Step
from accounts.models import Decision, InterestKind, Organisation, OrganisationState, Side
from broker.queries import interests, organisations
from broker.queries.pipeline import Wish
from broker.queries.stages import Stage


class Search(forms.Form):
    """Words and a page; whatever else was typed in the address is left aside."""

    q = forms.CharField(required=False, max_length=100)
    page = forms.IntegerField(required=False, min_value=1)

    def found(self) -> dict[str, Any]:
        """Return what was understood, each field present."""
        self.full_clean()
        return {name: self.cleaned_data.get(name) or "" for name in self.fields} | {
            "page": self.cleaned_data.get("page") or 1
        }

    def kept(self, *, without: str = "page") -> str:
        """Return what was asked as the end of an address, but for the page and one other field."""
        found = self.found()
        return urlencode(
            {name: found[name] for name in found if found[name] and name not in ("page", without)}
        )


class BoardSearch(Search):
    mine = forms.BooleanField(required=False)
    stage = forms.ChoiceField(required=False, choices=Stage)

    def wish(self) -> Wish:
        """Return what the broker asks to see."""
        found = self.found()
        stage = Stage(found["stage"]) if found["stage"] else None
        return Wish(words=found["q"], is_mine=bool(found["mine"]), stage=stage)


class MailSearch(Search):
    state = forms.CharField(required=False, max_length=10)


class OrganisationSearch(Search):
    state = forms.ChoiceField(
        required=False, choices=[each for each in OrganisationState.choices if each[0] != "draft"]
    )
    side = forms.ChoiceField(required=False, choices=Side)


class OpenCase(forms.Form):
    """What a case needs to begin. 2 queries."""

    title = forms.CharField(
        label=_("Intitulé de l’action"),
        help_text=_("L’action précise, en quelques mots. Les deux parties le lisent dès l’ouverture."),
        max_length=160,
    )
    associations = forms.MultipleChoiceField(
        label=_("Associations"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins une association."),
            "invalid_choice": _("Cette association n’est plus vérifiée. Choisissez-en une autre."),
        },
    )
    companies = forms.MultipleChoiceField(
        label=_("Entreprises"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Choisissez au moins une entreprise."),
            "invalid_choice": _("Cette entreprise n’est plus vérifiée. Choisissez-en une autre."),
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered: dict[str, Organisation] = {}
        for name, side in (("associations", Side.ASSOCIATION), ("companies", Side.COMPANY)):
            found = {str(each.pk): each for each in organisations.verified(side)}
            self.offered |= found
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                # Two may bear one name.
                field.choices = [(key, f"{each.name}, {each.city}") for key, each in found.items()]

    @property
    def has_both_sides(self) -> bool:
        """Say whether there is somebody to choose on each side."""
        return {each.side for each in self.offered.values()} == set(Side)

    def chosen(self) -> list[Organisation]:
        """Return the organisations of a valid form, associations first."""
        keys = [*self.cleaned_data["associations"], *self.cleaned_data["companies"]]
        return [self.offered[key] for key in keys]


class Decide(forms.Form):
    """One press of one button, with the reason; `allowed`: what may be decided now."""

    decision = forms.ChoiceField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Choisissez une décision."), "invalid_choice": ""},
    )
    reason = forms.CharField(
        label=_("Ce que vous lui dites"),
        help_text=_(
            "L’organisation lira ce texte. Dites ce qui manque et comment le fournir, ou pourquoi vous "
            "refusez. Facultatif si vous la déclarez vérifiée."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Dites pourquoi : l’organisation ne peut rien corriger sans raison.")},
    )
    # One of the buttons needs no reason, so the browser must let the form go.
    use_required_attribute = False

    def __init__(self, *args: Any, allowed: Sequence[Step], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        if isinstance(decision, forms.ChoiceField):
            decision.choices = [(step.value, step.value) for step in allowed]
        self.fields["reason"].required = self.data.get("decision") != Decision.VERIFIED
        decision.error_messages["invalid_choice"] = _(
            "Cette décision n’est plus possible : l’organisation a changé d’état. Relisez la page."
        )

    def decided(self) -> Decision:
        """Return the decision of a valid form."""
        return Decision(self.cleaned_data["decision"])


class InterestForm(forms.Form):
    """What a broker had from an organisation, in whole euros. 1 query."""

    organisation = forms.ChoiceField(label=_("Organisation"))
    kind = forms.ChoiceField(
        label=_("Nature"), choices=InterestKind.choices, initial=InterestKind.FEE, widget=forms.RadioSelect
    )
    amount = forms.IntegerField(
        label=_("Montant"),
        required=False,
        min_value=1,
        max_value=MAX_EUROS,
        help_text=_("En euros. Pour des honoraires."),
    )
    words = forms.CharField(
        label=_("De quoi il s’agit"),
        max_length=300,
        help_text=_("Exemple : accompagnement d’un partenariat en 2025."),
    )
    from_date = forms.DateField(label=_("À partir du"), widget=DayInput)
    until_date = forms.DateField(
        label=_("Jusqu’au"), required=False, widget=DayInput, help_text=_("Vide : un lien qui dure encore.")
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._offer([(str(each.pk), f"{each.name}, {each.city}") for each in interests.submitted()])

    def fix_organisation(self, organisation: Organisation) -> None:
        """Leave no other choice: what replaces a declaration is about the same organisation."""
        self._offer([(str(organisation.pk), organisation.name)])

    def _offer(self, choices: list[tuple[str, str]]) -> None:
        field = self.fields["organisation"]
        if isinstance(field, forms.ChoiceField):
            field.choices = choices

    def clean(self) -> dict[str, Any]:
        """Ask how much a fee was, and refuse what ends before it begins."""
        cleaned = super().clean() or {}
        if (
            cleaned.get("kind") == InterestKind.FEE
            and not cleaned.get("amount")
            and "amount" not in self.errors
        ):
            self.add_error("amount", _("Donnez le montant de ces honoraires."))
        begins, ends = cleaned.get("from_date"), cleaned.get("until_date")
        if begins and ends and ends < begins:
            self.add_error("until_date", _("Ce jour vient avant le premier. Corrigez l’un des deux."))
        return cleaned

    def organisation_id(self) -> UUID:
        """Return the key of the chosen organisation."""
        return UUID(self.cleaned_data["organisation"])

    def held(self) -> Held:
        """Return what was typed, the amount in cents."""
        told = self.cleaned_data
        amount = told["amount"] * 100 if told["amount"] else None
        return Held(InterestKind(told["kind"]), told["words"], told["from_date"], told["until_date"], amount)


class ThresholdsForm(forms.Form):
    amber = forms.IntegerField(
        label=_("À surveiller à partir de"), min_value=1, max_value=99, help_text=_("En pour cent.")
    )
    red = forms.IntegerField(
        label=_("À expliquer à partir de"), min_value=2, max_value=100, help_text=_("En pour cent.")
    )

    def clean(self) -> dict[str, Any]:
        """Keep amber before red."""
        cleaned = super().clean() or {}
        amber, red = cleaned.get("amber"), cleaned.get("red")
        if amber is not None and red is not None and red <= amber:
            self.add_error("red", _("Le repère rouge vient après l’orange."))
        return cleaned

    def told(self) -> Thresholds:
        """Return the parts, in per cent."""
        return Thresholds(self.cleaned_data["amber"], self.cleaned_data["red"])
