"""Forms of briefs, where no field is required before publication, and of introductions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import HOURS, TextLineField, WholeNumberField
from accounts.models import Side
from partnerships.case.form_fields import NO_HEALTH_DATA, Awaited, AwaitedChoice, AwaitedChoices, Prose
from partnerships.matching.actions.briefs import BriefContent
from partnerships.matching.queries.briefs import published_briefs
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

if TYPE_CHECKING:
    from django.http import QueryDict

BLANK_CHOICE = ("", "—")
YES, NO = "yes", "no"


def text_area(rows: int) -> forms.Textarea:

    return forms.Textarea(attrs={"rows": rows})


class BriefForm(forms.Form):
    """The fields of both sides; its fields and those of its subclasses are fields of `BriefContent`.

    `seen_number`: number of the version that was read, if known.
    """

    seen_number = forms.IntegerField(min_value=0, required=False, widget=forms.HiddenInput)
    title = Awaited(label=_("En une ligne"), max_length=120, widget=forms.TextInput())
    action = Awaited(label=_("L’action"), max_length=600, widget=text_area(3))
    actions = AwaitedChoices(
        label=_("Types d’action"),
        choices=ActionKind.choices,
        widget=forms.CheckboxSelectMultiple,
    )
    theme = AwaitedChoice(label=_("Thème"), choices=[BLANK_CHOICE, *Theme.choices])
    territory = AwaitedChoice(label=_("Territoire"), choices=[BLANK_CHOICE, *TERRITORIES])
    limits = forms.MultipleChoiceField(
        label=_("Vos lignes rouges"),
        choices=Limit.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Une contradiction avec l’autre partie écarte la mise en relation."),
    )
    limits_words = Prose(
        label=_("D’autres limites, dans vos mots"), max_length=600, required=False, widget=text_area(2)
    )
    budget = forms.ChoiceField(label=_("Budget"), choices=[BLANK_CHOICE, *Budget.choices], required=False)
    hours = WholeNumberField(units=HOURS, label=_("Heures"), min_value=0, max_value=100_000, required=False)
    size = AwaitedChoice(label=_("Taille"), choices=[BLANK_CHOICE, *Size.choices])

    def content(self) -> BriefContent:
        """Return the content; only after `is_valid`."""
        values: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value
            for name, value in self.cleaned_data.items()
            if name != "seen_number"
        }
        return BriefContent(**values)

    def set_seen_number(self, number: int) -> None:
        """Set the version that the next submission refers to; the posted fields stay."""
        data = cast("QueryDict", self.data).copy()
        data["seen_number"] = str(number)
        self.data = data


class AssociationBriefForm(BriefForm):
    need = Awaited(
        label=_("Le besoin des patients"),
        max_length=1000,
        widget=text_area(4),
        help_text=NO_HEALTH_DATA,
    )
    evidence = Prose(
        label=_("La preuve du besoin"),
        max_length=1000,
        required=False,
        widget=text_area(3),
        help_text=_(
            "Un sondage, un atelier, le nombre de patients entendus. Elle sera nécessaire avant la rédaction."
        ),
    )
    patients = WholeNumberField(
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
        choices = [choice for choice in Limit.choices if choice[0] not in OF_COMPANIES]
        self.fields["limits"].choices = choices  # type: ignore[attr-defined]
        self.fields["hours"].label = _("Heures de bénévolat disponibles")
        self.fields["budget"].label = _("Ordre de grandeur du budget cherché")
        self.fields["size"].label = _("Nombre d’adhérents")
        self.fields["size"].help_text = _("Pour vous décrire avant que les noms soient communiqués.")


class CompanyBriefForm(BriefForm):
    need = Awaited(
        label=_("Votre but"),
        max_length=1000,
        widget=text_area(4),
        help_text=_("Pourquoi cette action compte pour vous, avec vos mots."),
    )
    skills = Prose(
        label=_("Compétences que vous offrez"), max_length=600, required=False, widget=text_area(2)
    )
    trade = AwaitedChoice(label=_("Activité"), choices=[BLANK_CHOICE, *Trade.choices])
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
        self.fields["budget"].label = _("Votre budget pour une action")
        self.fields["size"].label = _("Nombre de salariés")
        self.fields["size"].help_text = _("Pour vous décrire avant que les noms soient communiqués.")


BRIEF_FORMS: dict[str, type[BriefForm]] = {
    Side.ASSOCIATION: AssociationBriefForm,
    Side.COMPANY: CompanyBriefForm,
}


def brief_form(brief: Brief, data: Any) -> BriefForm:
    """Return the form of the side of a brief, with the stored brief as initial values."""
    form_class = BRIEF_FORMS[brief.organisation.side]
    initial = {name: getattr(brief, name) for name in BriefContent.__dataclass_fields__}
    return form_class(data, initial={**initial, "seen_number": brief.number})


class IntroductionAnswerForm(forms.Form):
    """An answer, and a reason that only the broker reads."""

    answer = forms.ChoiceField(
        label=_("Voulez-vous rencontrer l’autre partie ?"),
        choices=[
            (YES, _("Oui, communiquez les noms si chaque organisation dit oui")),
            (NO, _("Non, pas cette fois")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez oui ou non.")},
    )
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Seul le passeur le lit. L’autre partie ne le saura pas."),
    )


class ProposeIntroductionForm(forms.Form):
    """The briefs of an introduction, chosen among the published ones; 1 query."""

    associations = forms.MultipleChoiceField(
        label=_("Associations"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins une association.")},
    )
    companies = forms.MultipleChoiceField(
        label=_("Entreprises"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins une entreprise.")},
    )
    words = Prose(
        is_printed=False,
        label=_("Votre message"),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Le même pour toutes les organisations, sans nom ni indice. Pourquoi elles devraient se parler."
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.briefs_by_key: dict[str, Brief] = {str(brief.pk): brief for brief in published_briefs()}
        for name, side in (("associations", Side.ASSOCIATION), ("companies", Side.COMPANY)):
            field = self.fields[name]
            if isinstance(field, forms.MultipleChoiceField):
                field.choices = [
                    (key, f"{brief.organisation.name}, {brief.title}")
                    for key, brief in self.briefs_by_key.items()
                    if brief.organisation.side == side
                ]

    def brief_ids(self) -> list[UUID]:
        """Return the primary keys of the chosen briefs; only after `is_valid`."""
        return [UUID(key) for key in (*self.cleaned_data["associations"], *self.cleaned_data["companies"])]


class OpenMatchedCaseForm(forms.Form):
    title = TextLineField(
        label=_("Intitulé de l’action"),
        max_length=160,
        help_text=_("L’action précise, en quelques mots. Toutes les parties la lisent dès l’ouverture."),
    )
