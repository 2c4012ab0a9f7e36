"""Where a clause is to go, and the order that the broker had before her eyes."""

from __future__ import annotations

from typing import Any

from django import forms

from partnerships.forms.fields import counted


class Order(forms.CharField):
    """Keys of clauses with hyphens between them."""

    def clean(self, value: Any) -> Any:
        typed = [counted(each) for each in super().clean(value).split("-")]
        if None in typed:
            raise forms.ValidationError("")
        return typed


class MoveForm(forms.Form):
    """`to`: place under the heading, from 1."""

    to = forms.IntegerField(min_value=0, max_value=10_000)
    seen = Order(max_length=4000)
