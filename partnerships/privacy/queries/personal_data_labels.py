"""Titles and descriptions of the sections of personal data, and the label of each value."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.templatetags.wording import day, moment

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class SectionLabels(NamedTuple):
    title: _StrPromise
    what: _StrPromise


SECTIONS: dict[str, SectionLabels] = {
    "account": SectionLabels(gettext_lazy("Compte"), gettext_lazy("Votre nom, votre adresse, votre langue")),
    "addresses": SectionLabels(gettext_lazy("Adresses"), gettext_lazy("Vos adresses électroniques")),
    "factors": SectionLabels(
        gettext_lazy("Vérification en deux étapes"), gettext_lazy("Le type et la date, jamais le secret")
    ),
    "sessions": SectionLabels(gettext_lazy("Appareils"), gettext_lazy("Où votre compte est ouvert")),
    "preferences": SectionLabels(gettext_lazy("Préférences"), gettext_lazy("La fréquence de vos messages")),
    "monthly_cap": SectionLabels(
        gettext_lazy("Messages par mois"), gettext_lazy("Le nombre que vous avez choisi")
    ),
    "memberships": SectionLabels(
        gettext_lazy("Organisations"), gettext_lazy("Vos rôles, vos arrivées, vos départs")
    ),
    "mandates": SectionLabels(gettext_lazy("Mandats de signature"), gettext_lazy("Vos pouvoirs de signer")),
    "invitations": SectionLabels(
        gettext_lazy("Invitations"), gettext_lazy("Celles qui vous ont été adressées")
    ),
    "registration_drafts": SectionLabels(
        gettext_lazy("Inscription à finir"), gettext_lazy("Ce que vous y avez écrit, étape par étape")
    ),
    "address_changes": SectionLabels(
        gettext_lazy("Changements d’adresse"), gettext_lazy("Ceux que vous avez demandés")
    ),
    "handovers": SectionLabels(gettext_lazy("Relais"), gettext_lazy("De vous, ou vers vous")),
    "documents": SectionLabels(
        gettext_lazy("Pièces"), gettext_lazy("Celles que vous avez ajoutées, sans leur contenu")
    ),
    "identity_changes": SectionLabels(
        gettext_lazy("Changements d’identité"),
        gettext_lazy("Ceux que vous avez demandés pour elle"),
    ),
    "board_links": SectionLabels(
        gettext_lazy("Liens d’intérêts des dirigeants"),
        gettext_lazy("Ceux que vous avez déclarés, sans les noms"),
    ),
    "statements": SectionLabels(
        gettext_lazy("Confirmations de liens d’intérêts"),
        gettext_lazy("Quand vous avez déclaré la liste complète"),
    ),
    "interests": SectionLabels(
        gettext_lazy("Liens d’intérêts du passeur"), gettext_lazy("Vos honoraires et vos liens d’intérêts")
    ),
    "decisions": SectionLabels(gettext_lazy("Vérifications"), gettext_lazy("Celles que vous avez décidées")),
    "checks": SectionLabels(gettext_lazy("Contrôles"), gettext_lazy("Ceux que vous avez faits")),
    "lookups": SectionLabels(gettext_lazy("Registres"), gettext_lazy("Ce que vous y avez demandé")),
    "answers": SectionLabels(
        gettext_lazy("Réponses"), gettext_lazy("Ce que vous avez répondu sur chaque clause")
    ),
    "corrections": SectionLabels(
        gettext_lazy("Corrections"), gettext_lazy("Celles que vous avez confirmées")
    ),
    "envelopes": SectionLabels(gettext_lazy("Enveloppes"), gettext_lazy("Celles que vous avez scellées")),
    "extension_requests": SectionLabels(
        gettext_lazy("Demandes de délai"), gettext_lazy("Celles que vous avez envoyées")
    ),
    "extension_decisions": SectionLabels(
        gettext_lazy("Réponses aux demandes de délai"), gettext_lazy("Celles que vous avez données")
    ),
    "drafts": SectionLabels(
        gettext_lazy("Enveloppes fermées"),
        gettext_lazy("Vos propres réponses, que seule votre organisation peut lire avant l’ouverture"),
    ),
    "unsaved_wordings": SectionLabels(
        gettext_lazy("Clauses en cours de frappe"),
        gettext_lazy("Vos mots qui ne sont pas encore enregistrés comme révision"),
    ),
    "briefs": SectionLabels(
        gettext_lazy("Besoins et intentions"), gettext_lazy("Ceux que vous avez enregistrés en dernier")
    ),
    "signatures": SectionLabels(
        gettext_lazy("Signatures"), gettext_lazy("Ce que vous avez signé, avec les preuves")
    ),
    "introduction_answers": SectionLabels(
        gettext_lazy("Réponses aux mises en relation"), gettext_lazy("Vos oui, vos non, vos raisons")
    ),
    "notes": SectionLabels(gettext_lazy("Messages privés"), gettext_lazy("Ceux que vous avez écrits")),
    "shared_messages": SectionLabels(
        gettext_lazy("Messages des échanges communs"), gettext_lazy("Ceux que vous avez écrits")
    ),
    "mentions": SectionLabels(
        gettext_lazy("Mentions"), gettext_lazy("Les messages communs qui vous mentionnent, sans leur texte")
    ),
    "thread_mails": SectionLabels(
        gettext_lazy("Courriels des échanges communs"), gettext_lazy("Ce que vous avez choisi de recevoir")
    ),
    "evidence": SectionLabels(gettext_lazy("Preuves"), gettext_lazy("Celles que vous avez déposées")),
    "evidence_answers": SectionLabels(
        gettext_lazy("Réponses aux preuves"), gettext_lazy("Celles que vous avez confirmées ou contestées")
    ),
    "postponements": SectionLabels(
        gettext_lazy("Demandes de report"), gettext_lazy("Celles que vous avez faites")
    ),
    "postponement_answers": SectionLabels(
        gettext_lazy("Réponses aux demandes de report"), gettext_lazy("Celles que vous avez données")
    ),
    "mediations": SectionLabels(gettext_lazy("Médiations"), gettext_lazy("Celles que vous avez ouvertes")),
    "minutes_answers": SectionLabels(
        gettext_lazy("Réponses aux comptes rendus"), gettext_lazy("Celles que vous avez données")
    ),
    "suspensions": SectionLabels(
        gettext_lazy("Demandes de suspension"), gettext_lazy("Celles que vous avez faites")
    ),
    "suspension_decisions": SectionLabels(
        gettext_lazy("Décisions sur une suspension"), gettext_lazy("Celles que vous avez prises")
    ),
    "suspension_answers": SectionLabels(
        gettext_lazy("Réponses sur une suspension"), gettext_lazy("Celles que vous avez données")
    ),
    "case_handovers": SectionLabels(
        gettext_lazy("Transmissions de dossiers"),
        gettext_lazy("Celles que vous avez demandées, et celles qui vous sont demandées"),
    ),
    "alerts": SectionLabels(gettext_lazy("Alertes"), gettext_lazy("Celles que vous avez envoyées")),
    "declared_actions": SectionLabels(
        gettext_lazy("Actions déclarées"), gettext_lazy("Celles que vous avez déclarées")
    ),
    "action_answers": SectionLabels(
        gettext_lazy("Réponses aux actions déclarées"), gettext_lazy("Celles que vous avez données")
    ),
    "agenda_items": SectionLabels(
        gettext_lazy("Points à l’ordre du jour"), gettext_lazy("Ceux que vous avez ajoutés")
    ),
    "tasks": SectionLabels(
        gettext_lazy("Tâches"), gettext_lazy("Celles que vous avez ajoutées ou déclarées faites")
    ),
    "snoozes": SectionLabels(
        gettext_lazy("Rappels reportés"), gettext_lazy("Les jalons dont vous voulez le rappel plus tard")
    ),
    "reminder_rules": SectionLabels(
        gettext_lazy("Règles de rappel"), gettext_lazy("Celles que vous avez enregistrées comme passeur")
    ),
    "calendar_feed": SectionLabels(
        gettext_lazy("Adresse de calendrier"), gettext_lazy("Depuis quand elle existe, jamais le secret")
    ),
    "payments": SectionLabels(
        gettext_lazy("Versements"), gettext_lazy("Ceux que vous avez indiqués ou confirmés")
    ),
    "closing_parts": SectionLabels(
        gettext_lazy("Parts du bilan"), gettext_lazy("Celles que vous avez écrites")
    ),
    "account_answers": SectionLabels(
        gettext_lazy("Réponses aux comptes"), gettext_lazy("Celles que vous avez données")
    ),
    "early_exits": SectionLabels(
        gettext_lazy("Sorties anticipées"), gettext_lazy("Celles que vous avez demandées")
    ),
    "early_exit_answers": SectionLabels(
        gettext_lazy("Réponses aux sorties anticipées"), gettext_lazy("Celles que vous avez données")
    ),
    "patient_surveys": SectionLabels(
        gettext_lazy("Questionnaires aux patients"), gettext_lazy("Ceux que vous avez ouverts ou fermés")
    ),
    "case_files": SectionLabels(
        gettext_lazy("Fichiers du suivi"), gettext_lazy("Ceux que vous avez déposés dans vos dossiers")
    ),
    "meetings": SectionLabels(gettext_lazy("Réunions"), gettext_lazy("Celles que vous avez fixées")),
    "settlements": SectionLabels(
        gettext_lazy("Contestations"), gettext_lazy("Celles que vous avez tranchées comme passeur")
    ),
    "cases": SectionLabels(gettext_lazy("Dossiers suivis"), gettext_lazy("Ceux dont vous êtes le passeur")),
    "introductions": SectionLabels(
        gettext_lazy("Mises en relation"), gettext_lazy("Celles que vous avez proposées")
    ),
    "canvases": SectionLabels(gettext_lazy("Canevas"), gettext_lazy("Les versions que vous avez écrites")),
    "interviews": SectionLabels(
        gettext_lazy("Notes d’entretien"), gettext_lazy("Les vôtres, que personne d’autre ne lit")
    ),
    "closings": SectionLabels(gettext_lazy("Clôtures"), gettext_lazy("Celles que vous avez écrites")),
    "rounds": SectionLabels(gettext_lazy("Tours"), gettext_lazy("Ceux que vous avez ouverts")),
    "comparisons": SectionLabels(
        gettext_lazy("Attentes regroupées"), gettext_lazy("Les comparaisons que vous avez faites")
    ),
    "revisions": SectionLabels(gettext_lazy("Clauses écrites"), gettext_lazy("Chaque version de votre main")),
    "replies": SectionLabels(
        gettext_lazy("Décisions sur les remarques"), gettext_lazy("Ce que vous avez répondu aux remarques")
    ),
    "kept_risks": SectionLabels(
        gettext_lazy("Risques gardés"), gettext_lazy("Les clauses que vous avez gardées malgré un risque")
    ),
    "models": SectionLabels(
        gettext_lazy("Modèles de charte"), gettext_lazy("Chaque version que vous avez écrite")
    ),
    "library": SectionLabels(
        gettext_lazy("Bibliothèque de clauses"), gettext_lazy("Chaque version que vous avez écrite")
    ),
    "frozen": SectionLabels(gettext_lazy("Textes figés"), gettext_lazy("Ceux que vous avez figés")),
    "voided": SectionLabels(
        gettext_lazy("Textes retirés de la signature"),
        gettext_lazy("Ceux que vous avez retirés, et pourquoi"),
    ),
    "messages": SectionLabels(gettext_lazy("Courriels"), gettext_lazy("Ceux qui vous ont été écrits")),
    "ledger": SectionLabels(gettext_lazy("Journal"), gettext_lazy("Les entrées dont vous êtes l’auteur")),
}

LABELS: dict[str, _StrPromise] = {
    "old_email": gettext_lazy("Adresse précédente"),
    "new_email": gettext_lazy("Nouvelle adresse"),
    "ended_at": gettext_lazy("Terminé le"),
    "handed_at": gettext_lazy("Envoyée le"),
    "seen_at": gettext_lazy("Lu le"),
    "grouped_at": gettext_lazy("Regroupé le"),
    "before": gettext_lazy("Avant"),
    "side": gettext_lazy("Côté"),
    "step": gettext_lazy("Étape"),
    "fields": gettext_lazy("Ce qui a été écrit"),
    "saved_at": gettext_lazy("Enregistré le"),
    "after": gettext_lazy("Après"),
    "changed_at": gettext_lazy("Changé le"),
    "counterpart": gettext_lazy("Avec qui"),
    "words": gettext_lazy("De quoi il s’agit"),
    "declared_at": gettext_lazy("Déclaré le"),
    "links": gettext_lazy("Nombre de liens"),
    "stated_at": gettext_lazy("Répondu le"),
    "from_date": gettext_lazy("À partir du"),
    "until_date": gettext_lazy("Jusqu’au"),
    "amount_minor": gettext_lazy("Montant, en centimes"),
    "code": gettext_lazy("Contrôle"),
    "result": gettext_lazy("Résultat"),
    "note": gettext_lazy("Note pour l’organisation"),
    "private_note": gettext_lazy("Note du passeur"),
    "checked_at": gettext_lazy("Contrôlé le"),
    "source": gettext_lazy("Registre"),
    "number": gettext_lazy("Numéro demandé"),
    "key": gettext_lazy("Identifiant"),
    "email": gettext_lazy("Adresse électronique"),
    "full_name": gettext_lazy("Prénom et nom"),
    "language": gettext_lazy("Langue"),
    "time_zone": gettext_lazy("Fuseau horaire"),
    "territory": gettext_lazy("Jours fériés"),
    "is_broker": gettext_lazy("Passeur"),
    "joined_at": gettext_lazy("Arrivée"),
    "last_login": gettext_lazy("Dernière connexion"),
    "verified": gettext_lazy("Confirmée"),
    "primary": gettext_lazy("Principale"),
    "type": gettext_lazy("Sorte"),
    "created_at": gettext_lazy("Créé le"),
    "last_used_at": gettext_lazy("Dernier usage"),
    "last_seen_at": gettext_lazy("Vu le"),
    "ip": gettext_lazy("Adresse IP"),
    "user_agent": gettext_lazy("Navigateur"),
    "owner_days": gettext_lazy("Jours des rappels au responsable"),
    "broker_days": gettext_lazy("Jours des rappels au passeur"),
    "set_at": gettext_lazy("Enregistré le"),
    "topic": gettext_lazy("Sujet"),
    "rhythm": gettext_lazy("Fréquence"),
    "left_at": gettext_lazy("Départ"),
    "is_administrator": gettext_lazy("Gestionnaire"),
    "is_referent": gettext_lazy("Référent"),
    "is_signatory": gettext_lazy("Signataire"),
    "organisation": gettext_lazy("Organisation"),
    "capacity": gettext_lazy("Qualité"),
    "basis": gettext_lazy("Pouvoir"),
    "mandate_words": gettext_lazy("Pouvoir"),
    "valid_from_date": gettext_lazy("À partir du"),
    "valid_until_date": gettext_lazy("Jusqu’au"),
    "ceiling_minor": gettext_lazy("Plafond, en centimes"),
    "recorded_at": gettext_lazy("Enregistré le"),
    "revoked_at": gettext_lazy("Terminé le"),
    "expires_at": gettext_lazy("Expire le"),
    "accepted_at": gettext_lazy("Acceptée le"),
    "kind": gettext_lazy("Sorte"),
    "name": gettext_lazy("Nom"),
    "size": gettext_lazy("Taille, en octets"),
    "sha256": gettext_lazy("Empreinte"),
    "brought_at": gettext_lazy("Ajoutée le"),
    "replaced_at": gettext_lazy("Remplacé le"),
    "decision": gettext_lazy("Décision"),
    "reason": gettext_lazy("Raison"),
    "decided_at": gettext_lazy("Décidé le"),
    "decision_reason": gettext_lazy("Raison de la décision"),
    "until": gettext_lazy("Jusqu’au"),
    "interests": gettext_lazy("Liens d’intérêts"),
    "case": gettext_lazy("Dossier"),
    "clause": gettext_lazy("Clause"),
    "stance": gettext_lazy("Réponse"),
    "proposed_text": gettext_lazy("Formulation proposée"),
    "answered_at": gettext_lazy("Répondu le"),
    "fingerprint": gettext_lazy("Empreinte"),
    "sealed_at": gettext_lazy("Scellé le"),
    "confirmed_at": gettext_lazy("Confirmé le"),
    "question": gettext_lazy("Question"),
    "indicator": gettext_lazy("Comment on le saura"),
    "by_date": gettext_lazy("Pour le"),
    "priority": gettext_lazy("Priorité"),
    "hours": gettext_lazy("Heures"),
    "need": gettext_lazy("Besoin ou but"),
    "evidence": gettext_lazy("Preuve du besoin"),
    "action": gettext_lazy("Action"),
    "limits_words": gettext_lazy("Autres limites"),
    "skills": gettext_lazy("Compétences"),
    "typed_name": gettext_lazy("Nom saisi"),
    "consent_words": gettext_lazy("Consentement"),
    "method": gettext_lazy("Identité confirmée par"),
    "address": gettext_lazy("Adresse"),
    "signed_at": gettext_lazy("Signé le"),
    "text": gettext_lazy("Texte"),
    "written_at": gettext_lazy("Écrit le"),
    "link": gettext_lazy("Lien d’intérêts"),
    "given_at": gettext_lazy("Donné le"),
    "milestone": gettext_lazy("Jalon"),
    "commitment": gettext_lazy("Engagement"),
    "is_accepted": gettext_lazy("Acceptée"),
    "due_date": gettext_lazy("Nouvelle échéance"),
    "label": gettext_lazy("Versement"),
    "reference": gettext_lazy("Référence"),
    "paid_on": gettext_lazy("Payé le"),
    "received_at": gettext_lazy("Réception confirmée le"),
    "is_confirmed": gettext_lazy("Confirmée"),
    "settled_at": gettext_lazy("Tranché le"),
    "title": gettext_lazy("Titre"),
    "broker_interests": gettext_lazy("Liens d’intérêts déclarés"),
    "lesson": gettext_lazy("Leçons"),
    "is_agreed": gettext_lazy("Accepté"),
    "data_remark": gettext_lazy("Précision sur les données"),
    "logo_remark": gettext_lazy("Précision sur les noms et logos"),
    "wording": gettext_lazy("Texte public"),
    "leaves_on": gettext_lazy("Jour de la sortie"),
    "review_on": gettext_lazy("À revoir le"),
    "opened_at": gettext_lazy("Ouvert le"),
    "closed_at": gettext_lazy("Clos le"),
    "asked_at": gettext_lazy("Demandé le"),
    "body": gettext_lazy("Texte"),
    "plain_words": gettext_lazy("En clair"),
    "rule": gettext_lazy("Règle"),
    "kept_at": gettext_lazy("Gardé le"),
    "description": gettext_lazy("Description"),
    "description_en": gettext_lazy("Description en anglais"),
    "title_en": gettext_lazy("Titre en anglais"),
    "body_en": gettext_lazy("Texte en anglais"),
    "plain_words_en": gettext_lazy("En clair, en anglais"),
    "outcome": gettext_lazy("Décision"),
    "replied_at": gettext_lazy("Répondu le"),
    "frozen_at": gettext_lazy("Figé le"),
    "voided_at": gettext_lazy("Retiré le"),
    "subject": gettext_lazy("Objet"),
    "mails": gettext_lazy("Courriels"),
    "raised_at": gettext_lazy("Envoyée le"),
    "planned_on": gettext_lazy("Prévue le"),
    "added_at": gettext_lazy("Ajouté le"),
    "done_at": gettext_lazy("Fait le"),
    "cancel_reason": gettext_lazy("Raison de l’annulation"),
    "state": gettext_lazy("État"),
    "is_yes": gettext_lazy("Oui"),
    "is_granted": gettext_lazy("Délai accordé"),
    "answer": gettext_lazy("Réponse"),
    "proposed_at": gettext_lazy("Proposé le"),
    "withdrawn_at": gettext_lazy("Retiré le"),
    "revealed_at": gettext_lazy("Noms communiqués le"),
    "sent_at": gettext_lazy("Envoyé le"),
    "at": gettext_lazy("Moment"),
    "subject_type": gettext_lazy("Journal"),
    "subject_id": gettext_lazy("Identifiant"),
    "sequence": gettext_lazy("Numéro"),
    "facts": gettext_lazy("Faits"),
    "hash": gettext_lazy("Empreinte"),
}


def display(value: Any) -> str:
    """Return a value as text: dates and booleans in words, mappings as "name = value" pairs."""
    match value:
        case bool():
            text = _("oui") if value else _("non")
        case datetime():
            text = moment(value)
        case date():
            text = day(value)
        case dict():
            text = ", ".join(f"{name} = {item}" for name, item in value.items())
        case _:
            text = str(value)
    return text
