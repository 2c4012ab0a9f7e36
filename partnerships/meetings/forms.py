"""Forms of meetings: when and where, agenda, tasks, minutes, and what a party says of minutes."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import DayField, TextLineField, WebAddressField
from partnerships.case.form_fields import NO_HEALTH_DATA, Prose
from partnerships.meetings.actions.meetings import MeetingPlan
from partnerships.meetings.actions.minutes import MinutesReply
from partnerships.models import Meeting, Party

PARIS: Final = ZoneInfo("Europe/Paris")
BROKER: Final = "broker"


def _hours() -> list[tuple[str, str]]:
    """Return the quarters of an hour at which a meeting may start, in the active language."""
    quarters = [(hour, minute) for hour in range(7, 22) for minute in (0, 15, 30, 45)]
    words = gettext("%(hour)s\u202fh\u202f%(minute)s")
    return [
        ("", gettext("Choisir")),
        *(
            (_quarter(hour, minute), words % {"hour": hour, "minute": f"{minute:02}"})
            for hour, minute in quarters
        ),
    ]


def _quarter(hour: int, minute: int) -> str:
    return f"{hour:02}:{minute:02}"


class MeetingForm(forms.Form):
    """When and where a meeting is, and what it is about."""

    title = TextLineField(
        is_printed=False,
        label=_("Objet de la réunion"),
        max_length=160,
        error_messages={"required": _("Écrivez de quoi la réunion traite.")},
    )
    day = DayField(label=_("Jour"))
    hour = forms.ChoiceField(
        label=_("Heure de début, à Paris"),
        choices=_hours,
        error_messages={"required": _("Indiquez l’heure de début.")},
    )
    place = TextLineField(
        is_printed=False,
        label=_("Lieu"),
        max_length=200,
        required=False,
        help_text=_("Une adresse, ou un numéro de téléphone. Laissez vide pour une visioconférence."),
    )
    link = WebAddressField(
        label=_("Lien de la visioconférence"),
        max_length=500,
        required=False,
        assume_scheme="https",
        widget=forms.URLInput(attrs={"placeholder": "https://"}),
    )

    @staticmethod
    def initial_of(meeting: Meeting) -> dict[str, Any]:
        """Return the values of a meeting."""
        local = meeting.starts_at.astimezone(PARIS)
        return {
            "title": meeting.title,
            "day": local.date(),
            "hour": _quarter(local.hour, local.minute),
            "place": meeting.place,
            "link": meeting.link,
        }

    def clean(self) -> dict[str, Any]:
        """Require a place or a link."""
        cleaned = super().clean() or {}
        has_none = not cleaned.get("place") and not cleaned.get("link")
        if has_none and not {"place", "link"} & set(self.errors):
            self.add_error(
                "place", _("Indiquez un lieu ou un lien, pour que toutes les parties sachent où aller.")
            )
        return cleaned

    def plan(self) -> MeetingPlan:
        """Return the plan of a valid form."""
        data = self.cleaned_data
        starts_at = datetime.combine(data["day"], time.fromisoformat(data["hour"]), tzinfo=PARIS)
        return MeetingPlan(data["title"], starts_at, data["place"], data["link"])


class CancelMeetingForm(forms.Form):
    """Why a meeting is cancelled."""

    reason = TextLineField(
        is_printed=False,
        label=_("Pourquoi"),
        max_length=500,
        help_text=_("Toutes les parties le lisent."),
        error_messages={"required": _("Écrivez pourquoi\u00a0: toutes les parties le liront.")},
    )


class AgendaForm(forms.Form):
    """A point of the agenda."""

    text = TextLineField(
        is_printed=False,
        label=_("Ajouter un point à l’ordre du jour"),
        max_length=300,
        help_text=_(
            "Toutes les parties et le passeur le lisent. Un point ajouté reste à l’ordre du jour. N’écrivez "
            "aucune donnée de santé sur une personne."
        ),
        error_messages={"required": _("Écrivez le point à ajouter.")},
    )


class TaskForm(forms.Form):
    """What is to be done, by whom, until when."""

    text = TextLineField(
        is_printed=False,
        label=_("Ce qui est à faire"),
        max_length=300,
        help_text=NO_HEALTH_DATA,
        error_messages={"required": _("Écrivez ce qui est à faire.")},
    )
    owner = forms.ChoiceField(
        label=_("Qui s’en charge"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez qui s’en charge.")},
    )
    due_date = DayField(label=_("Échéance"), help_text=_("Ce jour compte."))

    def __init__(self, *args: Any, owners: Iterable[Party], broker: str, **options: Any) -> None:
        super().__init__(*args, **options)
        self.owners = {party.code: party for party in owners}
        choices = [(code, party.organisation.name) for code, party in self.owners.items()]
        self.fields["owner"].choices = [  # type: ignore[attr-defined]
            *choices,
            *([(BROKER, broker)] if broker else []),
        ]

    def chosen_owner(self) -> Party | None:
        """Return the party of a valid form, None for the broker."""
        return self.owners.get(self.cleaned_data["owner"])


class MeetingMinutesForm(forms.Form):
    """The minutes of a meeting and its decisions."""

    minutes = Prose(
        is_printed=False,
        label=_("Compte rendu"),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Qui était là, ce que chaque partie a dit. Chaque partie l’approuve ou le refuse. N’écrivez "
            "aucune donnée de santé sur une personne."
        ),
        error_messages={"required": _("Écrivez le compte rendu\u00a0: toutes les parties l’approuvent.")},
    )
    decisions = Prose(
        is_printed=False,
        label=_("Décisions, une par ligne"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "Elles sont approuvées avec le compte rendu. Une décision ne change pas le texte signé\u00a0: "
            "pour cela, ouvrez un avenant."
        ),
    )


class MinutesAnswerForm(forms.Form):
    """What a party says of the minutes: a refusal needs a reason."""

    AGREE, REFUSE = "agree", "refuse"

    seen_number = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=32767)
    answer = forms.ChoiceField(
        label=_("Votre réponse"),
        choices=[
            (AGREE, _("Nous approuvons le compte rendu")),
            (REFUSE, _("Nous ne l’approuvons pas tel quel")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choisissez\u00a0: approuver ou refuser.")},
    )
    reason = Prose(
        is_printed=False,
        label=_("Pourquoi (obligatoire si vous refusez)"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Toutes les parties et le passeur le lisent."),
    )

    def clean(self) -> dict[str, Any]:
        """Require a reason of a refusal."""
        cleaned = super().clean() or {}
        is_bare = not cleaned.get("reason", "").strip() and "reason" not in self.errors
        if cleaned.get("answer") == self.REFUSE and is_bare:
            self.add_error("reason", _("Écrivez pourquoi vous refusez\u00a0: toutes les parties le liront."))
        return cleaned

    def reply(self) -> MinutesReply:
        """Return the answer of a valid form."""
        data = self.cleaned_data
        return MinutesReply(data["seen_number"], data["answer"] == self.AGREE, data["reason"])
