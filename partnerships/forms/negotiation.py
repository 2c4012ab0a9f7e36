"""What a party says of a clause, and what the broker answers."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.actions.criticism import Said
from partnerships.forms.fields import Prose
from partnerships.models import Stance

OUTCOMES = (("taken", _("Reprise")), ("partly", _("Reprise en partie")), ("not", _("Non reprise")))
WHY = {
    Stance.QUESTION: _(
        "Écrivez votre question\u00a0: le passeur et l’autre partie ne peuvent pas la deviner."
    ),
    Stance.RESERVATION: _(
        "Dites pourquoi vous avez une réserve\u00a0: l’autre partie ne peut pas répondre sans raison."
    ),
    Stance.OBJECTION: _(
        "Dites pourquoi vous avez une objection\u00a0: l’autre partie ne peut pas répondre sans raison."
    ),
}


class AnswerForm(forms.Form):
    """One party's stance on one revision; `revision` is the one that was before their eyes."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    stance = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=Stance.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez l’une des quatre réponses.")},
    )
    reason = Prose(
        label=_("Pourquoi\u202f? Quel intérêt protégez-vous\u202f?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("L’autre partie le lira. N’écrivez aucune donnée de santé sur une personne."),
    )
    proposed_text = Prose(
        label=_("Rédaction que vous proposez"),
        max_length=8000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def clean(self) -> dict[str, Any]:
        typed = super().clean() or {}
        stance = typed.get("stance")
        if stance in WHY and not typed.get("reason", "").strip() and "reason" not in self.errors:
            self.add_error("reason", WHY[Stance(stance)])
        return typed

    def said(self) -> dict[int, Said]:
        """Return the stance as the action takes it; what is typed beside an agreement is not sent."""
        typed = self.cleaned_data
        stance = Stance(typed["stance"])
        if stance == Stance.AGREE:
            return {typed["revision"]: Said(stance=stance)}
        words = Said(stance=stance, reason=typed["reason"], proposed_text=typed["proposed_text"])
        return {typed["revision"]: words}


class AgreeForm(forms.Form):
    """Agreement to several revisions at once, each of which was before the reader's eyes."""

    revisions = forms.RegexField(r"^\d{1,18}(,\d{1,18})*$", widget=forms.HiddenInput)

    def said(self) -> dict[int, Said]:
        """Return the stances as the action takes them."""
        agree = Said(stance=Stance.AGREE)
        return {int(each): agree for each in self.cleaned_data["revisions"].split(",")}


class ReplyForm(forms.Form):
    """What the broker makes of a question, a reservation or an objection."""

    outcome = forms.ChoiceField(
        label=_("Suite donnée"),
        choices=OUTCOMES,
        widget=forms.RadioSelect,
        error_messages={"required": _("Dites si la remarque est reprise.")},
    )
    text = Prose(
        label=_("Parce que"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties le liront."),
        error_messages={"required": _("Dites pourquoi\u00a0: chaque remarque reçoit une raison.")},
    )
