"""The one type of a refusal: what stands in the way of an act, and what to do, in the reader's language."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An act that is not possible now.

    `sentence`: what stands in the way and what to do; in it, `%(what)s` is the argument of the exception.
    """

    sentence: str | Promise = _("Cela n’est plus possible. Rechargez la page pour voir ce qui a changé.")

    @property
    def message(self) -> str:
        """Return the sentence in the language in force, completed by what the refusal names."""
        sentence = str(self.sentence)
        return sentence % {"what": self} if "%(what)s" in sentence else sentence
