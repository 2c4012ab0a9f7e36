"""The negotiated text: editions, clauses, revisions, answers of the parties and replies of the broker."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ledger.sealed import CheckedAtCommit, EnforcedTrigger, RefusedWhen, append_only
from partnerships import lifecycle
from partnerships.charter.texts import HEADING_TITLES
from partnerships.models.expectation import Line
from partnerships.models.library import LibraryVersion
from partnerships.models.model_charter import ModelCharterVersion
from partnerships.models.partnership import Partnership, Party
from partnerships.models.round import Round
from partnerships.models.states import along


class Stance(models.TextChoices):
    AGREE = "agree", _("Accord")
    QUESTION = "question", _("Question")
    RESERVATION = "reservation", _("Réserve")
    OBJECTION = "objection", _("Objection")


class AmendmentKind(models.TextChoices):
    """What an amendment may change, which decides how it is agreed to."""

    SUBSTANCE = "substance", _("Changement de fond")
    CLERICAL = "clerical", _("Correction matérielle")


class Roadmap(models.Model):
    """One edition of the text: 1 becomes the charter, 2 and after are amendments.

    Of an amendment alone: `amendment_kind`; `purpose`: what it changes and why, in the broker's words;
    `effective_on`: its date of effect, None for that of the last signature; `described_at`: when the purpose
    or the date last changed, so that agreements before lapse. `void_reason`: why the edition was given up.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="roadmaps")
    edition = models.PositiveSmallIntegerField(_("édition"))
    state = models.CharField(
        _("état du texte"),
        max_length=11,
        choices=[(state.value, state.value) for state in lifecycle.Edition],
        default=lifecycle.Edition.DRAFTING,
    )
    version = models.PositiveSmallIntegerField(
        default=1
    )  # v0.n on screen: how many times it was submitted to the parties
    opened_at = models.DateTimeField()
    entered_at = models.DateTimeField()
    answer_by_date = models.DateField(_("réponse jusqu’au"), null=True, blank=True)
    # The version of the model charter with which the text was begun.
    model_version = models.ForeignKey(
        ModelCharterVersion, models.PROTECT, null=True, blank=True, related_name="roadmaps"
    )
    amendment_kind = models.CharField(
        _("nature de l’avenant"),
        max_length=9,
        choices=AmendmentKind,
        default=AmendmentKind.SUBSTANCE,
    )
    purpose = models.TextField(_("objet de l’avenant"), max_length=1000, blank=True)
    effective_on = models.DateField(_("date d’effet"), null=True, blank=True)
    described_at = models.DateTimeField(null=True, blank=True)
    void_reason = models.TextField(_("motif de l’abandon"), max_length=2000, blank=True)

    class Meta:
        verbose_name = _("feuille de route")
        verbose_name_plural = _("feuilles de route")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "edition"], name="editions_are_numbered"),
            models.UniqueConstraint(
                fields=["partnership"],
                condition=Q(state__in=lifecycle.UNDER_WORK),
                name="one_edition_under_work_at_a_time",
            ),
        ]
        triggers: ClassVar = [
            *along(lifecycle.EDITION_TRANSITIONS, start=lifecycle.Edition.DRAFTING),
            RefusedWhen(
                name="same_edition",
                reason="an edition stays that of its case",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("partnership", "edition"),
            ),
            CheckedAtCommit(
                name="in_ledger",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("state"),
                function="partnerships_edition_in_ledger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership.reference}, {self.edition}"


class Clause(models.Model):
    """A clause of an edition; its text is in its current revision.

    A removed clause has no position; `former_position`: the one that it had. When the parties have read or
    signed the clause, its current revision is a removal, which asks for their agreement.
    """

    roadmap = models.ForeignKey(Roadmap, models.CASCADE, related_name="clauses")
    heading = models.PositiveSmallIntegerField(
        _("rubrique"), choices=[(heading.value, _(title)) for heading, title in HEADING_TITLES.items()]
    )
    # Used by other clauses to cite this one; the same in all editions.
    key = models.CharField(_("renvoi"), max_length=8)
    position = models.PositiveSmallIntegerField(_("numéro"), null=True, blank=True)
    former_position = models.PositiveSmallIntegerField(null=True, blank=True)
    responsible = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="clauses")
    current = models.OneToOneField(
        "ClauseRevision", models.PROTECT, null=True, blank=True, related_name="current_of"
    )
    # The library version from which the clause was copied.
    library_version = models.ForeignKey(
        LibraryVersion, models.PROTECT, null=True, blank=True, related_name="clauses"
    )
    # The lines of opened envelopes that the clause is based on.
    written_from = models.ManyToManyField(Line, blank=True, related_name="clauses")

    class Meta:
        verbose_name = _("clause")
        verbose_name_plural = _("clauses")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["roadmap", "position"],
                name="one_clause_at_each_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["roadmap", "key"], name="one_clause_for_each_key"),
        ]
        triggers: ClassVar = [
            EnforcedTrigger(
                name="open_text",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                function="partnerships_clause_stands",
            )
        ]

    def __str__(self) -> str:
        return f"{self.position}. {self.get_heading_display()}"


