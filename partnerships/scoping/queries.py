"""What is read before there is a text: the case page, the canvas, the interview guide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from django.utils.translation import gettext_lazy

from accounts.models import User
from partnerships import lifecycle
from partnerships.models import Canvas, Ground, InterviewNote, Invitee, Partnership, Party
from partnerships.text.canvas import CanvasBox, canvas_boxes

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

CANVAS_FIELDS = (
    "need",
    "action",
    "association_hopes",
    "company_hopes",
    "limits",
    "commitments",
    "measure_1",
    "measure_2",
    "measure_3",
    "means",
    "first_step",
    "first_step_days",
)


@dataclass(frozen=True, kw_only=True)
class ScopingPage:
    """`may_describe`: the broker may still change the description.

    `invitees`: those of the introduction that the case came from, empty without one.
    """

    partnership: Partnership
    may_describe: bool
    may_prepare: bool
    may_abandon: bool
    grounds: Sequence[str]
    invitees: Sequence[Invitee]


def scoping_page(partnership: Partnership, user: User) -> ScopingPage:
    """Return the case before its text, and what `user` may do. 2 queries."""
    state = lifecycle.Case(partnership.state)
    is_frozen = partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists()
    return ScopingPage(
        partnership=partnership,
        may_describe=user.is_broker and state in lifecycle.BEFORE_SIGNATURE and not is_frozen,
        may_prepare=user.is_broker and lifecycle.allows(lifecycle.Action.PREPARE, state),
        may_abandon=user.is_broker and lifecycle.allows(lifecycle.Action.ABANDON, state),
        grounds=[str(Ground(code).label) for code in partnership.closing_grounds],
        invitees=list(
            Invitee.objects.filter(introduction__partnership=partnership)
            .select_related("brief__organisation")
            .order_by("brief__organisation__side", "pk")
        ),
    )


@dataclass(frozen=True, kw_only=True)
class CanvasPage:
    """`canvas` is None before the first version; `number` is then 0."""

    canvas: Canvas | None
    number: int
    boxes: Sequence[CanvasBox]
    versions: Sequence[Canvas]
    may_write: bool
    has_evidence: bool


def canvas_page(partnership: Partnership, user: User) -> CanvasPage:
    """Return the latest version of the canvas and the list of all versions. 2 queries."""
    versions = list(partnership.canvases.select_related("written_by").order_by("-number"))
    last = versions[0] if versions else None
    is_frozen = partnership.roadmaps.filter(state=lifecycle.Edition.SIGNING).exists()
    return CanvasPage(
        canvas=last,
        number=last.number if last else 0,
        boxes=canvas_boxes(partnership, last),
        versions=versions,
        may_write=user.is_broker and partnership.state in lifecycle.BEFORE_SIGNATURE and not is_frozen,
        has_evidence=bool(partnership.evidence_of_need.strip()),
    )


def is_stale(cleaned_data: Mapping[str, Any], page: CanvasPage) -> bool:
    """Return whether the submission refers to an earlier version than the latest."""
    return cleaned_data.get("seen_number") not in (None, page.number)


def canvas_initial(canvas: Canvas | None) -> dict[str, object]:
    """Return the initial values of the canvas form."""
    return {name: getattr(canvas, name) for name in CANVAS_FIELDS} if canvas else {}


class InterviewQuestion(NamedTuple):
    """`hint`: what to listen for in the answer."""

    code: str
    text: _StrPromise
    hint: _StrPromise


# Interests, not positions: the side says why it wants what it wants (field.md 3.3 and 5.5, row 32).
QUESTIONS: Final = (
    InterviewQuestion(
        "why",
        gettext_lazy("Pourquoi cette action, et pourquoi maintenant ?"),
        gettext_lazy("Le besoin derrière la demande."),
    ),
    InterviewQuestion(
        "without",
        gettext_lazy("Que ferez-vous si ce partenariat ne se fait pas ?"),
        gettext_lazy("L’autre solution, et ce qu’elle vaut."),
    ),
    InterviewQuestion(
        "patients",
        gettext_lazy("Qu’est-ce qui changera pour les patients, et qui l’a demandé ?"),
        gettext_lazy("La preuve du besoin."),
    ),
    InterviewQuestion(
        "best",
        gettext_lazy("Quel serait le meilleur résultat dans un an ?"),
        gettext_lazy("Ce qui compte vraiment, et pour qui."),
    ),
    InterviewQuestion(
        "worst",
        gettext_lazy("Quel serait le pire, de votre point de vue ?"),
        gettext_lazy("Les craintes à écrire en limites."),
    ),
    InterviewQuestion(
        "fear",
        gettext_lazy("Que craignez-vous de l’autre partie ?"),
        gettext_lazy("Ce qui demande une garantie."),
    ),
    InterviewQuestion(
        "refuse",
        gettext_lazy("Que ne ferez-vous jamais, à aucun prix ?"),
        gettext_lazy("Les lignes rouges, avec leur raison."),
    ),
    InterviewQuestion(
        "give",
        gettext_lazy("Qu’apportez-vous que l’autre partie n’a pas ?"),
        gettext_lazy("Les moyens, argent et temps compris."),
    ),
    InterviewQuestion(
        "heard",
        gettext_lazy("Qu’aimeriez-vous que l’autre partie comprenne de vous ?"),
        gettext_lazy("Le respect attendu."),
    ),
    InterviewQuestion(
        "decide",
        gettext_lazy("Qui doit dire oui dans votre organisation, et qui peut dire non ?"),
        gettext_lazy("Le mandat, les circuits, les délais."),
    ),
    InterviewQuestion(
        "proof",
        gettext_lazy("À quoi verrez-vous que cela marche, et que les patients le voient ?"),
        gettext_lazy("Un indicateur pour chaque partie."),
    ),
    InterviewQuestion(
        "past",
        gettext_lazy("Qu’avez-vous appris d’un partenariat passé ?"),
        gettext_lazy("Ce qui est à refaire, et à éviter."),
    ),
)
QUESTION_CODES: Final = tuple(question.code for question in QUESTIONS)


@dataclass(frozen=True, kw_only=True)
class InterviewGuide:
    """One party, with each question and the note of the broker, "" without one."""

    party: Party
    rows: Sequence[tuple[InterviewQuestion, str]]


def interview_guide(party: Party, broker: User) -> InterviewGuide:
    """Return the questions with the notes of `broker` alone. 1 query."""
    own = InterviewNote.objects.filter(party=party, broker=broker)
    notes = dict(own.order_by("pk").values_list("question", "text"))
    return InterviewGuide(
        party=party, rows=[(question, notes.get(question.code, "")) for question in QUESTIONS]
    )
