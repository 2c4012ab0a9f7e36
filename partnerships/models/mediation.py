"""What is raised about a signed charter: mediations, alerts on a limit, actions declared beforehand."""

from __future__ import annotations

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from ledger.sealed import append_only
from partnerships.models.dialogue import ThreadMessage
from partnerships.models.minutes import AgreedMinutes
from partnerships.models.partnership import Partnership, Party

MAX_TITLE = 60


class MediationOutcome(models.TextChoices):
    """What the parties agree to do at the end of a mediation."""

    AMENDMENT = "amendment", _("changer le texte par un avenant")
    PLAN = "plan", _("un plan d’action, sans changer le texte")
    SUSPENSION = "suspension", _("suspendre le dossier")
    CLARIFIED = "clarified", _("un malentendu levé, rien ne change")
    REFERRAL = "referral", _("s’adresser à un médiateur extérieur")


class Mediation(AgreedMinutes):
    """Something that goes wrong, raised by a party or the broker.

    `subject`: code of the signed limit, red line or commitment it is about, "" for none, and `quote` its
    signed words. `answer_until`: when the broker must have answered.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="mediations")
    number = models.PositiveSmallIntegerField(_("numéro"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("point de la charte"), max_length=12, blank=True)
    quote = models.TextField(_("texte signé"), blank=True)
    text = models.TextField(_("ce qui se passe"), max_length=2000)
    opened_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    opened_at = models.DateTimeField()
    answer_until = models.DateTimeField()
    answer = models.TextField(_("réponse du passeur"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    answered_at = models.DateTimeField(null=True, blank=True)
    outcome = models.CharField(_("suite"), max_length=10, choices=MediationOutcome, blank=True)

    class Meta:
        verbose_name = _("médiation")
        verbose_name_plural = _("médiations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="mediations_are_numbered"),
            models.CheckConstraint(
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False) & ~Q(answer="")),
                name="an_answered_mediation_has_an_answer",
            ),
            models.CheckConstraint(
                condition=Q(minutes_number=0, minutes="", outcome="", minutes_at=None)
                | (Q(minutes_number__gt=0, minutes_at__isnull=False) & ~Q(minutes="") & ~Q(outcome="")),
                name="minutes_of_a_mediation_have_an_outcome",
            ),
            models.CheckConstraint(
                condition=Q(closed_at=None) | Q(minutes_number__gt=0),
                name="a_mediation_ends_with_minutes",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.code}"

    @property
    def code(self) -> str:
        return f"M{self.number}"

    @property
    def title(self) -> str:
        """The point of the charter that it is about, or the beginning of what was raised."""
        return _cut(self.quote or self.text)


class DeclaredKind(models.TextChoices):
    """What a party is about to do under the partnership."""

    PUBLICATION = "publication", _("une publication ou une prise de parole")
    LOGO = "logo", _("une utilisation du nom ou du logo de l’autre partie")
    PAYMENT = "payment", _("un versement ou une dépense")
    OTHER = "other", _("une autre action")


class DeclaredAction(models.Model):
    """An action that a party declares before it does it, checked by itself against the signed text.

    `points`: the limits, red lines and clauses that it touches, each with its `code`, its signed `text` and
    whether the party says that the action `respects` it, or asks.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="declared_actions")
    number = models.PositiveSmallIntegerField(_("numéro"))
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    kind = models.CharField(_("sorte"), max_length=12, choices=DeclaredKind)
    text = models.TextField(_("ce qui est prévu"), max_length=2000)
    planned_on = models.DateField(_("prévu le"))
    points = models.JSONField()
    declared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    declared_at = models.DateTimeField()

    class Meta:
        verbose_name = _("action déclarée")
        verbose_name_plural = _("actions déclarées")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="declared_actions_are_numbered")
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.code}"

    @property
    def code(self) -> str:
        return f"AD{self.number}"

    @property
    def title(self) -> str:
        return _cut(self.text)


class DeclaredActionAnswer(models.Model):
    """What another party answers to a declared action that asks: it sees no obstacle, in its own words."""

    action = models.ForeignKey(DeclaredAction, models.CASCADE, related_name="answers")
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    text = models.TextField(_("réponse"), max_length=2000, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    answered_at = models.DateTimeField()

    class Meta:
        verbose_name = _("réponse à une action déclarée")
        verbose_name_plural = _("réponses aux actions déclarées")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["action", "party"], name="each_party_answers_a_declared_action_once"
            )
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.action_id} {self.party_id}"


class LimitAlertQuerySet(models.QuerySet["LimitAlert"]):
    def with_answered(self) -> Self:
        """Annotate `is_answered`: the broker answered the mediation, or another side wrote in the thread."""
        later = ThreadMessage.objects.filter(thread=OuterRef("message__thread"), pk__gt=OuterRef("message"))
        # A broker has no party: 0 tells them from every party.
        others = later.alias(side=Coalesce("party_id", 0)).exclude(side=Coalesce(OuterRef("party_id"), 0))
        return self.annotate(
            is_answered=Case(
                When(mediation__isnull=False, then=Q(mediation__answered_at__isnull=False)),
                default=Exists(others),
            )
        )


class LimitAlert(models.Model):
    """An alert of a party, or of the broker (None), on a point of the signed text; never changed nor deleted.

    `subject`: the code of the point, and `quote` its signed words. `mediation` or `message`: what the alert
    opened, a mediation or a message of a shared thread. `action`: the declared action that it is about.
    """

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="alerts")
    number = models.PositiveSmallIntegerField(_("numéro"))
    party = models.ForeignKey(Party, models.PROTECT, null=True, blank=True, related_name="+")
    subject = models.CharField(_("point de la charte"), max_length=12)
    quote = models.TextField(_("texte signé"))
    text = models.TextField(_("ce qui se passe"), max_length=2000)
    action = models.ForeignKey(DeclaredAction, models.PROTECT, null=True, blank=True, related_name="alerts")
    mediation = models.OneToOneField(Mediation, models.PROTECT, null=True, blank=True, related_name="alert")
    message = models.OneToOneField(ThreadMessage, models.PROTECT, null=True, blank=True, related_name="alert")
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()

    objects = LimitAlertQuerySet.as_manager()

    class Meta:
        verbose_name = _("alerte sur une limite")
        verbose_name_plural = _("alertes sur une limite")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partnership", "number"], name="alerts_are_numbered"),
            models.CheckConstraint(
                condition=Q(mediation=None, message__isnull=False) | Q(mediation__isnull=False, message=None),
                name="an_alert_opens_a_mediation_or_writes_in_a_thread",
            ),
        ]
        triggers: ClassVar = append_only()

    def __str__(self) -> str:
        return f"{self.partnership_id} {self.code}"

    @property
    def code(self) -> str:
        return f"AL{self.number}"

    @property
    def title(self) -> str:
        return _cut(f"{self.subject}. {self.quote}")


def _cut(text: str) -> str:
    """Return a text in one line of at most MAX_TITLE characters, for use inside a sentence."""
    words = " ".join(text.split()).rstrip(".")
    return words if len(words) <= MAX_TITLE else f"{words[: MAX_TITLE - 1]}…"
