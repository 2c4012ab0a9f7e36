"""Health check for a load balancer, including the database."""

from concurrent.futures import ThreadPoolExecutor
from typing import Final

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

SECONDS: Final = 1.5
# One thread: while it waits for a server that does not answer, further checks fail at once.
_thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="health")


@login_not_required
@never_cache
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Answer 200 when the database answers within `SECONDS`, else 503."""
    query = _thread.submit(_query_database)
    try:
        query.result(timeout=SECONDS)
    except (DatabaseError, TimeoutError):
        query.cancel()
        return HttpResponse("database unreachable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def _query_database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        # The connection belongs to this thread, and no end of a request closes it.
        connection.close()
