"""The base class of all refusals of an action."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An action is not possible now.

    `sentence`: the reason and what to do; in it, `%(what)s` is the argument of the exception.
    `field`: the form field to correct, or None when it is not about one field.
    """

    sentence: str | Promise = _("Cela n’est plus possible. Rechargez la page pour voir ce qui a changé.")
    field: str | None = None

    @property
    def message(self) -> str:
        """Return the sentence in the active language, with its argument."""
        sentence = str(self.sentence)
        return sentence % {"what": self} if "%(what)s" in sentence else sentence
