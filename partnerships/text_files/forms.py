"""Forms of a changed file: the file itself, and what is taken from it into the envelope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_variables

from accounts.inspection.slots import TooManyInspections
from accounts.organisations.file_kinds import MAX_BYTES, InvalidUpload
from accounts.refusals import Refusal
from partnerships.case.form_fields import Awaited, Prose
from partnerships.models import Stance
from partnerships.negotiation.queries.positions import Position
from partnerships.text_files.actions import ChosenPosition
from partnerships.text_files.upload import read_upload, require_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.http import QueryDict

    from partnerships.text_files.comparison import ClauseChange

ACCEPTED: str = ".docx,application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MISSING = _("Choisissez le fichier Word modifié (.docx), 10 Mo au plus.")
# An agreement has no proposed wording.
STANCES = [(stance.value, stance.label) for stance in (Stance.RESERVATION, Stance.OBJECTION, Stance.QUESTION)]


class ReturnForm(forms.Form):
    """A changed file; `reference`, `edition`: of the text that it must be."""

    file = forms.FileField(
        label=_("Le fichier Word modifié"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=_("Un fichier .docx emporté d’ici, 10 Mo au plus. Le fichier lui-même n’est pas gardé."),
        error_messages={
            "required": MISSING,
            "invalid": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
            "missing": _("Le fichier n’est pas arrivé entier. Choisissez-le à nouveau."),
        },
    )

    def __init__(
        self, *args: Any, reference: str, edition: int, is_rate_limited: bool = False, **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self._reference, self._edition = reference, edition
        self._is_rate_limited = is_rate_limited

    @sensitive_variables()
    def clean_file(self) -> Mapping[str, Any]:
        """Return what the file contains; unread if its sender or all together sent too many."""
        upload = self.cleaned_data["file"]
        try:
            if self._is_rate_limited:
                raise TooManyInspections
            # One byte above the limit is enough to refuse it.
            facts = read_upload(upload.read(MAX_BYTES + 1))
            require_text(facts, reference=self._reference, edition=self._edition)
        except (InvalidUpload, Refusal) as error:
            raise forms.ValidationError(str(error.sentence), code="file") from error
        return facts


class ChangeForm(forms.Form):
    """What the party takes from a file for one clause, if anything."""

    take = forms.BooleanField(label=_("Mettre dans notre enveloppe"), required=False)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    seen_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31)
    stance = forms.ChoiceField(label=_("Votre réponse"), choices=STANCES)
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
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    def __init__(self, data: QueryDict | None, *, change: ClauseChange, seen_number: int) -> None:
        initial = {
            "revision": change.revision_id,
            "seen_number": seen_number,
            "stance": Stance.RESERVATION if change.has_wording else Stance.QUESTION,
            "reason": change.reason,
            "proposed_text": change.proposed_text,
        }
        super().__init__(data, prefix=f"clause-{change.clause_id}", initial=initial)

    @property
    def is_taken(self) -> bool:
        """Whether the submitted form takes the change."""
        return self.is_bound and bool(self.data.get(self.add_prefix("take")))

    def chosen(self) -> ChosenPosition:
        """Return the position of a valid form."""
        cleaned = self.cleaned_data
        position = Position(
            stance=Stance(cleaned["stance"]), reason=cleaned["reason"], proposed_text=cleaned["proposed_text"]
        )
        return ChosenPosition(cleaned["revision"], position, cleaned["seen_number"])
