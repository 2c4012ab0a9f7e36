"""Briefs: the need of an association or the offer of a company."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import REGIONS, Organisation


class Theme(models.TextChoices):
    """The subject of a brief; `ALL` matches every other one."""

    ALL = "all", _("Toutes les maladies")
    BREATH = "breath", _("Respiration")
    HEART = "heart", _("Cœur et vaisseaux")
    KIDNEY = "kidney", _("Reins")
    SKIN = "skin", _("Peau")
    MOBILITY = "mobility", _("Mobilité, appareillage")
    MEMORY = "memory", _("Mémoire, aidants")
    CANCER = "cancer", _("Cancer")
    DIABETES = "diabetes", _("Diabète, métabolisme")
    NERVES = "nerves", _("Système nerveux")
    DIGESTION = "digestion", _("Digestion")
    RARE = "rare", _("Maladies rares")
    MIND = "mind", _("Santé mentale")
    SENSES = "senses", _("Vue, audition")


class ActionKind(models.TextChoices):
    SURVEY = "survey", _("Enquête ou ateliers d’écoute")
    GUIDE = "guide", _("Guide ou information")
    PANEL = "panel", _("Comité d’usagers, conception à plusieurs")
    REVIEW = "review", _("Relecture de documents")
    FEEDBACK = "feedback", _("Carnet de retours d’usage")
    EVENT = "event", _("Journée, rencontre")
    TRAINING = "training", _("Formation de bénévoles ou de salariés")
    EQUIPMENT = "equipment", _("Prêt de matériel ou de lieux")


class Limit(models.TextChoices):
    """A limit stated in a brief. Those of OF_COMPANIES contradict limits of associations."""

    BRAND = "brand", _("Aucun nom de marque, de produit ni de molécule")
    CONTENT = "content", _("Le financeur ne rédige ni ne valide le contenu")
    EXCLUSIVITY = "exclusivity", _("Aucune exclusivité")
    DATA = "data", _("Aucune donnée sur des personnes ne sort de l’association")
    PUBLISHED = "published", _("Les résultats sont publiés, même défavorables")
    IDEAS = "ideas", _("Chacun garde ses idées")
    VOICE = "voice", _("La parole publique de l’association reste libre")
    TESTIMONY = "testimony", _("Aucun témoignage de patient en publicité")
    MEMBERS = "members", _("Aucun contact direct avec les adhérents")
    CLINICAL = "clinical", _("Aucun acte ni mesure sur les participants")
    ADVICE = "advice", _("Aucun conseil médical individuel")
    LOGO = "logo", _("Aucun logo hors des documents convenus")
    STAND = "stand", _("Ni stand, ni visite commerciale")
    UNPAID = "unpaid", _("Aucun temps de bénévole sans indemnité")
    BRAND_SHOWN = "brand_shown", _("Notre produit doit être nommé")
    CONTENT_AGREED = "content_agreed", _("Nous validons chaque document")
    EXCLUSIVE = "exclusive", _("Aucune action semblable avec un concurrent")
    DATA_SHARED = "data_shared", _("Les données recueillies nous sont transmises")
    HELD_BACK = "held_back", _("Les résultats ne sont publiés qu’avec notre accord")
    IDEAS_OURS = "ideas_ours", _("Les idées nées de l’action nous appartiennent")
    VOICE_HELD = "voice_held", _("Aucune critique publique pendant l’action")
    TESTIMONY_SHOWN = "testimony_shown", _("Des témoignages de patients que nous pouvons montrer")
    MEMBERS_MET = "members_met", _("Un contact direct avec les adhérents")


# Limits that concern the product or the interest of a company.
OF_COMPANIES = frozenset(
    {
        Limit.BRAND_SHOWN,
        Limit.CONTENT_AGREED,
        Limit.EXCLUSIVE,
        Limit.DATA_SHARED,
        Limit.HELD_BACK,
        Limit.IDEAS_OURS,
        Limit.VOICE_HELD,
        Limit.TESTIMONY_SHOWN,
        Limit.MEMBERS_MET,
    }
)


class Trade(models.TextChoices):
    """The activity of a company, shown before its name is revealed."""

    MEDICINE = "medicine", _("Médicament")
    DEVICE = "device", _("Dispositif médical")
    DIAGNOSTIC = "diagnostic", _("Diagnostic in vitro")
    E_HEALTH = "e_health", _("E-santé")
    SERVICE = "service", _("Prestataire")


class Size(models.TextChoices):
    """A band of salaried people, or of members."""

    SMALL = "small", _("moins de 50")
    MEDIUM = "medium", _("de 50 à 250")
    LARGE = "large", _("de 250 à 1 000")
    VERY_LARGE = "very_large", _("plus de 1 000")


class Budget(models.TextChoices):
    """Bands of cash for one action, from the smallest."""

    NONE = "none", _("Aucun versement, du temps ou du matériel")
    TO_5 = "to_5", _("Jusqu’à 5 000 €")
    TO_15 = "to_15", _("De 5 000 à 15 000 €")
    TO_30 = "to_30", _("De 15 000 à 30 000 €")
    TO_60 = "to_60", _("De 30 000 à 60 000 €")
    OVER_60 = "over_60", _("Plus de 60 000 €")


EVERYWHERE = "france"
TERRITORIES = ((EVERYWHERE, _("France entière")), *((region, region) for region in REGIONS))


class Brief(models.Model):
    """A need or an offer, a draft until it is published; `need` is the aim in the brief of a company.

    `number`: how many times it was saved; `written_by`: who saved it last.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="briefs")
    title = models.CharField(_("en une ligne"), max_length=120, blank=True)
    need = models.TextField(_("besoin ou but"), max_length=1000, blank=True)
    evidence = models.TextField(_("preuve du besoin"), max_length=1000, blank=True)
    patients = models.PositiveIntegerField(_("patients concernés"), null=True, blank=True)
    action = models.TextField(_("action"), max_length=600, blank=True)
    actions = models.JSONField(_("types d’action"), default=list, blank=True)  # codes of ActionKind
    theme = models.CharField(_("thème"), max_length=10, choices=Theme, blank=True)
    territory = models.CharField(_("territoire"), max_length=40, choices=TERRITORIES, blank=True)
    limits = models.JSONField(_("limites"), default=list, blank=True)  # codes of Limit
    limits_words = models.TextField(_("autres limites"), max_length=600, blank=True)
    budget = models.CharField(_("budget"), max_length=8, choices=Budget, blank=True)
    hours = models.PositiveIntegerField(_("heures"), null=True, blank=True)
    skills = models.TextField(_("compétences"), max_length=600, blank=True)
    trade = models.CharField(_("activité"), max_length=10, choices=Trade, blank=True)
    size = models.CharField(_("taille"), max_length=10, choices=Size, blank=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    number = models.PositiveIntegerField(default=0)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    published_at = models.DateTimeField(null=True, blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("besoin ou intention")
        verbose_name_plural = _("besoins et intentions")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(published_at=None)
                | ~(Q(title="") | Q(need="") | Q(action="") | Q(theme="") | Q(territory="")),
                name="a_published_brief_says_what_it_is_about",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["published_at", "id"],
                condition=Q(published_at__isnull=False, withdrawn_at=None),
                name="briefs_to_match",
            )
        ]

    def __str__(self) -> str:
        return self.title or str(self.pk)

    @property
    def is_draft(self) -> bool:
        return self.published_at is None and self.withdrawn_at is None

    @property
    def is_published(self) -> bool:
        return self.published_at is not None and self.withdrawn_at is None
