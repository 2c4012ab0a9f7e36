"""What each act of a case is called, to who does it and to who waits for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext_lazy

from partnerships.case.next_step import Act

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise


class Voice(NamedTuple):
    """The words of one act, which may hold %(who)s, %(code)s and %(milestone)s, and the page to act on."""

    title: _StrPromise
    to_you: _StrPromise
    to_others: _StrPromise
    action: _StrPromise | str = ""
    page: str = ""


VOICES = {
    Act.SCOPE: Voice(
        gettext_lazy("décrire l’action et réunir la preuve du besoin"),
        gettext_lazy("Décrivez l’action et apportez la preuve du besoin pour passer à la rédaction."),
        gettext_lazy("%(who)s décrit l’action avec vous et réunit la preuve du besoin."),
        gettext_lazy("Cadrer le dossier"),
        "partnerships:scoping",
    ),
    Act.PREPARE: Voice(
        gettext_lazy("passer du cadrage à la rédaction"),
        gettext_lazy("La preuve du besoin est là. Passez à la rédaction, ou dites pourquoi non."),
        gettext_lazy("La preuve du besoin est là. %(who)s passe à la rédaction, ou vous dit pourquoi non."),
        gettext_lazy("Voir le cadrage"),
        "partnerships:scoping",
    ),
    Act.WRITE: Voice(
        gettext_lazy("écrire le texte"),
        gettext_lazy("Écrivez le texte, puis soumettez-le à toutes les parties à la fois."),
        gettext_lazy("%(who)s écrit le texte. Toutes les parties le recevront en même temps."),
        gettext_lazy("Écrire le texte"),
        "partnerships:drafting",
    ),
    Act.EXPECT: Voice(
        gettext_lazy("dire ses attentes et sceller son enveloppe"),
        gettext_lazy("Écrivez vos attentes, puis scellez. Personne ne vous lit avant l’ouverture."),
        gettext_lazy("Enveloppe attendue %(of_who)s. Toutes s’ouvriront ensemble."),
        gettext_lazy("Ouvrir votre enveloppe"),
        "partnerships:expectations",
    ),
    Act.ANSWER: Voice(
        gettext_lazy("répondre au texte"),
        gettext_lazy("Répondez clause par clause, puis scellez. Personne ne vous lit avant l’ouverture."),
        gettext_lazy("Réponse scellée attendue %(of_who)s. Toutes s’ouvriront ensemble."),
        gettext_lazy("Répondre"),
        "partnerships:rounds",
    ),
    Act.OPEN: Voice(
        gettext_lazy("ouverture des enveloppes"),
        gettext_lazy("Le temps du tour est passé. Il s’ouvre dans un instant, pour toutes les parties."),
        gettext_lazy("Le temps du tour est passé. Il s’ouvre dans un instant, pour toutes les parties."),
    ),
    Act.REWORK: Voice(
        gettext_lazy("répondre aux remarques et reprendre le texte"),
        gettext_lazy("Les réponses sont ouvertes. Répondez aux remarques et reprenez le texte."),
        gettext_lazy("Les réponses sont ouvertes. %(who)s répond aux remarques et reprend le texte."),
        gettext_lazy("Lire les réponses"),
        "partnerships:rounds",
    ),
    Act.ASK_AGAIN: Voice(
        gettext_lazy("reprendre le texte ou ouvrir un autre tour"),
        gettext_lazy("Aucune remarque n’attend. Reprenez le texte s’il le faut, puis ouvrez un autre tour."),
        gettext_lazy("%(who)s reprend le texte s’il le faut, puis le soumet de nouveau à tous."),
        gettext_lazy("Voir les réponses"),
        "partnerships:rounds",
    ),
    Act.FREEZE: Voice(
        gettext_lazy("figer le texte avant la signature"),
        gettext_lazy("Toutes les clauses ont l’accord de tous. Figez le texte pour le faire signer."),
        gettext_lazy("Toutes les clauses ont l’accord de tous. %(who)s fige le texte avant la signature."),
        gettext_lazy("Relire et figer"),
        "partnerships:rounds",
    ),
    Act.SIGN: Voice(
        gettext_lazy("lire et signer la charte"),
        gettext_lazy("Le texte est figé. Lisez-le, puis signez, ou refusez en disant pourquoi."),
        gettext_lazy("Le texte est figé. Signature attendue %(of_who)s."),
        gettext_lazy("Lire et signer"),
        "partnerships:sign",
    ),
    Act.COUNTERSIGN: Voice(
        gettext_lazy("contresigner en témoin"),
        gettext_lazy("Toutes les parties ont signé. Contresignez en témoin."),
        gettext_lazy("Toutes les parties ont signé. %(who)s contresigne en témoin."),
        gettext_lazy("Contresigner"),
        "partnerships:charter",
    ),
    Act.SEAL: Voice(
        gettext_lazy("sceau de la charte en préparation"),
        gettext_lazy("La charte est signée. Son sceau se prépare, vous le recevrez par courriel."),
        gettext_lazy("La charte est signée. Son sceau se prépare, vous le recevrez par courriel."),
    ),
    Act.DELIVER: Voice(
        gettext_lazy("jalon %(code)s, %(milestone)s"),
        gettext_lazy("Prochain jalon\u00a0: %(code)s, %(milestone)s."),
        gettext_lazy("Jalon attendu %(of_who)s\u00a0: %(code)s, %(milestone)s."),
        gettext_lazy("Déposer la preuve"),
        "partnerships:evidence",
    ),
    Act.START_REVIEW: Voice(
        gettext_lazy("ouvrir le bilan"),
        gettext_lazy("Il ne reste aucun jalon ouvert. Ouvrez le bilan."),
        gettext_lazy("Il ne reste aucun jalon ouvert. %(who)s ouvre le bilan."),
        gettext_lazy("Ouvrir le bilan"),
        "partnerships:closing",
    ),
    Act.CLOSE: Voice(
        gettext_lazy("tirer les leçons et fermer le dossier"),
        gettext_lazy("Tirez les leçons avec les parties, puis fermez le dossier."),
        gettext_lazy("%(who)s tire les leçons avec vous, puis ferme le dossier."),
        gettext_lazy("Faire le bilan"),
        "partnerships:closing",
    ),
    Act.CLOSED: Voice(
        gettext_lazy("dossier clos"),
        gettext_lazy("Le dossier est clos. Tout ce qu’il contient reste lisible."),
        gettext_lazy("Le dossier est clos. Tout ce qu’il contient reste lisible."),
    ),
    Act.ABANDONED: Voice(
        gettext_lazy("dossier arrêté avant la signature"),
        gettext_lazy("Le dossier s’est arrêté avant la signature."),
        gettext_lazy("Le dossier s’est arrêté avant la signature."),
    ),
}
