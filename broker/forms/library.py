"""Forms of the clause library: search, a clause in both languages, its revision and retirement."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextLineField
from broker.forms.search import Search
from partnerships.case.form_fields import Prose
from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.checks import risk
from partnerships.drafting.actions.library import LibraryText

HEADINGS = [(str(heading.value), _(title)) for heading, title in HEADING_TITLES.items()]
STATES = [("sound", _("Sans risque connu")), ("risk", _("À risque")), ("retired", _("Retirées"))]
RULES = [("", _("Sans risque connu")), *((code, code) for code in risk.RULES if code != risk.BLANK)]


class LibrarySearch(Search):
    heading = forms.ChoiceField(required=False, choices=HEADINGS)
    state = forms.ChoiceField(required=False, choices=STATES)


def _long_text(label: Any, **options: Any) -> Prose:
    return Prose(label=label, max_length=8000, widget=forms.Textarea(attrs={"rows": 6}), **options)


def _short_text(label: Any) -> Prose:
    return Prose(label=label, max_length=600, widget=forms.Textarea(attrs={"rows": 2}))


class LibraryClauseForm(forms.Form):
    """A clause of the library in both languages."""

    title = TextLineField(label=_("Titre"), max_length=160)
    body = _long_text(
        _("Texte"),
        help_text=_(
            "Les blancs s’écrivent entre crochets : [association], [entreprise] et [passeur] "
            "se remplissent automatiquement, les autres sont à remplir."
        ),
    )
    plain_words = _short_text(_("En clair"))
    title_en = TextLineField(label=_("Titre en anglais"), max_length=160)
    body_en = _long_text(_("Texte en anglais"))
    plain_words_en = _short_text(_("En clair, en anglais"))
    source = TextLineField(
        label=_("Source"),
        max_length=300,
        help_text=_(
            "Le code ou le modèle sur lequel elle s’appuie. Écrivez « à vérifier » si vous en doutez."
        ),
    )
    rule = forms.ChoiceField(
        label=_("Risque montré"),
        required=False,
        choices=RULES,
        help_text=_("Un exemple à risque se lit dans la bibliothèque et ne s’insère pas dans un texte."),
    )

    def text(self) -> LibraryText:
        """Return the clause of a valid form."""
        return LibraryText(**{name: self.cleaned_data[name] for name in LibraryText.__dataclass_fields__})


class NewClauseForm(LibraryClauseForm):
    heading = forms.ChoiceField(label=_("Rubrique"), choices=HEADINGS)
    field_order = ("heading",)

    def selected_heading(self) -> Heading:
        """Return the heading of a valid form."""
        return Heading(int(self.cleaned_data["heading"]))


class ReviseClauseForm(LibraryClauseForm):
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi ce changement"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Les autres passeurs le liront. Les textes déjà écrits ne changent pas."),
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput)


class RetireClauseForm(forms.Form):
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi la retirer"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Elle ne sera plus proposée. Les textes qui en viennent ne changent pas."),
    )
