"""The sentence of each kind of ledger entry of a case, and its facts as text."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.utils.html import strip_tags
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.organisations.queries.ledger_pages import LedgerFact
from accounts.templatetags import wording
from partnerships.models import Ground
from partnerships.reminders import days_text
from partnerships.text.tables import Named

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from ledger.models import Entry

type Facts = Mapping[str, Any]

MAX_QUOTED_LINES: Final = 3
LINE_LABELS: dict[str, _StrPromise] = {
    "expectation": gettext_lazy("attente %(number)s"),
    "limit": gettext_lazy("limite %(number)s"),
    "red_line": gettext_lazy("ligne rouge %(number)s"),
    "means": gettext_lazy("moyens %(number)s"),
}


def _edition_opened(facts: Facts) -> str:
    if facts["edition"] == 1:
        return _("commence le texte de la charte.")
    return _("commence l’avenant %(number)s.") % {"number": facts["edition"] - 1}


def _thread_opened(facts: Facts) -> str:
    if facts["about"]:
        return _("ouvre l’échange commun «\u202f%(about)s\u202f».") % facts
    return _("ouvre l’échange commun de l’ensemble du dossier.")


def _meeting_set(facts: Facts) -> str:
    values = {**facts, "moment": _moment(facts["starts_at"])}
    return _("fixe la réunion %(code)s, %(title)s, au %(moment)s.") % values


def _meeting_changed(facts: Facts) -> str:
    values = {**facts, "moment": _moment(facts["starts_at"])}
    return _("change la réunion %(code)s, %(title)s\u00a0: %(moment)s.") % values


def _edition_begun(facts: Facts) -> str:
    clauses = ngettext("%(n)s clause", "%(n)s clauses", facts["clauses"]) % {"n": facts["clauses"]}
    if facts["model"]:
        return _(
            "commence le texte avec le modèle «\u202f%(model)s\u202f», version %(model_version)s\u00a0: "
            "%(what)s."
        ) % {
            **facts,
            "what": clauses,
        }
    return _("commence le texte\u00a0: %(what)s.") % {"what": clauses}


def _edition_void(facts: Facts) -> str:
    if facts.get("reason"):
        number = facts["edition"] - 1
        return _("abandonne l’avenant %(number)s\u00a0: %(reason)s") % {**facts, "number": number}
    return _("annule le texte.")


def _edition_answered(facts: Facts) -> str:
    counted = [
        ngettext("%(n)s accord", "%(n)s accords", facts["agree"]),
        ngettext("%(n)s question", "%(n)s questions", facts["question"]),
        ngettext("%(n)s réserve", "%(n)s réserves", facts["reservation"]),
        ngettext("%(n)s objection", "%(n)s objections", facts["objection"]),
    ]
    stances = ("agree", "question", "reservation", "objection")
    parts = [
        words % {"n": facts[stance]} for words, stance in zip(counted, stances, strict=True) if facts[stance]
    ]
    if not parts:
        return _("confirme ses accords.")
    return _("répond au texte\u00a0: %(told)s.") % {"told": get_text_list(parts, _("et"))}


def _round_cancelled(facts: Facts) -> str:
    if facts.get("parties_missing"):
        return _("clôt le tour %(number)s sans ouvrir d’enveloppe\u00a0: il en manquait une.") % facts
    if facts["reason"]:
        return _("annule le tour %(number)s sans l’ouvrir\u00a0: %(reason)s") % facts
    return _("annule le tour %(number)s sans l’ouvrir.") % facts


def _round_extended(facts: Facts) -> str:
    values = {**facts, "deadline": _moment(facts["deadline"])}
    if "party" in facts:
        return _("accorde plus de temps à toutes les parties, jusqu’au %(deadline)s.") % values
    return _("prolonge le tour une fois, pour toutes les parties, jusqu’au %(deadline)s.") % values


def _extension_asked(facts: Facts) -> str:
    if facts["reason"]:
        return _("demande plus de temps pour le tour %(number)s\u00a0: %(reason)s") % facts
    return _("demande plus de temps pour le tour %(number)s.") % facts


def _extension_refused(facts: Facts) -> str:
    if facts["reason"]:
        return _("ne prolonge pas le tour %(number)s\u00a0: %(reason)s") % facts
    return _("ne prolonge pas le tour %(number)s.") % facts


def _answer_replied(facts: Facts) -> str:
    words = {
        "taken": _("retient une remarque sur la clause %(clause)s, en disant pourquoi."),
        "partly": _("retient en partie une remarque sur la clause %(clause)s, en disant pourquoi."),
        "not": _("ne retient pas une remarque sur la clause %(clause)s, en disant pourquoi."),
    }
    return words[facts["outcome"]] % facts


def _payment_declared(facts: Facts) -> str:
    values = {
        "payment": facts["payment"],
        "amount": wording.euros(facts["amount_minor"]),
        "day": strip_tags(wording.day(date.fromisoformat(facts["paid_on"]))),
    }
    return _("déclare le versement «\u202f%(payment)s\u202f», %(amount)s, fait le %(day)s.") % values


def _payment_received(facts: Facts) -> str:
    values = {"payment": facts["payment"], "amount": wording.euros(facts["amount_minor"])}
    return _("confirme la réception du versement «\u202f%(payment)s\u202f», %(amount)s.") % values


def _products_sentence(facts: Facts) -> str:
    if not facts["products"]:
        return _("supprime la liste des noms de produits à ne pas citer.")
    return _("indique les noms de produits à ne pas citer\u00a0: %(names)s.") % {
        "names": ", ".join(facts["products"])
    }


def _charter_sealed(facts: Facts) -> str:
    if facts["timestamped"]:
        return _("scelle la charte signée, avec l’heure certifiée par un tiers.")
    return _("scelle la charte signée. Elle n’est pas horodatée par un tiers.")


def _round_opened(facts: Facts) -> str:
    words = {
        "expectations": _("demande à toutes les parties leurs attentes, jusqu’au %(deadline)s."),
        "criticism": _("ouvre le tour %(number)s, réponses jusqu’au %(deadline)s."),
        "limits": _("demande à toutes les parties si les limites sont respectées, jusqu’au %(deadline)s."),
        "barometer": _("demande à toutes les parties où en est la confiance, jusqu’au %(deadline)s."),
        "evaluation": _("demande à toutes les parties d’évaluer les attentes, jusqu’au %(deadline)s."),
    }
    return words[facts["question"]] % {**facts, "deadline": _moment(facts["deadline"])}


def _envelopes_opened(facts: Facts) -> str:
    if facts.get("parties_changed"):
        return _("ouvre les enveloppes, sauf celles dont le contenu a été modifié après le scellement.")
    if facts["parties_missing"]:
        return _("ouvre ensemble les enveloppes reçues ; il en manque.")
    return _("ouvre ensemble toutes les enveloppes.")


def _revising_sentence(facts: Facts) -> str:
    """Return the sentence on any change of a text under work."""
    if "nature" in facts:
        return _("décrit l’avenant\u00a0: sa nature, son objet et sa date d’effet.")
    if "removed" in facts:
        words = _("retire la clause %(clause)s, «\u202f%(removed)s\u202f»\u00a0: les parties y répondent.")
        return words % facts
    if "restored" in facts:
        return _("remet la clause %(clause)s, «\u202f%(restored)s\u202f».") % facts
    return _parts_sentence(facts) or _revision_sentence(facts)


def _parts_sentence(facts: Facts) -> str:
    """Return the sentence on a clause gone back, copied, split or joined, "" for another change."""
    words = {
        "former_revision": _("revient à la version %(former_revision)s de la clause %(clause)s."),
        "copied": _("copie la clause %(copied)s, sans ses lignes de tableau\u00a0: clause %(clause)s."),
        "split_off": _("partage la clause %(clause)s\u00a0: la suite devient la clause %(split_off)s."),
        "split_from": _("ajoute la clause %(clause)s, qui reçoit la suite de la clause %(split_from)s."),
        "joined": _("joint à la clause %(clause)s la clause suivante, «\u202f%(joined)s\u202f»."),
    }
    return next((text % facts for name, text in words.items() if name in facts), "")


def _revision_sentence(facts: Facts) -> str:
    """Return the sentence on a new revision of a clause, with the lines of envelopes that it is based on."""
    values = {**facts, "lines": _all_quoted(facts.get("lines", ()))}
    if facts["revision"] == 1:
        if values["lines"]:
            return _("ajoute la clause %(clause)s, d’après %(lines)s.") % values
        return _("ajoute la clause %(clause)s.") % facts
    if values["lines"]:
        return _("modifie la clause %(clause)s, version %(revision)s, d’après %(lines)s.") % values
    return _("modifie la clause %(clause)s, version %(revision)s.") % facts


def _source_links_sentence(facts: Facts) -> str:
    """Return the sentence on source lines linked to or unlinked from a clause whose text did not change."""
    values = {**facts, "lines": _all_quoted(facts["lines"]), "untied": _all_quoted(facts["untied"])}
    if not facts["untied"]:
        return _("relie la clause %(clause)s, sans changer le texte, à %(lines)s.") % values
    if not facts["lines"]:
        return _("délie la clause %(clause)s, sans changer le texte, de %(untied)s.") % values
    return (
        _("relie la clause %(clause)s, sans changer le texte, à %(lines)s, et la délie de %(untied)s.")
        % values
    )


def _full_lines(lines: Sequence[Facts], names: Mapping[str, Named]) -> list[str]:
    """Return each line as text: party, kind, number in the envelope and first words."""
    return [_full_line(line, names) for line in lines]


def _all_quoted(lines: Sequence[Facts]) -> str:
    parts = [_quoted(line) for line in lines[:MAX_QUOTED_LINES]]
    more = len(lines) - MAX_QUOTED_LINES
    if more > 0:
        parts.append(ngettext("%(n)s autre attente", "%(n)s autres attentes", more) % {"n": more})
    return get_text_list(parts, _("et"))


def _full_line(line: Facts, names: Mapping[str, Named]) -> str:
    party = names[line["party"]].name if line["party"] in names else str(line["party"])
    label = f"{party}, {_numbered(line)}"
    return f"{label}, {_quoted(line)}" if line["words"] else label


def _quoted(line: Facts) -> str:
    return _("«\u202f%(words)s\u202f»") % line if line["words"] else _numbered(line)


def _numbered(line: Facts) -> str:
    return str(LINE_LABELS[line["kind"]]) % line


def _reminders_set(facts: Facts) -> str:
    words = _("choisit les rappels du dossier\u00a0: responsable %(owner)s\u00a0; passeur %(broker)s.")
    return words % _days_of(facts)


def _reminders_default(facts: Facts) -> str:
    words = _(
        "applique les rappels communs à tous les dossiers\u00a0: responsable %(owner)s\u00a0; "
        "passeur %(broker)s."
    )
    return words % _days_of(facts)


def _days_of(facts: Facts) -> dict[str, str]:
    return {side: days_text(facts[f"{side}_days"]) for side in ("owner", "broker")}


# Each sentence follows the name of the actor; %(name)s is replaced by the fact of that name.
SENTENCES: dict[str, _StrPromise | Callable[[Facts], str]] = {
    "case.open": gettext_lazy("ouvre le dossier."),
    "case.describe": gettext_lazy("décrit l’action\u00a0: «\u202f%(title)s\u202f»."),
    "case.prepare": gettext_lazy("passe du cadrage à la préparation."),
    "case.abandon": gettext_lazy("arrête le dossier avant la signature\u00a0: %(reason)s"),
    "case.canvas": gettext_lazy("écrit le canevas du dossier, version %(number)s."),
    "case.activate": gettext_lazy("ouvre le suivi\u00a0: toutes les parties ont signé la charte."),
    "case.suspend": gettext_lazy("suspend le dossier jusqu’au %(until)s\u00a0: %(ground)s (%(code)s)."),
    "case.resume": gettext_lazy(
        "met fin à la suspension %(code)s\u00a0: les échéances ouvertes reculent de %(days)s jours."
    ),
    "case.review": gettext_lazy("ouvre le bilan."),
    "case.close": gettext_lazy("clôt le dossier. Bilan\u00a0: %(lessons)s"),
    "edition.open": _edition_opened,
    "edition.begin": _edition_begun,
    "edition.negotiate": gettext_lazy("envoie le texte à toutes les parties en même temps."),
    "edition.revise": _revising_sentence,
    "edition.answer": _edition_answered,
    "edition.agree": gettext_lazy("constate l’accord de toutes les parties sur toutes les clauses."),
    "edition.freeze": gettext_lazy("fige le texte, d’empreinte %(fingerprint)s."),
    "edition.sign": gettext_lazy("signe le texte d’empreinte %(fingerprint)s."),
    "edition.decline": gettext_lazy("refuse de signer\u00a0: %(reason)s"),
    "edition.take_back": gettext_lazy("retire sa signature\u00a0: %(reason)s"),
    "edition.withdraw": gettext_lazy("retire le texte de la signature\u00a0: %(reason)s"),
    "edition.countersign": gettext_lazy("contresigne en témoin le texte d’empreinte %(fingerprint)s."),
    "edition.void": _edition_void,
    "edition.confirm": gettext_lazy("confirme la correction, d’empreinte %(fingerprint)s."),
    "edition.contest": gettext_lazy("dit que ce n’est pas une simple correction\u00a0: %(reason)s"),
    "clause.remove": gettext_lazy("retire la clause %(clause)s, avant l’envoi du texte aux parties."),
    "clause.move": gettext_lazy("déplace la clause %(clause)s, qui devient la clause %(place)s."),
    "clause.tie": _source_links_sentence,
    "clause.keep": gettext_lazy("garde la clause %(clause)s malgré le risque %(risk)s\u00a0: %(reason)s"),
    "case.products": _products_sentence,
    "round.ask": _round_opened,
    "round.extend": _round_extended,
    "round.open": _envelopes_opened,
    "round.cancel": _round_cancelled,
    "extension.ask": _extension_asked,
    "extension.refuse": _extension_refused,
    "envelope.seal": gettext_lazy("scelle son enveloppe, d’empreinte %(fingerprint)s."),
    "envelope.take_back": gettext_lazy(
        "rouvre son enveloppe, avant que l’autre partie n’ait scellé la sienne."
    ),
    "expectations.skip": gettext_lazy(
        "écrit le texte sans demander aux parties ce qu’elles attendent, parce que\u00a0: %(reason)s"
    ),
    "expectations.group": gettext_lazy(
        "regroupe les attentes\u00a0: %(convergent)s convergentes, %(complementary)s complémentaires, "
        "%(tension)s en tension."
    ),
    "answer.reply": _answer_replied,
    "charter.seal": _charter_sealed,
    "thread.open": _thread_opened,
    "alert.raise": gettext_lazy("envoie l’alerte %(code)s sur le point %(about)s\u00a0: %(text)s"),
    "action.declare": gettext_lazy("déclare l’action %(code)s\u00a0: %(text)s"),
    "action.answer": gettext_lazy("ne voit pas d’obstacle à l’action %(code)s."),
    "meeting.set": _meeting_set,
    "meeting.change": _meeting_changed,
    "meeting.cancel": gettext_lazy("annule la réunion %(code)s\u00a0: %(reason)s"),
    "meeting.agenda": gettext_lazy(
        "ajoute un point à l’ordre du jour de la réunion %(code)s\u00a0: %(text)s"
    ),
    "meeting.minutes": gettext_lazy("écrit le compte rendu de la réunion %(code)s, version %(number)s."),
    "meeting.agree": gettext_lazy("approuve le compte rendu de la réunion %(code)s."),
    "meeting.refuse": gettext_lazy("refuse le compte rendu de la réunion %(code)s\u00a0: %(reason)s"),
    "task.add": gettext_lazy("ajoute la tâche %(code)s, pour le %(due_date)s\u00a0: %(text)s"),
    "task.finish": gettext_lazy("déclare faite la tâche %(code)s\u00a0: %(text)s"),
    "task.withdraw": gettext_lazy("retire la tâche %(code)s\u00a0: %(text)s"),
    "milestone.complete": gettext_lazy("déclare le jalon %(code)s atteint et en dépose la preuve."),
    "commitment.complete": gettext_lazy("déclare l’engagement %(code)s tenu et en dépose la preuve."),
    "reminders.set": _reminders_set,
    "reminders.default": _reminders_default,
    "mediation.open": gettext_lazy("ouvre la médiation %(code)s\u00a0: %(text)s"),
    "mediation.answer": gettext_lazy("répond à la médiation %(code)s\u00a0: %(text)s"),
    "mediation.minutes": gettext_lazy("écrit le compte rendu de la médiation %(code)s, version %(number)s."),
    "mediation.close": gettext_lazy(
        "clôt la médiation %(code)s\u00a0: toutes les parties ont approuvé le compte rendu."
    ),
    "suspension.ask": gettext_lazy(
        "demande la suspension %(code)s jusqu’au %(until)s\u00a0: %(ground)s. %(text)s"
    ),
    "suspension.propose": gettext_lazy(
        "propose la suspension %(code)s jusqu’au %(until)s\u00a0: %(ground)s. %(text)s"
    ),
    "suspension.agree": gettext_lazy("accepte la suspension %(code)s."),
    "suspension.refuse": gettext_lazy("refuse la suspension %(code)s\u00a0: %(reason)s"),
    "suspension.withdraw": gettext_lazy("retire la demande de suspension %(code)s."),
    "suspension.prolong": gettext_lazy(
        "prolonge la suspension %(code)s, du %(from_date)s au %(until)s\u00a0: %(reason)s"
    ),
    "suspension.ready": gettext_lazy("dit que son organisation est prête à finir la suspension %(code)s."),
    "handover.ask": gettext_lazy("demande à %(to_broker)s de suivre le dossier\u00a0: %(reason)s"),
    "handover.accept": gettext_lazy(
        "suit désormais le dossier, à la suite de %(from_broker)s. Liens d’intérêts déclarés\u00a0: "
        "%(interests)s"
    ),
    "handover.decline": gettext_lazy("ne peut pas suivre le dossier\u00a0: %(reason)s"),
    "handover.withdraw": gettext_lazy("retire sa demande de transmission du dossier."),
    "minutes.agree": gettext_lazy("approuve le compte rendu de la médiation %(code)s."),
    "minutes.refuse": gettext_lazy("refuse le compte rendu de la médiation %(code)s\u00a0: %(reason)s"),
    "closing.part": gettext_lazy("écrit la part du bilan de son organisation, version %(number)s."),
    "closing.report": gettext_lazy("enregistre le rapport de clôture en PDF."),
    "accounts.confirm": gettext_lazy("confirme les comptes d’une autre partie, version %(number)s."),
    "accounts.contest": gettext_lazy("conteste les comptes d’une autre partie\u00a0: %(reason)s"),
    "exit.ask": gettext_lazy("demande une sortie anticipée pour le %(leaves_on)s\u00a0: %(reason)s"),
    "exit.agree": gettext_lazy("accepte les conditions de la sortie anticipée, version %(number)s."),
    "exit.refuse": gettext_lazy("refuse les conditions de la sortie anticipée\u00a0: %(reason)s"),
    "exit.reword": gettext_lazy("modifie les conditions de la sortie anticipée, version %(number)s."),
    "exit.withdraw": gettext_lazy("renonce à la sortie anticipée."),
    "case.renew": gettext_lazy("reconduit le dossier\u00a0: %(successor)s."),
    "survey.open": gettext_lazy("ouvre un questionnaire aux patients\u00a0: %(subject)s"),
    "survey.close": gettext_lazy("ferme le questionnaire aux patients\u00a0: %(subject)s"),
    "payment.project": gettext_lazy("inscrit au suivi les versements de la charte, au nombre de %(number)s."),
    "payment.pay": _payment_declared,
    "payment.receive": _payment_received,
    "postponement.ask": gettext_lazy(
        "demande le report de %(code)s, du %(from_date)s au %(due_date)s\u00a0: %(reason)s"
    ),
    "postponement.accept": gettext_lazy("accepte le report de %(code)s, du %(from_date)s au %(due_date)s."),
    "postponement.refuse": gettext_lazy("refuse le report de %(code)s au %(due_date)s\u00a0: %(reason)s"),
    "evidence.confirm": gettext_lazy("confirme que %(code)s est fait."),
    "evidence.contest": gettext_lazy("conteste que %(code)s soit fait\u00a0: %(reason)s"),
    "evidence.silence": gettext_lazy(
        "accepte la preuve de %(code)s\u00a0: personne ne l’a contestée dans le délai."
    ),
    "evidence.accept": gettext_lazy("accepte la preuve contestée de %(code)s\u00a0: %(reason)s"),
    "evidence.reopen": gettext_lazy("rouvre %(code)s, dont la preuve est contestée\u00a0: %(reason)s"),
}
LABELS = {
    "parties": gettext_lazy("Parties"),
    "title": gettext_lazy("Intitulé"),
    "source": gettext_lazy("Étape précédente"),
    "target": gettext_lazy("Étape suivante"),
    "edition": gettext_lazy("Édition"),
    "clause": gettext_lazy("Clause"),
    "place": gettext_lazy("Nouvelle place"),
    "revision": gettext_lazy("Version de la clause"),
    "party": gettext_lazy("Partie"),
    "agree": gettext_lazy("Accords"),
    "reservation": gettext_lazy("Réserves"),
    "objection": gettext_lazy("Objections"),
    "fingerprint": gettext_lazy("Empreinte"),
    "reason": gettext_lazy("Raison"),
    "grounds": gettext_lazy("Motifs"),
    "lessons": gettext_lazy("Leçons"),
    "about": gettext_lazy("Sujet"),
    "starts_at": gettext_lazy("Début"),
    "location": gettext_lazy("Lieu"),
    "declared_kind": gettext_lazy("Sorte d’action"),
    "planned_on": gettext_lazy("Prévue le"),
    "asks": gettext_lazy("Points sur lesquels la partie pose une question"),
    "mediation": gettext_lazy("Médiation"),
    "link": gettext_lazy("Lien"),
    "decisions": gettext_lazy("Décisions"),
    "quote": gettext_lazy("Texte signé"),
    "text": gettext_lazy("Texte"),
    "without_evaluation": gettext_lazy("Sans évaluation croisée"),
    "incomplete": gettext_lazy("Pourquoi des points manquent"),
    "accounts": gettext_lazy("Comptes, en centimes"),
    "data": gettext_lazy("Données rendues ou supprimées"),
    "logo": gettext_lazy("Noms et logos retirés"),
    "leaves_on": gettext_lazy("Jour de la sortie"),
    "money": gettext_lazy("Ce que devient l’argent"),
    "successor": gettext_lazy("Nouveau dossier"),
    "subject": gettext_lazy("Sujet"),
    "language": gettext_lazy("Langue"),
    "question": gettext_lazy("Question"),
    "number": gettext_lazy("Numéro"),
    "model": gettext_lazy("Modèle de charte"),
    "clauses": gettext_lazy("Nombre de clauses"),
    "model_version": gettext_lazy("Version du modèle"),
    "version": gettext_lazy("Version du texte"),
    "deadline": gettext_lazy("Échéance"),
    "rule": gettext_lazy("À la date limite"),
    "parties_sealed": gettext_lazy("Réponses reçues"),
    "parties_missing": gettext_lazy("Réponses non reçues"),
    "payment": gettext_lazy("Versement"),
    "amount_minor": gettext_lazy("Montant, en centimes"),
    "paid_on": gettext_lazy("Payé le"),
    "from_date": gettext_lazy("Échéance avant"),
    "due_date": gettext_lazy("Échéance demandée"),
    "parties_silent": gettext_lazy("N’ont pas répondu"),
    "parties_changed": gettext_lazy("Contenu modifié après le scellement"),
    "convergent": gettext_lazy("Groupes convergents"),
    "complementary": gettext_lazy("Groupes complémentaires"),
    "tension": gettext_lazy("Groupes en tension"),
    "outcome": gettext_lazy("Décision"),
    "sha256": gettext_lazy("Empreinte du PDF"),
    "timestamped": gettext_lazy("Horodaté par un tiers"),
    "code": gettext_lazy("Code"),
    "lines": gettext_lazy("Attentes reliées"),
    "untied": gettext_lazy("Attentes déliées"),
    "risk": gettext_lazy("Règle"),
    "removed": gettext_lazy("Clause retirée"),
    "restored": gettext_lazy("Clause remise"),
    "former_revision": gettext_lazy("Version d’origine"),
    "copied": gettext_lazy("Clause copiée"),
    "split_off": gettext_lazy("Clause partagée"),
    "split_from": gettext_lazy("Suite de la clause"),
    "joined": gettext_lazy("Clause jointe"),
    "nature": gettext_lazy("Nature de l’avenant"),
    "purpose": gettext_lazy("Objet de l’avenant"),
    "effective_on": gettext_lazy("Date d’effet"),
    "products": gettext_lazy("Noms de produits"),
    "ground": gettext_lazy("Motif"),
    "until": gettext_lazy("Jusqu’au"),
    "days": gettext_lazy("Jours"),
    "milestones": gettext_lazy("Jalons décalés"),
    "to_broker": gettext_lazy("Nouveau passeur"),
    "from_broker": gettext_lazy("Passeur précédent"),
    "interests": gettext_lazy("Liens d’intérêts"),
}
VALUE_LABELS = {
    "scoping": gettext_lazy("cadrage"),
    "preparing": gettext_lazy("préparation"),
    "active": gettext_lazy("en cours"),
    "suspended": gettext_lazy("suspendu"),
    "review": gettext_lazy("bilan"),
    "closed": gettext_lazy("clos"),
    "abandoned": gettext_lazy("arrêté"),
    "drafting": gettext_lazy("rédaction"),
    "negotiation": gettext_lazy("négociation"),
    "agreed": gettext_lazy("accord de tous"),
    "signing": gettext_lazy("signature"),
    "signed": gettext_lazy("signé"),
    "void": gettext_lazy("version annulée"),
    "criticism": gettext_lazy("réponses au texte"),
    "expectations": gettext_lazy("attentes, limites et lignes rouges"),
    "limits": gettext_lazy("point sur les limites"),
    "barometer": gettext_lazy("baromètre de confiance"),
    "evaluation": gettext_lazy("évaluation croisée"),
    "all": gettext_lazy("toutes les enveloppes ou aucune, après une prolongation"),
    "open": gettext_lazy("les enveloppes reçues s’ouvrent quand même"),
    "extend": gettext_lazy("la date limite est prolongée une fois, pour toutes les parties"),
    "taken": gettext_lazy("retenue"),
    "partly": gettext_lazy("retenue en partie"),
    "not": gettext_lazy("non retenue"),
    "substance": gettext_lazy("changement de fond"),
    "clerical": gettext_lazy("correction matérielle"),
    "publication": gettext_lazy("une publication ou une prise de parole"),
    "logo": gettext_lazy("une utilisation du nom ou du logo de l’autre partie"),
    "payment": gettext_lazy("un versement ou une dépense"),
    "other": gettext_lazy("une autre action"),
    "done": gettext_lazy("fait"),
    "none": gettext_lazy("sans objet"),
    "not_yet": gettext_lazy("pas encore fait"),
    "amendment": gettext_lazy("changer le texte par un avenant"),
    "plan": gettext_lazy("un plan d’action, sans changer le texte"),
    "suspension": gettext_lazy("suspendre le dossier"),
    "clarified": gettext_lazy("un malentendu levé, rien ne change"),
    "recall": gettext_lazy("un rappel ou une alerte sur un produit"),
    "scandal": gettext_lazy("une affaire publique qui touche une partie"),
    "board": gettext_lazy("un changement de direction"),
    "money": gettext_lazy("un financement qui manque"),
    "another": gettext_lazy("une autre raison"),
    "referral": gettext_lazy("s’adresser à un médiateur extérieur"),
}
DAYS = ("from_date", "due_date", "paid_on", "planned_on", "until", "leaves_on")
MOMENTS = ("deadline", "starts_at")
TRANSLATED_FACTS = (
    *("ground", "source", "target", "question", "rule", "outcome", "nature", "declared_kind", "data", "logo"),
)


def sentence(entry: Entry) -> str:
    """Return what was done, as a sentence whose subject is the name of the actor."""
    template = SENTENCES[entry.kind]
    if callable(template):
        return template(entry.facts)
    return str(template) % {name: _short_value(name, value) for name, value in entry.facts.items()}


def facts_of(entry: Entry, names: Mapping[str, Named]) -> list[LedgerFact]:
    """Return the non-empty facts of an entry as labels and text."""
    facts = [
        LedgerFact(str(LABELS[name]), _full_value(name, value, names))
        for name, value in entry.facts.items()
        if value not in ("", None)
    ]
    return [fact for fact in facts if fact.value]


def _short_value(name: str, value: Any) -> str:
    if name == "fingerprint":
        return wording.fingerprint_short(value)
    if name == "ground":
        return str(VALUE_LABELS[value])
    return _dated(name, value) or str(value)


def _full_value(name: str, value: Any, names: Mapping[str, Named]) -> str:
    if name in ("party", "parties", "parties_sealed", "parties_missing", "parties_changed", "parties_silent"):
        return _parties(name, value, names)
    if name in TRANSLATED_FACTS:
        return str(VALUE_LABELS.get(value, value))
    if isinstance(value, list):
        if name in ("lines", "untied"):
            value = _full_lines(value, names)
        return ", ".join(str(Ground(each).label) if name == "grounds" else each for each in value)
    if isinstance(value, bool):
        value = _("oui") if value else _("non")
    return _dated(name, value) or str(value)


def _parties(name: str, value: Any, names: Mapping[str, Named]) -> str:
    if name == "parties":
        return ", ".join(named.name for named in names.values()) or ", ".join(value)
    codes = [value] if name == "party" else value
    return ", ".join(names[code].name if code in names else str(code) for code in codes) or _("aucune")


def _dated(name: str, value: Any) -> str:
    """Return a fact that is a day or a moment in words, "" for any other."""
    if name in DAYS:
        return strip_tags(wording.day(date.fromisoformat(value)))
    return _moment(value) if name in MOMENTS else ""


def _moment(iso: str) -> str:
    return wording.moment_text(datetime.fromisoformat(iso))
