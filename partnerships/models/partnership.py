"""The case, its parties, their private notes and the object permissions."""

from __future__ import annotations

import uuid
from typing import ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from guardian.models import GroupObjectPermissionBase, UserObjectPermissionBase

from accounts.models import Organisation, Side
from ledger.sealed import CheckedAtCommit
from partnerships import lifecycle
from partnerships.models.states import along


class Ground(models.TextChoices):
    """Why a case is abandoned; no ground blames a party."""

    OTHER_ANSWER = "other_answer", _("Le besoin appelle une autre réponse qu’un partenariat")
    NO_EVIDENCE = "no_evidence", _("La preuve du besoin n’a pas pu être réunie")
    LIMITS = "limits", _("Des limites sont incompatibles")
    MEANS = "means", _("Le temps ou l’argent manquent")
    INDEPENDENCE = "independence", _("L’indépendance de l’association ne serait pas assurée")
    LAW = "law", _("Le cadre juridique n’est pas sûr")
    MOMENT = "moment", _("Le moment n’est pas le bon")
    APART = "apart", _("Chaque organisation fera mieux seule, ou avec d’autres")


class Partnership(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # LL-2026-0001: the year of opening and the rank in that year.
    reference = models.CharField(_("référence"), max_length=20, unique=True)
    title = models.CharField(_("intitulé de l’action"), max_length=160)
    state = models.CharField(
        _("étape"),
        max_length=10,
        choices=[(state.value, state.value) for state in lifecycle.Case],
        default=lifecycle.Case.SCOPING,
    )
    broker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="brokered",
        verbose_name=_("passeur"),
    )
    plain_words = models.TextField(_("en clair"), max_length=1200, blank=True)
    evidence_of_need = models.TextField(_("preuve du besoin"), max_length=2000, blank=True)
    broker_interests = models.TextField(_("déclaration d’intérêts du passeur"), max_length=2000, blank=True)
    product_names = models.TextField(_("noms de produits à ne pas citer"), max_length=1000, blank=True)
    predecessor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="successors")
    opened_at = models.DateTimeField()
    entered_at = models.DateTimeField()  # when the current state began
    activated_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closing_reason = models.TextField(_("motif"), max_length=2000, blank=True)
    closing_grounds = models.JSONField(_("motifs"), default=list, blank=True)  # codes of Ground

    class Meta:
        verbose_name = _("dossier")
        verbose_name_plural = _("dossiers")
        default_permissions: ClassVar = ()
        permissions: ClassVar = [
            ("read_partnership", "Read the case"),
            ("answer_partnership", "Answer for a party"),
            ("sign_partnership", "Sign for a party"),
            ("broker_partnership", "Write as the broker"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(state__in=[*lifecycle.BEFORE_SIGNATURE, lifecycle.Case.ABANDONED])
                | Q(activated_at__isnull=False),
                name="an_active_partnership_knows_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=lifecycle.FINAL) | Q(closed_at__isnull=False),
                name="an_ended_partnership_knows_since_when",
            ),
            models.CheckConstraint(
                condition=~Q(state=lifecycle.Case.ABANDONED) | ~Q(closing_reason=""),
                name="an_abandoned_partnership_has_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[lifecycle.Case.SCOPING, lifecycle.Case.ABANDONED])
                | ~Q(evidence_of_need=""),
                name="no_drafting_without_evidence_of_need",
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["state", "entered_at"], name="pipeline_order")]
        triggers: ClassVar = [
            *along(lifecycle.CASE_TRANSITIONS, start=lifecycle.Case.SCOPING),
            CheckedAtCommit(
                name="in_ledger",
                operation=pgtrigger.Update,
                condition=pgtrigger.AnyChange("state"),
                function="partnerships_case_in_ledger",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("partnerships:roadmap", args=[self.reference])


class Party(models.Model):
    """An organisation in a case; `code` identifies it in the texts (A, A1, A2 … or E, E1, E2 …)."""

    partnership = models.ForeignKey(Partnership, models.CASCADE, related_name="parties")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="parties")
    side = models.CharField(_("côté"), max_length=12, choices=Side)
    code = models.CharField(max_length=4)
    rank = models.PositiveSmallIntegerField()  # associations first, then companies, in order of entry

    class Meta:
        verbose_name = _("partie")
        verbose_name_plural = _("parties")
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["partnership", "organisation"], name="an_organisation_is_party_once"
            ),
            models.UniqueConstraint(fields=["partnership", "code"], name="one_party_for_each_code"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.organisation}"


class Note(models.Model):
    """A private note between one party and the broker; no other party can read it."""

    party = models.ForeignKey(Party, models.CASCADE, related_name="notes")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    text = models.TextField(_("note"), max_length=4000)
    written_at = models.DateTimeField()

    class Meta:
        verbose_name = _("message privé")
        verbose_name_plural = _("messages privés")

    def __str__(self) -> str:
        return f"{self.party} {self.written_at:%Y-%m-%d}"


class PartnershipGroupPermission(GroupObjectPermissionBase):
    """Permissions of the groups of organisations and of the brokers; never of a single person."""

    content_object = models.ForeignKey(Partnership, models.CASCADE, related_name="group_permissions")

    class Meta(GroupObjectPermissionBase.Meta):
        abstract = False


class PartnershipUserPermission(UserObjectPermissionBase):
    """Required by guardian; stays empty."""

    content_object = models.ForeignKey(Partnership, models.CASCADE, related_name="user_permissions")

    class Meta(UserObjectPermissionBase.Meta):
        abstract = False
