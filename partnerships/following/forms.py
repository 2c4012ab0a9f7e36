"""Forms of the follow-up: evidence, the answer of another party, the decision of the broker."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, TextLineField, WebAddressField
from partnerships.case.file_form import FileForm
from partnerships.case.form_fields import MeasureField, Prose
from partnerships.following.actions.evidence import NewEvidence
from partnerships.following.actions.payments import PaymentProof


class EvidenceForm(FileForm):
    """The evidence of a milestone or of a commitment: a text and, if any, a number, a file, a link."""

    text = Prose(
        label=_("Votre preuve, en quelques mots"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Compte rendu, relevé, nombre de réponses. Les autres parties le liront. "
            "N’écrivez aucune donnée de santé sur une personne."
        ),
    )
    number = MeasureField(
        label=_("Résultat chiffré"),
        required=False,
        help_text=_("Un seul nombre, celui de l’indicateur. Exemple\u00a0: 274."),
    )
    link = WebAddressField(
        label=_("Lien vers le document"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
        help_text=_("Une page ou un fichier que les autres parties peuvent ouvrir."),
    )
    field_order = ("text", "number", "file", "link")

    def evidence(self) -> NewEvidence:
        """Return the evidence."""
        data = self.cleaned_data
        return NewEvidence(data["text"], data["link"], data["number"], data["file"])


class PaymentForm(FileForm):
    """The day of a payment, its reference and a proof."""

    paid_on = DayField(label=_("Payé le"), help_text=_("Le jour de l’ordre de virement."))
    reference = TextLineField(
        label=_("Référence"),
        max_length=120,
        required=False,
        help_text=_("Celle que l’autre partie lira sur son relevé."),
    )
    field_order = ("paid_on", "reference", "file")

    def proof(self) -> PaymentProof:
        """Return the proof."""
        data = self.cleaned_data
        return PaymentProof(data["paid_on"], data["reference"], data["file"])


class EvidenceAnswerForm(forms.Form):
    """The answer of another party: a contest needs a reason."""

    CONFIRM, CONTEST = "confirm", "contest"

    answer = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[
            (CONFIRM, _("Nous confirmons\u00a0: c’est fait")),
            (CONTEST, _("Nous contestons\u00a0: ce n’est pas fait, ou pas comme prévu")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez\u00a0: confirmer ou contester.")},
    )
    reason = Prose(
        label=_("Si vous contestez\u00a0: pourquoi"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Ce qui manque, ou ce qui diffère du texte signé. Toutes les parties et le passeur le lisent. "
            "N’écrivez aucune donnée de santé sur une personne."
        ),
    )

    def clean(self) -> dict[str, Any]:
        """Require a reason of a contest, and refuse one that would be lost."""
        cleaned = super().clean() or {}
        answer, reason = cleaned.get("answer"), cleaned.get("reason", "").strip()
        if answer == self.CONTEST and not reason and "reason" not in self.errors:
            self.add_error(
                "reason", _("Écrivez pourquoi vous contestez\u00a0: toutes les parties le liront.")
            )
        if answer == self.CONFIRM and reason:
            self.add_error(
                "reason", _("Ce motif ne serait pas envoyé avec une confirmation. Effacez-le, ou contestez.")
            )
        return cleaned

    @property
    def contest_reason(self) -> str:
        """The reason of a contest, "" of a confirmation."""
        return self.cleaned_data["reason"] if self.cleaned_data["answer"] == self.CONTEST else ""


class SettlementForm(forms.Form):
    """The decision of the broker on a contest, with its reason."""

    ACCEPT, REOPEN = "accept", "reopen"

    decision = forms.ChoiceField(
        label=_("Votre décision"),
        choices=[
            (ACCEPT, _("La preuve suffit\u00a0: c’est fait")),
            (REOPEN, _("La preuve ne suffit pas\u00a0: c’est à faire de nouveau")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez une décision.")},
    )
    reason = Prose(
        label=_("Pourquoi"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties le lisent."),
        error_messages={"required": _("Écrivez pourquoi\u00a0: toutes les parties le liront.")},
    )

    @property
    def is_accepted(self) -> bool:
        return bool(self.cleaned_data["decision"] == self.ACCEPT)


class PostponementForm(forms.Form):
    """Another due date of a milestone, with a reason."""

    due_date = DayField(label=_("Nouvelle échéance"), help_text=_("Après l’échéance actuelle."))
    reason = Prose(
        label=_("Pourquoi"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Ce qui retarde, et ce que vous faites pour tenir la nouvelle date. Toutes les parties et le "
            "passeur le "
            "lisent. N’écrivez aucune donnée de santé sur une personne."
        ),
        error_messages={
            "required": _("Écrivez pourquoi\u00a0: les autres parties répondent à cette raison.")
        },
    )


class PostponementAnswerForm(forms.Form):
    """The answer of another party: a refusal needs a reason."""

    ACCEPT, REFUSE = "accept", "refuse"

    answer = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[
            (ACCEPT, _("Nous acceptons la nouvelle date")),
            (REFUSE, _("Nous gardons la date actuelle")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez\u00a0: accepter ou refuser.")},
    )
    reason = Prose(
        label=_("Pourquoi (obligatoire si vous refusez)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties et le passeur le lisent."),
    )

    def clean(self) -> dict[str, Any]:
        """Require a reason of a refusal."""
        cleaned = super().clean() or {}
        is_bare = not cleaned.get("reason", "").strip() and "reason" not in self.errors
        if cleaned.get("answer") == self.REFUSE and is_bare:
            self.add_error("reason", _("Écrivez pourquoi vous refusez\u00a0: toutes les parties le liront."))
        return cleaned

    @property
    def is_accepted(self) -> bool:
        return bool(self.cleaned_data["answer"] == self.ACCEPT)
