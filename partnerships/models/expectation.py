"""The lines of opened envelopes of expectations, and their comparison."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from partnerships.models.partnership import Party
from partnerships.models.round import Round


class LineKind(models.TextChoices):
    EXPECTATION = "expectation", _("Attente")
    LIMIT = "limit", _("Limite")
    RED_LINE = "red_line", _("Ligne rouge")
    MEANS = "means", _("Moyens")


class Verdict(models.TextChoices):
    CONVERGENT = "convergent", _("Convergent")
    COMPLEMENTARY = "complementary", _("Complémentaire")
    TENSION = "tension", _("En tension")
    TO_READ = "to_read", _("À lire ensemble")


class Comparison(models.Model):
    """The comparison of the lines of a round; `number`: how many times a broker regrouped them."""

    round = models.OneToOneField(Round, models.CASCADE, related_name="comparison")
    number = models.PositiveIntegerField(default=0)
    grouped_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    grouped_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("comparaison")
        verbose_name_plural = _("comparaisons")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(number=0, grouped_by=None, grouped_at=None)
                | Q(number__gt=0, grouped_by__isnull=False, grouped_at__isnull=False),
                name="a_regrouping_has_an_author",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.number}"


class LineGroup(models.Model):
    """Lines on one subject. A proposed group has a `theme` or a `name`, one made by a broker a `name`.

    `rule`: keys of the claims or of the verdict of checks/comparison.py, separated by spaces.
    """

    round = models.ForeignKey(Round, models.CASCADE, related_name="groups")
    rank = models.PositiveSmallIntegerField()
    verdict = models.CharField(_("appréciation"), max_length=13, choices=Verdict)
    name = models.CharField(_("de quoi il s’agit"), max_length=120, blank=True)
    why = models.TextField(_("pourquoi"), max_length=1000, blank=True)
    theme = models.CharField(max_length=20, blank=True)
    rule = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("groupe d’attentes")
        verbose_name_plural = _("groupes d’attentes")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["round", "rank"], name="groups_have_an_order"),
            models.CheckConstraint(
                condition=~Q(name="") | ~Q(theme=""), name="a_group_says_what_it_is_about"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.theme


class Line(models.Model):
    """One line of an opened envelope; only means have `hours` and `amount_minor` (cents)."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="lines")
    party = models.ForeignKey(Party, models.PROTECT, related_name="lines")
    kind = models.CharField(_("type"), max_length=11, choices=LineKind)
    rank = models.PositiveSmallIntegerField()
    text = models.TextField(_("texte"), max_length=1000, blank=True)
    indicator = models.CharField(_("comment on saura"), max_length=300, blank=True)
    by_date = models.DateField(_("au plus tard le"), null=True, blank=True)
    priority = models.PositiveSmallIntegerField(_("priorité"), null=True, blank=True)
    hours = models.PositiveIntegerField(_("heures"), null=True, blank=True)
    amount_minor = models.PositiveBigIntegerField(null=True, blank=True)
    group = models.ForeignKey(LineGroup, models.SET_NULL, null=True, blank=True, related_name="lines")

    class Meta:
        verbose_name = _("ligne d’une enveloppe ouverte")
        verbose_name_plural = _("lignes des enveloppes ouvertes")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["round", "party", "kind", "rank"], name="lines_keep_the_order_of_their_envelope"
            ),
            models.CheckConstraint(
                condition=Q(kind=LineKind.EXPECTATION, priority__in=[1, 2, 3])
                | (~Q(kind=LineKind.EXPECTATION) & Q(priority=None)),
                name="an_expectation_and_nothing_else_has_a_priority",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.party} {self.kind} {self.rank}"