class ClauseRevision(models.Model):
    """One version of a clause; append-only by trigger, so that answers always refer to the same text.

    `terms`: the tables of the clause in the stored form of `charter.terms`, empty for one without tables.
    `is_removal`: the revision removes the clause; its content is what it removes.
    """

    clause = models.ForeignKey(Clause, models.PROTECT, related_name="revisions")
    number = models.PositiveSmallIntegerField()
    title = models.CharField(_("titre"), max_length=160)
    body = models.TextField(_("texte"), max_length=8000)
    plain_words = models.TextField(_("en clair"), max_length=600, blank=True)
    terms = models.JSONField(default=dict, blank=True)
    reason = models.TextField(_("pourquoi ce changement"), max_length=1000, blank=True)
    is_removal = models.BooleanField(default=False)
    written_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("révision de clause")
        verbose_name_plural = _("révisions de clauses")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clause", "number"], name="revisions_are_numbered")
        ]
        triggers: ClassVar = [
            *append_only(),
            EnforcedTrigger(
                name="next_revision", operation=pgtrigger.Insert, function="partnerships_revision_stands"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, {self.number}"


class KeptRisk(models.Model):
    """The reason why the broker keeps a revision despite a risk rule; append-only."""

    revision = models.ForeignKey(ClauseRevision, models.PROTECT, related_name="kept_risks")
    rule = models.CharField(max_length=3)
    reason = models.TextField(_("pourquoi"), max_length=1000)
    kept_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    kept_at = models.DateTimeField()

    class Meta:
        verbose_name = _("risque gardé")
        verbose_name_plural = _("risques gardés")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["revision", "rule"], name="a_risk_is_kept_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_kept_risk_says_why"),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.revision} {self.rule}"


class Answer(models.Model):
    """The stance of one party on one revision; the last one of a party on a revision counts."""

    revision = models.ForeignKey(ClauseRevision, models.PROTECT, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="answers")
    round = models.ForeignKey(Round, models.PROTECT, related_name="answers")
    stance = models.CharField(_("réponse"), max_length=11, choices=Stance)
    reason = models.TextField(_("pourquoi"), max_length=2000, blank=True)
    proposed_text = models.TextField(_("formulation proposée"), max_length=8000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse")
        verbose_name_plural = _("réponses")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(stance="agree") | ~Q(reason=""),
                name="all_but_agreement_says_why",
            ),
            models.UniqueConstraint(
                fields=["round", "party", "revision"], name="one_answer_for_each_round_party_and_revision"
            ),
        ]
        triggers: ClassVar = [
            *append_only(),
            EnforcedTrigger(
                name="sealed_answer", operation=pgtrigger.Insert, function="partnerships_answer_stands"
            ),
            CheckedAtCommit(
                name="in_ledger", operation=pgtrigger.Insert, function="partnerships_answer_in_ledger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.stance}"


class Reply(models.Model):
    """The reply of the broker to a question, a reservation or an objection."""

    answer = models.OneToOneField(Answer, models.PROTECT, related_name="reply")
    outcome = models.CharField(
        _("décision"),
        max_length=8,
        choices=[("taken", _("Retenue")), ("partly", _("Retenue en partie")), ("not", _("Non retenue"))],
    )
    text = models.TextField(_("pourquoi"), max_length=2000)
    replied_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    replied_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse du passeur")
        verbose_name_plural = _("réponses du passeur")
        triggers: ClassVar = [
            *append_only(),
            CheckedAtCommit(
                name="in_ledger", operation=pgtrigger.Insert, function="partnerships_reply_in_ledger"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.answer}: {self.outcome}"


class Confirmation(models.Model):
    """The agreement of a party to a clerical correction of its signed text, without a round.

    `fingerprint`: of the corrected text that it read; it lapses when the text changes.
    """

    roadmap = models.ForeignKey(Roadmap, models.PROTECT, related_name="confirmations")
    party = models.ForeignKey(Party, models.PROTECT, related_name="confirmations")
    fingerprint = models.CharField(_("empreinte lue"), max_length=64)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("confirmation d’une correction")
        verbose_name_plural = _("confirmations de corrections")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["roadmap", "party", "fingerprint"], name="a_correction_is_confirmed_once"
            )
        ]
        triggers: ClassVar = [
            *append_only(),
            EnforcedTrigger(
                name="of_a_correction",
                operation=pgtrigger.Insert,
                function="partnerships_confirmation_stands",
            ),
            CheckedAtCommit(
                name="in_ledger",
                operation=pgtrigger.Insert,
                function="partnerships_confirmation_in_ledger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.roadmap_id}"
