"""The portal of a person: its organisation, its navigation, the names of its pages."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Membership, Organisation, User

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser
    from django.contrib.auth.models import AnonymousUser
    from django.http import HttpRequest
    from django.utils.functional import _StrPromise


class Portal(NamedTuple):
    """The portal of a person; `side` is "association", "company", "broker" or "" (none)."""

    side: str
    organisation: Organisation | None
    other_organisations: list[Organisation]


class NavigationEntry(NamedTuple):
    """An entry of a navigation: label, URL name, and other path prefixes under which it is current."""

    label: _StrPromise
    url_name: str
    other_paths: tuple[str, ...] = ()


class NavigationLink(NamedTuple):
    label: str
    url: str
    is_current: bool = False


class OtherOrganisation(NamedTuple):
    """Another organisation of the reader, to which they can switch."""

    pk: UUID
    name: str


class PortalContext(NamedTuple):
    """The template variable `portal`; `person` is "" when nobody is signed in."""

    side: str
    label: str
    nav: tuple[NavigationLink, ...]
    account: tuple[NavigationLink, ...]
    person: str
    organisation: Organisation | None
    others: tuple[OtherOrganisation, ...]
    is_demonstration: bool


# URL names by side; the apps of the portals define the pages.
HOME_PAGES: Final = {
    "association": "associations:home",
    "company": "companies:home",
    "broker": "broker:pipeline",
}
ORGANISATION_PAGES: Final = {"association": "associations:organisation", "company": "companies:organisation"}
# With the step as the argument of the URL.
REGISTRATION_PAGES: Final = {
    "association": "associations:registration",
    "company": "companies:registration",
}

LABELS = {
    "": gettext_lazy("Navigation principale"),
    "association": gettext_lazy("Espace association"),
    "company": gettext_lazy("Espace entreprise"),
    "broker": gettext_lazy("Espace passeur"),
}
NAVIGATION: dict[str, tuple[NavigationEntry, ...]] = {
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
        NavigationEntry(gettext_lazy("Liens d’intérêts"), "broker:interests"),
        NavigationEntry(gettext_lazy("Journal des envois"), "broker:mailbox"),
    ),
}
ACCOUNT = (
    NavigationEntry(gettext_lazy("Mon compte"), "account_email"),
    NavigationEntry(gettext_lazy("Mes messages et rappels"), "preferences"),
)
# Session key of the organisation that a person switched to.
CHOSEN_ORGANISATION = "organisation"
# Hidden field of a form: the organisation for which it was opened.
ORGANISATION_FIELD = "for_organisation"
# Session key that only the sign-in page of a demonstration sets.
DEMONSTRATION_FLAG = "demonstration"
# Attribute of a request in which its portal is cached.
PORTAL_ATTRIBUTE = "_portal"


def is_demonstration(request: HttpRequest) -> bool:
    """Say whether this session was opened by the sign-in page of a demonstration."""
    return bool(settings.DEMONSTRATION and request.session.get(DEMONSTRATION_FLAG))


def portal_context(request: HttpRequest) -> dict[str, PortalContext]:
    """Return the template variable `portal` (a context processor). 1 query at most."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"portal": _public_portal(request.path)}
    portal = portal_of_request(request)
    return {
        "portal": PortalContext(
            side=portal.side,
            label=str(LABELS[portal.side]),
            nav=navigation_links(NAVIGATION[portal.side], request.path),
            account=navigation_links(ACCOUNT, request.path),
            person=user.full_name or user.email,
            organisation=portal.organisation,
            others=tuple(OtherOrganisation(other.pk, other.name) for other in portal.other_organisations),
            is_demonstration=settings.DEMONSTRATION,
        )
    }


def portal_of_request(request: HttpRequest) -> Portal:
    """Return the portal of the reader of a request. 1 query for the first call of a request."""
    portal: Portal | None = getattr(request, PORTAL_ATTRIBUTE, None)
    if portal is None:
        portal = portal_for(request.user, organisation_id=chosen_organisation_id(request))
        setattr(request, PORTAL_ATTRIBUTE, portal)
    return portal


def open_portal_of(request: HttpRequest, organisation: Organisation) -> None:
    """Switch the reader of a request to another of their organisations, for this response and later ones."""
    portal = portal_of_request(request)
    organisations = [each for each in (portal.organisation, *portal.other_organisations) if each is not None]
    others = [each for each in organisations if each != organisation]
    setattr(request, PORTAL_ATTRIBUTE, Portal(organisation.side, organisation, others))
    request.session[CHOSEN_ORGANISATION] = str(organisation.pk)


def chosen_organisation_id(request: HttpRequest) -> UUID | None:
    """Return the key of the organisation that the reader switched to, None if they did not switch."""
    chosen = request.session.get(CHOSEN_ORGANISATION)
    return UUID(chosen) if chosen else None


def portal_for(user: AbstractBaseUser | AnonymousUser, *, organisation_id: UUID | None = None) -> Portal:
    """Return the portal of a person, for the organisation of that key if it is theirs, else the first joined.

    A person without organisation has no side; a broker has the portal of the brokers. 1 query.
    """
    if not isinstance(user, User):
        return Portal("", None, [])
    if user.is_broker:
        return Portal("broker", None, [])
    present = Membership.objects.present().filter(user=user)
    memberships = present.select_related("organisation").order_by("joined_at", "pk")
    organisations = [membership.organisation for membership in memberships]
    if not organisations:
        return Portal("", None, [])
    current = next((each for each in organisations if each.pk == organisation_id), organisations[0])
    return Portal(current.side, current, [each for each in organisations if each != current])


def navigation_links(entries: Iterable[NavigationEntry], path: str) -> tuple[NavigationLink, ...]:
    """Return the links of a navigation; the current one has the longest prefix of `path`."""
    prefixes_by_entry = [(entry, (_url(entry.url_name), *entry.other_paths)) for entry in entries]
    matching = [
        prefix for _entry, prefixes in prefixes_by_entry for prefix in prefixes if _is_under(path, prefix)
    ]
    current = max(matching, key=len, default="")
    return tuple(
        NavigationLink(str(entry.label), prefixes[0], bool(current) and current in prefixes)
        for entry, prefixes in prefixes_by_entry
    )


@cache
def _url(url_name: str) -> str:
    return reverse(url_name)


def _is_under(path: str, prefix: str) -> bool:
    return path == prefix or (prefix != "/" and path.startswith(prefix))


def _public_portal(path: str) -> PortalContext:
    return PortalContext(
        side="",
        label=_("Navigation principale"),
        nav=navigation_links(NAVIGATION[""], path),
        account=(),
        person="",
        organisation=None,
        others=(),
        is_demonstration=settings.DEMONSTRATION,
    )
