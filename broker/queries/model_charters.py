"""The model charters: the list, and one model with its clauses by heading and its versions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db.models import Count
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from partnerships.charter.texts import HEADING_TITLES, Heading
from partnerships.models import ActionKind, LibraryClause, ModelCharter, ModelCharterVersion


class ModelRow(NamedTuple):
    """A model in the list; `used`: number of texts begun with it."""

    pk: int
    title: str
    description: str
    kinds: Sequence[str]
    number: int
    clause_count: int
    used: int
    is_retired: bool


class ModelSection(NamedTuple):
    """A heading with its clauses, chosen ones first."""

    heading: int
    title: str
    clauses: Sequence[LibraryClause]


class ModelPage(NamedTuple):
    """A model with its current version, its clauses by heading and all its versions, latest first."""

    model: ModelCharter
    current: ModelCharterVersion
    sections: Sequence[ModelSection]
    kinds: Sequence[str]
    versions: Sequence[ModelCharterVersion]


def model_rows() -> list[ModelRow]:
    """Return all models, retired ones last. 1 query."""
    models = ModelCharter.objects.exclude(current=None).select_related("current")
    counted = models.annotate(used=Count("versions__roadmaps"))
    is_english = (get_language() or "fr").startswith("en")
    return [
        ModelRow(
            pk=model.pk,
            title=current.title_en if is_english else current.title,
            description=current.description_en if is_english else current.description,
            kinds=kind_labels(current.kinds),
            number=current.number,
            clause_count=len(current.clause_ids),
            used=model.used,
            is_retired=current.is_retired,
        )
        for model in counted.order_by("current__is_retired", "pk")
        if (current := model.current)
    ]


def kind_labels(kinds: Sequence[str]) -> list[str]:
    """Return the labels of kinds of action."""
    return [str(ActionKind(kind).label) for kind in kinds if kind in ActionKind]


def model_page(model_id: int) -> ModelPage:
    """Return one model with its versions. Raises Http404. 3 queries."""
    model = ModelCharter.objects.select_related("current").filter(pk=model_id).first()
    if model is None or model.current is None:
        raise Http404
    chosen = LibraryClause.objects.filter(pk__in=model.current.clause_ids).select_related("current")
    return ModelPage(
        model=model,
        current=model.current,
        sections=_sections(list(chosen.order_by("heading", "pk")), model.current.clause_ids),
        kinds=kind_labels(model.current.kinds),
        versions=list(model.versions.select_related("written_by").order_by("-number")),
    )


def offered_clauses() -> list[LibraryClause]:
    """Return the sound clauses in use, in printed order. 1 query."""
    clauses = LibraryClause.objects.filter(current__is_retired=False, current__rule="")
    return list(clauses.select_related("current").order_by("heading", "pk"))


def _sections(clauses: Sequence[LibraryClause], order: Sequence[int]) -> list[ModelSection]:
    by_heading: dict[int, list[LibraryClause]] = {}
    for clause in sorted(clauses, key=lambda clause: (clause.heading, order.index(clause.pk))):
        by_heading.setdefault(clause.heading, []).append(clause)
    return [
        ModelSection(heading, _(HEADING_TITLES[Heading(heading)]), rows)
        for heading, rows in by_heading.items()
    ]
