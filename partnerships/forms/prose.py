"""A text of several lines, as everybody's browser should have sent it."""

from __future__ import annotations

from typing import Any

from django import forms


class Prose(forms.CharField):
    """Words over several lines; browsers end lines with two signs, the texts of the house with one."""

    def to_python(self, value: Any) -> Any:
        typed = super().to_python(value)
        return typed.replace("\r\n", "\n") if isinstance(typed, str) else typed
