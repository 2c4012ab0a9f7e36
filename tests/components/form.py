"""A form with one field of each kind, empty or refused."""

from django import forms


class Everything(forms.Form):
    """One field of each kind; bound to nothing, each required one is an error."""

    rna = forms.CharField(label="Numéro RNA", help_text="Il figure sur le récépissé.")
    kind = forms.ChoiceField(
        label="Enregistrement", choices=[("rna", "RNA"), ("siren", "SIREN")], widget=forms.RadioSelect
    )
    areas = forms.MultipleChoiceField(
        label="Régions", choices=[("r", "Réunion")], widget=forms.CheckboxSelectMultiple, required=False
    )
    statutes = forms.FileField(label="Statuts", help_text="10 Mo au plus.")
    useful = forms.BooleanField(label="Reconnue d’utilité publique", required=False, help_text="Facultatif.")
    why = forms.CharField(label="Pourquoi", widget=forms.Textarea, required=False)
    seen = forms.CharField(widget=forms.HiddenInput, required=False)


def unbound() -> Everything:
    return Everything()


def refused() -> Everything:
    return Everything({"why": "Parce que <b>"})
