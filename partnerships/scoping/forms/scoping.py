"""What is written before there is a text: the case in a few words, private notes, why it ends."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Prose
from partnerships.models import Ground

NO_HEALTH_DATA = _("N’écrivez aucune donnée de santé sur une personne.")


class DescribeForm(forms.Form):
    """What the case is about, as the broker writes it; its fields are those of `Description`."""

    title = forms.CharField(label=_("Intitulé de l’action"), max_length=160)
    plain_words = Prose(
        label=_("En clair"),
        max_length=1200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Qui fait quoi, pour qui, avec quel argent. Ces mots ouvriront la charte."),
    )
    evidence_of_need = Prose(
        label=_("Preuve du besoin"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Un sondage, un atelier, le nombre de patients entendus. Sans elle, la rédaction ne commence "
            "pas. "
            "N’écrivez aucune donnée de santé sur une personne."
        ),
    )
    broker_interests = Prose(
        label=_("Vos liens d’intérêts"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Tout lien avec l’une des parties, même ancien. Les deux le liront, la charte le dira."),
    )


class AbandonForm(forms.Form):
    """Why the case ends before any signature."""

    grounds = forms.MultipleChoiceField(
        label=_("Ce qui l’explique"),
        choices=Ground.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choisissez au moins un motif.")},
    )
    reason = Prose(
        label=_("Dans vos mots, avec ce que vous conseillez à la place"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Sans reproche à personne. Toutes les parties le liront."),
    )

    def chosen(self) -> list[Ground]:
        """Return the grounds of a valid form, in the order of the list."""
        return [Ground(code) for code in self.cleaned_data["grounds"]]


class NoteForm(forms.Form):
    """A private word between one party and the broker."""

    text = Prose(
        label=_("Votre note"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NO_HEALTH_DATA,
    )
