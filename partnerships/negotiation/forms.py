"""Forms of the positions of a party and of the replies of the broker."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Awaited, Prose
from partnerships.models import Stance
from partnerships.negotiation.queries.positions import Position

OUTCOMES = (("taken", _("Retenue")), ("partly", _("Retenue en partie")), ("not", _("Non retenue")))
REASON_REQUIRED = {
    Stance.QUESTION: _(
        "Écrivez votre question\u00a0: le passeur et l’autre partie ne peuvent pas la deviner."
    ),
    Stance.RESERVATION: _(
        "Écrivez la raison de votre réserve\u00a0: sans raison, l’autre partie ne peut pas répondre."
    ),
    Stance.OBJECTION: _(
        "Écrivez la raison de votre objection\u00a0: sans raison, l’autre partie ne peut pas répondre."
    ),
}


class AnswerForm(forms.Form):
    """The position of a party on a revision, for its envelope.

    `revision`: the displayed one; `seen_number`: how often the position had been saved when the form was
    displayed. With `is_draft`, the reason may be missing.
    """

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    seen_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)
    stance = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=Stance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez l’une des quatre réponses.")},
    )
    reason = Awaited(
        label=_("Pourquoi\u202f? Qu’est-ce que cela protège pour vous\u202f?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "L’autre partie le lira à l’ouverture. N’écrivez aucune donnée de santé sur une personne."
        ),
    )
    proposed_text = Prose(
        label=_("Formulation que vous proposez"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, is_draft: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_draft = is_draft

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_draft:
            return cleaned
        stance = cleaned.get("stance")
        if (
            stance in REASON_REQUIRED
            and not cleaned.get("reason", "").strip()
            and "reason" not in self.errors
        ):
            self.add_error("reason", REASON_REQUIRED[Stance(stance)])
        return cleaned

    def position(self) -> Position:
        """Return the position; an agreement has neither reason nor proposed text."""
        cleaned = self.cleaned_data
        stance = Stance(cleaned["stance"])
        if stance == Stance.AGREE:
            return Position(stance=stance)
        return Position(stance=stance, reason=cleaned["reason"], proposed_text=cleaned["proposed_text"])


class AgreeForm(forms.Form):
    """Agreement to several displayed revisions at once."""

    revisions = forms.RegexField(r"^\d{1,18}(,\d{1,18})*$", widget=forms.HiddenInput)

    def revision_ids(self) -> list[int]:
        """Return the revisions to agree to."""
        return [int(each) for each in self.cleaned_data["revisions"].split(",")]


class ReplyForm(forms.Form):
    """The reply of the broker to a question, a reservation or an objection."""

    outcome = forms.ChoiceField(
        label=_("Décision"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Indiquez si la remarque est retenue.")},
    )
    text = Prose(
        label=_("Pourquoi"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties le liront."),
        error_messages={"required": _("Écrivez pourquoi\u00a0: chaque remarque reçoit une raison.")},
    )
