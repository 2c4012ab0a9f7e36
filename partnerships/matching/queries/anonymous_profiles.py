"""An organisation described without its name: its kind, its size, what it looks for, what it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Side
from partnerships.matching.queries.briefs import Line, facts_of, limits_of
from partnerships.models import Trade

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    from partnerships.models import Brief

KINDS: dict[str, _StrPromise] = {
    Trade.MEDICINE: gettext_lazy("Une entreprise du médicament"),
    Trade.DEVICE: gettext_lazy("Une entreprise de dispositifs médicaux"),
    Trade.DIAGNOSTIC: gettext_lazy("Une entreprise de diagnostic in vitro"),
    Trade.E_HEALTH: gettext_lazy("Une entreprise d’e-santé"),
    Trade.SERVICE: gettext_lazy("Un prestataire du monde de la santé"),
}


@dataclass(frozen=True, kw_only=True)
class Portrait:
    """`name` is "" as long as the names are not told; `title` is how it is called until then."""

    side: str
    title: str
    name: str
    aim: str
    words: Sequence[Line]
    facts: Sequence[Line]
    limits: Sequence[str]


def portrait_of(brief: Brief, *, is_named: bool) -> Portrait:
    """Return what others read of a brief; its name and town only if `is_named`. No query."""
    organisation = brief.organisation
    is_company = organisation.side == Side.COMPANY
    words = [
        Line(_("Son but") if is_company else _("Le besoin"), brief.need),
        Line(_("La preuve du besoin"), brief.evidence),
        Line(_("L’action proposée") if is_company else _("L’action souhaitée"), brief.action),
        Line(_("Ses compétences"), brief.skills),
    ]
    return Portrait(
        side=organisation.side,
        title=title_of(brief),
        name=f"{organisation.name}, {organisation.city}".rstrip(", ") if is_named else "",
        aim=brief.title,
        words=[line for line in words if line.value],
        facts=facts_of(brief),
        limits=limits_of(brief),
    )


def title_of(brief: Brief) -> str:
    """Return the kind and the size of an organisation, as it is called before its name is told."""
    size = brief.get_size_display()
    if brief.organisation.side == Side.COMPANY:
        kind = str(KINDS.get(brief.trade, _("Une entreprise de santé")))
        return _("%(kind)s, %(size)s salariés") % {"kind": kind, "size": size} if size else kind
    kind = _("Une association de patients")
    return _("%(kind)s, %(size)s adhérents") % {"kind": kind, "size": size} if size else kind
