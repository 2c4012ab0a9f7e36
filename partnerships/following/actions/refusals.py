"""Refusals of acts on what is followed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from accounts.refusals import Refusal


class FollowingError(Refusal):
    """The act on what is followed is not possible."""


class OfAnotherParty(FollowingError):
    """The milestone or the commitment belongs to another party, whose name is the argument."""

    sentence = gettext_lazy("Seule l’organisation responsable peut déposer cette preuve\u00a0: %(what)s.")


class OfTheBroker(FollowingError):
    """The commitment is that of the broker."""

    sentence = gettext_lazy("Cet engagement est celui du passeur\u00a0: aucune partie n’en dépose la preuve.")


class MilestoneIsClosed(FollowingError):
    """The milestone or the commitment is completed or cancelled."""

    sentence = gettext_lazy("C’est déjà déclaré fait, ou annulé par un avenant.")


class CaseIsNotActive(FollowingError):
    """The case is not active."""

    sentence = gettext_lazy(
        "Ce dossier n’est pas en cours\u00a0: vous ne pouvez pas y déposer de preuve. Écrivez au passeur."
    )
