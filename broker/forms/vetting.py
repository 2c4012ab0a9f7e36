"""The checklist of an organisation and the decision about it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextAreaField
from accounts.lifecycle import Trigger
from accounts.models import CheckResult, Decision
from accounts.vetting.actions import CheckFinding
from broker.queries.vetting import CheckRow


class ChecksForm(forms.Form):
    """A result and two notes for each check; a check whose fields were not sent stays as it was."""

    RESULTS = (("", _("À contrôler")), *CheckResult.choices)

    def __init__(self, data: Any = None, *, rows: Sequence[CheckRow]) -> None:
        super().__init__(data)
        self.rows = {row.check.code: row for row in rows}
        for row in rows:
            current = row.current
            self.fields[f"result_{row.check.code}"] = forms.ChoiceField(
                label=_("Résultat"),
                choices=self.RESULTS,
                required=False,
                initial=current.result if current else "",
            )
            for name, label, initial in (
                ("note", _("Note pour l’organisation"), current.note if current else ""),
                ("private_note", _("Note pour le passeur seul"), current.private_note if current else ""),
            ):
                self.fields[f"{name}_{row.check.code}"] = TextAreaField(
                    label=label,
                    is_printed=False,
                    required=False,
                    max_length=1000,
                    initial=initial,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def clean(self) -> dict[str, Any]:
        """Refuse to overwrite unseen a check that somebody else saved since the page was opened."""
        for code, row in self.rows.items():
            seen, current = self.data.get(f"seen_{code}"), row.current
            if current is None or seen is None or seen == row.version:
                continue
            sent = [self.cleaned_data.get(f"{name}_{code}") for name in CheckFinding._fields]
            if sent != [current.result, current.note, current.private_note]:
                message = _(
                    "%(person)s a fait ce contrôle entre-temps\u00a0: %(result)s. Relisez, puis enregistrez."
                )
                values = {"person": current.checked_by, "result": row.label}
                self.add_error(f"result_{code}", message % values)
        return self.cleaned_data

    def findings(self) -> dict[str, CheckFinding]:
        """Return the findings that were sent with a valid form, by code of check."""
        return {
            code: CheckFinding(*(self._sent(f"{name}_{code}") for name in CheckFinding._fields))
            for code in self.rows
            if any(f"{name}_{code}" in self.data for name in CheckFinding._fields)
        }

    def _sent(self, name: str) -> str:
        return str(self.cleaned_data[name] if name in self.data else self.fields[name].initial)

    def has_errors_at(self, code: str) -> bool:
        """Return whether a field of a check has errors."""
        return any(f"{name}_{code}" in self.errors for name in CheckFinding._fields)


class DecisionForm(forms.Form):
    """A decision and its reason. `allowed`: the decisions possible now."""

    decision = forms.ChoiceField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Choisissez une décision."), "invalid_choice": ""},
    )
    reason = TextAreaField(
        is_printed=False,
        label=_("Votre message à l’organisation"),
        help_text=_(
            "L’organisation lira ce texte. Écrivez ce qui manque et comment le fournir, ou "
            "pourquoi vous refusez. Facultatif si tous les contrôles sont conformes. Si vous "
            "suspendez ou refusez, les autres parties des textes en signature le lisent "
            "aussi."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Écrivez pourquoi : sans raison, l’organisation ne peut rien corriger.")
        },
    )
    # One of the buttons needs no reason, so the browser must not require it.
    use_required_attribute = False

    def __init__(self, *args: Any, allowed: Sequence[Trigger], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        if isinstance(decision, forms.ChoiceField):
            decision.choices = [(step.value, step.value) for step in allowed]
        self.fields["reason"].required = self.data.get("decision") != Decision.VERIFIED
        decision.error_messages["invalid_choice"] = _(
            "Cette décision n’est plus possible : l’état de l’organisation a changé. Relisez la page."
        )

    def selected_decision(self) -> Decision:
        """Return the decision of a valid form."""
        return Decision(self.cleaned_data["decision"])
