"""The ground of the hostile walk: cases of several organisations, every address, rows as hashes."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import quote

from django.db import connection
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils.regex_helper import normalize

from accounts.models import User
from partnerships.lifecycle import Edition
from partnerships.models import Partnership
from tests import make
from tests.cast import Cast, assemble_cast, reauthenticate
from tests.matrix.rows import NOBODY, ROWS, SIGNED_IN
from tests.matrix.stage import Stage

PEOPLE = (*SIGNED_IN, NOBODY)
# Tokens, and the address to come back to after a change of language.
MARKER = re.compile(
    r"csrfmiddlewaretoken\" value=\"[^\"]*\"|\"X-CSRFToken\": \"[^\"]*\"|name=\"next\" value=\"[^\"]*\""
    r"|value=\"[A-Za-z0-9]{64}\""
)
FORGED = (
    "0",
    "-1",
    "2147483648",
    "9223372036854775807",
    "9223372036854775808",
    "9" * 60,
    "00000000-0000-0000-0000-000000000000",
    "é",
    "%00",
    "..",
    "'--",
    "\u202e",
    "a" * 3000,
    "٣",
)


@dataclass(frozen=True, kw_only=True)
class Address:
    """A pattern of the resolver: its name, its path with a place for each argument, their names and converters."""

    name: str
    path: str
    arguments: tuple[tuple[str, str], ...]

    def filled(self, values: Sequence[object]) -> str:
        """Return the path with these values, which need not be those that the pattern accepts."""
        places = {
            name: quote(str(value), safe="%")
            for (name, _kind), value in zip(self.arguments, values, strict=True)
        }
        return f"/{self.path % places}"


def addresses() -> list[Address]:
    """Return every pattern that the product answers, of libraries too."""
    found = {}
    for name, pattern, kinds in _patterns(get_resolver(), "", "", {}):
        for path, arguments in normalize(pattern):
            address = Address(
                name=name,
                path=path,
                arguments=tuple((argument, kinds.get(argument, "str")) for argument in arguments),
            )
            found[name, path] = address
    return [found[key] for key in sorted(found)]


def _patterns(
    resolver: URLResolver, space: str, prefix: str, kinds: dict[str, str]
) -> Iterator[tuple[str, str, dict[str, str]]]:
    for pattern in resolver.url_patterns:
        regex = prefix + pattern.pattern.regex.pattern.removeprefix("^")
        own = {
            **kinds,
            **{
                name: type(converter).__name__
                for name, converter in getattr(pattern.pattern, "converters", {}).items()
            },
        }
        if isinstance(pattern, URLPattern):
            yield f"{space}{pattern.name}", regex, own
        else:
            yield from _patterns(pattern, f"{pattern.namespace}:" if pattern.namespace else space, regex, own)


class Ground:
    """The stage of the matrix, with a case of Mallory's company that Carla's company does not belong to."""

    def __init__(self) -> None:
        self.cast: Cast = assemble_cast(make.NOON)
        self.stage = Stage(self.cast)
        self.theirs: Partnership = make.partnership(
            self.cast, until=Edition.NEGOTIATION, title="Celui d’une autre", company=self.cast.other_company
        )
        self.clients = {
            who: self.signed_in(None if who == NOBODY else getattr(self.cast, who)) for who in PEOPLE
        }

    def signed_in(self, person: User | None) -> Client:
        client = Client(raise_request_exception=True)
        if person is not None:
            client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
            reauthenticate(client)
        return client

    def fitting(self, address: Address) -> list[Sequence[object]]:
        """Return arguments that name things which exist: of Ada's and Carla's cases, then of Mallory's."""
        row = ROWS.get(address.name)
        if row is None or len(row.args) != len(address.arguments):
            return (
                [tuple(self._any(name, kind) for name, kind in address.arguments)]
                if address.arguments
                else [()]
            )
        own = tuple(self.stage.args(row))
        return [own, tuple(self._of_the_other(value) for value in own)] if own else [()]

    def unknown(self, address: Address) -> Sequence[object]:
        """Return arguments of the right form that name nothing."""
        return tuple(
            {
                "UUIDConverter": uuid.UUID(int=7),
                "IntConverter": 987654321,
                "SlugConverter": "LL-1999-999",
            }.get(kind, "inconnu")
            for _name, kind in address.arguments
        )

    def _of_the_other(self, value: object) -> object:
        case = self.theirs
        known = {each.reference: case.reference for each in self.stage.cases.values()}
        known |= {self.cast.association.pk: self.cast.other_company.pk}
        for mine in self.stage.cases.values():
            known |= dict(
                zip(
                    mine.parties.values_list("pk", flat=True),
                    case.parties.values_list("pk", flat=True),
                    strict=False,
                )
            )
        known |= {make.clause_id(self.stage.cases["negotiation"], 1): make.clause_id(case, 1)}
        return known.get(value, value)

    def _any(self, name: str, kind: str) -> object:
        if kind == "UUIDConverter":
            return self.cast.association.pk
        if kind == "IntConverter":
            return 1
        return str(self.cast.ada.pk) if name == "object_id" else "accounts" if name == "app_label" else "1"


def hashes(*, but: frozenset[str] = frozenset()) -> dict[str, str]:
    """Return the hash of all rows of each table, computed by PostgreSQL."""
    with connection.cursor() as cursor:
        tables = [name for name in connection.introspection.table_names(cursor) if name not in but]
        query = " UNION ALL ".join(
            f"SELECT '{table}', md5(coalesce(string_agg(md5(t::text), '' ORDER BY md5(t::text)), '')) FROM {connection.ops.quote_name(table)} t"
            for table in tables
        )
        cursor.execute(query)
        return dict(cursor.fetchall())


def stable(content: bytes, path: str) -> str:
    """Return a page without its tokens and its own address."""
    text = content.decode(errors="replace")
    return MARKER.sub("", text.replace(quote(path, safe="%/"), "").replace(path, ""))
