"""The columns of the board."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Stage(models.TextChoices):
    """Where a case stands for the broker: its own state, split by the state of its text before signature."""

    SCOPING = "scoping", _("Cadrage")
    WRITING = "writing", _("Rédaction")
    NEGOTIATION = "negotiation", _("Négociation")
    SIGNING = "signing", _("Signature")
    ACTIVE = "active", _("En cours")
    REVIEW = "review", _("Bilan")
    ENDED = "ended", _("Clos")
