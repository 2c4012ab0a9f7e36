"""What a broker finds about an organisation, and decides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.lifecycle import Trigger
from accounts.models import CheckResult, Decision
from accounts.vetting.actions import CheckFinding
from broker.queries.vetting import Checked


class ChecksForm(forms.Form):
    """The checklist: a result and two notes for each check that was sent; what was not stays as it was."""

    RESULTS = (("", _("À contrôler")), *CheckResult.choices)

    def __init__(self, data: Any = None, *, rows: Sequence[Checked]) -> None:
        super().__init__(data)
        self.rows = {row.check.code: row for row in rows}
        for row in rows:
            known = row.found
            self.fields[f"result_{row.check.code}"] = forms.ChoiceField(
                label=_("Résultat"),
                choices=self.RESULTS,
                required=False,
                initial=known.result if known else "",
            )
            for name, label, written in (
                ("note", _("Note pour l’organisation"), known.note if known else ""),
                ("private_note", _("Note pour le passeur seul"), known.private_note if known else ""),
            ):
                self.fields[f"{name}_{row.check.code}"] = forms.CharField(
                    label=label,
                    required=False,
                    max_length=1000,
                    initial=written,
                    widget=forms.Textarea(attrs={"rows": 2}),
                )

    def clean(self) -> dict[str, Any]:
        """Stop what would silently undo the check that somebody else made since the page was opened."""
        for code, row in self.rows.items():
            seen, known = self.data.get(f"seen_{code}"), row.found
            if known is None or seen is None or seen == row.stamp:
                continue
            sent = [self.cleaned_data.get(f"{name}_{code}") for name in CheckFinding._fields]
            if sent != [known.result, known.note, known.private_note]:
                words = _(
                    "%(person)s a rempli ce contrôle entre-temps\u00a0: %(result)s. Relisez, puis "
                    "enregistrez."
                )
                told = {"person": known.checked_by, "result": row.label}
                self.add_error(f"result_{code}", words % told)
        return self.cleaned_data

    def findings(self) -> dict[str, CheckFinding]:
        """Return what was sent of a valid form, by code of check."""
        return {
            code: CheckFinding(*(self._sent(f"{name}_{code}") for name in CheckFinding._fields))
            for code in self.rows
            if any(f"{name}_{code}" in self.data for name in CheckFinding._fields)
        }

    def _sent(self, name: str) -> str:
        return str(self.cleaned_data[name] if name in self.data else self.fields[name].initial)

    def has_errors_at(self, code: str) -> bool:
        """Say whether something typed about a check was refused."""
        return any(f"{name}_{code}" in self.errors for name in CheckFinding._fields)


class Decide(forms.Form):
    """One press of one button, with the reason; `allowed`: what may be decided now."""

    decision = forms.ChoiceField(
        widget=forms.HiddenInput,
        error_messages={"required": _("Choisissez une décision."), "invalid_choice": ""},
    )
    reason = forms.CharField(
        label=_("Ce que vous lui dites"),
        help_text=_(
            "L’organisation lira ce texte. Dites ce qui manque et comment le fournir, ou pourquoi vous "
            "refusez. Facultatif si tous les contrôles sont conformes. Si vous suspendez ou refusez, les "
            "autres parties des textes en signature le lisent aussi."
        ),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={"required": _("Dites pourquoi : l’organisation ne peut rien corriger sans raison.")},
    )
    # One of the buttons needs no reason, so the browser must let the form go.
    use_required_attribute = False

    def __init__(self, *args: Any, allowed: Sequence[Trigger], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        decision = self.fields["decision"]
        if isinstance(decision, forms.ChoiceField):
            decision.choices = [(step.value, step.value) for step in allowed]
        self.fields["reason"].required = self.data.get("decision") != Decision.VERIFIED
        decision.error_messages["invalid_choice"] = _(
            "Cette décision n’est plus possible : l’organisation a changé d’état. Relisez la page."
        )

    def decided(self) -> Decision:
        """Return the decision of a valid form."""
        return Decision(self.cleaned_data["decision"])
