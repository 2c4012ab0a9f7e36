"""What an organisation declares: yearly income and supports, documents, ties of its board."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import (
    EUROS,
    FIRST_YEAR_OF_A_PAST,
    DayField,
    NameField,
    TextAreaField,
    TextLineField,
    WebAddressField,
    WholeNumberField,
)
from accounts.inspection.slots import TooManyInspections
from accounts.models import KINDS_OF, DocumentKind, SupportNature
from accounts.organisations.actions.documents import NewDocument
from accounts.organisations.actions.finances import Income, SupportDetails
from accounts.organisations.actions.interests import BoardLinkDetails
from accounts.organisations.actions.profile import Presentation
from accounts.organisations.file_kinds import MAX_BYTES, CheckedFile, InvalidUpload, check_file
from accounts.refusals import Refusal

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ACCEPTED_FILE_TYPES = ".pdf,.jpg,.jpeg,.png,application/pdf,image/jpeg,image/png"
MAX_EUROS = 100_000_000


class YearlyIncomeForm(forms.Form):
    """The income of one year, in whole euros; a year already given is corrected."""

    year = WholeNumberField(
        label=_("Année"),
        min_value=1990,
        max_value=2100,
        help_text=_("En quatre chiffres. Une année déjà indiquée est corrigée."),
    )
    income = WholeNumberField(
        units=EUROS,
        label=_("Ressources de cette année"),
        min_value=0,
        max_value=MAX_EUROS,
        help_text=_("En euros, toutes origines."),
    )
    industry = WholeNumberField(
        units=EUROS,
        label=_("Dont versé par l’industrie"),
        min_value=0,
        max_value=MAX_EUROS,
        help_text=_("En euros, toutes entreprises de santé ensemble."),
    )

    def clean(self) -> dict[str, Any]:
        """Refuse an industry part above the income."""
        cleaned = super().clean() or {}
        income, industry = cleaned.get("income"), cleaned.get("industry")
        if income is not None and industry is not None and industry > income:
            self.add_error("industry", _("L’industrie ne peut pas donner plus que toutes les ressources."))
        return cleaned

    def income_details(self) -> Income:
        """Return the income of the year, in cents."""
        data = self.cleaned_data
        return Income(data["year"], data["income"] * 100, data["industry"] * 100)


class SupportForm(forms.Form):
    """What one company gave in a year, in whole euros.

    `known`: the companies of the cases of the association, each as (key, name, city).
    """

    organisation = forms.ChoiceField(label=_("Entreprise"), required=False)
    company = NameField(
        label=_("Nom de l’entreprise"),
        max_length=200,
        required=False,
        help_text=_("Si elle n’est pas dans la liste."),
    )
    nature = forms.ChoiceField(
        label=_("Nature du soutien"),
        choices=SupportNature.choices,
        initial=SupportNature.PATRONAGE,
        widget=forms.RadioSelect,
    )
    amount = WholeNumberField(
        units=EUROS, label=_("Montant"), min_value=1, max_value=MAX_EUROS, help_text=_("En euros.")
    )

    def __init__(self, *args: Any, known: Sequence[tuple[str, str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.known = {key: name for key, name, _city in known}
        if self.known:
            field = self.fields["organisation"]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101
            field.choices = [
                ("", _("Une autre, nommée ci-dessous")),
                # Two companies may have the same name.
                *((key, f"{name}, {city}") for key, name, city in known),
            ]
        else:
            del self.fields["organisation"]
            self.fields["company"].help_text = ""

    def clean(self) -> dict[str, Any]:
        """Require a company, chosen or named."""
        cleaned = super().clean() or {}
        if "organisation" in self.errors or "company" in self.errors:
            return cleaned
        if not cleaned.get("organisation") and not cleaned.get("company"):
            self.add_error("company", _("Indiquez l’entreprise : choisissez-la, ou écrivez son nom."))
        return cleaned

    def support_details(self) -> SupportDetails:
        """Return the support, in cents."""
        data = self.cleaned_data
        key = data.get("organisation") or ""
        name = self.known[key] if key else data["company"]
        nature, amount_minor = SupportNature(data["nature"]), data["amount"] * 100
        return SupportDetails(name, nature, amount_minor, UUID(key) if key else None)


class DocumentForm(forms.Form):
    """A new document: its kind, among those of the side, its file and its last day of validity."""

    kind = forms.ChoiceField(
        label=_("Quelle pièce ?"), error_messages={"required": _("Indiquez de quelle pièce il s’agit.")}
    )
    file = forms.FileField(
        label=_("Le fichier"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED_FILE_TYPES}),
        help_text=_(
            "Un PDF ou une photo lisible (JPEG, PNG), 10 Mo au plus. "
            "Le lieu de prise de vue noté dans une photo est supprimé."
        ),
        error_messages={
            "required": _("Choisissez le fichier : un PDF ou une photo lisible, 10 Mo au plus."),
            "invalid": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
            "missing": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
        },
    )
    expires_date = DayField(
        label=_("Valable jusqu’au"),
        required=False,
        help_text=_("Si une date de fin y figure. Nous vous écrivons trente jours avant."),
    )

    def __init__(self, side: str, *args: Any, is_rate_limited: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_rate_limited = is_rate_limited
        kinds = [(kind.value, kind.label) for kind in KINDS_OF[side]]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]

    def set_file_name(self, name: str) -> None:
        """Show the name of a file that was received and waits, so that it need not be chosen again."""
        self.fields["file"].file_name = name  # type: ignore[attr-defined]

    def clean_file(self) -> CheckedFile:
        """Return the checked file; unread if its sender or all together sent too many."""
        upload = self.cleaned_data["file"]
        try:
            if self.is_rate_limited:
                raise TooManyInspections
            # One byte above the limit is enough to refuse it.
            return check_file(upload.name, upload.read(MAX_BYTES + 1))
        except (InvalidUpload, Refusal) as error:
            raise forms.ValidationError(str(error.sentence), code="file") from error

    def new_document(self) -> NewDocument:
        data = self.cleaned_data
        return NewDocument(DocumentKind(data["kind"]), data["file"], data["expires_date"])


class BoardLinkForm(forms.Form):
    """A tie of a member of the board; the help text depends on the side."""

    person = NameField(
        label=_("Personne du conseil ou de la direction"),
        max_length=120,
        help_text=_("Prénom et nom. Toutes les parties de vos dossiers les lisent."),
    )
    counterpart = NameField(label=_("Avec qui"), max_length=200)
    words = TextLineField(
        label=_("Lien d’intérêts"),
        max_length=300,
        help_text=_("Exemples : salariée, orateur payé, actions. Aucune donnée de santé."),
    )
    since_date = DayField(label=_("Depuis le"), first_year=FIRST_YEAR_OF_A_PAST)
    until_date = DayField(
        first_year=FIRST_YEAR_OF_A_PAST,
        label=_("Jusqu’au"),
        required=False,
        help_text=_("Vide : le lien dure encore."),
    )

    def __init__(self, *args: Any, side: str = "association", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["counterpart"].help_text = (
            _("L’entreprise de santé.") if side == "association" else _("L’association de patients.")
        )

    def clean(self) -> dict[str, Any]:
        """Refuse a tie that ends before it starts."""
        cleaned = super().clean() or {}
        start, end = cleaned.get("since_date"), cleaned.get("until_date")
        if start and end and end < start:
            self.add_error("until_date", _("Ce jour vient avant le premier. Corrigez l’un des deux."))
        return cleaned

    def link(self) -> BoardLinkDetails:
        return BoardLinkDetails(**{name: self.cleaned_data[name] for name in BoardLinkDetails._fields})


class ProfileForm(forms.Form):
    """The presentation of an organisation, to which each side adds its fields.

    `labels`, `help_texts`: of the shared fields, in the words of the side.
    """

    labels: Mapping[str, str | _StrPromise] = {}
    help_texts: Mapping[str, str | _StrPromise] = {}

    purpose = TextAreaField(max_length=1000, widget=forms.Textarea(attrs={"rows": 4}))
    website = WebAddressField(label=_("Site"), required=False, max_length=200, assume_scheme="https")
    ethics_summary = TextAreaField(
        label=_("Votre charte éthique, en bref"),
        required=False,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in self.labels.items():
            self.fields[name].label = label
        for name, help_text in self.help_texts.items():
            self.fields[name].help_text = help_text

    def presentation(self) -> Presentation:
        """Return the presentation of a valid form."""
        return Presentation(**{name: self.cleaned_data[name] for name in Presentation._fields})

    def details(self) -> dict[str, Any]:
        """Return the values of a valid form that the presentation has not."""
        return {name: value for name, value in self.cleaned_data.items() if name not in Presentation._fields}
