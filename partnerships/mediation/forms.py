"""Forms of a mediation: what goes wrong, the broker's answer and minutes, what a party says of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import NO_HEALTH_DATA, Prose
from partnerships.mediation.queries import Quote
from partnerships.models import MediationOutcome


class OpenMediationForm(forms.Form):
    """What goes wrong, and the point of the charter that it is about."""

    subject = forms.ChoiceField(
        label=_("De quel point de la charte s’agit-il"),
        required=False,
        help_text=_(
            "La limite, la ligne rouge ou l’engagement que vous citez. Laissez vide pour autre chose."
        ),
    )
    text = Prose(
        is_printed=False,
        label=_("Ce qui se passe"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=NO_HEALTH_DATA,
        error_messages={"required": _("Écrivez ce qui se passe\u00a0: le passeur et les parties le liront.")},
    )

    def __init__(self, *args: Any, quotes: Sequence[Quote], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["subject"] = forms.ChoiceField(
            label=self.fields["subject"].label,
            help_text=self.fields["subject"].help_text,
            required=False,
            choices=[
                ("", _("Autre chose")),
                *((quote.code, f"{quote.code}. {Truncator(quote.text).chars(80)}") for quote in quotes),
            ],
        )
        self.order_fields(["subject", "text"])


class MediationAnswerForm(forms.Form):
    """How the broker goes about it."""

    text = Prose(
        is_printed=False,
        label=_("Votre réponse à toutes les parties"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_(
            "Ce que vous proposez, et quand vous réunissez les parties. Toutes les parties la lisent."
        ),
        error_messages={"required": _("Écrivez votre réponse\u00a0: toutes les parties l’attendent.")},
    )


class MinutesForm(forms.Form):
    """The minutes that all parties are asked to agree to, and what follows."""

    outcome = forms.ChoiceField(
        label=_("Suite convenue"),
        choices=MediationOutcome.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez la suite dont les parties sont convenues.")},
    )
    minutes = Prose(
        is_printed=False,
        label=_("Compte rendu"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Ce que chaque partie a dit, et ce qui est convenu. Chaque partie l’approuve ou le refuse."
        ),
        error_messages={"required": _("Écrivez le compte rendu\u00a0: toutes les parties l’approuvent.")},
    )

    def chosen_outcome(self) -> MediationOutcome:
        """Return the outcome of a valid form."""
        return MediationOutcome(self.cleaned_data["outcome"])
