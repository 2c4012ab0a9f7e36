"""Forms of a suspension: what is asked, what the broker and the parties answer, a later planned end."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField
from partnerships.case.form_fields import NO_HEALTH_DATA, Prose
from partnerships.models import SuspensionGround


class AskSuspensionForm(forms.Form):
    """Why the case should stand still, and until when."""

    ground = forms.ChoiceField(
        label=_("Motif"),
        choices=SuspensionGround.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez un motif.")},
    )
    text = Prose(
        is_printed=False,
        label=_("Ce qui se passe"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=NO_HEALTH_DATA,
        error_messages={"required": _("Écrivez ce qui se passe\u00a0: le passeur et les parties le liront.")},
    )
    until = DayField(
        label=_("Suspendre jusqu’au"),
        help_text=_(
            "Ce jour à 18\u00a0h (heure de Paris), nous demanderons à toutes les parties si la "
            "suspension peut "
            "finir. Elle ne finit jamais toute seule."
        ),
        error_messages={"required": _("Choisissez jusqu’à quel jour.")},
    )

    def chosen_ground(self) -> SuspensionGround:
        """Return the ground of a valid form."""
        return SuspensionGround(self.cleaned_data["ground"])


class SuspensionAnswerForm(forms.Form):
    """Yes, or no with a reason."""

    YES, NO = "yes", "no"

    answer = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[(YES, _("Oui, suspendre le dossier")), (NO, _("Non, le dossier continue"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez\u00a0: oui ou non.")},
    )
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi (obligatoire si c’est non)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties et le passeur le lisent."),
    )

    def clean(self) -> dict[str, Any]:
        """Require a reason of a refusal."""
        cleaned = super().clean() or {}
        is_bare = not cleaned.get("reason", "").strip() and "reason" not in self.errors
        if cleaned.get("answer") == self.NO and is_bare:
            self.add_error("reason", _("Écrivez pourquoi non\u00a0: toutes les parties le liront."))
        return cleaned

    @property
    def is_yes(self) -> bool:
        return bool(self.cleaned_data["answer"] == self.YES)


class ProlongSuspensionForm(forms.Form):
    """A later planned end, with its reason."""

    until = DayField(
        label=_("Prolonger jusqu’au"),
        error_messages={"required": _("Choisissez jusqu’à quel jour.")},
    )
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties le lisent."),
        error_messages={"required": _("Écrivez pourquoi\u00a0: toutes les parties le liront.")},
    )
