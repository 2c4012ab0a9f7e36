"""Every refusal of a case in words: what stands in the way, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from accounts.actions.advance import Refusal
from partnerships import cipher, lifecycle, permissions
from partnerships.actions import (
    arranging,
    closing,
    comparing,
    criticism,
    drafting,
    envelopes,
    expectations,
    following,
    freezing,
    gates,
    inserting,
    negotiation,
    risks,
    rounds,
    scoping,
    signing,
    sources,
)
from partnerships.charter import snapshot

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

# What a page of a case tells the reader instead of failing; %(what)s is the message of the exception.
REFUSALS = (
    lifecycle.TransitionNotAllowed,
    permissions.ConsentError,
    scoping.ScopingError,
    drafting.DraftingError,
    negotiation.NegotiationError,
    rounds.RoundError,
    cipher.KeyIsLost,
    gates.GateError,
    risks.RiskError,
    freezing.SigningError,
    following.FollowingError,
    closing.ClosingError,
    snapshot.Inconsistent,
    Refusal,
)
SENTENCES: dict[type[Exception], _StrPromise] = {
    lifecycle.TransitionNotAllowed: _(
        "Le dossier a changé d’étape entre-temps : cela ne se fait plus ici. Rien n’est perdu, relisez "
        "la page."
    ),
    permissions.NotOfAParty: _(
        "Vous n’appartenez à aucune partie de ce dossier : seule une partie parle pour elle-même."
    ),
    permissions.OfBothSides: _(
        "Vous appartenez à plusieurs parties de ce dossier. Quittez l’une des organisations pour parler "
        "au nom de l’autre."
    ),
    permissions.NotAReferent: _(
        "Vous pouvez lire ce dossier, pas y répondre. Demandez au référent de votre organisation."
    ),
    permissions.NotASignatory: _(
        "Vous pouvez lire ce dossier, pas le signer : seule une personne mandatée signe."
    ),
    permissions.BrokerHasNoVoice: _(
        "Le passeur écrit et ne consent jamais : seule une partie répond pour elle."
    ),
    scoping.NotABroker: _("Seul le passeur fait cela."),
    scoping.NotVerified: _("%(what)s n’est pas vérifiée. Vérifiez cette organisation, puis reprenez."),
    scoping.OneSideIsMissing: _("Il faut au moins une association et une entreprise."),
    scoping.NoEvidenceOfNeed: _(
        "Il manque la preuve du besoin. Ajoutez un sondage ou un compte rendu pour passer à la rédaction."
    ),
    drafting.NothingChanged: _("Rien n’a changé : la clause dit déjà cela."),
    drafting.SomebodyWasFaster: _(
        "Cette clause a été récrite pendant que vous écriviez. Votre texte est gardé : comparez, puis "
        "enregistrez."
    ),
    drafting.ClauseIsGone: _(
        "Cette clause a été retirée du texte entre-temps. Ce que vous avez écrit est gardé."
    ),
    drafting.UnknownReference: _(
        "Le texte renvoie à une clause qui n’y est pas\u00a0: %(what)s. Choisissez la clause dans la liste "
        "des renvois, ou effacez le repère."
    ),
    arranging.OrderHasChanged: _("L’ordre des clauses a changé entre-temps. Relisez-le, puis déplacez."),
    arranging.AlreadyThere: _("La clause est déjà à cette place."),
    arranging.ClauseIsCited: _(
        "D’autres clauses renvoient à celle-ci\u00a0: %(what)s. Récrivez-les d’abord, puis retirez-la."
    ),
    drafting.ReasonIsMissing: _(
        "Dites pourquoi : les parties ont ce texte et liront la raison du changement."
    ),
    drafting.UnknownParty: _("Un tableau nomme une partie que le dossier n’a pas : %(what)s."),
    sources.UnknownLine: _(
        "Ce que cette clause reprend n’est plus parmi les attentes ouvertes du dossier. Revenez à la "
        "comparaison."
    ),
    inserting.LeftTheLibrary: _(
        "Cette clause de la bibliothèque a été récrite ou retirée. Votre texte est gardé : reprenez-le dans "
        "une clause à écrire."
    ),
    gates.RiskIsOpen: _(
        "Des clauses à risque attendent : %(what)s. Reprenez la formulation proposée, ou dites pourquoi "
        "vous les gardez."
    ),
    gates.TextLacks: _(
        "Le texte ne dit pas tout ce qu’il doit dire : %(what)s. Complétez ces points, puis reprenez."
    ),
    risks.NoSuchRisk: _("La clause ne présente plus ce risque. Il n’y a rien à garder ni à reprendre."),
    risks.BlankIsLeft: _("Un blanc se remplit, il ne se garde pas. Modifiez la clause."),
    risks.NothingSuggested: _("Aucune formulation n’est proposée ici. Modifiez la clause."),
    risks.AlreadyKept: _("Cette clause est déjà gardée, avec une raison."),
    risks.WhyIsMissing: _("Dites pourquoi vous gardez cette clause. Les parties le liront."),
    drafting.TableOutOfPlace: _("Cette rubrique ne porte pas ce tableau : %(what)s."),
    negotiation.NothingToDiscuss: _(
        "Le texte n’a aucune clause. Écrivez-en une, puis ouvrez la négociation."
    ),
    negotiation.TextIsIncomplete: _("Il manque au texte : %(what)s. Écrivez ces rubriques, puis reprenez."),
    negotiation.CitesInVain: _(
        "Un tableau cite ce que le texte ne porte pas\u00a0: %(what)s. Corrigez le code, ou écrivez ce qu’il "
        "cite, puis reprenez."
    ),
    criticism.TextHasMoved: _(
        "Une clause a changé pendant votre lecture. Rien n’est envoyé : relisez-la, puis répondez."
    ),
    criticism.WhyIsMissing: _(
        "Dites pourquoi, clause %(what)s : l’autre partie ne peut pas répondre sans raison."
    ),
    criticism.NotAllAnswered: _(
        "Il reste des clauses sans réponse\u00a0: %(what)s. Répondez-y, puis scellez. Rien n’est envoyé "
        "avant."
    ),
    rounds.RoundIsRunning: _(
        "Un tour est en cours\u00a0: le texte ne change pas avant son ouverture. Attendez-la, ou annulez le "
        "tour en disant pourquoi."
    ),
    rounds.TooFewOrTooManyDays: _("Un tour dure de 2 à 30 jours ouvrés."),
    envelopes.RoundIsOver: _(
        "Le tour est clos. Votre texte est gardé pour vous\u00a0: envoyez-le au passeur ou attendez le tour "
        "suivant."
    ),
    envelopes.AlreadySealed: _(
        "La réponse de votre organisation est scellée. Reprenez l’enveloppe pour la changer, tant que "
        "l’autre côté n’a pas scellé."
    ),
    envelopes.NotSealed: _(
        "La réponse de votre organisation n’est pas scellée\u00a0: il n’y a rien à reprendre."
    ),
    envelopes.OtherSideHasSealed: _(
        "L’autre côté a scellé\u00a0: plus personne ne reprend son enveloppe. Elles s’ouvrent ensemble."
    ),
    envelopes.SomebodyWroteToo: _(
        "Une autre personne de votre organisation a enregistré cette partie pendant que vous écriviez. Votre "
        "texte est gardé\u00a0: comparez, puis enregistrez."
    ),
    envelopes.EnvelopeHasMoved: _(
        "Une autre personne de votre organisation a changé l’enveloppe depuis que vous l’avez relue. Rien "
        "n’est scellé\u00a0: relisez-la, puis scellez."
    ),
    cipher.KeyIsLost: _(
        "La clé qui ouvre les enveloppes de ce tour manque à cette installation. Rien n’est perdu\u00a0: "
        "l’exploitant remet l’ancienne SECRET_KEY dans SECRET_KEY_FALLBACKS, puis vous reprenez."
    ),
    expectations.NotTheMoment: _(
        "Les attentes se demandent pendant la préparation, avant que le texte ne soit soumis aux parties."
    ),
    expectations.NothingExpected: _(
        "Écrivez au moins une retombée attendue, puis scellez. Rien n’est scellé avant."
    ),
    expectations.LineIsIncomplete: _(
        "L’attente %(what)s n’est pas complète\u00a0: dites ce que vous attendez et comment on saura que "
        "c’est obtenu. Rien n’est scellé avant."
    ),
    comparing.SomebodyRegrouped: _(
        "Un autre passeur a regroupé ces lignes pendant que vous le faisiez. Votre choix est gardé sur cette "
        "page\u00a0: ouvrez la comparaison à côté, puis reprenez."
    ),
    comparing.LineIsElsewhere: _(
        "Une ligne n’est pas de ce tour. Ouvrez de nouveau cette page, puis reprenez."
    ),
    negotiation.ExpectationsAreAsked: _(
        "Les parties disent leurs attentes\u00a0: leurs enveloppes s’ouvrent avant que le texte ne leur soit "
        "soumis. Attendez leur ouverture."
    ),
    negotiation.RepliesAreMissing: _(
        "Des réserves ou des objections attendent votre réponse, clauses %(what)s. Répondez à chacune, puis "
        "ouvrez le tour."
    ),
    negotiation.NoRoundRuns: _("Aucun tour n’est en cours\u00a0: il n’y a rien à annuler."),
    negotiation.AlreadyReplied: _("Une réponse a déjà été donnée à cette remarque."),
    freezing.NotAgreed: _(
        "Une clause n’a pas l’accord de toutes les parties. Relisez les réponses du dernier tour."
    ),
    freezing.NoMandate: _(
        "Aucun mandat de %(what)s ne couvre ce jour et ce montant. Un administrateur de cette "
        "organisation l’enregistre."
    ),
    freezing.Suspended: _(
        "%(what)s n’est plus vérifiée : elle lit, elle n’agit pas. Voyez cela avec le passeur."
    ),
    signing.TextHasChanged: _(
        "Le texte a changé pendant votre lecture. Rien n’est signé : relisez le texte ci-dessous, puis "
        "signez."
    ),
    signing.IdentityHasChanged: _(
        "Ce texte nomme %(what)s comme avant son changement d’identité. Le passeur le reprend et le fige de "
        "nouveau\u00a0: écrivez-lui."
    ),
    signing.AlreadySigned: _("Votre organisation a déjà signé ce texte."),
    signing.NameDiffers: _("Le nom saisi n’est pas le vôtre. Écrivez : %(what)s."),
    signing.SignaturesAreMissing: _("Toutes les parties n’ont pas signé. Le témoin contresigne en dernier."),
    following.NotYours: _("Ce jalon est celui de %(what)s : elle seule en dépose la preuve."),
    following.AlreadyDone: _("Ce jalon est déjà fait ou annulé."),
    following.NotFollowed: _("Le dossier n’est pas en cours : aucun jalon ne s’y déclare."),
    closing.MilestonesAreOpen: _(
        "Des jalons restent ouverts : %(what)s. Chacun doit être fait ou annulé par un avenant."
    ),
    snapshot.Inconsistent: _(
        "Un tableau cite un jalon ou une attente qui n’existe pas, ou un code est donné deux fois. "
        "Voyez « Ce qui manque » sur la page de rédaction."
    ),
}


def said(error: Exception) -> str:
    """Return the sentence for a refusal, in the language of the reader."""
    if isinstance(error, permissions.ReadsOnly):
        return str(error)
    if isinstance(error, Refusal):
        return str(error.sentence)
    for kind in type(error).__mro__:
        if kind in SENTENCES:
            return str(SENTENCES[kind]) % {"what": error}
    raise error
