"""The form of the page linked from the footer of a mail."""

from django import forms

from outbox.models import Rhythm


class RhythmForm(forms.Form):
    """How often to write. An empty form means never: it is what mail programs post (RFC 8058)."""

    rhythm = forms.ChoiceField(choices=Rhythm.choices, required=False)

    def selected_rhythm(self) -> Rhythm:
        """Return the rhythm of a valid form."""
        return Rhythm(self.cleaned_data["rhythm"] or Rhythm.OFF)
