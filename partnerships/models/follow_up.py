"""Follow-up of a signed charter: milestones and commitments, their evidence, the answers to it."""

from __future__ import annotations

import uuid
from datetime import date
from typing import ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from ledger.sealed import RefusedWhen, append_only
from partnerships import lifecycle
from partnerships.models.charter import Charter
from partnerships.models.partnership import Partnership, Party


class Milestone(models.Model):
    """A milestone of the signed text; `owner`: a party, None for all parties.

    `charter`: the last one that contains it, or the one under which it was completed. `signed_due_date`: the
    due date of the signed text where the parties agreed to postpone it or a suspension moved it, else None.
    `suspended_days`: by how many days suspensions moved it.
    `cancelled_at`: when an amendment without it was signed; a later amendment may restore it.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="milestones")
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="milestones")
    code = models.CharField(max_length=6)
    title = models.CharField(_("jalon"), max_length=200)
    owner = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="milestones")
    indicator = models.CharField(_("indicateur"), max_length=300, blank=True)
    depends_on = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="dependents", verbose_name=_("dépend de")
    )
    due_date = models.DateField(_("échéance"))
    signed_due_date = models.DateField(_("échéance signée"), null=True, blank=True)
    suspended_days = models.PositiveSmallIntegerField(default=0)
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("jalon")
        verbose_name_plural = _("jalons")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_milestone_for_each_code"),
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(cancelled_at=None),
                name="a_cancelled_milestone_is_not_done",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["due_date"], name="milestones_by_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    def waits_on(self, today: date) -> Milestone | None:
        """Return the late milestone of another owner on which this open one depends, None without one."""
        first = self.depends_on
        if first is None or first.owner_id == self.owner_id or self.completed_at or self.cancelled_at:
            return None
        is_late = first.completed_at is None and first.cancelled_at is None and first.due_date < today
        return first if is_late else None


class Commitment(models.Model):
    """A commitment of the signed text; `party`: None for the broker.

    `completed_at`: when its party said that it is kept. `cancelled_at`: when an amendment without it was
    signed; a later amendment may restore it.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="commitments")
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="commitments")
    code = models.CharField(max_length=6)
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="commitments")
    text = models.TextField(_("engagement"))
    hours = models.PositiveIntegerField(default=0)
    amount_minor = models.PositiveBigIntegerField(default=0)
    completed_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("engagement")
        verbose_name_plural = _("engagements")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "code"], name="one_commitment_for_each_code"),
            models.CheckConstraint(
                condition=Q(completed_at=None) | Q(cancelled_at=None),
                name="a_cancelled_commitment_is_not_done",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def title(self) -> str:
        """Its text in one line, cut."""
        return Truncator(" ".join(self.text.split())).chars(60)


class SharedFile(models.Model):
    """A file that a party gave in the follow-up; `sha256`: of its content, as 64 hex digits."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="files")
    name = models.CharField(_("nom du fichier"), max_length=200)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()  # bytes
    sha256 = models.CharField(max_length=64)
    file = models.FileField(upload_to="cases/")
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    class Meta:
        verbose_name = _("fichier du dossier")
        verbose_name_plural = _("fichiers du dossier")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="a_case_file_bears_its_checksum"
            ),
            models.CheckConstraint(
                condition=Q(content_type__in=["application/pdf", "image/jpeg", "image/png"]),
                name="a_case_file_is_a_pdf_or_a_picture",
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """The evidence of one milestone or of one commitment: words, a link, a number, a file.

    `party`: None of a commitment of the broker. `answer_until`: when the silence of the other parties
    accepts it; None before they were asked for an answer.
    """

    milestone = models.ForeignKey(
        Milestone, models.CASCADE, null=True, blank=True, related_name="evidence", verbose_name=_("jalon")
    )
    commitment = models.ForeignKey(
        Commitment,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="evidence",
        verbose_name=_("engagement"),
    )
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    text = models.TextField(_("preuve"), max_length=2000)
    link = models.URLField(_("lien"), blank=True, max_length=500)
    number = models.DecimalField(
        _("résultat chiffré"), max_digits=14, decimal_places=2, null=True, blank=True
    )
    file = models.ForeignKey(
        SharedFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("fichier")
    )
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()
    answer_until = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("preuve")
        verbose_name_plural = _("preuves")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(milestone=None, commitment__isnull=False)
                | Q(milestone__isnull=False, commitment=None),
                name="evidence_is_of_a_milestone_or_of_a_commitment",
            )
        ]
        indexes: ClassVar = [models.Index(fields=["answer_until"], name="evidence_by_deadline")]
        triggers: ClassVar = [
            RefusedWhen(
                name="evidence_stays",
                reason="an evidence does not change",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange(exclude=["answer_until"]),
            ),
            RefusedWhen(
                name="answers_have_their_time",
                reason="the time for answers only moves to later",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "NEW.answer_until < OLD.answer_until"
                    " OR (NEW.answer_until IS NULL) <> (OLD.answer_until IS NULL)"
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id or self.commitment_id} {self.given_at:%Y-%m-%d}"

    @property
    def subject(self) -> Milestone | Commitment:
        """The milestone or the commitment that it is about."""
        # A constraint lets exactly one of the two be None.
        return self.milestone or self.commitment  # type: ignore[return-value]


class EvidenceAnswer(models.Model):
    """What one other party says of an evidence: confirmed, or contested with a reason."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    is_confirmed = models.BooleanField(_("confirmée"))
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à une preuve")
        verbose_name_plural = _("réponses à une preuve")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["evidence", "party"], name="each_party_answers_an_evidence_once"),
            models.CheckConstraint(
                condition=Q(is_confirmed=True) | ~Q(reason=""), name="an_evidence_is_contested_with_a_reason"
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.party_id} {self.is_confirmed}"


