"""The base class of all refusals of an action."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """An action is not possible now.

    `sentence`: the reason and what to do; in it, `%(what)s` is the argument of the exception.
    `field`: the form field to correct, or None when it is not about one field. `others`: refusals that stand
    in the way as well.
    """

    sentence: str | Promise = _("Cela n’est plus possible. Rechargez la page pour voir ce qui a changé.")
    field: str | None = None
    others: Sequence[Refusal] = ()

    @property
    def message(self) -> str:
        """Return the sentence in the active language, with its argument, then those of the others."""
        sentence = str(self.sentence)
        own = sentence % {"what": self} if "%(what)s" in sentence else sentence
        return " ".join([own, *(other.message for other in self.others)])


def require_all(checks: Iterable[Callable[[], object]]) -> None:
    """Run every check, then raise the first refusal, with the others, so that all that is missing is read."""
    refusals = []
    for check in checks:
        try:
            check()
        except Refusal as refusal:
            refusals.append(refusal)
    if refusals:
        first, *first.others = refusals
        raise first
