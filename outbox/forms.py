"""What a reader may answer on the page behind the foot of a mail."""

from django import forms

from outbox.models import Rhythm


class Choice(forms.Form):
    """How often to write; nothing means never again, which is what mail programs post."""

    rhythm = forms.ChoiceField(choices=Rhythm.choices, required=False)


def chosen(form: Choice) -> Rhythm:
    """Return the rhythm of a form that holds, or of an empty post."""
    given = form.cleaned_data["rhythm"] if form.is_bound else ""
    return Rhythm(given or Rhythm.OFF)
