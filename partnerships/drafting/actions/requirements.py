"""Conditions for sending a text to the parties or freezing it: risks settled, mandatory items complete."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import get_language, gettext_lazy

from accounts.refusals import Refusal
from partnerships.drafting.queries import blanks, completeness, corrections
from partnerships.models import Clause, Partnership, Party, Roadmap
from partnerships.text import risks


class TextNotReady(Refusal):
    """The text does not meet a condition for its next state."""


class TextHasBlanks(TextNotReady):
    """Places of the text are still to be filled in; the message lists all of them."""

    sentence = gettext_lazy("Des blancs restent à compléter : %(what)s. Remplissez-les, puis réessayez.")


class UnsettledRisks(TextNotReady):
    """Clauses break a blocking rule and no reason is given; the message lists them."""

    sentence = gettext_lazy(
        "Des clauses à risque restent à traiter : %(what)s. Utilisez la formulation "
        "proposée, ou expliquez pourquoi vous les gardez."
    )


class IncompleteText(TextNotReady):
    """Mandatory items are missing or partial; the message lists them."""

    sentence = gettext_lazy("Le texte est incomplet : %(what)s. Complétez ces points, puis réessayez.")


def require_no_blanks(partnership: Partnership, clauses: Sequence[Clause]) -> None:
    """Raise TextHasBlanks when a place of the text is still to be filled in."""
    rows = blanks.blank_rows(partnership, clauses)
    if rows:
        raise TextHasBlanks("\u202f; ".join(blanks.described(rows)))


class AmendmentChangesNothing(TextNotReady):
    """An amendment equals the text that it amends."""

    sentence = gettext_lazy(
        "Cet avenant ne change aucune clause du texte signé\u00a0: écrivez ce qui change, ou abandonnez-le "
        "en disant pourquoi. Si seul un nom change, faites-en une correction matérielle."
    )


class NoMereCorrection(TextNotReady):
    """A clerical correction changes more than words; the message lists what."""

    sentence = gettext_lazy(
        "Ce n’est plus une simple correction\u00a0: %(what)s. Revenez au texte signé sur ces points, ou "
        "faites-en un avenant de fond, qui passe par un tour."
    )


def require_amendment_changes(partnership: Partnership, roadmap: Roadmap, clauses: Sequence[Clause]) -> None:
    """Raise AmendmentChangesNothing or NoMereCorrection when an amendment cannot be put to the parties."""
    if corrections.changes_nothing(partnership, roadmap, clauses):
        raise AmendmentChangesNothing
    faults = corrections.correction_faults(roadmap, clauses)
    if faults:
        raise NoMereCorrection("\u202f; ".join(faults))


def require_risks_settled(partnership: Partnership, clauses: Sequence[Clause]) -> None:
    """Raise UnsettledRisks when a clause breaks a blocking rule and no reason for keeping it is given."""
    unsettled = risks.unsettled(clauses, risks.products_of(partnership))
    if unsettled:
        raise UnsettledRisks("\u202f; ".join(unsettled))


def require_complete(
    partnership: Partnership, clauses: Sequence[Clause], parties: Sequence[Party], *, at: datetime
) -> None:
    """Raise IncompleteText when a mandatory item is missing or partial."""
    results = completeness.evaluate(partnership, clauses, parties, at=at)
    language = get_language() or "fr"
    incomplete = [
        f"{result.item.code} ({result.item.say('', language)})" for result in results if result.stops
    ]
    if incomplete:
        raise IncompleteText("\u202f; ".join(incomplete))
