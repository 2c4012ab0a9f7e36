"""What an association looks for and what a company offers; nothing is required until it is published."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import Side
from partnerships.case.form_fields import Awaited, AwaitedChoice, AwaitedChoices, Prose
from partnerships.matching.actions.briefs import Told
from partnerships.models import (
    OF_COMPANIES,
    TERRITORIES,
    ActionKind,
    Brief,
    Budget,
    Limit,
    Size,
    Theme,
    Trade,
)
from partnerships.scoping.forms.scoping import NO_HEALTH_DATA

if TYPE_CHECKING:
    from django.http import QueryDict

TO_CHOOSE = ("", "—")


def area(rows: int) -> forms.Textarea:
    """Return a box of so many lines."""
    return forms.Textarea(attrs={"rows": rows})


class BriefForm(forms.Form):
    """What both sides write; its fields and those of its children are fields of `Told`.

    `seen_number`: the saving that was read, when that is known.
    """

    seen_number = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    title = Awaited(label=_("En une ligne"), max_length=120, widget=forms.TextInput())
    action = Awaited(label=_("L’action"), max_length=600, widget=area(3))
    actions = AwaitedChoices(
        label=_("Sortes d’action"),
        choices=ActionKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    theme = AwaitedChoice(label=_("Thème"), choices=[TO_CHOOSE, *Theme.choices])
    territory = AwaitedChoice(label=_("Territoire"), choices=[TO_CHOOSE, *TERRITORIES])
    limits = forms.MultipleChoiceField(
        label=_("Ce que vous refusez"),
        choices=Limit.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Vos lignes rouges. Une contradiction avec l’autre côté écarte la mise en relation."),
    )
    limits_words = Prose(
        label=_("D’autres limites, dans vos mots"), max_length=600, required=False, widget=area(2)
    )
    budget = forms.ChoiceField(label=_("Budget"), choices=[TO_CHOOSE, *Budget.choices], required=False)
    hours = forms.IntegerField(label=_("Heures"), min_value=0, max_value=100_000, required=False)
    size = AwaitedChoice(label=_("Taille"), choices=[TO_CHOOSE, *Size.choices])

    def told(self) -> Told:
        """Return what was typed in a valid form."""
        typed: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.cleaned_data.items()
            if name != "seen_number"
        }
        return Told(**typed)

    def reads(self, number: int) -> None:
        """Let the next try answer to a version that is now beside the form; what was typed stays."""
        data = cast("QueryDict", self.data).copy()
        data["seen_number"] = str(number)
        self.data = data


class AssociationBriefForm(BriefForm):
    need = Awaited(
        label=_("Le besoin des patients"),
        max_length=1000,
        widget=area(4),
        help_text=NO_HEALTH_DATA,
    )
    evidence = Prose(
        label=_("La preuve du besoin"),
        max_length=1000,
        required=False,
        widget=area(3),
        help_text=_(
            "Un sondage, un atelier, le nombre de patients entendus. Il la faudra avant toute rédaction."
        ),
    )
    patients = forms.IntegerField(
        label=_("Combien de patients sont concernés"), min_value=0, max_value=100_000_000, required=False
    )
    field_order = (
        "title",
        "need",
        "evidence",
        "patients",
        "action",
        "actions",
        "theme",
        "territory",
        "limits",
        "limits_words",
        "hours",
        "budget",
        "size",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["title"].help_text = _("Sans nommer votre association. Exemple : voyager sans renoncer.")
        self.fields["action"].label = _("L’action souhaitée")
        offered = [each for each in Limit.choices if each[0] not in OF_COMPANIES]
        self.fields["limits"].choices = offered  # type: ignore[attr-defined]
        self.fields["hours"].label = _("Heures de bénévolat disponibles")
        self.fields["budget"].label = _("Ordre de grandeur du budget cherché")
        self.fields["size"].label = _("Nombre d’adhérents")
        self.fields["size"].help_text = _("Pour vous décrire avant que les noms soient dits.")


class CompanyBriefForm(BriefForm):
    need = Awaited(
        label=_("Votre but"),
        max_length=1000,
        widget=area(4),
        help_text=_("Pourquoi cette action compte pour vous. Dites-le comme vous le diriez en face."),
    )
    skills = Prose(label=_("Compétences que vous offrez"), max_length=600, required=False, widget=area(2))
    trade = AwaitedChoice(label=_("Activité"), choices=[TO_CHOOSE, *Trade.choices])
    field_order = (
        "title",
        "need",
        "action",
        "actions",
        "theme",
        "territory",
        "limits",
        "limits_words",
        "budget",
        "hours",
        "skills",
        "trade",
        "size",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["title"].help_text = _("Sans nommer votre entreprise. Exemple : rendre un écran lisible.")
        self.fields["action"].label = _("L’action que vous proposez")
        self.fields["hours"].label = _("Heures de vos équipes")
        self.fields["budget"].label = _("Votre enveloppe pour une action")
        self.fields["size"].label = _("Nombre de salariés")
        self.fields["size"].help_text = _("Pour vous décrire avant que les noms soient dits.")


FORMS: dict[str, type[BriefForm]] = {
    Side.ASSOCIATION: AssociationBriefForm,
    Side.COMPANY: CompanyBriefForm,
}


def brief_form(brief: Brief, typed: Any) -> BriefForm:
    """Return the form of the side of a brief, starting from what is kept."""
    form = FORMS[brief.organisation.side]
    kept = {name: getattr(brief, name) for name in Told.__dataclass_fields__}
    return form(typed, initial={**kept, "seen_number": brief.number})
