"""What every page knows about who reads it: their portal, its navigation, their menu."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts import portals

if TYPE_CHECKING:
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise

    from accounts.models import Organisation


class NavigationLink(NamedTuple):
    label: str
    url: str
    is_current: bool = False


class Other(NamedTuple):
    """Another organisation of the reader, by which they can go on."""

    pk: UUID
    name: str


class PortalContext(NamedTuple):
    """`side` is "association", "company", "broker" or "" (in public); `person` is "" for nobody."""

    side: str
    label: str
    nav: tuple[NavigationLink, ...]
    account: tuple[NavigationLink, ...]
    person: str
    organisation: Organisation | None
    others: tuple[Other, ...]
    is_demonstration: bool


class NavigationEntry(NamedTuple):
    """One entry of a navigation: its words, its URL name, and the paths that also belong to it."""

    label: _StrPromise
    url_name: str
    also: tuple[str, ...] = ()


LABELS = {
    "": gettext_lazy("Navigation principale"),
    "association": gettext_lazy("Espace association"),
    "company": gettext_lazy("Espace entreprise"),
    "broker": gettext_lazy("Espace passeur"),
}
PLACES: dict[str, tuple[NavigationEntry, ...]] = {
    "": (
        NavigationEntry(gettext_lazy("Comment ça marche"), "landing"),
        NavigationEntry(gettext_lazy("Registre public"), "register"),
        NavigationEntry(gettext_lazy("Vérifier une charte"), "verification"),
    ),
    "association": (
        NavigationEntry(gettext_lazy("Accueil"), "associations:home"),
        NavigationEntry(gettext_lazy("Nos partenariats"), "partnerships:list"),
        NavigationEntry(gettext_lazy("Nos besoins"), "partnerships:briefs", ("/mises-en-relation/",)),
        NavigationEntry(gettext_lazy("Notre association"), "associations:organisation", ("/organisation/",)),
    ),
    "company": (
        NavigationEntry(gettext_lazy("Accueil"), "companies:home"),
        NavigationEntry(gettext_lazy("Nos partenariats"), "partnerships:list"),
        NavigationEntry(gettext_lazy("Nos intentions"), "partnerships:briefs", ("/mises-en-relation/",)),
        NavigationEntry(gettext_lazy("Notre entreprise"), "companies:organisation", ("/organisation/",)),
    ),
    "broker": (
        NavigationEntry(gettext_lazy("Dossiers"), "broker:pipeline", ("/dossiers/",)),
        NavigationEntry(gettext_lazy("Mises en relation"), "broker:matches", ("/besoins/",)),
        NavigationEntry(gettext_lazy("Vérifications"), "broker:vetting"),
        NavigationEntry(gettext_lazy("Organisations"), "broker:organisations"),
        NavigationEntry(gettext_lazy("Bibliothèque"), "broker:library"),
        NavigationEntry(gettext_lazy("Intérêts"), "broker:interests"),
        NavigationEntry(gettext_lazy("Courrier"), "broker:mailbox"),
    ),
}
ACCOUNT = (
    NavigationEntry(gettext_lazy("Mon compte"), "account_email"),
    NavigationEntry(gettext_lazy("Mes messages et rappels"), "preferences"),
)
# Where the session keeps the organisation a person chose among theirs.
CHOSEN = "organisation"
# Set in the session by the sign-in page of a demonstration alone.
DEMONSTRATION_FLAG = "demonstration"
# Where a request keeps what was found of its reader.
ASKED = "portal_of_the_reader"


def is_demonstration(request: HttpRequest) -> bool:
    """Say whether this session was opened by the sign-in page of a demonstration."""
    return bool(settings.DEMONSTRATION and request.session.get(DEMONSTRATION_FLAG))


def portal(request: HttpRequest) -> dict[str, PortalContext]:
    """Return the portal of the reader, asked for before any template renders. 1 query at most."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"portal": _nobody(request.path)}
    found = _portal_of(request)
    return {
        "portal": PortalContext(
            side=found.side,
            label=str(LABELS[found.side]),
            nav=entries(PLACES[found.side], request.path),
            account=entries(ACCOUNT, request.path),
            person=user.full_name or user.email,
            organisation=found.organisation,
            others=tuple(Other(each.pk, each.name) for each in found.other_organisations),
            is_demonstration=settings.DEMONSTRATION,
        )
    }


def organisation_at_home(request: HttpRequest, side: str) -> Organisation:
    """Return the organisation of that side that the reader chose, else the one joined first.

    Raises Http404 for who belongs to none. 1 query, shared with `portal`.
    """
    found = _portal_of(request)
    own = (found.organisation, *found.other_organisations)
    home = next((each for each in own if each and each.side == side), None)
    if home is None:
        raise Http404
    return home


def organisation_in_portal(request: HttpRequest) -> Organisation:
    """Return the organisation for which the reader is here. Raises Http404 for who belongs to none.

    1 query, shared with `portal`.
    """
    own = _portal_of(request).organisation
    if own is None:
        raise Http404
    return own


def _portal_of(request: HttpRequest) -> portals.Portal:
    asked: portals.Portal | None = getattr(request, ASKED, None)
    if asked is None:
        asked = portals.portal_for(request.user, organisation_id=chosen_organisation(request))
        setattr(request, ASKED, asked)
    return asked


def chosen_organisation(request: HttpRequest) -> UUID | None:
    """Return the key of the organisation that the reader chose among theirs, if they chose."""
    chosen = request.session.get(CHOSEN)
    return UUID(chosen) if chosen else None


def entries(places: Iterable[NavigationEntry], path: str) -> tuple[NavigationLink, ...]:
    """Return the navigation, the entry whose path is the longest beginning of `path` being current."""
    roots = [(_root(place.url_name), *place.also) for place in places]
    here = max((root for own in roots for root in own if _is_under(path, root)), key=len, default="")
    return tuple(
        NavigationLink(str(place.label), own[0], bool(here) and here in own)
        for place, own in zip(places, roots, strict=True)
    )


@cache
def _root(url_name: str) -> str:
    return reverse(url_name)


def _is_under(path: str, root: str) -> bool:
    return path == root or (root != "/" and path.startswith(root))


def _nobody(path: str) -> PortalContext:
    return PortalContext(
        side="",
        label=_("Navigation principale"),
        nav=entries(PLACES[""], path),
        account=(),
        person="",
        organisation=None,
        others=(),
        is_demonstration=settings.DEMONSTRATION,
    )