class Outcome(models.TextChoices):
    """How the question of an evidence ended."""

    CONFIRMED = "confirmed", _("confirmée par toutes les autres parties")
    SILENCE = "silence", _("acceptée\u00a0: aucune contestation dans le délai")
    ACCEPTED = "accepted", _("acceptée par le passeur après une contestation")
    REOPENED = "reopened", _("à refaire, après une contestation")


class Settlement(models.Model):
    """The end of the question of an evidence. `silent`: codes of the parties that did not answer, in order.

    `reason`: the broker's, after a contest; `settled_by`: the broker, None without one.
    """

    evidence = models.OneToOneField(Evidence, models.CASCADE, primary_key=True, related_name="settlement")
    outcome = models.CharField(_("suite"), max_length=10, choices=Outcome)
    silent = ArrayField(models.CharField(max_length=4), default=list, blank=True)
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    settled_at = models.DateTimeField()

    class Meta:
        verbose_name = _("suite d’une preuve")
        verbose_name_plural = _("suites des preuves")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(outcome__in=["confirmed", "silence"], settled_by=None, reason="")
                | (Q(outcome__in=["accepted", "reopened"], settled_by__isnull=False) & ~Q(reason="")),
                name="a_contest_is_settled_by_a_broker_with_a_reason",
            )
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.evidence_id} {self.outcome}"


class PostponementDecision(models.TextChoices):
    """How a request to postpone a milestone ended."""

    ACCEPTED = "accepted", _("accepté")
    REFUSED = "refused", _("refusé")
    LAPSED = "lapsed", _("sans objet")


