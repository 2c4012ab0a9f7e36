"""The base class of refusals: why an action is not possible and what to do, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An action that is not possible now.

    `sentence`: why not and what to do; in it, `%(what)s` is the argument of the exception.
    `field`: the form field to correct, or None when it is not about one field.
    """

    sentence: str | Promise = _("Cela n’est plus possible. Rechargez la page pour voir ce qui a changé.")
    field: str | None = None

    @property
    def message(self) -> str:
        """The sentence in the active language, with its argument."""
        sentence = str(self.sentence)
        return sentence % {"what": self} if "%(what)s" in sentence else sentence
