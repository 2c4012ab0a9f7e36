"""Forms of a hand-over: who is asked and why, what the new broker declares, why not."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from partnerships.case.form_fields import Prose


class AskHandoverForm(forms.Form):
    """The broker who is asked, and why."""

    to_broker = forms.ChoiceField(label=_("Nouveau passeur"))
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Toutes les parties le lisent."),
        error_messages={"required": _("Écrivez pourquoi\u00a0: toutes les parties le liront.")},
    )

    def __init__(self, *args: Any, brokers: Sequence[User], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["to_broker"] = forms.ChoiceField(
            label=self.fields["to_broker"].label,
            choices=[("", _("Choisir un passeur")), *((str(each.pk), str(each)) for each in brokers)],
            error_messages={"required": _("Choisissez à qui vous demandez de suivre le dossier.")},
        )
        self.order_fields(["to_broker", "reason"])


class AcceptHandoverForm(forms.Form):
    """What the new broker declares before taking the case over."""

    interests = Prose(
        is_printed=True,
        label=_("Vos liens d’intérêts avec une partie"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Mandats, emplois, honoraires, dons, proches. Écrivez «\u202faucun\u202f» s’il n’y en a "
            "pas. Toutes les "
            "parties le lisent."
        ),
        error_messages={"required": _("Écrivez vos liens d’intérêts, ou «\u202faucun\u202f».")},
    )


class DeclineHandoverForm(forms.Form):
    """Why the broker who is asked declines."""

    reason = Prose(
        is_printed=False,
        label=_("Pourquoi"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties le lisent dans le journal."),
        error_messages={"required": _("Écrivez pourquoi vous ne suivrez pas ce dossier.")},
    )
