"""Forms of the positions of a party and of the replies of the broker."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Awaited, Prose
from partnerships.models import Stance
from partnerships.negotiation.queries.positions import Position


class RemarkDecision(StrEnum):
    """What the broker does with a remark: its outcome is that of the reply."""

    TAKE = "take"
    ADAPT = "adapt"
    DONE = "done"
    KEEP = "keep"


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
    """The decision of the broker on a question, a reservation or an objection, with its reason.

    `seen_number`: number of the current revision of the clause when the form was displayed. `body` and
    `plain_words` are the new wording of the clause, to adapt it; to take the proposed words, `body` is not
    read.
    """

    decision = forms.ChoiceField(
        label=_("Votre décision"),
        choices=[(decision.value, decision.value) for decision in RemarkDecision],
        error_messages={"required": _("Choisissez ce que vous faites de cette remarque.")},
    )
    body = Prose(label=_("Nouveau texte de la clause"), max_length=8000, required=False)
    plain_words = Prose(label=_("En clair"), max_length=600, required=False)
    text = Prose(
        label=_("Pourquoi"),
        max_length=2000,
        error_messages={"required": _("Écrivez pourquoi\u00a0: chaque remarque reçoit une raison.")},
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, required=False)

    def __init__(self, *args: Any, proposed_text: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.proposed_text = proposed_text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        decision = cleaned.get("decision")
        if decision == RemarkDecision.TAKE and not self.proposed_text.strip():
            self.add_error(
                "decision", _("Aucune rédaction n’est proposée ici. Adaptez le texte, ou gardez-le.")
            )
        is_empty = "body" not in self.errors and not cleaned.get("body", "").strip()
        if decision == RemarkDecision.ADAPT and is_empty:
            self.add_error("body", _("Écrivez le nouveau texte de la clause."))
        return cleaned

    @property
    def outcome(self) -> str:
        """Return the outcome of the reply; adapting a text where words were proposed takes them in part."""
        decision = self.cleaned_data["decision"]
        if decision == RemarkDecision.KEEP:
            return "not"
        return "partly" if decision == RemarkDecision.ADAPT and self.proposed_text.strip() else "taken"

    @property
    def new_body(self) -> str | None:
        """Return the new text of the clause, None when the decision leaves it as it is."""
        bodies = {RemarkDecision.TAKE: self.proposed_text, RemarkDecision.ADAPT: self.cleaned_data["body"]}
        return bodies.get(self.cleaned_data["decision"])
