"""A bare Django page: a session, somebody signed in, one query. What any page costs at least."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from lucky_link import urls
from partnerships.models import Partnership

PAGE = "<!doctype html><html><body><p>{{ user }}</p>{% for each in cases %}<p>{{ each.title }}</p>{% endfor %}</body></html>"


def bare(request: HttpRequest) -> HttpResponse:
    """Return the page."""
    cases = list(Partnership.objects.order_by("reference")[:1])
    page = engines["django"].from_string(PAGE)
    return HttpResponse(page.render({"cases": cases}, request))


urlpatterns = [path("bare/", bare), *urls.urlpatterns]
