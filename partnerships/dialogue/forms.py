"""Forms of the dialogue: a private message, a message that all parties read, which mails a person gets."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from partnerships.case.file_form import FileForm
from partnerships.case.form_fields import NO_HEALTH_DATA, Prose
from partnerships.dialogue.actions import NewMessage
from partnerships.dialogue.queries import ThreadPerson
from partnerships.models import ThreadMails


class PrivateNoteForm(forms.Form):
    """A private message between one party and the broker."""

    text = Prose(
        is_printed=False,
        label=_("Votre message"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=NO_HEALTH_DATA,
    )


class ThreadMessageForm(FileForm):
    """A message of a shared thread, with a file and the people it mentions, if any."""

    text = Prose(
        is_printed=False,
        label=_("Votre message à toutes les parties"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Toutes les parties et le passeur le lisent. Un message envoyé ne peut être ni modifié ni "
            "supprimé\u00a0: pour corriger, écrivez-en un autre. N’écrivez aucune donnée de santé sur une "
            "personne."
        ),
        error_messages={"required": _("Écrivez votre message\u00a0: toutes les parties le liront.")},
    )
    mentioned = forms.MultipleChoiceField(
        label=_("Mentionner"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ces personnes reçoivent le message par courriel, sauf si elles l’ont refusé."),
    )
    field_order = ("text", "file", "mentioned")

    def __init__(self, *args: Any, people: Iterable[ThreadPerson], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["mentioned"].choices = [  # type: ignore[attr-defined]
            (str(person.user.pk), person.name) for person in people
        ]

    def message(self) -> NewMessage:
        """Return the message of a valid form."""
        data = self.cleaned_data
        return NewMessage(data["text"], tuple(UUID(each) for each in data["mentioned"]), data["file"])


class ThreadMailsForm(forms.Form):
    """Which messages of a shared thread a person gets by mail."""

    mails = forms.ChoiceField(
        label=_("Recevoir par courriel"), choices=ThreadMails.choices, widget=forms.RadioSelect
    )

    def chosen(self) -> ThreadMails:
        """Return the choice of a valid form."""
        return ThreadMails(self.cleaned_data["mails"])
