"""Rounds: a question asked of all parties at once, and one envelope for each of them."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import CheckedAtCommit, EnforcedTrigger, write_once
from partnerships.models.partnership import Partnership, Party


class Question(models.TextChoices):
    EXPECTATIONS = "expectations", _("Attentes, limites et lignes rouges")
    CRITICISM = "criticism", _("Réponses au texte")
    LIMITS = "limits", _("Point sur les limites")
    BAROMETER = "barometer", _("Baromètre de confiance")
    EVALUATION = "evaluation", _("Évaluation croisée")


class Rule(models.TextChoices):
    """What happens at the deadline when a party has not sealed."""

    ALL = (
        "all",
        _(
            "Toutes ou aucune\u00a0: le délai est prolongé une fois, le même pour toutes les parties. S’il "
            "manque encore une enveloppe, aucune ne s’ouvre"
        ),
    )
    OPEN = (
        "open",
        _("Ouvrir ce qui est là\u00a0: les enveloppes reçues s’ouvrent quand même"),
    )
    EXTEND = (
        "extend",
        _("Le délai est prolongé une fois pour toutes les parties, puis elles s’ouvrent"),
    )


# The questions about a signed text; each asks for one choice an item.
QUESTIONNAIRES = (Question.LIMITS, Question.BAROMETER, Question.EVALUATION)
# The rules of new rounds; EXTEND is that of rounds opened before ALL existed.
OFFERED_RULES = (Rule.ALL, Rule.OPEN)


class Round(models.Model):
    """A question to all parties with one deadline; `key` is encrypted with the secret of the installation."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="rounds")
    question = models.CharField(_("question"), max_length=12, choices=Question)
    number = models.PositiveSmallIntegerField(_("tour"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    deadline_at = models.DateTimeField(_("échéance"))  # the same moment for every party
    words = models.TextField(_("ce qui est demandé"), max_length=1000, blank=True)
    # Of a questionnaire: its items as they were asked, each with the fields of `questionnaires.items.Item`.
    items = models.JSONField(_("points"), default=list, blank=True)
    days = models.PositiveSmallIntegerField(_("jours ouvrés"))
    rule = models.CharField(_("à la date limite"), max_length=6, choices=Rule, default=Rule.ALL)
    key = models.BinaryField()
    extended_at = models.DateTimeField(null=True, blank=True)  # by its rule, at its first deadline
    granted_at = models.DateTimeField(null=True, blank=True)  # more time, last granted to all parties
    moved_at = models.DateTimeField(null=True, blank=True)  # when the last suspension of its case ended
    opened_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancel_reason = models.TextField(_("pourquoi il est annulé"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("tour")
        verbose_name_plural = _("tours")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "question", "number"], name="rounds_are_numbered"),
            models.UniqueConstraint(
                fields=["partnership", "question"],
                condition=Q(opened_at=None, cancelled_at=None),
                name="one_running_round_for_each_question",
            ),
            models.CheckConstraint(
                condition=Q(deadline_at__gt=models.F("asked_at")),
                name="a_round_ends_after_it_began",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(cancelled_at=None),
                name="a_cancelled_round_never_opens",
            ),
        ]
        triggers: ClassVar = [
            *write_once("opened_at"),
            EnforcedTrigger(
                name="running_round",
                operation=pgtrigger.Insert | pgtrigger.Update,
                function="partnerships_round_stands",
            ),
            CheckedAtCommit(
                name="in_ledger",
                operation=pgtrigger.Insert | pgtrigger.Update,
                function="partnerships_round_in_ledger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.question} {self.number}"

    @property
    def is_lapsed(self) -> bool:
        """Say whether it ended at its deadline without opening, as its rule says."""
        return (
            self.rule == Rule.ALL and self.cancelled_at is not None and self.cancelled_at >= self.deadline_at
        )


class ExtensionRequest(models.Model):
    """The request of a party for more time in a round, which the broker grants to all parties or to none.

    `answer`: why it is granted or not, in the words of the broker.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="extension_requests")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.TextField(_("pourquoi"), max_length=1000, blank=True)
    is_granted = models.BooleanField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    decided_at = models.DateTimeField(null=True, blank=True)
    answer = models.TextField(_("réponse du passeur"), max_length=1000, blank=True)

    class Meta:
        verbose_name = _("demande de délai")
        verbose_name_plural = _("demandes de délai")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(decided_at=None),
                name="one_undecided_extension_request_for_each_round",
            ),
            models.CheckConstraint(
                condition=Q(is_granted=None, decided_at=None, decided_by=None, answer="")
                | Q(is_granted__isnull=False, decided_at__isnull=False, decided_by__isnull=False),
                name="a_decided_extension_request_has_a_decider",
            ),
        ]
        triggers: ClassVar = [
            EnforcedTrigger(
                name="extension_request",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                function="partnerships_extension_stands",
            ),
            CheckedAtCommit(
                name="in_ledger",
                operation=pgtrigger.Insert | pgtrigger.Update,
                function="partnerships_extension_in_ledger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.party}"


class Envelope(models.Model):
    """The answer of one party to a round, encrypted until the round opens.

    `opened`: the document whose fingerprint was stored at sealing, readable by all once the round is open.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="envelopes")
    party = models.ForeignKey(Party, models.PROTECT, related_name="envelopes")
    ciphertext = models.BinaryField(default=bytes, blank=True)
    saved_at = models.DateTimeField(null=True, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True)
    sealed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    sealed_at = models.DateTimeField(null=True, blank=True)
    opened = models.JSONField(null=True, blank=True)

    class Meta:
        verbose_name = _("enveloppe scellée")
        verbose_name_plural = _("enveloppes scellées")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "party"], name="one_envelope_for_each_party_and_round"),
            models.CheckConstraint(
                condition=Q(sealed_at=None, sealed_by=None, fingerprint="")
                | (Q(sealed_at__isnull=False, sealed_by__isnull=False) & ~Q(fingerprint="")),
                name="a_sealed_envelope_has_a_sealer_and_a_fingerprint",
            ),
            models.CheckConstraint(
                condition=Q(opened__isnull=True) | Q(sealed_at__isnull=False),
                name="only_a_sealed_envelope_opens",
            ),
        ]
        triggers: ClassVar = [
            *write_once("opened"),
            EnforcedTrigger(
                name="sealed_envelope",
                operation=pgtrigger.Insert | pgtrigger.Update,
                function="partnerships_envelope_stands",
            ),
            CheckedAtCommit(
                name="in_ledger", operation=pgtrigger.Update, function="partnerships_envelope_in_ledger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.party}"
