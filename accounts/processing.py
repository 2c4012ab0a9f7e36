"""The register of processings of personal data, and the rules of retention, for the page and the sweep."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


@dataclass(frozen=True, kw_only=True)
class RetentionRule:
    """Data deleted automatically, `months` after the moment that `since` names; 0 is at once."""

    name: str
    what: _StrPromise
    since: _StrPromise
    months: int
    source: _StrPromise

    @property
    def period(self) -> str:
        """The length in words; "" for at once."""
        return period_text(self.months)

    def limit(self, at: datetime) -> datetime:
        """Return the moment before which the rule starts for data deleted at `at`."""
        return months_before(at, self.months)


@dataclass(frozen=True, kw_only=True)
class Processing:
    """One row of the register; `rules` are automatic, `retention` describes what no rule deletes."""

    title: _StrPromise
    purpose: _StrPromise
    data: _StrPromise
    basis: _StrPromise
    recipients: _StrPromise
    rules: tuple[RetentionRule, ...] = ()
    retention: _StrPromise | str = ""


def period_text(months: int) -> str:
    """Return a number of months as "6 mois", as "3 ans" when it is a whole number of years, "" for none."""
    if months == 0:
        return ""
    if months % 12 == 0:
        years = months // 12
        return ngettext("%(count)s an", "%(count)s ans", years) % {"count": years}
    return ngettext("%(count)s mois", "%(count)s mois", months) % {"count": months}


def months_before(at: datetime, months: int) -> datetime:
    """Return the same day and hour so many months earlier, or the last day of a shorter month."""
    index = at.year * 12 + at.month - 1 - months
    year, month = index // 12, index % 12 + 1
    return at.replace(year=year, month=month, day=min(at.day, calendar.monthrange(year, month)[1]))


CNIL_PROPOSAL = _("Notre usage, d’après le cycle de vie des données de la CNIL")
NO_FURTHER_USE = _("Notre usage : la donnée n’est plus utile")
CIVIL_LIMITATION = _("Notre usage, d’après la prescription civile de 5 ans")

IDLE_ACCOUNTS = RetentionRule(
    name="idle-accounts",
    what=_("Comptes sans connexion, supprimés comme à la demande de la personne"),
    since=_("après la dernière connexion, et un mois après un courriel qui l’annonce"),
    months=36,
    source=CNIL_PROPOSAL,
)
# How long before the erasure of an idle account its owner is warned.
WARNING_MONTHS = 1
DRAFT_REGISTRATIONS = RetentionRule(
    name="draft-registrations",
    what=_("Inscriptions commencées et jamais envoyées"),
    since=_("après la dernière saisie"),
    months=6,
    source=NO_FURTHER_USE,
)
INVITATIONS = RetentionRule(
    name="invitations",
    what=_("Invitations acceptées, annulées ou expirées"),
    since=_("après leur utilisation ou leur fin de validité"),
    months=12,
    source=NO_FURTHER_USE,
)
MAIL_TEXTS = RetentionRule(
    name="mail-texts",
    what=_("Textes des courriels partis ; leur objet et leur date restent"),
    since=_("après leur écriture"),
    months=12,
    source=NO_FURTHER_USE,
)
LAST_MAILS = RetentionRule(
    name="farewells",
    what=_("Adresse qui a reçu le dernier courriel d’un compte supprimé"),
    since=_("après la suppression"),
    months=1,
    source=NO_FURTHER_USE,
)
ADDRESS_CHANGES = RetentionRule(
    name="address-changes",
    what=_("Changements d’adresse confirmés, refusés ou expirés"),
    since=_("après leur fin"),
    months=12,
    source=NO_FURTHER_USE,
)
SESSIONS = RetentionRule(
    name="sessions",
    what=_("Sessions expirées, avec l’adresse et l’appareil"),
    since=_("dès leur expiration"),
    months=0,
    source=NO_FURTHER_USE,
)
FORM_SUBMISSIONS = RetentionRule(
    name="form-submissions",
    what=_("Résultats des formulaires envoyés (adresse et message), pour qu’un second clic ne refasse rien"),
    since=_("dès le lendemain de l’envoi"),
    months=0,
    source=NO_FURTHER_USE,
)
VETTING_FILES = RetentionRule(
    name="vetting-files",
    what=_("Pièces remplacées, et pièces d’une organisation que tous les membres ont quittée"),
    since=_("après le remplacement ou le dernier départ"),
    months=60,
    source=CIVIL_LIMITATION,
)
RULES = (
    IDLE_ACCOUNTS,
    DRAFT_REGISTRATIONS,
    INVITATIONS,
    MAIL_TEXTS,
    LAST_MAILS,
    ADDRESS_CHANGES,
    SESSIONS,
    FORM_SUBMISSIONS,
    VETTING_FILES,
)
RULES_BY_NAME = {rule.name: rule for rule in RULES}

PROCESSINGS = (
    Processing(
        title=_("Comptes"),
        purpose=_("Ouvrir l’espace de la bonne personne, et savoir au nom de quelle organisation elle agit"),
        data=_("Nom, adresse électronique, rôle, organisation, appareils connectés"),
        basis=_("Contrat, intérêt légitime"),
        recipients=_("Les membres de vos organisations et de vos dossiers, le passeur"),
        rules=(IDLE_ACCOUNTS, INVITATIONS, ADDRESS_CHANGES, SESSIONS, FORM_SUBMISSIONS, LAST_MAILS),
    ),
    Processing(
        title=_("Vérification des organisations"),
        purpose=_("Savoir qu’une organisation existe et que ses signataires ont le pouvoir de l’engager"),
        data=_(
            "Statuts, procès-verbaux, comptes, identité des dirigeants et leurs liens d’intérêts "
            "avec l’industrie"
        ),
        basis=_("Intérêt légitime"),
        recipients=_(
            "Les membres de l’organisation, le passeur, et pour les liens d’intérêts des "
            "dirigeants les parties de ses dossiers"
        ),
        rules=(DRAFT_REGISTRATIONS, VETTING_FILES),
    ),
    Processing(
        title=_("Mises en relation et entretiens"),
        purpose=_("Rapprocher une association et une entreprise sans les nommer, et écouter chacune"),
        data=_("Qui a dit oui ou non, quand et pourquoi ; les notes d’entretien du passeur"),
        basis=_("Intérêt légitime"),
        recipients=_(
            "Une réponse et sa raison : votre organisation et le passeur ; une note d’entretien : le "
            "passeur qui l’écrit"
        ),
        retention=_("La durée du dossier ; une note d’entretien est supprimée avec le compte de son auteur"),
    ),
    Processing(
        title=_("Dossiers et négociation"),
        purpose=_("Écrire un texte commun en sachant qui a demandé quoi et pourquoi"),
        data=_(
            "Réponses, messages privés et communs, mentions, preuves déposées, avec leur auteur et leur date"
        ),
        basis=_("Contrat"),
        recipients=_(
            "Les parties du dossier et le passeur ; un message privé : votre organisation et le passeur"
        ),
        retention=_("Le dossier, puis 5 ans après sa fin, à la main"),
    ),
    Processing(
        title=_("Chartes, signatures et preuves"),
        purpose=_("Prouver qui s’est engagé à quoi, quand, et que rien n’a changé depuis"),
        data=_("Nom, qualité et mandat des signataires, moment et moyen de la signature"),
        basis=_("Contrat"),
        recipients=_("Les parties, le passeur, et toute personne qui a un exemplaire de la charte"),
        retention=_("5 ans après la fin, 10 ans pour une pièce comptable"),
    ),
    Processing(
        title=_("Journal"),
        purpose=_("Donner à toutes les parties la même histoire, que personne ne peut changer"),
        data=_("Un renvoi vers le compte de la personne qui a agi ; aucun nom n’y est écrit"),
        basis=_("Intérêt légitime"),
        recipients=_("Les parties du dossier, le passeur"),
        retention=_("Aussi longtemps que la charte qu’il prouve"),
    ),
    Processing(
        title=_("Courriels et rappels"),
        purpose=_("Prévenir à temps les personnes qui doivent agir, et prouver que c’est fait"),
        data=_("Adresse, nom, objet, texte, moment de l’envoi"),
        basis=_("Contrat"),
        recipients=_("La personne, le passeur"),
        rules=(MAIL_TEXTS,),
    ),
    Processing(
        title=_("Enquêtes de confiance"),
        purpose=_("Voir tôt qu’une partie perd confiance"),
        data=_("Réponses de chaque partie"),
        basis=_("Intérêt légitime"),
        recipients=_("Les parties du dossier, le passeur, une fois le tour ouvert"),
        retention=_("Le partenariat, puis 2 ans ; ensuite, des chiffres sans nom"),
    ),
    Processing(
        title=_("Voix des patients"),
        purpose=_("Savoir si l’action sert aux patients"),
        data=_("Des nombres de réponses\u00a0; ni nom, ni adresse, ni moment, ni donnée de santé"),
        basis=_("Intérêt légitime"),
        recipients=_("Les parties du dossier, le passeur, à partir de dix réponses"),
        retention=_("La durée du dossier, puis le rapport de clôture"),
    ),
    Processing(
        title=_("Registre public"),
        purpose=_("Rendre publics les partenariats que toutes les parties acceptent de publier"),
        data=_("Les organisations ; aucun nom de personne, sauf un signataire qui y consent"),
        basis=_("Intérêt légitime, obligation légale de l’entreprise"),
        recipients=_("Tout le monde"),
        retention=_("5 ans"),
    ),
)
