"""A bare Django page: a session, somebody signed in, one query, a small template.

None of our context processors: what any page costs at least on this server.
"""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from lucky_link import urls
from partnerships.models import Partnership

PAGE = engines["django"].from_string(
    "<!doctype html><html><body><p>{{ user }}</p>{% for each in cases %}<p>{{ each.title }}</p>{% endfor %}"
    "</body></html>"
)


def bare(request: HttpRequest) -> HttpResponse:
    """Return the page."""
    cases = list(Partnership.objects.order_by("reference")[:1])
    return HttpResponse(PAGE.render({"user": request.user, "cases": cases}))


LINE = "Ce que disent les parties de ce texte, ligne après ligne, tour après tour."
LONG = "<!doctype html><html><body><p>{{ user }}</p>{% for each in cases %}<p>{{ each.title }}</p>{% endfor %}{% for line in lines %}<p>{{ line }}</p>{% endfor %}</body></html>"


def bare_of(request: HttpRequest, size: int) -> HttpResponse:
    """Return the same page with as many lines as make `size` bytes of HTML."""
    cases = list(Partnership.objects.order_by("reference")[:1])
    lines = [LINE] * (size // len(f"<p>{LINE}</p>".encode()))
    page = engines["django"].from_string(LONG)
    return HttpResponse(page.render({"cases": cases, "lines": lines}, request))


urlpatterns = [path("bare/", bare), path("bare/<int:size>/", bare_of), *urls.urlpatterns]