class Postponement(models.Model):
    """A request of the owner of a milestone to move its due date from `from_date` to `due_date`.

    `decision`: "" while the other parties answer; LAPSED once the milestone is done, cancelled or moved.
    """

    milestone = models.ForeignKey(Milestone, models.CASCADE, related_name="postponements")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    reason = models.TextField(_("motif"), max_length=2000)
    from_date = models.DateField(_("échéance actuelle"))
    due_date = models.DateField(_("nouvelle échéance"))
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(_("suite"), max_length=8, choices=PostponementDecision, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("demande de report")
        verbose_name_plural = _("demandes de report")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["milestone"],
                condition=Q(decided_at=None),
                name="one_undecided_postponement_for_each_milestone",
            ),
            models.CheckConstraint(
                condition=Q(due_date__gt=F("from_date")), name="a_postponement_is_to_a_later_day"
            ),
            models.CheckConstraint(
                condition=Q(decided_at=None, decision="") | (Q(decided_at__isnull=False) & ~Q(decision="")),
                name="a_decided_postponement_has_a_decision",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.milestone_id} {self.due_date:%Y-%m-%d}"


class PostponementAnswer(models.Model):
    """The answer of one other party to a request to postpone a milestone."""

    request = models.ForeignKey(Postponement, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    is_accepted = models.BooleanField(_("acceptée"))
    reason = models.TextField(_("motif"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à une demande de report")
        verbose_name_plural = _("réponses à une demande de report")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["request", "party"], name="each_party_answers_a_postponement_once"
            ),
            models.CheckConstraint(
                condition=Q(is_accepted=True) | ~Q(reason=""), name="a_postponement_is_refused_with_a_reason"
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.request_id} {self.party_id} {self.is_accepted}"


class PaymentQuerySet(models.QuerySet["Payment"]):
    def with_due(self) -> Self:
        """Annotate `is_due`: from the signature, or once the milestone is accepted by the other parties.

        `is_over`: the case ended, so that nothing is due any more.
        """
        unsettled = Evidence.objects.filter(
            milestone=models.OuterRef("milestone"), settlement=None, answer_until__isnull=False
        )
        accepted = Q(milestone__completed_at__isnull=False) & ~models.Exists(unsettled)
        return self.annotate(
            is_due=models.Case(
                models.When(Q(milestone=None) | accepted, then=True),
                default=False,
                output_field=models.BooleanField(),
            ),
            is_over=Q(partnership__state__in=lifecycle.FINAL),
        )


class Payment(models.Model):
    """A payment of the schedule of the signed text, in cents.

    `milestone`: the one after which it is due, None when it is due from the signature. `paid_on`: the day
    the payer names; `received_at`: when another party confirmed that it came. `cancelled_at`: when an
    amendment without it was signed.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="payments")
    charter = models.ForeignKey(Charter, models.PROTECT, related_name="payments")
    label = models.CharField(_("versement"), max_length=300)
    amount_minor = models.PositiveBigIntegerField(_("montant, en centimes"))
    payer = models.ForeignKey(Party, models.PROTECT, related_name="payments")
    milestone = models.ForeignKey(
        Milestone, models.PROTECT, null=True, blank=True, related_name="payments", verbose_name=_("jalon")
    )
    paid_on = models.DateField(_("payé le"), null=True, blank=True)
    reference = models.CharField(_("référence"), max_length=120, blank=True)
    proof = models.ForeignKey(
        SharedFile, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("justificatif")
    )
    declared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    declared_at = models.DateTimeField(null=True, blank=True)
    received_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    received_at = models.DateTimeField(null=True, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = _("versement")
        verbose_name_plural = _("versements")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(declared_at=None, paid_on=None, declared_by=None)
                | Q(declared_at__isnull=False, paid_on__isnull=False, declared_by__isnull=False),
                name="a_declared_payment_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(received_at=None, received_by=None)
                | Q(received_at__isnull=False, received_by__isnull=False, declared_at__isnull=False),
                name="a_received_payment_was_declared",
            ),
            models.CheckConstraint(
                condition=Q(cancelled_at=None) | Q(declared_at=None), name="a_cancelled_payment_is_not_paid"
            ),
        ]

    def __str__(self) -> str:
        return self.label
