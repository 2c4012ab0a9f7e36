"""Where a clause is to go, and the order that the broker had before her eyes."""

from __future__ import annotations

from django import forms

from partnerships.case.form_fields import Keys


class MoveForm(forms.Form):
    """`to`: place under the heading, from 1."""

    to = forms.IntegerField(min_value=0, max_value=10_000)
    seen = Keys(max_length=4000)
