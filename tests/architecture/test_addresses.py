"""Every address has a name, and somebody goes there."""

import re
from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

from tests.architecture.source import PRODUCT, ROOMS, modules, templates

# Names nobody reverses, with who calls the address.
CALLED_FROM_OUTSIDE = {
    "health": "the load balancer and the launcher",
    "robots": "search engines",
    "admin:login": "Django's administration",
}


def ours(resolver: URLResolver, prefix: str = "") -> Iterator[tuple[str, URLPattern]]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from ours(pattern, space)
        elif pattern.callback.__module__.split(".")[0] in (*ROOMS, "lucky_link"):
            yield prefix, pattern


def test_every_address_has_a_name() -> None:
    nameless = [str(pattern.pattern) for _, pattern in ours(get_resolver()) if not pattern.name]
    assert nameless == []


def test_every_address_is_reached() -> None:
    source = "\n".join(
        [*templates().values(), *(module.text for module in modules(*PRODUCT) if "urls" not in module.path)]
    )
    names = {f"{prefix}{pattern.name}" for prefix, pattern in ours(get_resolver())}
    lost = [
        name
        for name in sorted(names - set(CALLED_FROM_OUTSIDE))
        # A page that the portals share writes the namespace apart: `namespace|add:':profile'`.
        if not re.search(rf"[\"'](?:{re.escape(name)}|:{re.escape(name.rpartition(':')[2])})[\"']", source)
    ]
    assert lost == []
