"""Why a clause that hurts is kept, and the names of products that a text must not hold."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.form_fields import Prose
from partnerships.drafting.forms.clause import ClauseForm


class KeepForm(forms.Form):
    """The reason for which a clause is kept although a rule stops it."""

    reason = Prose(
        label=_("Garder malgré tout, parce que"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties le liront sous la clause. Un changement de la clause l’efface."),
    )
    seen_number = forms.IntegerField(widget=forms.HiddenInput)


class SeenForm(forms.Form):
    """Which revision was before the broker's eyes."""

    seen_number = forms.IntegerField(widget=forms.HiddenInput)


class ProductsForm(forms.Form):
    """The names of the products of the companies, one a line."""

    names = Prose(
        label=_("Noms à ne pas citer dans ce texte"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("Un nom par ligne : marques, molécules, produits de l’entreprise."),
    )


class RereadForm(forms.Form):
    """A text being typed; `adopt` is the rule whose suggested wording is taken."""

    body = Prose(max_length=8000, required=False)
    adopt = forms.CharField(max_length=3, required=False)


def textarea(body: str) -> str:
    """Return the box of the text of a clause with other words in it, to replace the one on the page."""
    widget = ClauseForm.base_fields["body"].widget
    attrs = {"id": "id_body", "hx-swap-oob": "true", "maxlength": 8000, "required": True}
    return str(widget.render("body", body, attrs=attrs | {"aria-describedby": "id_body_helptext"}))
