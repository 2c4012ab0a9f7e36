"""Forms of what the broker does to a text besides writing a clause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import TextLineField, WholeNumberField
from partnerships.case.form_fields import Keys, Prose
from partnerships.drafting.forms.clause import ClauseForm
from partnerships.models import Line


class MoveClauseForm(forms.Form):
    """`to`: position under the heading, from 1; `seen`: keys of its clauses in the order on the page."""

    to = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=10_000)
    seen = Keys(max_length=4000)


class RemoveClauseForm(forms.Form):
    """Why a clause is removed or put back; required once the parties have the text."""

    reason = Prose(
        label=_("Pourquoi"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Les parties qui ont déjà lu ou signé la clause liront cette raison et y répondront."),
    )


class ReasonForm(forms.Form):
    """Why a clause changes, required once the parties have the text; `seen_number`: of its revision read."""

    reason = Prose(
        label=_("Pourquoi ce changement"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Obligatoire dès que les parties ont le texte. Toutes les parties le liront."),
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class FormerRevisionForm(ReasonForm):
    """The number of the revision to go back to, in a hidden choice beside each revision."""

    number = WholeNumberField(
        label=_("Version"),
        min_value=1,
        max_value=10_000,
        error_messages={"required": _("Choisissez la version à remettre.")},
    )
    field_order = ("number", "reason", "seen_number")


class SplitClauseForm(ReasonForm):
    """Where a clause is split: the paragraph, from 2, that begins the second one, and the title of that."""

    paragraph = WholeNumberField(
        label=_("La seconde clause commence par"),
        min_value=2,
        max_value=10_000,
        error_messages={"required": _("Choisissez le paragraphe qui commence la seconde clause.")},
    )
    title = TextLineField(label=_("Titre de la seconde clause"), max_length=160)
    field_order = ("paragraph", "title", "reason", "seen_number")


class JoinClausesForm(ReasonForm):
    """`next_number`: of the revision of the next clause that the page showed."""

    next_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


class LineChoice(NamedTuple):
    """A line with its checkbox; `is_linked`: as stored, whatever was posted."""

    line: Line
    field: BoundField
    is_linked: bool


class SourceLinksForm(forms.Form):
    """`seen`: keys of the lines linked when the page was opened; `preselected_ids`: checked beside those."""

    seen = Keys(max_length=4000, required=False, widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        lines: Sequence[Line],
        linked_ids: Sequence[int],
        preselected_ids: Sequence[int] = (),
    ) -> None:
        checked = {f"line-{line.pk}": line.pk in (*linked_ids, *preselected_ids) for line in lines}
        super().__init__(data, initial={"seen": "-".join(map(str, linked_ids)), **checked})
        self.lines, self.linked_ids = lines, linked_ids
        for line in lines:
            self.fields[f"line-{line.pk}"] = forms.BooleanField(label=line.text, required=False)

    def choices(self) -> list[LineChoice]:
        """Return each line with its checkbox, in the order of the parties."""
        return [LineChoice(line, self[f"line-{line.pk}"], line.pk in self.linked_ids) for line in self.lines]

    def line_ids(self) -> list[int]:
        """Return the keys of the checked lines; only after `is_valid`."""
        return [line.pk for line in self.lines if self.cleaned_data[f"line-{line.pk}"]]


class KeepRiskForm(forms.Form):
    """The reason for keeping a clause that breaks a rule, and the revision it was given for."""

    reason = Prose(
        label=_("Garder malgré tout, parce que"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Toutes les parties le liront sous la clause. Si la clause change, cette raison est supprimée."
        ),
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput)


class RevisionNumberForm(forms.Form):
    """The number of the revision that the page showed."""

    seen_number = forms.IntegerField(widget=forms.HiddenInput)


class ProductNamesForm(forms.Form):
    """Product names of the companies, one per line."""

    names = Prose(
        label=_("Noms à ne pas citer dans ce texte"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Un nom par ligne : marques, molécules, produits de l’entreprise."),
    )


class BodyCheckForm(forms.Form):
    """An unsaved text; `adopt`: code of the rule whose suggested wording is to be inserted."""

    body = Prose(max_length=8000, required=False)
    adopt = TextLineField(max_length=3, required=False)


def render_body_field(body: str) -> str:
    """Return the HTML of the body field with this text, for an out-of-band swap by htmx."""
    widget = ClauseForm.base_fields["body"].widget
    attrs = {"id": "id_body", "hx-swap-oob": "true", "maxlength": 8000, "required": True}
    return str(widget.render("body", body, attrs=attrs | {"aria-describedby": "id_body_helptext"}))


class WithdrawForm(forms.Form):
    """The reason for withdrawing a frozen text, which returns it to negotiation."""

    reason = Prose(
        is_printed=False,
        label=_("Pourquoi retirer ce texte de la signature"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties le liront."),
    )
