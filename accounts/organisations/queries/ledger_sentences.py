"""The sentence of each kind of entry in the ledger of an organisation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import DocumentKind, InterestKind, RegistrationStep
from accounts.models.evidence import RegisterSource
from accounts.templatetags import wording

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from ledger.models import Entry

type Facts = Mapping[str, Any]
# Names of members and of invited people, by primary key as text.
type Names = Mapping[str, str]


def sentence(entry: Entry, names: Names) -> str:
    """Return the sentence of an entry; it follows the name of the actor."""
    template = SENTENCES[entry.kind.removeprefix("organisation.")]
    if callable(template):
        return template({**entry.facts, "actor": str(entry.actor_id)}, names)
    return str(template)


def roles_in(facts: Facts) -> str:
    """Return the roles that an entry gives, as a list in words; reading is part of all of them."""
    words = [_("lecteur")]
    words += [_("référent")] if facts.get("is_referent") else []
    words += [_("signataire")] if facts.get("is_signatory") else []
    words += [_("gestionnaire")] if facts.get("is_administrator") else []
    return get_text_list(words, _("et"))


def _person_name(facts: Facts, names: Names, key: str = "member") -> str:
    return names.get(str(facts.get(key)), "") or _("une personne")


def _started(facts: Facts, _names: Names) -> str:
    if facts["side"] == "company":
        return _("commence l’inscription d’une entreprise.")
    return _("commence l’inscription d’une association.")


def _step_reached(facts: Facts, _names: Names) -> str:
    return _("passe à l’étape «\u202f%(step)s\u202f» de l’inscription.") % {
        "step": RegistrationStep(facts["step"]).label
    }


def _sent_back(facts: Facts, _names: Names) -> str:
    return _("demande de compléter l’inscription\u00a0: %(reason)s") % facts


def _refused(facts: Facts, _names: Names) -> str:
    return _("refuse l’inscription\u00a0: %(reason)s") % facts


def _suspended(facts: Facts, _names: Names) -> str:
    return _("suspend l’organisation\u00a0: %(reason)s") % facts


def _verified(facts: Facts, _names: Names) -> str:
    if facts["source"] == "suspended":
        return _("lève la suspension\u00a0: l’inscription est vérifiée.")
    return _("vérifie l’inscription.")


def _resubmitted(facts: Facts, _names: Names) -> str:
    return _("change l’identité vérifiée, que le passeur vérifie de nouveau\u00a0: %(reason)s") % facts


def _document(words: str, facts: Facts) -> str:
    return words % {"paper": DocumentKind(facts["paper"]).label}


def _document_added(facts: Facts, _names: Names) -> str:
    return _document(_("ajoute une pièce\u00a0: %(paper)s."), facts)


def _document_replaced(facts: Facts, _names: Names) -> str:
    return _document(_("remplace une pièce\u00a0: %(paper)s."), facts)


def _document_read(facts: Facts, _names: Names) -> str:
    return _document(_("lit une pièce\u00a0: %(paper)s."), facts)


def _register_queried(facts: Facts, _names: Names) -> str:
    return _("interroge un registre officiel\u00a0: %(register)s.") % {
        "register": RegisterSource(facts["source"]).label
    }


def _income(facts: Facts, _names: Names) -> str:
    return _("déclare les ressources de %(year)s\u00a0: %(amount)s, dont %(industry)s de l’industrie.") % {
        "year": facts["year"],
        "amount": wording.euros(facts["income_minor"]),
        "industry": wording.euros(facts["industry_minor"]),
    }


def _support(facts: Facts, _names: Names) -> str:
    return _("déclare ce que %(company)s a donné en %(year)s\u00a0: %(amount)s.") % {
        "company": facts["company"],
        "year": facts["year"],
        "amount": wording.euros(facts["amount_minor"]),
    }


def _approval(facts: Facts, _names: Names) -> str:
    words = {
        "none": _("déclare n’avoir aucun agrément."),
        "requested": _("déclare avoir demandé un agrément."),
        "regional": _("déclare un agrément régional."),
        "national": _("déclare un agrément national."),
    }
    return words[facts["level"]]


def _link(facts: Facts, _names: Names) -> str:
    if facts["replaces"]:
        return _("remplace un lien d’intérêts du conseil ou de la direction.")
    return _("déclare un lien d’intérêts du conseil ou de la direction.")


def _links_stated(facts: Facts, _names: Names) -> str:
    if facts["links"] == 0:
        return _("déclare qu’il n’y a aucun lien d’intérêts.")
    return _("déclare complète la liste des liens d’intérêts.")


def _broker_interest(facts: Facts, _names: Names) -> str:
    if facts["nature"] == InterestKind.FEE:
        return _("déclare des honoraires reçus de l’organisation.")
    return _("déclare un lien d’intérêts avec l’organisation.")


def _invited(facts: Facts, names: Names) -> str:
    context = {"person": _person_name(facts, names, "letter"), "roles": roles_in(facts)}
    return _("invite %(person)s, avec ces rôles\u00a0: %(roles)s.") % context


def _invited_again(facts: Facts, names: Names) -> str:
    return _("renvoie l’invitation à %(person)s.") % {"person": _person_name(facts, names, "letter")}


def _invitation_revoked(facts: Facts, names: Names) -> str:
    return _("annule l’invitation faite à %(person)s.") % {"person": _person_name(facts, names, "letter")}


def _joined(facts: Facts, _names: Names) -> str:
    return _("rejoint l’organisation, avec ces rôles\u00a0: %(roles)s.") % {"roles": roles_in(facts)}


def _roles_changed(facts: Facts, names: Names) -> str:
    if facts["member"] == facts["actor"]:
        return _("prend ces rôles\u00a0: %(roles)s.") % {"roles": roles_in(facts)}
    context = {"person": _person_name(facts, names), "roles": roles_in(facts)}
    return _("donne à %(person)s ces rôles\u00a0: %(roles)s.") % context


def _left(facts: Facts, names: Names) -> str:
    if facts["member"] == facts["actor"]:
        return _("quitte l’organisation.")
    return _("retire un membre de l’organisation : %(person)s.") % {"person": _person_name(facts, names)}


def _handed_over(facts: Facts, names: Names) -> str:
    context = {"leaver": _person_name(facts, names), "heir": _person_name(facts, names, "heir")}
    return _("transmet à %(heir)s ce que suivait %(leaver)s.") % context


def _mandate_recorded(facts: Facts, names: Names) -> str:
    return _("enregistre un mandat de signature : %(person)s.") % {"person": _person_name(facts, names)}


def _mandate_revoked(facts: Facts, names: Names) -> str:
    return _("met fin à un mandat de signature : %(person)s.") % {"person": _person_name(facts, names)}


# By kind of entry, without its prefix "organisation.".
SENTENCES: dict[str, _StrPromise | Callable[[Facts, Names], str]] = {
    "started": _started,
    "step-reached": _step_reached,
    "identity": gettext_lazy("écrit l’identité de l’organisation."),
    "presentation": gettext_lazy("écrit la présentation de l’organisation."),
    "profile": gettext_lazy("écrit le profil de l’organisation."),
    "ethics": gettext_lazy("écrit la charte éthique, en bref."),
    "submit": gettext_lazy("accepte les règles et envoie l’inscription au passeur."),
    "resubmit": _resubmitted,
    "checked": gettext_lazy("contrôle des points de l’inscription."),
    "verified": _verified,
    "to_complete": _sent_back,
    "refused": _refused,
    "suspended": _suspended,
    "register-asked": _register_queried,
    "document-brought": _document_added,
    "document-replaced": _document_replaced,
    "document-read": _document_read,
    "income": _income,
    "support": _support,
    "support-removed": gettext_lazy("retire une entreprise de la liste des soutiens."),
    "approval": _approval,
    "link": _link,
    "link-withdrawn": gettext_lazy("retire un lien d’intérêts du conseil ou de la direction."),
    "links-stated": _links_stated,
    "broker-interest": _broker_interest,
    "broker-interest-withdrawn": gettext_lazy("retire un intérêt déclaré avec l’organisation."),
    "join-asked": gettext_lazy("demande à rejoindre l’organisation."),
    "invited": _invited,
    "invited-again": _invited_again,
    "invitation-revoked": _invitation_revoked,
    "joined": _joined,
    "roles-changed": _roles_changed,
    "left": _left,
    "handed-over": _handed_over,
    "handover-seen": gettext_lazy("prend connaissance du relais."),
    "address-changed": gettext_lazy("change l’adresse électronique de son compte."),
    "mandate-recorded": _mandate_recorded,
    "mandate-revoked": _mandate_revoked,
    "discarded": gettext_lazy("supprime l’inscription commencée."),
    "brief-published": gettext_lazy("publie son besoin ou son intention."),
    "brief-changed": gettext_lazy("modifie son besoin ou son intention."),
    "brief-withdrawn": gettext_lazy("retire son besoin ou son intention."),
    "introduced": gettext_lazy("propose une mise en relation, sans nommer personne."),
    "introduction-accepted": gettext_lazy("dit oui à une mise en relation."),
    "introduction-declined": gettext_lazy("dit non à une mise en relation."),
    "introduction-revealed": gettext_lazy("communique les noms\u00a0: toutes les organisations ont dit oui."),
    "introduction-ended": gettext_lazy("met fin à une mise en relation."),
}
