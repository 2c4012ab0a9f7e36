"""Forms of the follow-up: evidence, the answer of another party, the decision of the broker."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, TextLineField, WebAddressField
from accounts.inspection.slots import TooManyInspections
from accounts.organisations.file_kinds import MAX_BYTES, InvalidUpload, check_file
from accounts.organisations.forms import ACCEPTED_FILE_TYPES
from accounts.refusals import Refusal
from partnerships.case.form_fields import MeasureField, Prose
from partnerships.following.actions.evidence import NewEvidence
from partnerships.following.actions.payments import PaymentProof

if TYPE_CHECKING:
    from accounts.organisations.file_kinds import CheckedFile


class FileForm(forms.Form):
    """A form with an optional file, checked as every uploaded file is."""

    file = forms.FileField(
        label=_("Le fichier"),
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED_FILE_TYPES}),
        help_text=_(
            "Un PDF ou une photo lisible (JPEG, PNG), 10 Mo au plus. Toutes les parties et le passeur le "
            "lisent. "
            "Le lieu de prise de vue noté dans une photo est supprimé."
        ),
        error_messages={
            "invalid": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
            "missing": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
        },
    )

    def __init__(self, *args: Any, is_rate_limited: bool = False, **options: Any) -> None:
        super().__init__(*args, **options)
        self.is_rate_limited = is_rate_limited

    def set_file_name(self, name: str) -> None:
        """Show the name of a file that was received and waits, so that it need not be chosen again."""
        self.fields["file"].file_name = name  # type: ignore[attr-defined]

    def clean_file(self) -> CheckedFile | None:
        """Return the checked file, None without one; unread if its sender or all together sent too many."""
        upload = self.cleaned_data["file"]
        if not upload:
            return None
        try:
            if self.is_rate_limited:
                raise TooManyInspections
            # One byte above the limit is enough to refuse it.
            return check_file(upload.name, upload.read(MAX_BYTES + 1))
        except (InvalidUpload, Refusal) as error:
            raise forms.ValidationError(str(error.sentence), code="file") from error


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
