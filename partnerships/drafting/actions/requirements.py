"""What keeps a text with the broker: a risk that nobody answers for, an item that is not said."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language, gettext_lazy

from accounts.refusals import Refusal
from partnerships.drafting.queries import completeness
from partnerships.models import Clause, Partnership, Party
from partnerships.text import risks


class GateError(Refusal):
    """The text stays where it is."""


class RiskIsOpen(GateError):
    """Clauses break a rule and nobody says why they are kept; they are the message."""

    sentence = gettext_lazy(
        "Des clauses à risque attendent : %(what)s. Reprenez la formulation proposée, ou dites pourquoi "
        "vous les gardez."
    )


class TextLacks(GateError):
    """Mandatory items are not fully said; they are the message."""

    sentence = gettext_lazy(
        "Le texte ne dit pas tout ce qu’il doit dire : %(what)s. Complétez ces points, puis reprenez."
    )


def require_risks_settled(partnership: Partnership, clauses: Sequence[Clause]) -> None:
    """Raise RiskIsOpen when a clause breaks a rule that stops it, and is not kept on purpose."""
    found = risks.unsettled(clauses, risks.products_of(partnership))
    if found:
        raise RiskIsOpen("\u202f; ".join(found))


def require_complete(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], *, at: datetime
) -> None:
    """Raise TextLacks when a mandatory item is missing or partly said."""
    judged = completeness.judged(partnership, clauses, parties, at=at)
    language = get_language() or "fr"
    lacking = [f"{each.item.code} ({each.item.say('', language)})" for each in judged if each.stops]
    if lacking:
        raise TextLacks("\u202f; ".join(lacking))
