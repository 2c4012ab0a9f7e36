"""Model charters: those shipped with the product, and their versions written by brokers.

Each change is a new version; no version is updated or deleted, and no text already begun changes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.refusals import Refusal
from accounts.text import canonical
from partnerships.drafting import library_file
from partnerships.drafting.actions.library import SHIPPED_REASON
from partnerships.models import LibraryClause, ModelCharter, ModelCharterVersion
from partnerships.permissions import require_broker


class ModelCharterError(Refusal):
    """The model charter cannot be changed in this way."""


class ModelCharterUnchanged(ModelCharterError):
    """The content equals the current version."""

    sentence = _("Rien n’a changé : le modèle contient déjà cela.")


class StaleModelCharter(ModelCharterError):
    """Another version was written after the page was opened."""

    sentence = _(
        "Ce modèle a été modifié pendant que vous écriviez. Votre choix est gardé : "
        "comparez, puis enregistrez."
    )


class ModelReasonMissing(ModelCharterError):
    """A change of a model needs a reason."""

    field = "reason"
    sentence = _("Écrivez pourquoi : les autres passeurs liront la raison.")


class ModelAlreadyRetired(ModelCharterError):
    """The model is retired already."""

    sentence = _("Ce modèle est déjà retiré. Le modifier le remet en service.")


@dataclass(frozen=True, kw_only=True)
class ModelContent:
    """What a broker chooses in a version; `clause_ids`: keys of library clauses in printed order."""

    title: str
    description: str
    title_en: str
    description_en: str
    kinds: tuple[str, ...]
    clause_ids: tuple[int, ...]


def content_of(version: ModelCharterVersion) -> ModelContent:
    """Return the content of a version."""
    return ModelContent(
        title=version.title,
        description=version.description,
        title_en=version.title_en,
        description_en=version.description_en,
        kinds=tuple(version.kinds),
        clause_ids=tuple(version.clause_ids),
    )


@transaction.atomic
def revise_model(
    *, model_id: int, broker: User, seen_number: int, content: ModelContent, reason: str, at: datetime
) -> ModelCharterVersion:
    """Write the next version of a model; a retired model is offered again.

    Raises NotABroker, StaleModelCharter, ModelCharterUnchanged, ModelReasonMissing.
    """
    require_broker(broker)
    model, current = _lock_model(model_id)
    if current.number != seen_number:
        raise StaleModelCharter
    if canonical.as_seen(content_of(current)) == canonical.as_seen(content) and not current.is_retired:
        raise ModelCharterUnchanged
    if not reason.strip():
        raise ModelReasonMissing
    return _write_version(model, content, milestones=current.milestones, broker=broker, at=at, reason=reason)


@transaction.atomic
def retire_model(*, model_id: int, broker: User, reason: str, at: datetime) -> ModelCharterVersion:
    """Retire a model, so that it is no longer offered.

    Raises NotABroker, ModelAlreadyRetired, ModelReasonMissing.
    """
    require_broker(broker)
    model, current = _lock_model(model_id)
    if current.is_retired:
        raise ModelAlreadyRetired
    if not reason.strip():
        raise ModelReasonMissing
    return _write_version(
        model,
        content_of(current),
        milestones=current.milestones,
        broker=broker,
        at=at,
        reason=reason,
        is_retired=True,
    )


@transaction.atomic
def update_shipped_models(*, at: datetime) -> int:
    """Write the new versions of the shipped models and return how many there were.

    The shipped clauses must be in the library. A model that a broker revised or retired is not changed; a
    second run changes nothing.
    """
    known = {
        model.key: model
        for model in ModelCharter.objects.select_related("current").exclude(key=None).order_by("pk")
    }
    pks = dict(LibraryClause.objects.exclude(key=None).order_by("pk").values_list("key", "pk"))
    written = 0
    for shipped in library_file.shipped_models():
        content = ModelContent(
            title=shipped.title_fr,
            description=shipped.description_fr,
            title_en=shipped.title_en,
            description_en=shipped.description_en,
            kinds=shipped.kinds,
            clause_ids=tuple(pks[key] for key in shipped.clauses if key in pks),
        )
        milestones = list(shipped.milestones)
        model = known.get(shipped.key) or ModelCharter.objects.create(key=shipped.key)
        current = model.current
        if current and (
            current.written_by_id or (content_of(current) == content and current.milestones == milestones)
        ):
            continue
        _write_version(
            model,
            content,
            milestones=milestones,
            broker=None,
            at=at,
            reason=SHIPPED_REASON if current else "",
        )
        written += 1
    return written


def _lock_model(model_id: int) -> tuple[ModelCharter, ModelCharterVersion]:
    model = ModelCharter.objects.select_for_update(of=("self",)).get(pk=model_id)
    if model.current is None:
        raise AssertionError(model_id)
    return model, model.current


def _write_version(  # noqa: PLR0913 - the columns of a version
    model: ModelCharter,
    content: ModelContent,
    *,
    milestones: Any,
    broker: User | None,
    at: datetime,
    reason: str = "",
    is_retired: bool = False,
) -> ModelCharterVersion:
    """Make the next version of a locked model the current one."""
    version = ModelCharterVersion.objects.create(
        model_charter=model,
        number=model.current.number + 1 if model.current else 1,
        title=content.title,
        description=content.description,
        title_en=content.title_en,
        description_en=content.description_en,
        kinds=list(content.kinds),
        clause_ids=list(content.clause_ids),
        milestones=list(milestones),
        is_retired=is_retired,
        reason=reason,
        written_by=broker,
        written_at=at,
    )
    model.current = version
    model.save(update_fields=["current"])
    return version
