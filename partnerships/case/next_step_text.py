"""The next step of a case as displayed to its reader, with the link to act."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from partnerships.case.next_step import QUESTIONNAIRE_STEPS, NextStep, Step, Whose, whose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from accounts.models import User
    from partnerships.case.status import CaseStatus


class StepText(NamedTuple):
    """The texts of one step, with %(who)s, %(code)s and %(milestone)s, and the URL name of its page.

    `form`: URL name of the form that is the whole act, "" when there is more to it than to press a button.
    """

    title: _StrPromise
    to_you: _StrPromise
    to_others: _StrPromise
    action: _StrPromise | str = ""
    page: str = ""
    form: str = ""


STEP_TEXTS = {
    Step.SCOPE: StepText(
        gettext_lazy("décrire l’action et réunir la preuve du besoin"),
        gettext_lazy("Décrivez l’action et ajoutez la preuve du besoin pour passer à la rédaction."),
        gettext_lazy("%(who)s décrit l’action avec vous et réunit la preuve du besoin."),
        gettext_lazy("Cadrer le dossier"),
        "partnerships:scoping",
    ),
    Step.PREPARE: StepText(
        gettext_lazy("passer du cadrage à la rédaction"),
        gettext_lazy(
            "La preuve du besoin est réunie. Passez à la rédaction, ou expliquez pourquoi vous "
            "n’y passez pas."
        ),
        gettext_lazy(
            "La preuve du besoin est réunie. %(who)s passe à la rédaction, ou vous explique pourquoi non."
        ),
        gettext_lazy("Passer à la rédaction"),
        "partnerships:scoping",
        "partnerships:prepare",
    ),
    Step.ASK: StepText(
        gettext_lazy("demander aux parties ce qu’elles attendent"),
        gettext_lazy(
            "Demandez aux parties ce qu’elles attendent, ou écrivez pourquoi vous passez cette étape."
        ),
        gettext_lazy("%(who)s demandera à toutes les parties ce qu’elles attendent, au même moment."),
        gettext_lazy("Demander les attentes"),
        "partnerships:expectations",
    ),
    Step.BEGIN: StepText(
        gettext_lazy("commencer le texte"),
        gettext_lazy(
            "Choisissez par quoi commencer le texte\u00a0: un modèle, un texte à écrire ou un texte "
            "antérieur."
        ),
        gettext_lazy("%(who)s commence le texte. Toutes les parties le recevront en même temps."),
        gettext_lazy("Commencer le texte"),
        "partnerships:begin_text",
    ),
    Step.WRITE: StepText(
        gettext_lazy("écrire le texte"),
        gettext_lazy("Écrivez le texte, puis envoyez-le à toutes les parties en même temps."),
        gettext_lazy("%(who)s écrit le texte. Toutes les parties le recevront en même temps."),
        gettext_lazy("Écrire le texte"),
        "partnerships:drafting",
    ),
    Step.EXPECT: StepText(
        gettext_lazy("écrire ses attentes et sceller son enveloppe"),
        gettext_lazy(
            "Écrivez vos attentes, puis scellez l’enveloppe. Avant l’ouverture, seule votre "
            "organisation peut lire vos réponses."
        ),
        gettext_lazy("Enveloppe attendue\u00a0: %(who)s. Les enveloppes s’ouvriront ensemble."),
        gettext_lazy("Ouvrir votre enveloppe"),
        "partnerships:expectations",
    ),
    Step.ANSWER: StepText(
        gettext_lazy("répondre au texte"),
        gettext_lazy(
            "Répondez clause par clause, puis scellez l’enveloppe. Avant l’ouverture, seule "
            "votre organisation peut lire vos réponses."
        ),
        gettext_lazy("Réponse scellée attendue\u00a0: %(who)s. Les réponses s’ouvriront ensemble."),
        gettext_lazy("Répondre"),
        "partnerships:rounds",
    ),
    Step.CHECK_LIMITS: StepText(
        gettext_lazy("dire si les limites sont respectées"),
        gettext_lazy(
            "Dites de chaque limite si elle est respectée, puis scellez l’enveloppe. Avant l’ouverture, "
            "seule votre organisation peut lire vos réponses."
        ),
        gettext_lazy("Point sur les limites. Enveloppe attendue\u00a0: %(who)s. Elles s’ouvriront ensemble."),
        gettext_lazy("Répondre"),
        "partnerships:questionnaires",
    ),
    Step.RATE_TRUST: StepText(
        gettext_lazy("dire où en est la confiance"),
        gettext_lazy(
            "Notez dix phrases, trois minutes, puis scellez l’enveloppe. Avant l’ouverture, seule votre "
            "organisation peut lire vos réponses."
        ),
        gettext_lazy(
            "Baromètre de confiance. Enveloppe attendue\u00a0: %(who)s. Elles s’ouvriront ensemble."
        ),
        gettext_lazy("Répondre"),
        "partnerships:questionnaires",
    ),
    Step.EVALUATE: StepText(
        gettext_lazy("évaluer chaque attente"),
        gettext_lazy(
            "Dites de chaque attente si elle est obtenue, puis scellez l’enveloppe. Avant l’ouverture, seule "
            "votre organisation peut lire vos réponses."
        ),
        gettext_lazy("Évaluation croisée. Enveloppe attendue\u00a0: %(who)s. Elles s’ouvriront ensemble."),
        gettext_lazy("Répondre"),
        "partnerships:questionnaires",
    ),
    Step.CONFIRM: StepText(
        gettext_lazy("confirmer une correction"),
        gettext_lazy("Lisez les mots corrigés, puis confirmez-les, ou dites que le sens change."),
        gettext_lazy("Correction du texte signé. Confirmations attendues\u00a0: %(who)s."),
        gettext_lazy("Lire la correction"),
        "partnerships:amendment",
    ),
    Step.OPEN: StepText(
        gettext_lazy("ouverture des enveloppes"),
        gettext_lazy(
            "Le tour est terminé. Les enveloppes s’ouvrent dans quelques minutes, en même temps "
            "pour toutes les parties."
        ),
        gettext_lazy(
            "Le tour est terminé. Les enveloppes s’ouvrent dans quelques minutes, en même temps "
            "pour toutes les parties."
        ),
    ),
    Step.REWORK: StepText(
        gettext_lazy("répondre aux remarques et réviser le texte"),
        gettext_lazy("Les réponses sont ouvertes. Répondez aux remarques et révisez le texte."),
        gettext_lazy("Les réponses sont ouvertes. %(who)s répond aux remarques et révise le texte."),
        gettext_lazy("Lire les réponses"),
        "partnerships:rounds",
    ),
    Step.ASK_AGAIN: StepText(
        gettext_lazy("réviser le texte ou ouvrir un autre tour"),
        gettext_lazy(
            "Toutes les remarques ont une réponse. Révisez le texte s’il le faut, puis ouvrez un autre tour."
        ),
        gettext_lazy("%(who)s révise le texte s’il le faut, puis le soumet de nouveau à toutes les parties."),
        gettext_lazy("Voir les réponses"),
        "partnerships:rounds",
    ),
    Step.FREEZE: StepText(
        gettext_lazy("figer le texte avant la signature"),
        gettext_lazy(
            "Toutes les parties ont accepté toutes les clauses. Figez le texte pour le faire signer."
        ),
        gettext_lazy(
            "Toutes les parties ont accepté toutes les clauses. %(who)s fige le texte avant la signature."
        ),
        gettext_lazy("Relire et figer le texte"),
        "partnerships:rounds",
    ),
    Step.SIGN: StepText(
        gettext_lazy("lire et signer la charte"),
        gettext_lazy(
            "Le texte est figé. Lisez-le, puis signez, ou refusez de signer en expliquant pourquoi."
        ),
        gettext_lazy("Le texte est figé. Signature attendue\u00a0: %(who)s."),
        gettext_lazy("Lire et signer"),
        "partnerships:sign",
    ),
    Step.COUNTERSIGN: StepText(
        gettext_lazy("contresigner en témoin"),
        gettext_lazy("Toutes les parties ont signé. Contresignez en témoin."),
        gettext_lazy("Toutes les parties ont signé. %(who)s contresigne en témoin."),
        gettext_lazy("Lire et contresigner"),
        "partnerships:sign",
    ),
    Step.SEAL: StepText(
        gettext_lazy("préparer le PDF scellé"),
        gettext_lazy("La charte est signée. Son PDF est en préparation : vous le recevrez par courriel."),
        gettext_lazy("La charte est signée. Son PDF est en préparation : vous le recevrez par courriel."),
    ),
    Step.UNBLOCK_SEAL: StepText(
        gettext_lazy("lever ce qui empêche de sceller la charte"),
        gettext_lazy(
            "La charte est signée, mais un contrôle empêche de la sceller. Lisez lequel, puis prévenez la "
            "personne qui gère le site."
        ),
        gettext_lazy(
            "La charte est signée, mais pas encore scellée\u00a0: un contrôle n’a pas abouti. %(who)s s’en "
            "occupe."
        ),
        gettext_lazy("Lire ce qui l’empêche"),
        "partnerships:charter",
    ),
    Step.DELIVER: StepText(
        gettext_lazy("jalon %(code)s, %(milestone)s"),
        gettext_lazy("Prochain jalon\u00a0: %(code)s, %(milestone)s."),
        gettext_lazy("Jalon attendu\u00a0: %(code)s, %(milestone)s. Responsable\u00a0: %(who)s."),
        gettext_lazy("Déposer la preuve"),
        "partnerships:evidence",
    ),
    Step.DECIDE_SUSPENSION: StepText(
        gettext_lazy("décider d’une demande de suspension, %(code)s"),
        gettext_lazy(
            "Une suspension est demandée\u00a0: %(code)s, %(milestone)s. Accordez-la à toutes les "
            "parties, ou "
            "refusez en disant pourquoi."
        ),
        gettext_lazy("Une suspension est demandée\u00a0: %(code)s, %(milestone)s. %(who)s décide."),
        gettext_lazy("Lire et décider"),
        "partnerships:decide_suspension",
    ),
    Step.AGREE_SUSPENSION: StepText(
        gettext_lazy("répondre à une proposition de suspension, %(code)s"),
        gettext_lazy(
            "Le passeur propose une suspension\u00a0: %(code)s, %(milestone)s. Acceptez-la, ou dites "
            "pourquoi "
            "non."
        ),
        gettext_lazy(
            "Une suspension est proposée\u00a0: %(code)s, %(milestone)s. Réponse attendue\u00a0: %(who)s."
        ),
        gettext_lazy("Lire et répondre"),
        "partnerships:suspension",
    ),
    Step.SUSPENDED: StepText(
        gettext_lazy("dossier suspendu"),
        gettext_lazy("Le dossier est suspendu\u00a0: toutes les échéances sont arrêtées."),
        gettext_lazy("Le dossier est suspendu\u00a0: toutes les échéances sont arrêtées."),
    ),
    Step.SAY_READY: StepText(
        gettext_lazy("dire si la suspension peut finir"),
        gettext_lazy(
            "La suspension devait finir. Dites que vous êtes prêts à continuer, ou écrivez au passeur qu’il "
            "faut plus de temps."
        ),
        gettext_lazy("La suspension devait finir. Réponse attendue\u00a0: %(who)s."),
        gettext_lazy("Lire et répondre"),
        "partnerships:suspensions",
    ),
    Step.RESUME: StepText(
        gettext_lazy("décider de la fin de la suspension"),
        gettext_lazy(
            "La suspension devait finir, et une partie est prête. Mettez fin à la suspension, ou "
            "prolongez-la "
            "en disant pourquoi."
        ),
        gettext_lazy(
            "La suspension devait finir, et une partie est prête. %(who)s y met fin, ou la prolonge en "
            "disant pourquoi."
        ),
        gettext_lazy("Lire et décider"),
        "partnerships:suspensions",
    ),
    Step.ANSWER_ALERT: StepText(
        gettext_lazy("répondre à une alerte, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Alerte envoyée\u00a0: %(code)s, %(milestone)s. Lisez-la et répondez dans l’échange commun."
        ),
        gettext_lazy("Alerte envoyée\u00a0: %(code)s, %(milestone)s. Réponse attendue\u00a0: %(who)s."),
        gettext_lazy("Lire et répondre"),
        "partnerships:alert",
    ),
    Step.ANSWER_ACTION: StepText(
        gettext_lazy("répondre à une action déclarée, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Une partie pose une question avant d’agir\u00a0: %(code)s, %(milestone)s. Répondez, ou "
            "envoyez une alerte."
        ),
        gettext_lazy("Action déclarée\u00a0: %(code)s, %(milestone)s. Réponse attendue\u00a0: %(who)s."),
        gettext_lazy("Lire et répondre"),
        "partnerships:declared_action",
    ),
    Step.MEDIATE: StepText(
        gettext_lazy("répondre à une médiation, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Médiation ouverte\u00a0: %(code)s, %(milestone)s. Répondez aux parties, puis écrivez le "
            "compte rendu."
        ),
        gettext_lazy(
            "Médiation ouverte\u00a0: %(code)s, %(milestone)s. %(who)s répond à toutes les parties."
        ),
        gettext_lazy("Lire et répondre"),
        "partnerships:mediation",
    ),
    Step.AGREE_MINUTES: StepText(
        gettext_lazy("approuver un compte rendu, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Compte rendu de médiation\u00a0: %(code)s, %(milestone)s. Approuvez-le, ou dites pourquoi non."
        ),
        gettext_lazy(
            "Compte rendu de médiation\u00a0: %(code)s, %(milestone)s. Réponse attendue\u00a0: %(who)s."
        ),
        gettext_lazy("Lire et répondre"),
        "partnerships:mediation",
    ),
    Step.SETTLE: StepText(
        gettext_lazy("trancher une contestation, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Une partie conteste que ce soit fait\u00a0: %(code)s, %(milestone)s. Lisez pourquoi, puis "
            "tranchez."
        ),
        gettext_lazy("Une partie conteste que ce soit fait\u00a0: %(code)s, %(milestone)s. %(who)s tranche."),
        gettext_lazy("Lire et trancher"),
        "partnerships:settle_evidence",
    ),
    Step.POSTPONE: StepText(
        gettext_lazy("répondre à une demande de report, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Un report est demandé\u00a0: %(code)s, %(milestone)s. Acceptez-le, ou dites pourquoi non."
        ),
        gettext_lazy(
            "Un report est demandé\u00a0: %(code)s, %(milestone)s. Réponse attendue\u00a0: %(who)s."
        ),
        gettext_lazy("Lire et répondre"),
        "partnerships:answer_postponement",
    ),
    Step.CONFIRM_DONE: StepText(
        gettext_lazy("confirmer ou contester ce qui est déclaré fait, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Déclaré fait\u00a0: %(code)s, %(milestone)s. Confirmez, ou contestez en disant pourquoi. "
            "Votre silence "
            "vaut accord."
        ),
        gettext_lazy("Déclaré fait\u00a0: %(code)s, %(milestone)s. Réponse attendue\u00a0: %(who)s."),
        gettext_lazy("Lire et répondre"),
        "partnerships:answer_evidence",
    ),
    Step.PAY: StepText(
        gettext_lazy("indiquer un versement, %(milestone)s"),
        gettext_lazy("Un versement est dû\u00a0: %(milestone)s. Indiquez-le dès que l’ordre est passé."),
        gettext_lazy("Un versement est dû\u00a0: %(milestone)s. Payeur\u00a0: %(who)s."),
        gettext_lazy("Indiquer le versement"),
        "partnerships:pay",
    ),
    Step.RECEIVE: StepText(
        gettext_lazy("confirmer la réception d’un versement, %(milestone)s"),
        gettext_lazy("Un versement est déclaré\u00a0: %(milestone)s. Confirmez sa réception."),
        gettext_lazy("Un versement est déclaré\u00a0: %(milestone)s. Réception à confirmer\u00a0: %(who)s."),
        gettext_lazy("Confirmer la réception"),
        "partnerships:receive",
    ),
    Step.AGREE_MEETING: StepText(
        gettext_lazy("approuver le compte rendu d’une réunion, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Compte rendu de réunion\u00a0: %(code)s, %(milestone)s. Approuvez-le, ou dites pourquoi non."
        ),
        gettext_lazy(
            "Compte rendu de réunion\u00a0: %(code)s, %(milestone)s. Réponse attendue\u00a0: %(who)s."
        ),
        gettext_lazy("Lire et répondre"),
        "partnerships:answer_meeting",
    ),
    Step.REVISE_MINUTES: StepText(
        gettext_lazy("modifier le compte rendu d’une réunion, %(code)s, %(milestone)s"),
        gettext_lazy(
            "Une partie refuse le compte rendu de réunion\u00a0: %(code)s, %(milestone)s. Lisez pourquoi, "
            "puis modifiez-le."
        ),
        gettext_lazy(
            "Une partie refuse le compte rendu de réunion\u00a0: %(code)s, %(milestone)s. %(who)s le modifie."
        ),
        gettext_lazy("Modifier le compte rendu"),
        "partnerships:meeting_minutes",
    ),
    Step.DO_TASK: StepText(
        gettext_lazy("tâche %(code)s, %(milestone)s"),
        gettext_lazy("Tâche décidée en réunion\u00a0: %(code)s, %(milestone)s."),
        gettext_lazy("Tâche décidée en réunion\u00a0: %(code)s, %(milestone)s. Responsable\u00a0: %(who)s."),
        gettext_lazy("Voir la tâche"),
        "partnerships:task",
    ),
    Step.BROKER_TASK: StepText(
        gettext_lazy("tâche %(code)s, %(milestone)s"),
        gettext_lazy("Tâche décidée en réunion\u00a0: %(code)s, %(milestone)s."),
        gettext_lazy("Tâche décidée en réunion\u00a0: %(code)s, %(milestone)s. Responsable\u00a0: %(who)s."),
        gettext_lazy("Voir la tâche"),
        "partnerships:task",
    ),
    Step.REWORD_EXIT: StepText(
        gettext_lazy("modifier les conditions d’une sortie anticipée"),
        gettext_lazy("Une partie refuse les conditions de la sortie anticipée. Modifiez-les pour tous."),
        gettext_lazy("Une partie refuse les conditions de la sortie anticipée. %(who)s les modifie."),
        gettext_lazy("Modifier les conditions"),
        "partnerships:early_exit",
    ),
    Step.AGREE_EXIT: StepText(
        gettext_lazy("répondre à une sortie anticipée"),
        gettext_lazy("Une sortie anticipée est demandée. Acceptez ses conditions, ou dites pourquoi non."),
        gettext_lazy("Une sortie anticipée est demandée. Réponse attendue\u00a0: %(who)s."),
        gettext_lazy("Lire et répondre"),
        "partnerships:early_exit",
    ),
    Step.WRITE_PART: StepText(
        gettext_lazy("écrire sa part du bilan"),
        gettext_lazy("Écrivez votre part du bilan\u00a0: vos comptes, vos leçons, ce que vous avez rendu."),
        gettext_lazy("Part du bilan attendue\u00a0: %(who)s."),
        gettext_lazy("Écrire notre part"),
        "partnerships:closing_part",
    ),
    Step.CONFIRM_ACCOUNTS: StepText(
        gettext_lazy("confirmer des comptes"),
        gettext_lazy(
            "L’autre partie a écrit ses comptes. Confirmez-les, ou contestez-les en disant pourquoi."
        ),
        gettext_lazy("Des comptes attendent une réponse\u00a0: %(who)s."),
        gettext_lazy("Lire les comptes"),
        "partnerships:closing_accounts",
    ),
    Step.START_REVIEW: StepText(
        gettext_lazy("ouvrir le bilan"),
        gettext_lazy("Tous les jalons sont terminés. Ouvrez le bilan."),
        gettext_lazy("Tous les jalons sont terminés. %(who)s ouvre le bilan."),
        gettext_lazy("Ouvrir le bilan"),
        "partnerships:closing",
        "partnerships:start_review",
    ),
    Step.CLOSE: StepText(
        gettext_lazy("écrire le bilan et clore le dossier"),
        gettext_lazy("Écrivez le bilan avec les parties, puis clôturez le dossier."),
        gettext_lazy("%(who)s écrit le bilan avec vous, puis clôt le dossier."),
        gettext_lazy("Écrire le bilan"),
        "partnerships:closing",
    ),
    Step.CLOSED: StepText(
        gettext_lazy("dossier clos"),
        gettext_lazy("Le dossier est clos. Tout ce qu’il contient reste lisible."),
        gettext_lazy("Le dossier est clos. Tout ce qu’il contient reste lisible."),
    ),
    Step.ABANDONED: StepText(
        gettext_lazy("dossier arrêté avant la signature"),
        gettext_lazy("Le dossier s’est arrêté avant la signature."),
        gettext_lazy("Le dossier s’est arrêté avant la signature."),
    ),
}


@dataclass(frozen=True, kw_only=True)
class NextStepShown:
    """The parameters of the `next_step` component. `side`: of who must act; `days`: until the deadline.

    `title`: what to do, in a few words without a capital; `who`: who must act. `deadline`: a day, in the time
    zone of the reader; `deadline_at`: its moment, None when the day is all. `may_act`: the reader in person;
    `form_url`: where pressing the button posts, "" when it opens `url`.
    """

    whose: Whose
    side: str
    who: str
    title: str
    text: str
    days: int | None
    deadline: date | None
    deadline_at: datetime | None
    url: str
    action: str
    may_act: bool
    form_url: str


def next_step_shown(case: CaseStatus, user: User, at: datetime) -> NextStepShown:
    """Return the next step of a case for `user`; it has a link only if they may act. No query."""
    next_step, own = case.next_step, case.own
    viewpoint = whose(next_step, own_code=own.party.code if own else None, is_broker=user.is_broker)
    step_text = STEP_TEXTS[next_step.step]
    names = _names(case, next_step)
    who = get_text_list(names, _("et")) if names else _("personne")
    subject = next_step.milestone or next_step.awaited
    values = {
        "who": who,
        "code": subject.code if subject else "",
        "milestone": subject.title if subject else "",
    }
    may_act = viewpoint == "you" and _may_act(case, next_step)
    day = _day(next_step.deadline)
    return NextStepShown(
        whose=viewpoint,
        side=_side(case, next_step),
        who=_("Vous") if viewpoint == "you" else who,
        title=step_text.title % values,
        text=_text(case, viewpoint, step_text, values),
        days=(day - timezone.localdate(at)).days if day else None,
        deadline=day,
        deadline_at=next_step.deadline if isinstance(next_step.deadline, datetime) else None,
        url=_url(case, next_step, step_text) if may_act else "",
        action=str(step_text.action) if may_act else "",
        may_act=may_act,
        form_url=reverse(step_text.form, args=[case.partnership.reference])
        if may_act and step_text.form
        else "",
    )


def _names(case: CaseStatus, next_step: NextStep) -> list[str]:
    if next_step.is_of_broker:
        return [str(case.partnership.broker)]
    return [party.organisation.name for party in case.parties if party.code in next_step.parties]


def _side(case: CaseStatus, next_step: NextStep) -> str:
    sides = {party.side for party in case.parties if party.code in next_step.parties}
    if next_step.is_of_broker:
        return "broker"
    return sides.pop() if len(sides) == 1 else "both"


def _may_act(case: CaseStatus, next_step: NextStep) -> bool:
    if next_step.is_of_broker or case.own is None:
        return True
    return case.own.may_sign if next_step.step == Step.SIGN else case.own.may_answer


def _text(case: CaseStatus, viewpoint: Whose, step_text: StepText, values: dict[str, str]) -> str:
    next_step, own = case.next_step, case.own
    if viewpoint != "you":
        return step_text.to_others % values
    if own and not _may_act(case, next_step):
        return FOR_READERS[next_step.step] % values
    if own and next_step.step == Step.ANSWER:
        return f"{step_text.to_you} {_sealed(case, own.party.code)}".strip()
    return step_text.to_you % values


FOR_READERS = {
    Step.SIGN: gettext_lazy(
        "Le texte est figé. La personne mandatée de votre organisation le lit et le signe."
    ),
    Step.EXPECT: gettext_lazy(
        "Votre organisation écrit ses attentes. Votre référent ou votre signataire scellera l’enveloppe."
    ),
    **dict.fromkeys(
        QUESTIONNAIRE_STEPS,
        gettext_lazy(
            "Votre organisation doit répondre à un questionnaire. Votre référent ou votre signataire "
            "s’en charge."
        ),
    ),
    Step.CONFIRM: gettext_lazy(
        "Votre organisation doit confirmer une correction. Votre référent ou votre signataire s’en charge."
    ),
    Step.ANSWER: gettext_lazy(
        "Votre organisation doit répondre au texte. Votre référent ou votre signataire s’en charge."
    ),
    Step.AGREE_SUSPENSION: gettext_lazy(
        "Votre organisation doit répondre à une proposition de suspension\u00a0: %(code)s, %(milestone)s. "
        "Votre référent ou votre signataire s’en charge."
    ),
    Step.SAY_READY: gettext_lazy(
        "Votre organisation doit dire si la suspension peut finir. Votre référent ou votre signataire s’en "
        "charge."
    ),
    Step.ANSWER_ALERT: gettext_lazy(
        "Alerte envoyée\u00a0: %(code)s, %(milestone)s. Votre référent ou votre signataire y répond."
    ),
    Step.ANSWER_ACTION: gettext_lazy(
        "Votre organisation doit répondre à une action déclarée\u00a0: %(code)s, %(milestone)s. Votre "
        "référent ou votre signataire s’en charge."
    ),
    Step.AGREE_MINUTES: gettext_lazy(
        "Votre organisation doit répondre à un compte rendu de médiation\u00a0: %(code)s, %(milestone)s. "
        "Votre référent ou votre signataire s’en charge."
    ),
    Step.AGREE_MEETING: gettext_lazy(
        "Votre organisation doit répondre au compte rendu d’une réunion\u00a0: %(code)s, %(milestone)s. "
        "Votre référent ou votre signataire s’en charge."
    ),
    Step.DO_TASK: gettext_lazy(
        "Votre organisation a une tâche\u00a0: %(code)s, %(milestone)s. Votre référent ou votre signataire "
        "indique qu’elle est faite."
    ),
    Step.PAY: gettext_lazy(
        "Votre organisation doit un versement\u00a0: %(milestone)s. Votre référent ou votre signataire "
        "l’indique."
    ),
    Step.RECEIVE: gettext_lazy(
        "Un versement est déclaré\u00a0: %(milestone)s. Votre référent ou votre signataire confirme sa "
        "réception."
    ),
    Step.AGREE_EXIT: gettext_lazy(
        "Votre organisation doit répondre à une sortie anticipée. Votre référent ou votre signataire s’en "
        "charge."
    ),
    Step.WRITE_PART: gettext_lazy(
        "Votre organisation doit écrire sa part du bilan. Votre référent ou votre signataire s’en charge."
    ),
    Step.CONFIRM_ACCOUNTS: gettext_lazy(
        "Votre organisation doit répondre aux comptes d’une autre partie. Votre référent ou votre signataire "
        "s’en charge."
    ),
    Step.POSTPONE: gettext_lazy(
        "Votre organisation doit répondre à une demande de report\u00a0: %(code)s, %(milestone)s. Votre "
        "référent ou "
        "votre signataire s’en charge."
    ),
    Step.CONFIRM_DONE: gettext_lazy(
        "Votre organisation doit confirmer ou contester ce qui est déclaré fait\u00a0: %(code)s, "
        "%(milestone)s. "
        "Votre référent ou votre signataire s’en charge."
    ),
    Step.DELIVER: gettext_lazy(
        "Prochain jalon\u00a0: %(code)s, %(milestone)s. Votre référent en dépose la preuve."
    ),
}


def _sealed(case: CaseStatus, own_code: str) -> str:
    """Return which other parties have sealed, all that is known of them before the opening."""
    sealed = [
        party.organisation.name
        for party in case.parties
        if party.code not in case.next_step.parties and party.code != own_code
    ]
    if not sealed:
        return ""
    step_text = ngettext("%(names)s a scellé sa réponse.", "%(names)s ont scellé leur réponse.", len(sealed))
    return step_text % {"names": get_text_list(sealed, _("et"))}


def _day(deadline: date | None) -> date | None:
    return timezone.localdate(deadline) if isinstance(deadline, datetime) else deadline


def _url(case: CaseStatus, next_step: NextStep, step_text: StepText) -> str:
    args: list[str | int] = [case.partnership.reference]
    subject = next_step.milestone or next_step.awaited
    if subject:
        args.append(subject.id)
    return reverse(step_text.page, args=args)
